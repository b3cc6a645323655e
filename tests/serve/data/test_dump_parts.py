"""A dump that is put in order in parts holds the same lines as one that is made at once."""

import gzip

import pyoxigraph as ox
import pytest

from eakg.serve.app import Dumps
from eakg.serve.content import Catalogue, Shelf
from eakg.store import EmbeddedStore
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
