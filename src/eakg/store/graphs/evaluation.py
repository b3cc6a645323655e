"""Answering a request from a loaded store: the one way, in a worker as in this process."""

import errno
import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO, TypeVar, cast

import pyoxigraph

from eakg.names import PREFIXES
from eakg.rdf import Answer, ResultFormat, ResultKind, UnwritableError
from eakg.rdf.documents import DEEPEST, is_nested_deeply
from eakg.sparql import (
    Dataset,
    EvaluationError,
    FormatMismatchError,
    InexactQueryError,
    Inspection,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTooComplexError,
    ResultTooLargeError,
    SpoolError,
    StoreError,
    StoreFailedError,
    as_sent,
    asks_graphs,
    engine_spelling,
    inspect_query,
    lookup_kind,
    point_pattern,
)
from eakg.sparql.exact import FEW, JoinGuide, exact_query
from eakg.sparql.syntax import TermKind, TermNode
from eakg.store.graphs.dataset import dataset_for
from eakg.store.graphs.forms import FORM_AGGREGATES, FORM_FUNCTIONS, literal_coding
from eakg.store.graphs.loaded import LoadedStore, MergeNodes
from eakg.store.graphs.reifiers import holdings_for
from eakg.store.graphs.sources import SourceWriter
from eakg.store.request import QueryRequest
from eakg.store.syntax_errors import syntax_error

_DAMAGE = ("Corruption", "IO error")  # of the engine's files
_T = TypeVar("_T")
AnswerWriter = Callable[[Answer, ResultFormat, BinaryIO, Mapping[str, str]], None]


def evaluate(loaded_store: LoadedStore, request: QueryRequest, output: BinaryIO) -> float:
    """Answer the request and write the serialised result to `output`.

    Results: the seconds it took. Raises: QueryError and its kinds, ResultTooLargeError where the
    output may not grow further, MemoryError where the process may not. What was written before
    an error is no result.
    Specification: SPARQL 1.1 Query; SPARQL 1.1 Protocol section 2.1.
    """
    return without_frames(partial(_evaluate, loaded_store, request, output), StoreError)


def _evaluate(loaded_store: LoadedStore, request: QueryRequest, output: BinaryIO) -> float:
    start = time.perf_counter()
    result_format = request.result_format
    check_depth(request.text.encode(errors="replace"))
    spelled = engine_spelling(request.text, request.base_iri)
    try:
        inspection = inspect_query(spelled, request.base_iri)
    except QuerySyntaxError as error:
        raise as_sent(error, request.text, request.base_iri) from None
    if inspection.service:
        raise QueryRefusedError(
            "SERVICE is not offered: no part of a query is sent to other endpoints"
        )
    request_dataset = Dataset(
        (*request.default_graphs, *inspection.default_graphs),
        (*request.named_graphs, *inspection.named_graphs),
    )
    try:
        dataset = dataset_for(
            holdings_for(loaded_store, request_dataset, spelled, request.base_iri),
            request,
            inspection,
            loaded_store.default_graph,
        )
        answer = _answer(loaded_store, request, spelled, dataset)
        writer = SourceWriter(loaded_store, request, dataset, answer.has_codes)
        write_answer(answer.answer, result_format, prefixes_of(inspection), output, writer.write)
        output.flush()
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ResultTooLargeError(
                "the result is larger than a result may be; use LIMIT"
            ) from None
        raise SpoolError.of(error) from None
    except RuntimeError as error:
        if str(error).startswith(_DAMAGE):
            raise StoreFailedError(
                "what the store has on disk cannot be read; who runs the service is to check it"
                " (eakg store check)"
            ) from None
        raise EvaluationError(str(error)) from None
    return time.perf_counter() - start


def _answer(
    loaded_store: LoadedStore, request: QueryRequest, spelled: str, dataset: Dataset
) -> "EngineAnswer":
    try:
        return ask_engine(
            loaded_store, spelled, request.base_iri, dataset, any_graph=request.any_graph
        )
    except (InexactQueryError, QuerySyntaxError) as error:
        raise as_sent(error, request.text, request.base_iri) from None
    except SyntaxError as error:
        raise syntax_error(request.text, str(error), request.base_iri) from None
    except ValueError as error:
        raise EvaluationError(str(error)) from None


@dataclass(frozen=True)
class EngineAnswer:
    """What the engine says, and whether it may have literals in code."""

    answer: Answer
    has_codes: bool


