"""A project of ten lines at most over data of others: no page of it names us."""

import re
from pathlib import Path

import pytest

from eakg.commands.contents import prepared_contents
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import read_project
from eakg.serve.publication.site import publish_site
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

PROJECT = """\
title = "Ships of the world"
publisher = "The harbour"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
base = ["http://ships.example/thes/", "http://ships.example/vocab#"]
language = ["en", "de"]
"""
DATA = """
@prefix : <http://ships.example/thes/> . @prefix v: <http://ships.example/vocab#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix schema: <https://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
v:Ship a rdfs:Class ; rdfs:label "ship"@en . v:Junk rdfs:subClassOf v:Ship ; rdfs:label "junk"@en .
:one a v:Junk ; rdfs:label "The first"@en ; schema:startDate "1405-07-11" ;
  v:crew [ a v:Crew ; rdfs:label "its crew"@en ; v:size 12 ] .
:two a skos:Concept ; skos:prefLabel "Zwei"@de ; skos:related :one ; v:see <urn:isbn:0451450523> .
"""
OURS = re.compile(r"ASEAN|East Asia|creativecommons\.org/licenses/by/4|\bEAKG\b|w3id\.org/eakg")
INFERRED = "graph/inferred"
"""The graph of what follows, whose name is that of the software's."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ships")
    (folder / "eakg.toml").write_text(PROJECT, "utf-8")
    (folder / "ships.ttl").write_text(DATA, "utf-8")
    project = read_project(folder / "eakg.toml")
    (folder / "data").mkdir()
    contents, _ = prepared_contents(
        [folder / "ships.ttl"],
        folder / "data",
        "owl-rl",
        on_contradiction="stop",
        authority=project.authority,
    )
    settings = Settings("", PATIENT, project=project)
    app = create_app(settings, EmbeddedStore(contents, StoreOptions()))
    target = tmp_path_factory.mktemp("site")
    publish_site(app, target)
    for path in ("/sparql", "/search?q=first", "/nowhere"):
        page = app.test_client().get(path, headers={"Accept": "text/html"})
        (target / f"{path.strip('/').partition('?')[0]}.html").write_bytes(page.data)
    return target


@pytest.mark.slow
def test_nothing_names_us_on_any_page(site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if INFERRED not in str(page)]
    assert len(pages) > 10
    for page in pages:
        # The graph of what follows has one name everywhere (docs/limits.md).
        text = page.read_text("utf-8").replace("https://w3id.org/eakg/graph/inferred", "")
        names = OURS.search(text)
        assert names is None, (page, names)


@pytest.mark.slow
def test_blank_nodes_and_graphs_have_names_below_the_base(site: Path) -> None:
    dump = next(site.glob("dump.nq*"))
    assert dump.is_file()
    pages = " ".join(page.read_text("utf-8") for page in site.rglob("*.html"))
    assert "http://ships.example/thes/.well-known/genid/file/ships/0" in pages
    assert "http://ships.example/thes/graph/file/ships" in pages


@pytest.mark.slow
def test_what_has_a_beginning_is_drawn(site: Path) -> None:
    page = (site / "overviews/timeline.html").read_text("utf-8")
    assert "The first, from 11 Jul 1405" in page
