"""A store in memory with its graphs loaded.

A default graph of several graphs is their RDF merge, in which a triple that two of them hold
stands once. The engine does not merge: over a list of graphs, and over its own union default
graph, it gives such a triple twice and COUNT is wrong. So merges are stored as graphs of their
own, which no query sees by name.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import pyoxigraph

from eakg.problems import Problem
from eakg.rdf import N_TRIPLES_SYNTAX
from eakg.sparql import NotPreparedError, StoreFailedError
from eakg.sparql.exact import Frequencies
from eakg.store.graphs.bulk import FrequencyCount, load_lines
from eakg.store.graphs.dataset import DEFAULT_NAME, INFERRED_NAME, usual_dataset
from eakg.store.graphs.deferral import Deferral
from eakg.store.graphs.disk_graphs import DiskGraphs
from eakg.store.graphs.forms import source_term
from eakg.store.graphs.spellings import Spellings
from eakg.store.options import DefaultGraph
from eakg.store.request import CLOSURES

_T = TypeVar("_T")
GraphNode: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph
MergeNodes: TypeAlias = list[pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph]
MERGE = "urn:x-eakg-merge:"
_LITTLE = 10_000  # quads removed, up to which it is not worth while to make a store anew
FEW = 8
"""So many graphs are asked one after the other rather than merged."""


class Wear:
    """How much was removed from a store in memory since it was made: the engine keeps that for as
    long as the store is there."""

    def __init__(self) -> None:
        self._removals = 0
        self._bound = _LITTLE

    def add(self, removals: int, store: pyoxigraph.Store) -> bool:
        """Count quads that were removed; whether it is time to make the store anew, as that is more
        than it has."""
        self._removals += removals
        if self._removals <= self._bound:
            return False
        # To count what a store has takes long.
        self._bound = max(_LITTLE, len(store))
        return self._removals > self._bound


@dataclass
class LoadedStore:
    """A store, the names of its graphs, the version of its data, which merges of the graphs it
    holds already, what its default graph is for queries, whether one of the graphs is of what
    follows from the others, and so is not written to, how its sources write what the engine writes
    otherwise, what is to be told of the files that it was loaded from, and whether the graph of
    reifiers is made, which is no part of `graphs`.

    `engine` has the usual default graph alone: what an engine has to pass over is what makes it
    slow. `quads` has all graphs by their names, or is the files that they are to be made of when
    somebody asks for them, or where they are on disk until this process opens them. There both are
    one, which nobody writes to, and its own default graph is the usual one. `is_disjoint` says that
    no triple is in two of the usual default graph. `wear` counts what was taken from the graphs.
    `frequencies` are of the usual default graph as it was at first.
    """

    quads: pyoxigraph.Store | Deferral | DiskGraphs
    graphs: tuple[str, ...]
    version: str
    merges: dict[tuple[str, ...], GraphNode] = field(default_factory=dict)
    default_graph: DefaultGraph = "union"
    derives: bool = True
    spellings: Spellings = field(default_factory=Spellings)
    notices: tuple[Problem, ...] = ()
    is_reified: bool = False
    engine: pyoxigraph.Store | None = None
    is_disjoint: bool = False
    is_on_disk: bool = False
    wear: Wear = field(default_factory=Wear)
    frequencies: Frequencies = field(default_factory=Frequencies)

    def open(self) -> None:
        """Have the graphs at hand in this process, where they are on disk. The engine starts
        threads. Raises: StoreFailedError."""
        if isinstance(self.quads, DiskGraphs):
            self.quads = self.engine = self.quads.open()

    @property
    def folder(self) -> Path | None:
        """The folder of the engine's files, where they are not open yet."""
        return self.quads.path if isinstance(self.quads, DiskGraphs) else None

    @property
    def store(self) -> pyoxigraph.Store:
        """The graphs by name. Raises: NotPreparedError as long as they are not there."""
        if isinstance(self.quads, DiskGraphs):
            raise StoreFailedError("the graphs on disk are not open in this process")
        if isinstance(self.quads, Deferral):
            self.quads.want()
            raise NotPreparedError(
                "the graphs are made ready to be asked by name, which is done once, when somebody"
                " asks for them; ask again in a few seconds",
                self.quads.seconds,
            )
        return self.quads

    @property
    def usual_names(self) -> tuple[str, ...]:
        """The names of the graphs whose merge `engine` has."""
        return tuple(sorted(usual_dataset(self.holdings, "full", "union").default_graphs))

    @property
    def holdings(self) -> tuple[str, ...]:
        """The names of the graphs, with `DEFAULT_NAME` where the default graph has triples."""
        if self.is_on_disk or not isinstance(self.quads, pyoxigraph.Store):
            return self.graphs  # of files, whose triples have a graph each
        default_quads = self.quads.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())
        return (DEFAULT_NAME, *self.graphs) if next(default_quads, None) else self.graphs

    def source_quads(self, name: str) -> Iterable[pyoxigraph.Quad]:
        """The quads of a graph, whose name may be `DEFAULT_NAME`, as their sources write them."""
        quads = self.store.quads_for_pattern(None, None, None, graph_node(name))
        return self.spellings.sources(quads)

    def unique_form(self, term: Any) -> Any:
        """The form that a term has in all sources, where they have one; else the stored one."""
        if isinstance(self.quads, Deferral):
            return source_term(term)  # it has no others
        return self.spellings.unique(self.store, term, self.is_derived)

    def is_derived(self, graph: Any) -> bool:
        """Whether a graph is made of others: of what follows from them, or their merge."""
        if isinstance(graph, pyoxigraph.DefaultGraph):
            return self.is_on_disk
        name: str = graph.value
        return name == INFERRED_NAME or name.startswith(MERGE)

    def arrangement(
        self, default_graphs: Iterable[str], named_graphs: Iterable[str]
    ) -> tuple[pyoxigraph.Store, MergeNodes]:
        """A store that has the named graphs, and those of it whose union is the RDF merge of the
        default graphs. Raises: NotPreparedError."""
        key = tuple(sorted(set(default_graphs)))
        if not self.is_on_disk:
            return self.store, self.merge(key)
        # Its own default graph is made of others; of files, none has triples there.
        key = tuple(name for name in key if name != DEFAULT_NAME)
        if not key or self._has_merge(key):
            return self.store, self.merge(key) if key else []
        scratch = pyoxigraph.Store()
        for name in key:
            quads = self.store.quads_for_pattern(None, None, None, graph_node(name))
            scratch.extend(
                pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in quads
            )
        for name in set(named_graphs):
            scratch.extend(self.store.quads_for_pattern(None, None, None, graph_node(name)))
        return scratch, [pyoxigraph.DefaultGraph()]

    def _has_merge(self, key: tuple[str, ...]) -> bool:
        return key in self.merges or self._stands_for_merge(key)

    def _stands_for_merge(self, key: tuple[str, ...]) -> bool:
        """Whether no triple is in two of some graphs, which are few."""
        is_disjoint = self.is_disjoint and {*key} <= {*self.usual_names}
        return len(key) == 1 or (is_disjoint and len(key) <= FEW)

    def merge(self, names: Iterable[str]) -> MergeNodes:
        """The graphs whose union is the RDF merge of the named ones: one that is made where it is
        not there yet, or a few themselves, where no triple is in two of them."""
        key = tuple(sorted(set(names)))
        if key not in self.merges and self._stands_for_merge(key):
            return [graph_node(name) for name in key]
        if key not in self.merges:
            target = merge_node(key)
            for name in key:
                source = f"<{name}>" if name else "DEFAULT"
                self.store.update(f"ADD SILENT {source} TO <{target.value}>")
            self.merges[key] = target
        return [self.merges[key]]


