"""A store in memory with its graphs loaded.

A default graph of several graphs is their RDF merge, in which a triple that two of them hold
stands once. The engine does not merge: over a list of graphs, and over its own union default
graph, it gives such a triple twice and COUNT is wrong. So merges are stored as graphs of their
own, which no query sees by name.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import pyoxigraph

from eakg.names import BASE
from eakg.problems import Problem, ProblemsError
from eakg.rdf import mapped_term, open_file, syntax_of
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs.dataset import DEFAULT_NAME, usual_dataset
from eakg.store.options import DefaultGraph
from eakg.store.request import CLOSURES

_T = TypeVar("_T")
GraphNode: TypeAlias = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph
MERGE = "urn:x-eakg-merge:"


@dataclass
class LoadedStore:
    """A store, the names of its graphs, the version of its data, which merges of the graphs it
    holds already, what its default graph is for queries, and whether one of the graphs is of what
    follows from the others, and so is not written to.
    """

    store: pyoxigraph.Store
    graphs: tuple[str, ...]
    version: str
    merges: dict[tuple[str, ...], pyoxigraph.NamedNode] = field(default_factory=dict)
    default_graph: DefaultGraph = "union"
    derives: bool = True

    @property
    def holdings(self) -> tuple[str, ...]:
        """The names of the graphs, with `DEFAULT_NAME` where the default graph has triples."""
        default_quads = self.store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())
        return (DEFAULT_NAME, *self.graphs) if next(default_quads, None) else self.graphs

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


def load(contents: Contents, default_graph: DefaultGraph = "union") -> LoadedStore:
    """Read the files into a new store in memory, and make the default graphs ready.

    The triples of a file belong to the graph that the file itself names, else to the one that it is
    given. Raises: ProblemsError with every file that is not RDF in the syntax its extension says,
    with the line.
    """
    store = pyoxigraph.Store()
    graphs = {str(file.name) for file in contents.files}
    problems: list[Problem] = []
    for number, file in enumerate(contents.files):
        try:
            graphs |= _load_file(store, file, number)
        except ProblemsError as error:
            problems += error.problems
        except SyntaxError as error:
            problems.append(Problem(str(file.path), error.lineno or 0, str(error.msg)))
        except ValueError as error:
            problems.append(Problem(str(file.path), 0, str(error)))
    if problems:
        raise ProblemsError(problems)
    names = tuple(sorted(graphs))
    loaded_store = LoadedStore(store, names, contents.version, default_graph=default_graph)
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


def _load_file(store: pyoxigraph.Store, file: GraphFile, number: int) -> set[str]:
    """Load a file; the names of the graphs that it names itself."""
    syntax = syntax_of(file.path)
    with open_file(file.path) as data:
        quads: Iterable[pyoxigraph.Quad] = pyoxigraph.parse(
            data, syntax.engine, base_iri=str(file.name)
        )
        if not syntax.quads:
            store.extend(_relabel(quads, str(file.name), number, {}))
            return set()
        quads = list(quads)
    # A blank node may name a graph; here graphs have IRIs, and so that node has one everywhere.
    graphs = dict.fromkeys(quad.graph_name for quad in quads)
    blank_graphs = [graph for graph in graphs if isinstance(graph, pyoxigraph.BlankNode)]
    genid = f"{BASE}.well-known/genid/{number}/"
    names = {
        node: pyoxigraph.NamedNode(f"{genid}{place}") for place, node in enumerate(blank_graphs)
    }
    store.extend(_relabel(quads, str(file.name), number, names))
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
