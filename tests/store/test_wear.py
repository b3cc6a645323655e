"""A store that more is removed from than it has is made anew, and looked at seldom."""

import pyoxigraph as ox
import pytest

from eakg.store.changes.change import Change, apply
from eakg.store.graphs import load
from eakg.store.graphs.loaded import Wear
from helpers.writing import EMPTY

G = ox.NamedNode("urn:g")


def quad(number: int) -> ox.Quad:
    return ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(str(number)), G)


class CountedStore:
    """A store that counts how often it is asked for its size."""

    def __init__(self, size: int) -> None:
        self.size, self.looks = size, 0

    def __len__(self) -> int:
        self.looks += 1
        return self.size


def test_it_is_made_anew_once_more_was_removed_than_it_has() -> None:
    for size in (0, 10, 9_999, 10_000, 50_000, 1_000_000):
        store, wear, removals = CountedStore(size), Wear(), 0
        while not wear.add(100, store):  # type: ignore[arg-type]  # all that is asked of it
            removals += 100
        assert removals == max(10_000, size) // 100 * 100
        # To count takes as long as the store is large.
        assert store.looks <= 2


@pytest.mark.slow
def test_what_was_made_anew_has_the_same_quads_and_graphs() -> None:
    loaded_store = load(EMPTY)
    stays = {quad(number) for number in range(10)}
    apply(
        loaded_store, Change(frozenset(), frozenset(stays), created=frozenset({"urn:g", "urn:e"}))
    )
    first = loaded_store.store
    for start in range(100, 30_000, 1_000):
        change = Change(frozenset(), frozenset(map(quad, range(start, start + 1_000))))
        apply(loaded_store, change)
        apply(loaded_store, change.inverse())
    assert loaded_store.store is not first
    assert set(loaded_store.source_quads("urn:g")) == stays
    assert {"urn:e", "urn:g"} <= {str(node.value) for node in loaded_store.store.named_graphs()}
    assert loaded_store.engine is not None
    assert len(loaded_store.engine) == len(stays)