def fresh_store(store: pyoxigraph.Store) -> pyoxigraph.Store:
    """Another store in memory with the same quads and graphs."""
    fresh = pyoxigraph.Store()
    fresh.bulk_extend(store)
    for graph in store.named_graphs():
        fresh.add_graph(graph)
    return fresh


def merge_node(names: tuple[str, ...]) -> pyoxigraph.NamedNode:
    """The graph that is the merge of some graphs. Argument: their names, sorted."""
    digest = hashlib.sha256("\n".join(names).encode()).hexdigest()
    return pyoxigraph.NamedNode(f"{MERGE}{digest}")


def merge_defaults(loaded_store: LoadedStore) -> None:
    """Make the usual default graphs ready: by their names, and the first in an engine of its
    own."""
    for closure in CLOSURES:
        loaded_store.merge(
            usual_dataset(loaded_store.holdings, closure, loaded_store.default_graph).default_graphs
        )
    if loaded_store.engine is None and loaded_store.default_graph == "union":
        loaded_store.engine = pyoxigraph.Store()
        count = FrequencyCount()
        for node in loaded_store.merge(loaded_store.usual_names):
            lines = loaded_store.store.dump(None, N_TRIPLES_SYNTAX.engine, from_graph=node)
            load_lines(loaded_store.engine, lines or b"", pyoxigraph.DefaultGraph(), count)
        loaded_store.frequencies = count.frequencies


def graph_node(name: str) -> GraphNode:
    """The graph of a name, which may be `DEFAULT_NAME`."""
    return pyoxigraph.NamedNode(name) if name else pyoxigraph.DefaultGraph()
