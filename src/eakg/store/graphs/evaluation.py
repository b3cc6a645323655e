"""Answering a request from a loaded store: the one way, in a worker as in this process."""

import errno
import time
from typing import BinaryIO, TypeAlias

import pyoxigraph

from eakg.names import PREFIXES
from eakg.rdf import GRAPH_SYNTAX, ROW_SYNTAX, ResultFormat, ResultKind, formats_for
from eakg.sparql import (
    EvaluationError,
    FormatMismatchError,
    Inspection,
    QueryRefusedError,
    ResultTooLargeError,
    inspect_query,
)
from eakg.store.graphs.dataset import dataset_for
from eakg.store.graphs.loaded import LoadedStore
from eakg.store.request import QueryRequest
from eakg.store.syntax_errors import syntax_error

Answer: TypeAlias = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples


def evaluate(loaded: LoadedStore, request: QueryRequest, output: BinaryIO) -> float:
    """Answer the request and write the serialised result to `output`.

    Results: the seconds it took. Raises: QueryError and its kinds, ResultTooLargeError where the
    output may not grow further, MemoryError where the process may not. What was written before
    an error is no result.
    Specification: SPARQL 1.1 Query; SPARQL 1.1 Protocol section 2.1.
    """
    started = time.perf_counter()
    result_format = request.result_format
    inspection = inspect_query(request.text, request.base_iri)
    if inspection.service:
        raise QueryRefusedError(
            "SERVICE is not offered: no part of a query is sent to other endpoints"
        )
    try:
        _write(_answer(loaded, request, inspection), result_format, inspection, output)
        output.flush()
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ResultTooLargeError(
                "the result is larger than a result may be; use LIMIT"
            ) from None
        raise EvaluationError(str(error)) from None
    except RuntimeError as error:
        raise EvaluationError(str(error)) from None
    return time.perf_counter() - started


def _answer(loaded: LoadedStore, request: QueryRequest, inspection: Inspection) -> Answer:
    dataset = dataset_for(loaded.holdings, request, inspection, loaded.default_graph)
    try:
        return loaded.store.query(
            request.text,
            base_iri=request.base_iri,
            # Given both, or the engine takes its own choice for the other.
            default_graph=[loaded.merge(dataset.default)],
            named_graphs=[pyoxigraph.NamedNode(name) for name in dataset.named],
        )
    except SyntaxError as error:
        raise syntax_error(request.text, str(error), request.base_iri) from None
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def _write(
    answer: Answer, result_format: ResultFormat, inspection: Inspection, output: BinaryIO
) -> None:
    try:
        match answer:
            case pyoxigraph.QueryTriples():
                check_carries(ResultKind.GRAPH, result_format)
                pyoxigraph.serialize(
                    answer,
                    output,
                    GRAPH_SYNTAX[result_format.name],
                    prefixes=_prefixes(inspection),
                )
            case pyoxigraph.QueryBoolean():
                check_carries(ResultKind.BOOLEAN, result_format)
                answer.serialize(output, ROW_SYNTAX[result_format.name])
            case _:
                check_carries(ResultKind.SOLUTIONS, result_format)
                answer.serialize(output, ROW_SYNTAX[result_format.name])
    finally:
        # A traceback would keep it, and the engine lets it be dropped in this thread alone.
        del answer


def check_carries(kind: ResultKind, result_format: ResultFormat) -> None:
    """Raises: FormatMismatchError when the format cannot carry a result of this kind."""
    if kind not in result_format.kinds:
        there_is = ", ".join(one.media_type for one in formats_for(kind))
        raise FormatMismatchError(
            f"{result_format.media_type} cannot carry {_PHRASES[kind]}; there is {there_is}"
        )


_PHRASES = {
    ResultKind.SOLUTIONS: "the solutions of SELECT",
    ResultKind.BOOLEAN: "the answer to ASK",
    ResultKind.GRAPH: "the triples of CONSTRUCT or DESCRIBE",
}


def _prefixes(inspection: Inspection) -> dict[str, str]:
    own = {name: iri for name, iri in inspection.prefixes if iri}
    return {**PREFIXES, **own}
