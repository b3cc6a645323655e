"""A store in memory with its graphs loaded.

A default graph of several graphs is their RDF merge, in which a triple that two of them hold
stands once. The engine does not merge: over a list of graphs, and over its own union default
graph, it gives such a triple twice and COUNT is wrong. So merges are stored as graphs of their
own, which no query sees by name.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import pyoxigraph

from eakg.problems import Problem
from eakg.rdf import N_TRIPLES_SYNTAX
from eakg.sparql import NotPreparedError
from eakg.store.graphs.bulk import load_lines
from eakg.store.graphs.dataset import DEFAULT_NAME, INFERRED_NAME, usual_dataset
from eakg.store.graphs.deferral import Deferral
from eakg.store.graphs.forms import source_term
from eakg.store.graphs.spellings import Spellings
from eakg.store.options import DefaultGraph
from eakg.store.request import CLOSURES

_T = TypeVar("_T")
GraphNode: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph
MergeNodes: TypeAlias = list[pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.DefaultGraph]
MERGE = "urn:x-eakg-merge:"
FEW = 8
"""So many graphs are asked one after the other rather than merged."""


@dataclass
class LoadedStore:
    """A store, the names of its graphs, the version of its data, which merges of the graphs it
    holds already, what its default graph is for queries, whether one of the graphs is of what
    follows from the others, and so is not written to, how its sources write what the engine writes
    otherwise, what is to be told of the files that it was loaded from, and whether the graph of
    reifiers is made, which is no part of `graphs`.

    `engine` has the usual default graph alone: what an engine has to pass over is what makes it
    slow. `quads` has all graphs by their names, or is the files that they are to be made of when
    somebody asks for them. `is_disjoint` says that no triple is in two of the usual default graph.
    """

    quads: pyoxigraph.Store | Deferral
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

    @property
    def store(self) -> pyoxigraph.Store:
        """The graphs by name. Raises: NotPreparedError as long as they are not there."""
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
        if isinstance(self.quads, Deferral):
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
        return self.spellings.unique(self.quads, term, is_derived)

    def merge(self, names: Iterable[str]) -> MergeNodes:
        """The graphs whose union is the RDF merge of the named ones: one that is made where it is
        not there yet, or a few themselves, where no triple is in two of them."""
        key = tuple(sorted(set(names)))
        is_disjoint = self.is_disjoint and {*key} <= {*self.usual_names}
        if len(key) == 1 or (is_disjoint and len(key) <= FEW):
            return [graph_node(name) for name in key]
        if key not in self.merges:
            digest = hashlib.sha256("\n".join(key).encode()).hexdigest()
            target = pyoxigraph.NamedNode(f"{MERGE}{digest}")
            for name in key:
                source = f"<{name}>" if name else "DEFAULT"
                self.store.update(f"ADD SILENT {source} TO <{target.value}>")
            self.merges[key] = target
        return [self.merges[key]]


def is_derived(graph: Any) -> bool:
    """Whether a graph is made of others: of what follows from them, or their merge."""
    return isinstance(graph, pyoxigraph.NamedNode) and (
        graph.value == INFERRED_NAME or graph.value.startswith(MERGE)
    )


def merge_defaults(loaded_store: LoadedStore) -> None:
    """Make the usual default graphs ready: by their names, and the first in an engine of its
    own."""
    for closure in CLOSURES:
        loaded_store.merge(
            usual_dataset(loaded_store.holdings, closure, loaded_store.default_graph).default_graphs
        )
    if loaded_store.engine is None and loaded_store.default_graph == "union":
        loaded_store.engine = pyoxigraph.Store()
        for node in loaded_store.merge(loaded_store.usual_names):
            lines = loaded_store.store.dump(None, N_TRIPLES_SYNTAX.engine, from_graph=node)
            load_lines(loaded_store.engine, lines or b"", pyoxigraph.DefaultGraph())


def graph_node(name: str) -> GraphNode:
    """The graph of a name, which may be `DEFAULT_NAME`."""
    return pyoxigraph.NamedNode(name) if name else pyoxigraph.DefaultGraph()
