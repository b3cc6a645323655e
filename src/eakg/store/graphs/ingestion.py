"""RDF files of anyone, made ready to be loaded: each graph named, each node named, closed.

The triples of a file belong to the graph that the file itself names, else to one named after the
file: `<authority>graph/file/<name of the file without folder and extension>`. Blank nodes get IRIs
by their order in the file, `<authority>.well-known/genid/...` (RDF 1.1 Concepts, section 3.5), the
same at every start, so that results and entity tags stay what they were while the data does. The
authority is that of who publishes the data, where they say it.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeAlias, TypeVar
from urllib.parse import quote

import pyoxigraph
from rdflib import URIRef

from eakg.dataset import built_graph_name, places_of_files
from eakg.files import writing
from eakg.names import BASE, GRAPH, INFERRED_GRAPH, is_evidence
from eakg.problems import Problem, ProblemsError
from eakg.rdf import (
    LARGEST_LINE,
    N_TRIPLES_SYNTAX,
    OversizeError,
    document_quads,
    file_quads,
    mapped_term,
    plain_name,
    problems_of,
    syntax_of,
    write_triples,
)
from eakg.reason import closure_of_facts
from eakg.reason.contradictions import contradiction, is_small
from eakg.reason.files import imported_iris, read, write_facts
from eakg.reason.rulebooks import Regime
from eakg.store.graph_files import Contents, GraphFile, read_contents
from eakg.store.graphs.bulk import UNREADABLE, check_lines, has_valid_terms, lines_of
from eakg.store.graphs.dataset import DEFAULT_NAME
from eakg.store.graphs.spellings import KindCount
from eakg.store.options import DefaultGraph, Reasoning

Progress = Callable[[str], None]
"""Told what is being done."""
Foresight = Callable[[Sequence[GraphFile]], None]
"""Told the files that there will be, in their order, once all are there but what follows."""

_AT_ONCE = 1 << 17  # triples held as objects
_GraphTriple: TypeAlias = tuple[str, pyoxigraph.Triple]
"""The name of a graph, and a triple of it."""
_T = TypeVar("_T")


@dataclass(frozen=True)
class Ingestion:
    """Files ready to be loaded, the contradictions in what they say, of which some are ill-formed
    literals alone, what is to be told of them, and the ontologies that they import and have not, as
    far as they were reasoned over."""

    contents: Contents
    contradictions: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()
    ill_formed: frozenset[Problem] = frozenset()
    imports: tuple[str, ...] = ()


def ingest(
    paths: Sequence[Path],
    folder: Path,
    reasoning: Reasoning = "owl-rl",
    progress: Progress = lambda _: None,
    foresee: Foresight = lambda _: None,
    default_graph: DefaultGraph = "union",
    authority: str = BASE,
) -> Ingestion:
    """Write the files as one file of N-Triples for each graph, and what follows from them as one
    more.

    Arguments: files in Turtle, N-Triples, RDF/XML, JSON-LD, N-Quads or TriG, told by their
    extension, plain or with `.gz`; an empty folder, to be kept as long as the contents are used;
    the rules; what is told of the files before they run; whether what files of quads have in no
    graph of their own is in the store's default graph ("strict"), or in one named after the file;
    what the names begin with of graphs and nodes that have none. Graphs of evidence are not
    reasoned over, and a graph named as that of what was inferred is made anew.

    Raises: ProblemsError with every file that cannot be read, and the line.
    """
    names = graph_names(paths, authority)
    named_files = [GraphFile(*one) for one in zip(names, paths, strict=True)]
    return ingest_named(named_files, folder, reasoning, progress, foresee, default_graph, authority)


def ingest_named(
    named_files: Sequence[GraphFile],
    folder: Path,
    reasoning: Reasoning = "owl-rl",
    progress: Progress = lambda _: None,
    foresee: Foresight = lambda _: None,
    default_graph: DefaultGraph = "union",
    authority: str = BASE,
) -> Ingestion:
    """As `ingest`, of files that have names for what is in no graph of its own."""
    notices: list[Problem] = []
    regime = Regime.of(reasoning)
    is_checked = not regime.derives  # else whoever reasons tells what is wrong
    graph_files = split_by_graph(
        named_files,
        folder,
        progress,
        notices.append,
        is_checked=is_checked,
        default_graph=default_graph,
        authority=authority,
    )
    if not regime.derives:
        return Ingestion(read_contents(graph_files), notices=tuple(notices))
    files = [file for file in graph_files if file.name != INFERRED_GRAPH]
    inferred_file = GraphFile(INFERRED_GRAPH, folder / "inferred.nt")
    all_files = sorted([*files, inferred_file])
    foresee(all_files)
    progress("reasoning")
    origins = [file.path for file in named_files]
    contradictions, ill_formed, imports = _close(files, inferred_file.path, origins, regime)
    progress("loading")
    contents = read_contents(all_files)
    return Ingestion(contents, contradictions, tuple(notices), ill_formed, imports)


def split_by_graph(
    files: Sequence[GraphFile],
    folder: Path,
    progress: Progress = lambda _: None,
    notify: Callable[[Problem], None] = lambda _: None,
    *,
    is_checked: bool = True,
    default_graph: DefaultGraph = "union",
    authority: str = BASE,
) -> list[GraphFile]:
    """Write RDF files as one file of N-Triples for each graph, without blank nodes.

    Arguments: the files, and the graphs for what is in no graph of their own; an empty folder;
    what to tell of the literals that the engine of ours does not keep as they are written; whether
    lines that stay as they are have to be right; the default graph, and what the names of blank
    nodes begin with, as `ingest` has them.
    Raises: ProblemsError with every file that cannot be read, and the line.
    """
    writer = _GraphFiles(folder, is_checked)
    problems: list[Problem] = []
    counts: dict[URIRef, int] = {}
    for file in files:
        progress(f"reading {file.path}")
        number = counts[file.name] = counts.get(file.name, 0) + 1
        key = _key_of(str(file.name), authority) + (f".{number}" if number > 1 else "")
        genid = f"{authority}.well-known/genid/{key}/"
        kinds = KindCount()
        try:
            quads = writer.copy(file) if number == 1 else None
            if quads is None:
                quads = file_quads(file.path, str(file.name))
            is_dataset = default_graph == "strict" and syntax_of(file.path).quads
            name = DEFAULT_NAME if is_dataset else str(file.name)
            for batch in _batches(_skolemize(quads, name, genid)):
                writer.write(batch)
                for _, triple in batch:
                    kinds.count(triple.object)
            if kinds:
                notify(kinds.notice(str(file.path)))
        except ProblemsError as error:
            problems += error.problems
        except OversizeError as error:
            problems += problems_of(file.path, error).problems
    if problems:
        raise ProblemsError([*problems, *writer.unseen_problems()])
    return writer.files()


@dataclass
class _GraphFiles:
    """Triples appended to one file for each graph."""

    folder: Path
    is_checked: bool
    places: dict[str, Path] = field(default_factory=dict)
    origins: dict[str, Path] = field(default_factory=dict)

    def copy(self, file: GraphFile) -> Iterable[pyoxigraph.Quad] | None:
        """Write the lines of a file of N-Triples that are to stay as they are; the quads of the
        remainder. None where it is of another syntax, or the engine cannot read it."""
        if syntax_of(file.path) is not N_TRIPLES_SYNTAX or str(file.name) in self.places:
            return None
        place = self.folder / f"{len(self.places)}.nt"
        remarkable: list[bytes] = []
        try:
            with place.open("wb") as copy:
                for lines in lines_of(file.path):
                    copy.write(lines.plain)
                    if lines.plain and not lines.plain.endswith(b"\n"):
                        copy.write(b"\n")
                    remarkable.append(lines.remarkable)
            remainder = b"".join(remarkable)
            if remainder or self.is_checked or is_evidence(file.name):
                check_lines(place)
            quads = [*document_quads(remainder, N_TRIPLES_SYNTAX, str(file.name))]
        except UNREADABLE:
            place.unlink(missing_ok=True)
            return None
        self.places[str(file.name)] = place
        if not remainder:
            self.origins[str(file.name)] = file.path
        return quads

    def write(self, graph_triples: Iterable[_GraphTriple]) -> None:
        graphs: dict[str, list[pyoxigraph.Triple]] = defaultdict(list)
        for name, triple in graph_triples:
            graphs[name].append(triple)
        for name, triples in graphs.items():
            place = self.places.setdefault(name, self.folder / f"{len(self.places)}.nt")
            self.origins.pop(name, None)
            with place.open("ab") as file:
                start = file.tell()
                write_triples(triples, file)
                if file.tell() - start > LARGEST_LINE:
                    _check_sizes(triples)

    def unseen_problems(self) -> Iterator[Problem]:
        """What is wrong with the files that were copied and not read."""
        return _faults(GraphFile(URIRef(name), path) for name, path in self.origins.items())

    def files(self) -> list[GraphFile]:
        return [
            GraphFile(URIRef(name), place, self.origins.get(name))
            for name, place in self.places.items()
        ]


def _faults(files: Iterable[GraphFile]) -> Iterator[Problem]:
    """What is wrong with files, read quad by quad."""
    for file in files:
        try:
            deque(file_quads(file.path, str(file.name)), maxlen=0)
        except ProblemsError as error:
            yield from file.problems(error)


def _check_sizes(triples: Iterable[pyoxigraph.Triple]) -> None:
    """Raise OversizeError where one of the triples could not be read again."""
    for triple in triples:
        object_ = triple.object
        if isinstance(object_, pyoxigraph.Literal) and len(object_.value) > LARGEST_LINE >> 3:
            line = pyoxigraph.serialize([triple], format=N_TRIPLES_SYNTAX.engine) or b""
            if len(line) > LARGEST_LINE:
                raise OversizeError


def _key_of(graph: str, authority: str) -> str:
    """The name of a graph within those of its blank nodes."""
    return graph.removeprefix(f"{authority}graph/").removeprefix(GRAPH)


def graph_names(paths: Iterable[Path], authority: str) -> list[URIRef]:
    """A name for each file; files of the same name are told apart by a number. A file of a built
    graph has the name that its evidence tells."""
    names: list[URIRef] = []
    for path in paths:
        if built_name := built_graph_name(path):
            names.append(built_name)
            continue
        stem = Path(plain_name(path)).stem
        base_name = URIRef(f"{authority}graph/file/{quote(stem, safe='')}")
        name, number = base_name, 1
        while name in names:
            number += 1
            name = URIRef(f"{base_name}-{number}")
        names.append(name)
    return names


def _skolemize(quads: Iterable[pyoxigraph.Quad], name: str, genid: str) -> Iterator[_GraphTriple]:
    """The triples with names for their blank nodes, by order of appearance, and their graphs."""
    names: dict[pyoxigraph.BlankNode, pyoxigraph.NamedNode] = {}

    def skolem(term: _T) -> _T | pyoxigraph.NamedNode:
        if isinstance(term, pyoxigraph.BlankNode):
            return names.setdefault(term, pyoxigraph.NamedNode(f"{genid}{len(names)}"))
        return term

    for quad in quads:
        graph = skolem(quad.graph_name)
        yield (
            graph.value if isinstance(graph, pyoxigraph.NamedNode) else name,
            pyoxigraph.Triple(
                skolem(quad.subject), quad.predicate, mapped_term(quad.object, skolem)
            ),
        )


def _batches(graph_triples: Iterator[_GraphTriple]) -> Iterator[list[_GraphTriple]]:
    while batch := list(islice(graph_triples, _AT_ONCE)):
        yield batch


def _close(
    files: Sequence[GraphFile], output: Path, origins: Sequence[Path], regime: Regime
) -> tuple[tuple[Problem, ...], frozenset[Problem], tuple[str, ...]]:
    graph_files = [file for file in files if not is_evidence(file.name)]
    try:
        terms, facts = read([file.path for file in graph_files], rules=regime.rules)
    except ProblemsError as error:
        for graph_file in graph_files:
            error = ProblemsError(graph_file.problems(error), error.status)
        raise error from None
    if not has_valid_terms(terms.spellings) and (faults := [*_faults(graph_files)]):
        raise ProblemsError(faults)
    imports = imported_iris(terms, facts)
    closure = closure_of_facts(
        terms, facts, rules=regime.rules, trivial=regime.trivial, restated=False
    )
    with writing(output) as file:
        write_facts(closure.inferred_facts(), terms, file)
    inconsistencies = closure.inconsistencies
    problems: tuple[Problem, ...] = ()
    ill_formed: frozenset[Problem] = frozenset()
    if inconsistencies:
        small = [path for path in origins if is_small(path)]
        places = places_of_files(small)
        problems = tuple(
            contradiction(inconsistency, places, str(origins[0]), is_asserted=closure.is_asserted)
            for inconsistency in inconsistencies
        )
        pairs = zip(problems, inconsistencies, strict=True)
        ill_formed = frozenset(one for one, clash in pairs if clash.is_ill_formed_literal)
    return problems, ill_formed, imports