def ask_engine(
    loaded_store: LoadedStore,
    spelled: str,
    base_iri: str | None,
    dataset: Dataset,
    *,
    any_graph: bool = False,
) -> EngineAnswer:
    """What the engine says to a query over a dataset, where that is what SPARQL says.

    Arguments: the store; the query in the engine's spelling; the IRI that relative ones are
    resolved against; whether GRAPH may range over all that the engine has, merges too.
    Raises: InexactQueryError where the engine would say something else; what the
    engine raises.
    """
    store, default_graphs, named_graphs = _engine_dataset(loaded_store, spelled, dataset)
    has_codes = loaded_store.spellings.has_codes
    guide = None
    is_counted = store is loaded_store.engine and default_graphs == [pyoxigraph.DefaultGraph()]
    if is_counted and loaded_store.frequencies.is_large:
        guide = JoinGuide(loaded_store.frequencies, partial(_few_triples, store))
    is_single = point_pattern(spelled) is not None  # with no join to be put in order
    if is_single or (lookup_kind(spelled) and not (guide and guide.may_help(spelled))):
        # It calls no functions and names no graphs.
        answer = store.query(
            spelled, base_iri=base_iri, default_graph=default_graphs, named_graphs=[]
        )
        return EngineAnswer(cast(Answer, answer), has_codes)
    is_node = partial(_is_node, store, default_graphs)
    coding = literal_coding(is_used=has_codes)
    query = exact_query(spelled, base_iri, lambda: dataset.named_graphs, is_node, coding, guide)
    if query.text != query.readable:
        check_syntax(query.readable, base_iri)
    answer = store.query(
        query.text,
        base_iri=base_iri,
        # Given both, or the engine takes its own choice for the other; of named graphs it then has
        # all, at once, where it tries those of a choice one after the other.
        default_graph=default_graphs,
        named_graphs=None if any_graph else [*map(pyoxigraph.NamedNode, named_graphs)],
        custom_functions=FORM_FUNCTIONS,
        custom_aggregate_functions=FORM_AGGREGATES,
    )
    return EngineAnswer(cast(Answer, answer), has_codes or query.has_codes)


def _engine_dataset(
    loaded_store: LoadedStore, spelled: str, dataset: Dataset
) -> tuple[pyoxigraph.Store, MergeNodes, tuple[str, ...]]:
    """The engine that a query is asked of, with the graphs of its default graph and its named ones.

    Raises: NotPreparedError.
    """
    engine = loaded_store.engine
    is_usual = set(dataset.default_graphs) == set(loaded_store.usual_names)
    if engine is not None and is_usual and not (dataset.named_graphs and asks_graphs(spelled)):
        return engine, [pyoxigraph.DefaultGraph()], ()
    store, nodes = loaded_store.arrangement(dataset.default_graphs, dataset.named_graphs)
    return store, nodes, dataset.named_graphs


def check_depth(text: bytes) -> None:
    """Raises: QueryTooComplexError where a triple term in a query, an update or a change is nested
    deeper than it may be."""
    if is_nested_deeply(text):
        raise QueryTooComplexError(
            f"a triple term is nested more than {DEEPEST} levels deep; give what is within a name"
            " of its own"
        )


def check_syntax(text: str, base_iri: str | None) -> None:
    """Let the engine read a query and not answer it. Raises: the engine's SyntaxError."""
    pyoxigraph.Store().query(text, base_iri=base_iri, default_graph=[], named_graphs=[])


def _is_node(store: pyoxigraph.Store, graphs: MergeNodes, term: TermNode) -> bool:
    """Whether an IRI is a subject or an object in one of some graphs."""
    if term.kind is not TermKind.IRI or not term.iri:
        return False
    node = pyoxigraph.NamedNode(term.iri)
    quads = (
        store.quads_for_pattern(subject, None, object_, graph)
        for graph in graphs
        for subject, object_ in ((node, None), (None, node))
    )
    return any(next(each, None) is not None for each in quads)


def _few_triples(store: pyoxigraph.Store, predicate: str) -> int | None:
    """The number of triples of a predicate in the default graph of a store, None for many."""
    node = pyoxigraph.NamedNode(predicate)
    quads = store.quads_for_pattern(None, node, None, pyoxigraph.DefaultGraph())
    count = sum(1 for _ in islice(quads, FEW + 1))
    return count if count <= FEW else None


def without_frames(call: Callable[[], _T], kind: type[Exception] = Exception) -> _T:
    """What a call gives. Its error keeps no frame of it: the engine lets its results be dropped in
    this thread alone, and a traceback takes them elsewhere.

    Arguments: the call; the kind of errors that this is for.
    """
    try:
        return call()
    except kind as error:
        failure = error.with_traceback(None)
    failure.__context__ = None
    del call
    gc.collect(1)  # what was in a cycle with a frame; it is young
    try:
        raise failure
    finally:
        del (
            failure
        )  # or this frame would be in a cycle with its error, and with those that called it


def write_answer(
    answer: Answer,
    result_format: ResultFormat,
    prefixes: Mapping[str, str],
    output: BinaryIO,
    write: AnswerWriter = lambda answer, result_format, output, prefixes: result_format.write(
        answer, output, prefixes
    ),
) -> None:
    """Write an answer in a format. Raises: FormatMismatchError where the format cannot carry it."""
    try:
        without_frames(partial(write, answer, result_format, output, prefixes))
    except UnwritableError as error:
        raise FormatMismatchError(str(error)) from None
    finally:
        del answer


def check_kind(kind: ResultKind, result_format: ResultFormat) -> None:
    """Raises: FormatMismatchError when the format cannot carry this kind of result."""
    try:
        result_format.check(kind)
    except UnwritableError as error:
        raise FormatMismatchError(str(error)) from None


def prefixes_of(inspection: Inspection) -> dict[str, str]:
    """The prefixes that a graph is written with: ours, and the query's own before them."""
    return {**PREFIXES, **{name: iri for name, iri in inspection.prefixes if iri}}
