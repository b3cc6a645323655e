"""Pages that are there before anybody asks, and are those that would be made then."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from rdflib import URIRef

from eakg.serve.app.settings import Settings
from eakg.serve.application import create_app
from eakg.serve.preparation import prepare
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import GraphFile, read_contents
from eakg.store.options import StoreOptions
from eakg.store.request import QueryRequest, Result
from helpers.patience import PATIENT
from helpers.writing import update

HTML = {"Accept": "text/html"}
SHIP = "/doc?iri=http%3A//ships.example/beagle"


class CountingStore(EmbeddedStore):
    """A store that counts what it is asked."""

    asked = 0

    def query(self, request: QueryRequest) -> Result:
        self.asked += 1
        return super().query(request)

    @contextmanager
    def counted(self, most: int) -> Iterator[None]:
        before = self.asked
        yield
        assert self.asked - before <= most


@pytest.fixture
def store(tmp_path: Path) -> CountingStore:
    file = tmp_path / "ships.ttl"
    lines = [f':v{n} a :Voyage ; :of :beagle ; rdfs:label "voyage {n}" .' for n in range(300)]
    prefixes = "@prefix : <http://ships.example/> ."
    prefixes += " @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    file.write_text("\n".join([prefixes, ':beagle rdfs:label "Beagle" ; :by :fitzroy .', *lines]))
    contents = read_contents([GraphFile(URIRef("http://ships.example/graph"), file)])
    return CountingStore(contents, StoreOptions(reasoning="none", writable=True))


@pytest.fixture
def app(store: CountingStore) -> Flask:
    return create_app(Settings("", PATIENT, pages_ahead=1), store)


def text(app: Flask, path: str) -> str:
    answer = app.test_client().get(path, headers=HTML)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.slow
def test_large_pages_are_kept_as_they_would_be_made(app: Flask, store: CountingStore) -> None:
    new = text(create_app(Settings("", PATIENT), store), SHIP)
    prepare(app, rest=0)
    with store.counted(most=4):
        assert text(app, SHIP) == new
    with store.counted(most=10):
        text(app, "/")
    first, again = (app.test_client().get(SHIP, headers=HTML) for _ in range(2))
    assert first.headers["Link"] == again.headers["Link"]
    assert "page=1" not in first.headers["Link"]
    # Whoever asks for another form of it is not given this one.
    other = app.test_client().get(SHIP, headers={"Accept": "text/turtle"})
    assert other.mimetype == "text/turtle"
    assert "asserted" in text(app, f"{SHIP}&closure=asserted")


@pytest.mark.slow
def test_what_is_kept_is_of_the_data_as_they_are(app: Flask, store: CountingStore) -> None:
    prepare(app, rest=0)
    graph = "DATA { GRAPH <http://ships.example/graph> { <http://ships.example/beagle>"
    graph += " <http://www.w3.org/2000/01/rdf-schema#label>"
    update(store, f'DELETE {graph} "Beagle" }} }} ; INSERT {graph} "HMS Beagle" }} }}')
    assert "<h1>HMS Beagle</h1>" in text(app, SHIP)
    assert "<h1>HMS Beagle</h1>" in text(app, SHIP)


@pytest.mark.slow
def test_below_another_prefix_links_are_others(app: Flask) -> None:
    text(app, SHIP)
    behind = app.test_client().get(SHIP, headers=HTML, environ_overrides={"SCRIPT_NAME": "/kg"})
    assert 'href="/kg/' in behind.text
    assert 'href="/kg/' not in text(app, SHIP)


def test_whoever_wants_none_has_none(store: CountingStore) -> None:
    app = create_app(Settings("", PATIENT, pages_ahead=0), store)
    with store.counted(most=0):
        prepare(app)
