"""Files on their way into a store in memory."""

from collections.abc import Iterable, Iterator
from io import BufferedReader

import pyoxigraph

from eakg.names import BASE, is_evidence
from eakg.problems import Problem, ProblemsError
from eakg.rdf import N_TRIPLES_SYNTAX, TURTLE_SYNTAX, document_quads, file_quads, syntax_of
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs.bulk import (
    CHUNK,
    UNREADABLE,
    FrequencyCount,
    PlainStream,
    load_plain,
    load_turtle,
)
from eakg.store.graphs.dataset import DEFAULT_NAME, INFERRED_NAME
from eakg.store.graphs.deferral import Deferral, is_large
from eakg.store.graphs.engine_load import EngineLoad
from eakg.store.graphs.forms import stored_term
from eakg.store.graphs.labels import relabelled
from eakg.store.graphs.loaded import FEW, GraphNode, LoadedStore, graph_node, merge_defaults
from eakg.store.graphs.spellings import KindCount, Spellings
from eakg.store.options import DefaultGraph


def load(
    contents: Contents,
    default_graph: DefaultGraph = "union",
    *,
    defers: bool = False,
    begun: EngineLoad | None = None,
) -> LoadedStore:
    """Read the files into a new store in memory, and make the default graphs ready.

    The triples of a file belong to the graph that the file itself names, else to the one that it is
    given. With `defers` the graphs are made ready by their names when they are first asked for,
    where they are large and their files tell that nothing but the engine has to look at them; that
    may have `begun` already.
    Raises: ProblemsError with every file that is not RDF in the syntax its extension says, with the
    line.
    """
    if defers and default_graph == "union" and is_large(file.path for file in contents.files):
        store = (begun or EngineLoad(contents.files)).finish(contents)
        if store is not None:
            return store
    graph_load = GraphLoad(contents)
    for _ in graph_load.steps():
        pass
    loaded_store = LoadedStore(
        graph_load.store,
        graph_load.graphs,
        contents.version,
        default_graph=default_graph,
        spellings=graph_load.spellings,
        notices=graph_load.notices,
    )
    merge_defaults(loaded_store)
    return loaded_store


