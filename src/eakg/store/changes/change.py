"""The difference between two versions of a store, and making it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import pyoxigraph

from eakg.store.graphs import (
    DEFAULT_NAME,
    GraphNode,
    KindCount,
    LoadedStore,
    Wear,
    drop_reifiers,
    fresh_store,
    graph_node,
    merge_defaults,
    stored_quad,
    usual_dataset,
)
from eakg.store.request import CLOSURES

Quads = frozenset[pyoxigraph.Quad]
NONE: Quads = frozenset()
_T = TypeVar("_T")


@dataclass(frozen=True)
class Change:
    """What one version has and the other has not, as the sources of the triples write them
    (`eakg.store.graphs.spellings`).

    `removed` were all there before, `added` were not. `dropped` and `created` are names of graphs,
    which may be empty.
    """

    removed: Quads = NONE
    added: Quads = NONE
    dropped: frozenset[str] = frozenset()
    created: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.dropped or self.created)

    def compose(self, later: "Change") -> "Change":
        """Both, one after the other, as one."""
        return Change(
            (self.removed - later.added) | (later.removed - self.added),
            (self.added - later.removed) | (later.added - self.removed),
            (self.dropped - later.created) | (later.dropped - self.created),
            (self.created - later.dropped) | (later.created - self.dropped),
        )

    def inverse(self) -> "Change":
        """The way back."""
        return Change(self.added, self.removed, self.created, self.dropped)

    @cached_property
    def content(self) -> bytes:
        """The change in bytes that are the same for equal changes: a line of JSON, then the removed
        quads and the added ones as N-Quads."""
        removed, added = n_quads(self.removed), n_quads(self.added)
        header = {
            "removed": len(removed),
            "added": len(added),
            "dropped": sorted(self.dropped),
            "created": sorted(self.created),
        }
        return json.dumps(header).encode() + b"\n" + removed + added

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """How many literals come that the engine does not keep as they are written, by kind."""
        counts = KindCount()
        for quad in self.added:
            counts.count(quad.object)
        return tuple(counts.kinds.items())

    @classmethod
    def from_bytes(cls, data: bytes) -> "Change":
        """The change of a `content`. Raises: ValueError, KeyError or SyntaxError on anything
        else."""
        line, _, quads = data.partition(b"\n")
        removed, added, dropped, created = _header(line)
        if min(removed, added) < 0 or len(quads) != removed + added:
            raise ValueError("the lengths do not fit")
        change = cls(quads_of(quads[:removed]), quads_of(quads[removed:]), dropped, created)
        vars(change)["content"] = data
        return change


def _header(line: bytes) -> tuple[int, int, frozenset[str], frozenset[str]]:
    """The lengths of the removed and the added quads, and the names of graphs."""
    header = json_object(line)
    removed, added = header["removed"], header["added"]
    dropped, created = header["dropped"], header["created"]
    if not (
        type(removed) is type(added) is int
        and type(dropped) is type(created) is list
        and all(isinstance(name, str) for name in (*dropped, *created))
    ):
        raise ValueError("lengths are numbers, and graphs are lists of names")
    return removed, added, frozenset(dropped), frozenset(created)


def json_object(line: bytes) -> dict[str, Any]:
    """An object of JSON. Raises: ValueError on anything else."""
    try:
        value = json.loads(line)
    except RecursionError:
        value = None
    if isinstance(value, dict):
        return value
    raise ValueError("it does not begin with an object of JSON")


class Tally:
    """Changes one after another, added up."""

    def __init__(self) -> None:
        self._removed: set[pyoxigraph.Quad] = set()
        self._added: set[pyoxigraph.Quad] = set()
        self._dropped: set[str] = set()
        self._created: set[str] = set()

    def add(self, later: Change) -> None:
        """Add a change to those before it."""
        _add(self._removed, self._added, later.removed, later.added)
        _add(self._dropped, self._created, later.dropped, later.created)

    def change(self) -> Change:
        """All of them as one."""
        return Change(
            frozenset(self._removed),
            frozenset(self._added),
            frozenset(self._dropped),
            frozenset(self._created),
        )


def _add(
    removals: set[_T],
    additions: set[_T],
    later_removals: Iterable[_T],
    later_additions: Iterable[_T],
) -> None:
    for item in later_removals:
        if item in additions:
            additions.discard(item)
        else:
            removals.add(item)
    for item in later_additions:
        if item in removals:
            removals.discard(item)
        else:
            additions.add(item)


def n_quads(quads: Iterable[pyoxigraph.Quad]) -> bytes:
    """Quads in lines, sorted."""
    data = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS)
    return b"".join(sorted((data or b"").splitlines(keepends=True)))


def quads_of(lines: bytes) -> Quads:
    """The quads that `n_quads` wrote."""
    return frozenset(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))


def apply(loaded_store: LoadedStore, change: Change) -> None:
    """Make the change: the graphs themselves, their names, and the merges that they are part of."""
    store = loaded_store.store
    drop_reifiers(loaded_store)
    old_members, old_names = _usual_members(loaded_store), loaded_store.usual_names
    loaded_store.spellings.remove(store, change.removed)
    loaded_store.spellings.add(store, change.added)
    for name in change.dropped:
        store.remove_graph(pyoxigraph.NamedNode(name))
    for name in change.created:
        store.add_graph(pyoxigraph.NamedNode(name))
    loaded_store.graphs = tuple(sorted({*loaded_store.graphs} - change.dropped | change.created))
    # The usual default graphs are the same graphs as before, whatever their members are now.
    members = dict(zip(old_members, _usual_members(loaded_store), strict=True))
    merges, loaded_store.merges = loaded_store.merges, {}
    for names, merge in merges.items():
        current_names = members.get(names, names)
        if len(current_names) < 2 or current_names in loaded_store.merges:
            store.remove_graph(merge)
            continue
        loaded_store.merges[current_names] = merge
        _apply_to_merge(loaded_store, change, store, merge, {*names, *current_names}, current_names)
    if loaded_store.engine is not None:
        current_names = loaded_store.usual_names
        _apply_to_merge(
            loaded_store,
            change,
            loaded_store.engine,
            pyoxigraph.DefaultGraph(),
            {*old_names, *current_names},
            current_names,
        )
    merge_defaults(loaded_store)
    if loaded_store.wear.add(len(change.removed), store):
        loaded_store.quads, loaded_store.wear = fresh_store(store), Wear()
        if loaded_store.engine is not None:
            loaded_store.engine = fresh_store(loaded_store.engine)


def _usual_members(loaded_store: LoadedStore) -> list[tuple[str, ...]]:
    datasets = (
        usual_dataset(loaded_store.holdings, closure, loaded_store.default_graph)
        for closure in CLOSURES
    )
    return [tuple(sorted(dataset.default_graphs)) for dataset in datasets]


def _apply_to_merge(
    loaded_store: LoadedStore,
    change: Change,
    store: pyoxigraph.Store,
    merge: GraphNode,
    graph_names: set[str],
    members: tuple[str, ...],
) -> None:
    """A merge has a triple as long as any of its members has it. Arguments: also the store that has
    the merge, and the graph that it is there."""
    graphs = [graph_node(name) for name in members]
    for quad in map(stored_quad, change.removed):
        if graph_name(quad) in graph_names:
            triple = (quad.subject, quad.predicate, quad.object)
            if not any(pyoxigraph.Quad(*triple, graph) in loaded_store.store for graph in graphs):
                store.remove(pyoxigraph.Quad(*triple, merge))
    store.extend(
        pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, merge)
        for quad in map(stored_quad, change.added)
        if graph_name(quad) in graph_names
    )


def graph_name(quad: pyoxigraph.Quad) -> str:
    """The name of a quad's graph, or `DEFAULT_NAME`."""
    graph = quad.graph_name
    return DEFAULT_NAME if isinstance(graph, pyoxigraph.DefaultGraph) else graph.value
