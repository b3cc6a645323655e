"""A store in memory with its graphs loaded.

A default graph of several graphs is their RDF merge, in which a triple that two of them hold
stands once. The engine does not merge: over a list of graphs, and over its own union default
graph, it gives such a triple twice and COUNT is wrong. So merges are stored as graphs of their
own, which no query sees by name.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import pyoxigraph

from eakg.names import BASE
from eakg.problems import Problem, ProblemsError
from eakg.rdf import file_quads, mapped_term, syntax_of
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs.dataset import DEFAULT_NAME, INFERRED_NAME, usual_dataset
from eakg.store.graphs.spellings import KindCount, Spellings
from eakg.store.options import DefaultGraph
from eakg.store.request import CLOSURES

_T = TypeVar("_T")
GraphNode: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph
MERGE = "urn:x-eakg-merge:"


@dataclass
class LoadedStore:
    """A store, the names of its graphs, the version of its data, which merges of the graphs it
    holds already, what its default graph is for queries, whether one of the graphs is of what
    follows from the others, and so is not written to, how its sources write what the engine writes
    otherwise, what is to be told of the files that it was loaded from, and whether the graph of
    reifiers is made, which is no part of `graphs`.
    """

    store: pyoxigraph.Store
    graphs: tuple[str, ...]
    version: str
    merges: dict[tuple[str, ...], pyoxigraph.NamedNode] = field(default_factory=dict)
    default_graph: DefaultGraph = "union"
    derives: bool = True
    spellings: Spellings = field(default_factory=Spellings)
    notices: tuple[Problem, ...] = ()
    is_reified: bool = False

    @property
    def holdings(self) -> tuple[str, ...]:
        """The names of the graphs, with `DEFAULT_NAME` where the default graph has triples."""
        default_quads = self.store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())
        return (DEFAULT_NAME, *self.graphs) if next(default_quads, None) else self.graphs

    def source_quads(self, name: str) -> Iterable[pyoxigraph.Quad]:
        """The quads of a graph, whose name may be `DEFAULT_NAME`, as their sources write them."""
        quads = self.store.quads_for_pattern(None, None, None, graph_node(name))
        return self.spellings.sources(quads)

    def unique_form(self, term: Any) -> Any:
        """The form that a term has in all sources, where they have one; else the stored one."""
        return self.spellings.unique(self.store, term, is_derived)

    def merge(self, names: Iterable[str]) -> GraphNode:
        """The graph that is the RDF merge of the named ones, made where it is not there yet."""
        key = tuple(sorted(set(names)))
        if len(key) == 1:
            return graph_node(key[0])
        if key not in self.merges:
            digest = hashlib.sha256("\n".join(key).encode()).hexdigest()
            target = pyoxigraph.NamedNode(f"{MERGE}{digest}")
            for name in key:
                source = f"<{name}>" if name else "DEFAULT"
                self.store.update(f"ADD SILENT {source} TO <{target.value}>")
            self.merges[key] = target
        return self.merges[key]


def is_derived(graph: Any) -> bool:
    """Whether a graph is made of others: of what follows from them, or their merge."""
    return isinstance(graph, pyoxigraph.NamedNode) and (
        graph.value == INFERRED_NAME or graph.value.startswith(MERGE)
    )


def load(contents: Contents, default_graph: DefaultGraph = "union") -> LoadedStore:
    """Read the files into a new store in memory, and make the default graphs ready.

    The triples of a file belong to the graph that the file itself names, else to the one that it is
    given. Raises: ProblemsError with every file that is not RDF in the syntax its extension says,
    with the line.
    """
    store = pyoxigraph.Store()
    spellings = Spellings()
    graphs = {str(file.name) for file in contents.files}
    problems: list[Problem] = []
    notices: list[Problem] = []
    for number, file in enumerate(contents.files):
        try:
            counts = KindCount()
            graphs |= _load_file(store, spellings, file, number, counts)
            notices += [counts.notice(str(file.path))] if counts else []
        except ProblemsError as error:
            problems += error.problems
        except ValueError as error:
            problems.append(Problem(str(file.path), 0, str(error)))
    if problems:
        raise ProblemsError(problems)
    names = tuple(sorted(graphs))
    loaded_store = LoadedStore(
        store,
        names,
        contents.version,
        default_graph=default_graph,
        spellings=spellings,
        notices=tuple(notices),
    )
    merge_defaults(loaded_store)
    return loaded_store


def merge_defaults(loaded_store: LoadedStore) -> None:
    """Make the usual default graphs ready."""
    for closure in CLOSURES:
        loaded_store.merge(
            usual_dataset(loaded_store.holdings, closure, loaded_store.default_graph).default_graphs
        )


def graph_node(name: str) -> GraphNode:
    """The graph of a name, which may be `DEFAULT_NAME`."""
    return pyoxigraph.NamedNode(name) if name else pyoxigraph.DefaultGraph()


def _load_file(
    store: pyoxigraph.Store,
    spellings: Spellings,
    file: GraphFile,
    number: int,
    counts: KindCount,
) -> set[str]:
    """Load a file and count what the engine does not keep; the names of the graphs that it names
    itself."""
    quads: Iterable[pyoxigraph.Quad] = file_quads(file.path, str(file.name))
    if not syntax_of(file.path).quads:
        relabelled = _relabel(quads, str(file.name), number, {})
        if str(file.name) == INFERRED_NAME:
            # What follows is of tags in lower case, however they are written elsewhere.
            spellings.add_values(store, relabelled)
        else:
            spellings.add(store, relabelled, counts)
        return set()
    quads = list(quads)
    # A blank node may name a graph; here graphs have IRIs, and so that node has one everywhere.
    graphs = dict.fromkeys(quad.graph_name for quad in quads)
    blank_graphs = [graph for graph in graphs if isinstance(graph, pyoxigraph.BlankNode)]
    genid = f"{BASE}.well-known/genid/{number}/"
    names = {
        node: pyoxigraph.NamedNode(f"{genid}{place}") for place, node in enumerate(blank_graphs)
    }
    spellings.add(store, _relabel(quads, str(file.name), number, names), counts)
    iri_graphs = [graph for graph in graphs if isinstance(graph, pyoxigraph.NamedNode)]
    return {graph.value for graph in (*iri_graphs, *names.values())}


def _relabel(
    quads: Iterable[pyoxigraph.Quad],
    name: str,
    number: int,
    names: Mapping[pyoxigraph.BlankNode, pyoxigraph.NamedNode],
) -> Iterator[pyoxigraph.Quad]:
    """The quads with blank node labels by order of appearance, the same at every start; the engine
    gives new ones at each loading. Blank nodes that name graphs get their IRIs."""
    labels: dict[pyoxigraph.BlankNode, pyoxigraph.BlankNode | pyoxigraph.NamedNode] = {**names}
    file_graph = pyoxigraph.NamedNode(name)

    def relabel(term: _T) -> _T | pyoxigraph.BlankNode | pyoxigraph.NamedNode:
        if isinstance(term, pyoxigraph.BlankNode):
            return labels.setdefault(term, pyoxigraph.BlankNode(f"b{number}x{len(labels)}"))
        return term

    for quad in quads:
        graph = relabel(quad.graph_name)
        if isinstance(graph, pyoxigraph.DefaultGraph):
            graph = file_graph
        object_ = mapped_term(quad.object, relabel)
        yield pyoxigraph.Quad(relabel(quad.subject), quad.predicate, object_, graph)
