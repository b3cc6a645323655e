"""Names with percent-escapes: which spellings are one name (RFC 3986 section 6.2.2)."""

import re
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote

import pyoxigraph
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, RDFS, Graph, URIRef

from eakg.names import EAKG, ID
from eakg.rdf.engine_terms import is_iri
from eakg.rdf.escapes import normalized, spellings, survives_decoding
from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.words.links import local_path
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT
from helpers.tries import tries

FORMATS = ("ttl", "nt", "jsonld", "rdf")
NO_RAW_PATH = {"RAW_URI": "", "REQUEST_URI": ""}
"""What a server says that tells of the decoded path alone, as ours does."""
RESERVED = "!$&'()*+,;=:@"
SLUGS = st.lists(
    st.lists(
        st.sampled_from(["a", "B", "~", "-", "é", "東", ".", *RESERVED, "/"])
        | st.integers(0x20, 0x7E).map(lambda code: f"%{code:02X}")
        | st.integers(0x20, 0x7E).map(lambda code: f"%{code:02x}")
        | st.sampled_from("é東 ").map(lambda character: quote(character)),
        min_size=1,
        max_size=5,
    )
    .map("".join)
    .filter(lambda slug: not re.search(r"(^|/)\.{0,2}(/|$)", unquote(slug))),
    min_size=1,
    max_size=6,
    unique_by=normalized,
)


