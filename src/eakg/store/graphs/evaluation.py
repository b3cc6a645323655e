"""Answering a request from a loaded store: the one way, in a worker as in this process."""

import errno
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import BinaryIO, TypeVar, cast

import pyoxigraph

from eakg.names import PREFIXES
from eakg.rdf import Answer, ResultFormat, ResultKind, UnwritableError
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

_T = TypeVar("_T")


def evaluate(loaded_store: LoadedStore, request: QueryRequest, output: BinaryIO) -> float:
    """Answer the request and write the serialised result to `output`.

    Results: the seconds it took. Raises: QueryError and its kinds, ResultTooLargeError where the
    output may not grow further, MemoryError where the process may not. What was written before
    an error is no result.
    Specification: SPARQL 1.1 Query; SPARQL 1.1 Protocol section 2.1.
    """
    start = time.perf_counter()
    result_format = request.result_format
    inspection = inspect_query(request.text, request.base_iri)
    if inspection.service:
        raise QueryRefusedError(
            "SERVICE is not offered: no part of a query is sent to other endpoints"
        )
    try:
        write_answer(
            _answer(loaded_store, request, inspection),
            result_format,
            prefixes_of(inspection),
            output,
        )
        output.flush()
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ResultTooLargeError(
                "the result is larger than a result may be; use LIMIT"
            ) from None
        raise EvaluationError(str(error)) from None
    except RuntimeError as error:
        raise EvaluationError(str(error)) from None
    return time.perf_counter() - start


def _answer(loaded_store: LoadedStore, request: QueryRequest, inspection: Inspection) -> Answer:
    dataset = dataset_for(loaded_store.holdings, request, inspection, loaded_store.default_graph)
    try:
        answer = loaded_store.store.query(
            request.text,
            base_iri=request.base_iri,
            # Given both, or the engine takes its own choice for the other.
            default_graph=[loaded_store.merge(dataset.default_graphs)],
            named_graphs=[pyoxigraph.NamedNode(name) for name in dataset.named_graphs],
        )
        return cast(Answer, answer)
    except SyntaxError as error:
        raise syntax_error(request.text, str(error), request.base_iri) from None
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def without_frames(call: Callable[[], _T]) -> _T:
    """What a call gives. Its error keeps no frame of it: the engine lets its results be dropped in
    this thread alone, and a traceback takes them elsewhere."""
    try:
        return call()
    except Exception as error:
        failure = error.with_traceback(None)
    failure.__context__ = None
    del call
    raise failure


def write_answer(
    answer: Answer, result_format: ResultFormat, prefixes: Mapping[str, str], output: BinaryIO
) -> None:
    """Write an answer in a format. Raises: FormatMismatchError where the format cannot carry it."""
    try:
        without_frames(partial(result_format.write, answer, output, prefixes))
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
