"""A dump that is put in order in parts holds the same lines as one that is made at once."""

import gzip

import pyoxigraph as ox
import pytest

from eakg.serve.app import Dumps
from eakg.serve.content import Catalogue, Shelf
from eakg.store import DefaultGraph, EmbeddedStore, StoreOptions, read_contents
from eakg.store.changes import UpdateRequest
from helpers.holdings import small_contents


def dump(name: str) -> bytes:
    store = EmbeddedStore(small_contents())
    shelf = Shelf(store, patience=60)
    return gzip.decompress(Dumps(store, Catalogue(store, shelf), shelf).get(name).path.read_bytes())


@pytest.mark.parametrize("size", [1, 7, 20])
def test_parts_make_one_whole(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    quads, turtle = dump("nq"), dump("ttl")
    monkeypatch.setattr("eakg.serve.app.dumps._AT_ONCE", size)
    assert dump("nq") == quads
    parts = dump("ttl")
    assert parts.splitlines() == sorted(parts.splitlines())
    graphs = ({*ox.parse(text, format=ox.RdfFormat.TURTLE)} for text in (turtle, parts))
    assert next(graphs) == next(graphs)


@pytest.mark.parametrize("default_graph", ["union", "strict"])
def test_what_is_in_no_graph_is_there(default_graph: DefaultGraph) -> None:
    store = EmbeddedStore(read_contents([]), StoreOptions("none", default_graph, writable=True))
    shelf = Shelf(store, patience=60)
    dumps = Dumps(store, Catalogue(store, shelf), shelf)
    triple, quad = b'<a:s> <a:p> "1" .\n', b"<a:s> <a:p> <a:o> <a:g> .\n"
    for update, content in (
        ("INSERT DATA { GRAPH <a:g> { <a:s> <a:p> <a:o> } }", quad),
        ("INSERT DATA { <a:s> <a:p> '1' }", triple + quad),
        ("DROP GRAPH <a:g>", triple),
    ):
        store.update(UpdateRequest(update))
        assert gzip.decompress(dumps.get("nq").path.read_bytes()) == content