def client_over(slugs: list[str], graphs: tuple[str, ...] = ("graph/file/x",)) -> FlaskClient:
    """A client of a service in which each name has itself for its label."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "x.nt")
        lines = [f'<{ID[slug]}> <{RDFS.label}> "{slug}" .' for slug in slugs]
        lines += [f"<{ID[slug]}> <{RDF.type}> <{EAKG.State}> ." for slug in slugs]
        file.write_text("\n".join(lines), "utf-8")
        options = StoreOptions(reasoning="none")
        names = [URIRef(f"https://w3id.org/eakg/{name}") for name in graphs]
        store = EmbeddedStore(read_contents([GraphFile(name, file) for name in names]), options)
    return create_app(Settings("none", PATIENT, options=options), store).test_client()


def labels(client: FlaskClient, path: str, **environ: str) -> set[str] | None:
    """The names that a document is about; None where there is none."""
    response = client.get(
        path, headers={"Accept": "application/n-triples"}, environ_overrides=environ
    )
    if response.status_code == 404:
        return None
    assert response.status_code == 200, path
    triples = pyoxigraph.parse(response.data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return {
        triple.object.value
        for triple in triples
        if triple.predicate.value == str(RDFS.label) and triple.subject.value.startswith(ID)
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_a_space_is_an_escape() -> None:
    client = client_over(["a%20b"])
    for environ in ({}, NO_RAW_PATH):
        assert labels(client, "/doc/a%20b", **environ) == {"a%20b"}
        for extension in FORMATS:
            response = client.get(f"/doc/a%20b.{extension}", environ_overrides=environ)
            assert response.status_code == 200
            graph = Graph().parse(data=response.data, format=response.mimetype)
            assert (ID["a%20b"], RDFS.label, None) in graph
        page = client.get("/doc/a%20b.html", environ_overrides=environ)
        assert (page.status_code, page.mimetype) == (200, "text/html")
        see = client.get("/id/a%20b", environ_overrides=environ)
        assert (see.status_code, see.headers["Location"]) == (303, "/doc/a%20b")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("names", "address", "expected"),
    [
        (["a%2fb"], "a%2Fb", "a%2fb"),
        (["%7Ex"], "~x", "%7Ex"),
        (["~x"], "%7ex", "~x"),
        (["caf%c3%a9"], "caf\u00e9", "caf%c3%a9"),
        (["caf\u00e9"], "caf%C3%A9", "caf\u00e9"),
        (["a+b"], "a+b", "a+b"),
        (["a+b"], "a%2Bb", None),
        (["a%2Bb"], "a+b", None),
        (["a/b"], "a%2Fb", None),
        (["a%2Fb"], "a/b", None),
        (["a#b"], "a%23b", None),
        (["a?b"], "a%3Fb", None),
        (["a%2Fb", "a/b"], "a%2Fb", "a%2Fb"),
        (["a%25b"], "a%25b", "a%25b"),
    ],
)
def test_an_escape_of_a_reserved_character_is_another_name(
    names: list[str], address: str, expected: str | None
) -> None:
    client = client_over(names)
    assert labels(client, f"/doc/{address}") == (None if expected is None else {expected})
    status = client.get(f"/id/{address}").status_code
    assert status == (404 if expected is None else 303)


@pytest.mark.slow
@settings(max_examples=tries(25), deadline=None)
@given(SLUGS)
def test_every_name_has_an_address_and_no_other_thing_has_it(slugs: list[str]) -> None:
    slugs = [slug for slug in slugs if is_iri(ID[slug])]
    client = client_over(slugs)
    by_normal = {normalized(slug): slug for slug in slugs}
    for slug in slugs:
        path = local_path(ID[slug])
        assert path is not None
        # Our own links lead there on every server.
        for environ in ({}, NO_RAW_PATH):
            assert labels(client, path, **environ) == {slug}, (slug, path, environ)
        # As the name is written, it is itself; and so is each spelling that is the same.
        for spelling in spellings(slug):
            assert labels(client, f"/doc/{spelling}") == {slug}
        for number, character in enumerate(slug):
            if character in RESERVED:
                other = f"{slug[:number]}%{ord(character):02X}{slug[number + 1 :]}"
                namesake = by_normal.get(normalized(other))
                expected = None if namesake is None else {namesake}
                assert labels(client, f"/doc/{other}") == expected


@pytest.mark.slow
def test_a_list_leads_to_each_of_its_things() -> None:
    slugs = ["a%20b", "a%2fb", "a/b", "frag#part", "q?x=1&y=2", "trail/", "a(b)'c;d,e", "%41", "é"]
    client = client_over(slugs)
    for environ in ({}, NO_RAW_PATH):
        kinds = f"/things?kind={quote(str(EAKG.State), safe='')}"
        page = client.get(kinds, headers={"Accept": "text/html"}).text
        links = {unescape(one) for one in re.findall(r'<a href="(/doc[^"]*)"', page)}
        found = [labels(client, link, **environ) for link in sorted(links)]
        assert sorted(label for one in found for label in one or ()) == sorted(slugs)
        site = re.findall(r"<loc>http://localhost([^<]+)</loc>", client.get("/sitemap.xml").text)
        documents = [unescape(one) for one in site if one.startswith("/doc")]
        assert sorted(documents) == sorted(links)
    path = str(local_path(ID["frag#part"]))
    only_stated = f"{path}{'&' if '?' in path else '?'}closure=asserted"
    assert labels(client, only_stated) == {"frag#part"}


@pytest.mark.slow
def test_graphs_too() -> None:
    names = ("graph/a%20b", "graph/a%2Fb", "graph/c?d")
    client = client_over(["x"], names)
    for name in names:
        iri = f"https://w3id.org/eakg/{name}"
        path = local_path(iri)
        assert path is not None
        for environ in ({}, NO_RAW_PATH):
            page = client.get(path, headers={"Accept": "text/html"}, environ_overrides=environ)
            assert page.status_code == 200, path
            assert name in page.text or iri in page.text
            told = client.get(
                path,
                headers={"Accept": "text/turtle"},
                environ_overrides=environ,
                follow_redirects=True,
            )
            assert told.status_code == 200
            assert (URIRef(iri), None, None) in Graph().parse(data=told.data, format="turtle")
            for link in re.findall(
                r'<link rel="alternate" type="text/turtle" href="([^"]+)"', page.text
            ):
                assert (
                    b"<https://w3id.org/eakg/id/x>"
                    in client.get(unescape(link), environ_overrides=environ).data
                    or b"id:x" in client.get(unescape(link), environ_overrides=environ).data
                )
    assert client.get("/graph/a%2fb", headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/graph/a/b", headers={"Accept": "text/html"}).status_code == 404


def test_normal_spellings() -> None:
    assert normalized("%7e%2f%c3%A9 é".replace(" ", "")) == "~%2F%C3%A9%C3%A9"
    assert survives_decoding("a%20b")
    assert not survives_decoding("a%2Fb")
    assert not survives_decoding("a#b")
