"""A site of files: every link leads to a file, and the RDF is what the service gave."""

import os
import re
import signal
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from rdflib import SKOS, Graph, URIRef

from eakg.options import Iri
from eakg.problems import ProblemsError
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.content.project import Project
from eakg.serve.publication.file_names import file_of
from eakg.serve.publication.site import PublicationAccount, publish_site
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT

PATIENCE = 60.0  # seconds for what is made once of all the data
BASE = "http://ships.example/thes/"
DATA = f"""
@prefix : <{BASE}> . @prefix skos: <{SKOS}> .
:vessel a skos:Concept ; skos:prefLabel "vessel"@en .
:junk a skos:Concept ; skos:prefLabel "junk"@en ; skos:broader :vessel .
<{BASE}a%2Bb> a skos:Concept ; skos:prefLabel "escaped"@en ; skos:related :junk .
"""
LINK = re.compile(r'(?<=[\s"])(?:href|src)="([^"]*)"')


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    file = tmp_path_factory.mktemp("ships") / "ships.ttl"
    file.write_text(DATA, "utf-8")
    contents = read_contents([GraphFile(URIRef(f"{BASE}graph/ships"), file)])
    project = Project(title="Ships", base=(Iri(BASE),))
    return create_app(
        Settings("", PATIENT, project=project),
        EmbeddedStore(contents, StoreOptions()),
    )


@pytest.fixture(scope="module")
def site(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    account = publish_site(app, folder)
    assert isinstance(account, PublicationAccount)
    assert account.pages > 3
    return folder


@pytest.mark.slow
def test_no_link_is_broken(site: Path) -> None:
    pages = [*site.rglob("*.html")]
    assert pages
    for page in pages:
        for link in map(unescape, LINK.findall(page.read_text("utf-8"))):
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            target = page.parent / unquote(parts.path)
            assert target.is_file(), (page, link)
            if parts.fragment and target.suffix == ".html":
                text = target.read_text("utf-8")
                assert f'id="{unquote(parts.fragment)}"' in unescape(text), (page, link)


@pytest.mark.slow
def test_the_rdf_is_that_of_the_service(app: Flask, site: Path) -> None:
    client = app.test_client()
    for name in ("vessel", "junk"):
        address = f"/doc?iri={BASE.replace(':', '%3A').replace('/', '%2F')}{name}"
        for extension, syntax in (("ttl", "turtle"), ("nt", "nt"), ("rdf", "xml")):
            answer = client.get(f"{address}&format={extension}")
            file = site / file_of(f"{address}&format={extension}", f".{extension}")
            assert file.read_bytes() == answer.data
            assert Graph().parse(file, format=syntax)


def test_each_thing_is_led_to_its_file(site: Path) -> None:
    netlify = (site / "_redirects").read_text("utf-8").splitlines()
    targets = {line.split()[-2] for line in netlify}
    assert all((site / target.lstrip("/")).is_file() for target in targets)
    assert any("junk" in line for line in netlify)
    nginx = (site / "redirects/nginx.conf").read_text("utf-8")
    assert nginx.count("{") == nginx.count("}") + nginx.count("${") * 0
    assert "text/turtle" in nginx
    assert "RewriteEngine On" in (site / ".htaccess").read_text("utf-8")


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_addresses_are_two_files(one: str, other: str) -> None:
    from urllib.parse import quote

    files = [file_of(f"/doc/x{quote(text)}") for text in (one, other)]
    alike = one.strip("/") == other.strip("/")
    assert (files[0] == files[1]) <= alike or "/" in one + other or "." in one + other
    for file in files:
        assert re.fullmatch(r"[\w.~+@,=/-]+", file, re.ASCII)
        assert ".." not in file.split("/")


@pytest.mark.slow
def test_several_processes_write_the_same_site(
    app: Flask, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.serve.publication.site._SHARE", 1)
    # As in a process that does something else when it is told to end.
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        publish_site(app, tmp_path, jobs=2)
    finally:
        signal.signal(signal.SIGTERM, before)

    def files(folder: Path) -> dict[str, bytes]:
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

    assert files(tmp_path) == files(site)


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_page_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setattr("eakg.serve.publication.site._SHARE", 1)
    broken = Flask("broken")
    broken.add_url_rule("/sitemap.xml", "sitemap", lambda: "<loc>http://localhost/gone</loc>")
    with pytest.raises(ProblemsError) as told:
        publish_site(broken, tmp_path, jobs=jobs)
    (problem,) = told.value.problems
    assert "answers 404; a site has no page that does not" in str(problem)


@pytest.mark.slow
def test_a_process_that_was_ended_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eakg.serve.publication.site._SHARE", 1)
    short = Flask("short of memory")
    short.add_url_rule("/sitemap.xml", "sitemap", lambda: "<loc>http://localhost/large</loc>")
    short.add_url_rule("/large", "large", lambda: os.kill(os.getpid(), signal.SIGKILL))
    for path in ("/", "/things"):
        short.add_url_rule(path, path, lambda: "here")
    monkeypatch.setattr("eakg.serve.publication.site._START", ("/", "/things"))
    with pytest.raises(ProblemsError, match="was ended; see that it has memory enough"):
        publish_site(short, tmp_path, jobs=2)


def test_forms_of_a_page_that_say_less_are_left_out(app: Flask, site: Path) -> None:
    address = f"/doc?iri={BASE.replace(':', '%3A').replace('/', '%2F')}junk"
    assert "format=words" in app.test_client().get(address, headers={"Accept": "text/html"}).text
    assert (site / file_of(address)).is_file()
    for form in ("closure=asserted", "format=words"):
        assert not (site / file_of(f"{address}&{form}")).exists()
    for page in site.rglob("*.html"):
        assert page.read_text("utf-8").lstrip().startswith("<!DOCTYPE html>"), page


def test_each_triple_that_follows_has_one_proof(site: Path) -> None:
    """Further proofs, and proofs as data, are the service's."""
    proofs = [*site.glob("explain@*")]
    assert proofs
    assert {file.suffix for file in proofs} == {".html"}
    for page in proofs:
        assert not re.search("JSON|PROV-O|other ways", page.read_text("utf-8")), page


def test_what_only_a_service_does_is_not_offered(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "data-service" not in text, page
        assert not re.findall(r'<a\b[^>]*data-elsewhere=""[^>]*>(?!<g\b)', text), page
