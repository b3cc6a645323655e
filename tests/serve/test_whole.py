"""Every thing of the graph that is shipped: each triple of its page leads to what supports it, and
all formats of its document say the same."""

import json
import re
from html import unescape
from urllib.parse import urldefrag, urljoin

import pyoxigraph
import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import URIRef

from eakg.names import ID
from eakg.serve.app.context import state
from eakg.serve.content import description_of, outline_of
from eakg.serve.pages.thing.page import page_of
from eakg.serve.pages.thing.placement import Placement
from eakg.store.request import QueryRequest, select
from helpers.tries import SOAK, sample

HTML = {"Accept": "text/html"}
FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
}
_EMBEDDED = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')


@pytest.fixture(scope="module")
def client(shipped_application: Flask) -> FlaskClient:
    return shipped_application.test_client()


@pytest.fixture(scope="module")
def slugs(client: FlaskClient) -> list[str]:
    """Every thing that some graph describes, the evidence among them."""
    text = f'SELECT DISTINCT ?s {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?s), "{ID}")) }}'
    with client.application.app_context():
        rows = select(state().store, QueryRequest(text))
    return sorted(str(row["s"])[len(ID) :] for row in rows)


@pytest.fixture(scope="module")
def things(client: FlaskClient) -> list[str]:
    """The things that have a page of their own in the sitemap."""
    found = re.findall(r"<loc>[^<]*/doc/([^<]+)</loc>", client.get("/sitemap.xml").text)
    assert len(found) > 500
    return found


class Places:
    """The places that links may lead to: answers by path, and anchors in the pages there."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client
        self._anchors: dict[str, set[str]] = {}

    def has(self, link: str) -> bool:
        path, anchor = urldefrag(link)
        if path not in self._anchors:
            with self._client.get(path, headers=HTML, follow_redirects=True) as page:
                assert page.status_code == 200, link
                is_page = page.mimetype == "text/html"
                self._anchors[path] = set(map(unescape, _ID.findall(page.text if is_page else "")))
        return not anchor or anchor in self._anchors[path]


@pytest.fixture(scope="module")
def places(client: FlaskClient) -> Places:
    return Places(client)


def supported(client: FlaskClient, places: Places, slug: str) -> int:
    """Check the page of a thing; how many triples it shows."""
    with client.application.app_context():
        catalogue = state().catalogue
        store, presentation = state().store, catalogue.presentation()
        outline = outline_of(store, state().shelf, URIRef(ID[slug]), "full", presentation)
        assert outline is not None
        ends = outline.outgoing, outline.incoming
        found = description_of(store, outline, presentation, *ends)
        page = page_of(
            found,
            Placement(presentation, outline, catalogue.inverses()),
            catalogue.superclasses(found.kinds.get(found.iri, ())),
            catalogue.documents(),
        )
        # No section but the last is a mere fold.
        assert all(one.primary or one.table or one.note for one in page.sections[:-1]), slug
        shown = {entry.triple for entry, _ in page.triples()}
        # What is said of the thing is shown, all of it.
        assert shown == {entry.triple for entry in (*found.outgoing, *found.incoming)}
        for entry, why in page.triples():
            if why.path.startswith("/explain?"):
                state().proofs.explain(entry.triple)
            else:
                assert places.has(why.path), (slug, entry.triple, why)
    return len(shown)


def test_every_triple_of_every_thing_leads_to_its_support(
    client: FlaskClient, things: list[str], places: Places
) -> None:
    """Of four things, and of all with EAKG_SOAK."""
    looked_at = sample(things, 4)
    assert sum(supported(client, places, slug) for slug in looked_at) > 10 * len(looked_at)


def test_so_do_the_triples_of_evidence(
    client: FlaskClient, slugs: list[str], things: list[str], places: Places
) -> None:
    """Of twelve things, and of all with EAKG_SOAK."""
    looked_at = sample(sorted(set(slugs) - set(things)), 12)
    assert sum(supported(client, places, slug) for slug in looked_at) > 3 * len(looked_at)


def triples(data: bytes, syntax: pyoxigraph.RdfFormat) -> set[pyoxigraph.Triple]:
    return {quad.triple for quad in pyoxigraph.parse(data, format=syntax)}


def same_in_all_formats(client: FlaskClient, slug: str) -> None:
    path = f"/doc/{slug}"
    said = [triples(client.get(f"{path}.{end}").data, of_it) for end, of_it in FORMATS.items()]
    (embedded,) = _EMBEDDED.findall(client.get(f"{path}.html").text)
    assert json.loads(embedded)["@id"] == str(ID[slug])
    assert len(said[0]) > 3
    assert all(one == said[0] for one in said[1:]), slug


def test_five_formats_say_the_same_of_every_thing(client: FlaskClient, things: list[str]) -> None:
    """Of four things, and of all with EAKG_SOAK."""
    for slug in sample(things, 4):
        same_in_all_formats(client, slug)


def test_documents_are_the_same_each_time(client: FlaskClient, things: list[str]) -> None:
    for slug in things[::1500]:
        for extension in (*FORMATS, "html"):
            first, second = (client.get(f"/doc/{slug}.{extension}") for _ in range(2))
            assert first.data == second.data
            assert first.headers["ETag"] == second.headers["ETag"]


def test_no_link_is_broken(client: FlaskClient, things: list[str], places: Places) -> None:
    """Each link of a page leads to an answer, and its fragment to something there: of all pages
    and links with EAKG_SOAK, else of some."""
    fixed = [
        "/",
        "/things",
        "/rules",
        "/overviews",
        "/graph/background/meetings",
        "/graph/inferred",
    ]
    paths = [*fixed, *(f"/doc/{slug}" for slug in sample(things, 3))]
    seen: set[str] = set()
    for path in paths:
        page = client.get(path, headers=HTML).text
        links = {unescape(link) for link in re.findall(r'\bhref="([^"]*)"', page)}
        for link in sample(sorted(links - seen), 4):
            target = urljoin(path, link)
            # That there is a proof is tested above, for every triple.
            is_proved = target.startswith("/explain?") and not SOAK
            if target.startswith("/") and not is_proved:
                assert places.has(target), (path, link)
        seen |= links
    assert len(seen) > 200