class GraphLoad:
    """Files on their way into a store with all graphs by their names.

    Arguments: the files; an empty store, where it is not to be one in memory; whether its own
    default graph shall be the merge of all graphs but those of evidence, which is to be so for one
    on disk alone. `count` is of the triples of that graph then.
    """

    def __init__(
        self, contents: Contents, store: pyoxigraph.Store | None = None, *, merges: bool = False
    ) -> None:
        self.store = pyoxigraph.Store() if store is None else store
        self._merges = merges
        self.spellings = Spellings()
        self.notices: tuple[Problem, ...] = ()
        self.count = FrequencyCount()
        self._contents = contents
        self._graphs = {str(file.name) for file in contents.files} - {DEFAULT_NAME}

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of the graphs, sorted."""
        return tuple(sorted(self._graphs))

    def steps(self) -> Iterator[None]:
        """Load them, some megabytes at each step. Raises: ProblemsError."""
        problems: list[Problem] = []
        notices: list[Problem] = []
        for number, file in enumerate(self._contents.files):
            counts = KindCount()
            try:
                yield from self._load(file, number, counts)
                notices += [counts.notice(str(file.path))] if counts else []
            except ProblemsError as error:
                problems += file.problems(error)
            except ValueError as error:
                problems.append(Problem(str(file.origin or file.path), 0, str(error)))
        if problems:
            raise ProblemsError(problems)
        self.notices = tuple(notices)

    def _load(self, file: GraphFile, number: int, counts: KindCount) -> Iterator[None]:
        if syntax_of(file.path) is N_TRIPLES_SYNTAX:
            graph = graph_node(str(file.name))
            if self._merges:
                remarkable = _load_to_disk(file, self.store, graph, self.count)
            else:
                remarkable = yield from load_plain(file, self.store, graph)
            if remarkable is not None:
                quads = document_quads(remarkable, N_TRIPLES_SYNTAX, str(file.name))
                self._add(relabelled(quads, str(file.name), number, {}), file, counts)
                return
        if syntax_of(file.path) is TURTLE_SYNTAX and file.name and not self._merges:
            graph = pyoxigraph.NamedNode(file.name)
            if not self.store.contains_named_graph(graph) and load_turtle(file, self.store, graph):
                return
        self._graphs |= self._add_all(file, number, counts)

    def _add(self, quads: Iterable[pyoxigraph.Quad], file: GraphFile, counts: KindCount) -> None:
        if self._merges:
            quads = list(quads)
            self.store.extend(
                pyoxigraph.Quad(quad.subject, quad.predicate, stored_term(quad.object))
                for quad in quads
                if not is_evidence(getattr(quad.graph_name, "value", ""))
            )
        if str(file.name) == INFERRED_NAME:
            # What follows is of tags in lower case, however they are written elsewhere.
            self.spellings.add_values(self.store, quads)
        else:
            self.spellings.add(self.store, quads, counts)

    def _add_all(self, file: GraphFile, number: int, counts: KindCount) -> set[str]:
        """Load a file quad by quad and count what the engine does not keep; the names of the graphs
        that it names itself."""
        quads: Iterable[pyoxigraph.Quad] = file_quads(file.path, str(file.name))
        if not syntax_of(file.path).quads:
            self._add(relabelled(quads, str(file.name), number, {}), file, counts)
            return set()
        quads = list(quads)
        # A blank node may name a graph; here graphs have IRIs, and so that node has one everywhere.
        graphs = dict.fromkeys(quad.graph_name for quad in quads)
        blank_graphs = [graph for graph in graphs if isinstance(graph, pyoxigraph.BlankNode)]
        genid = f"{BASE}.well-known/genid/{number}/"
        names = {
            node: pyoxigraph.NamedNode(f"{genid}{place}") for place, node in enumerate(blank_graphs)
        }
        self._add(relabelled(quads, str(file.name), number, names), file, counts)
        iri_graphs = [graph for graph in graphs if isinstance(graph, pyoxigraph.NamedNode)]
        return {graph.value for graph in (*iri_graphs, *names.values())}


class Preparation:
    """Makes the graphs of a store ready by their names, when somebody asks for them. Argument: the
    store."""

    def __init__(self, loaded_store: LoadedStore) -> None:
        self._loaded_store = loaded_store
        self._steps: Iterator[None] | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether `advance` has something to do at once."""
        return self._steps is not None

    def advance(self) -> None:
        """Do the next step, which loads some megabytes, where there is one.

        Raises: ProblemsError, as where a file has gone; the next who asks begins anew.
        """
        quads = self._loaded_store.quads
        if not isinstance(quads, Deferral):
            return
        if self._steps is None and quads.is_wanted:
            self._steps = self._prepare(quads)
        if self._steps is None:
            return
        try:
            next(self._steps)
        except StopIteration:
            self._steps = None
        except ProblemsError:
            self._steps = None
            quads.forget()
            raise

    def _prepare(self, deferral: Deferral) -> Iterator[None]:
        graph_load = GraphLoad(deferral.contents)
        yield from graph_load.steps()
        loaded_store = self._loaded_store
        evidence = sum(
            sum(1 for _ in graph_load.store.quads_for_pattern(None, None, None, graph_node(name)))
            for name in filter(is_evidence, graph_load.graphs)
        )
        # What two graphs say stands once in the merge.
        triples = 0 if loaded_store.engine is None else len(loaded_store.engine)
        loaded_store.is_disjoint = len(graph_load.store) - evidence == triples
        loaded_store.spellings = graph_load.spellings
        loaded_store.quads = graph_load.store
        if len(loaded_store.usual_names) > FEW or not loaded_store.is_disjoint:
            merge_defaults(loaded_store)


def _load_to_disk(
    file: GraphFile, store: pyoxigraph.Store, graph: GraphNode, count: FrequencyCount
) -> bytes | None:
    """As `load_plain`, for a store on disk, whose order is its own; what its own default graph gets
    is counted."""
    targets = [graph] if is_evidence(file.name) else [graph, pyoxigraph.DefaultGraph()]
    remarkable: list[bytes] = []
    try:
        for target in targets:
            is_default = isinstance(target, pyoxigraph.DefaultGraph)
            stream = PlainStream(file.path, count if is_default else None)
            reader = BufferedReader(stream, CHUNK)
            store.bulk_load(reader, N_TRIPLES_SYNTAX.engine, to_graph=target)
            remarkable = stream.remarkable
    except UNREADABLE:
        return None
    return b"".join(remarkable)


def graph_quads(files: Iterable[tuple[int, GraphFile]]) -> Iterator[pyoxigraph.Quad]:
    """The quads of files without graphs of their own, as `load` gives them to a store.

    Argument: some of the files of a store, each with its number among them. Raises: ProblemsError.
    """
    for number, file in files:
        quads = file_quads(file.path, str(file.name))
        yield from relabelled(quads, str(file.name), number, {})
