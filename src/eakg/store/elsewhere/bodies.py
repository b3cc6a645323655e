"""The body of an endpoint's answer, read as a whole before any of it is passed on.

What a status of success and a media type promise may be a page for people, a body that was cut off
or one that is still compressed. So each is parsed by its format: SPARQL 1.1 Query Results in JSON,
XML, CSV and TSV, or a syntax of RDF.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

import pyoxigraph

from eakg.rdf import (
    CSV,
    JSON,
    N_TRIPLES_SYNTAX,
    TSV,
    XML,
    NoResultError,
    NotRdf11Error,
    ResultFormat,
    ResultKind,
    Solutions,
    results_of,
)
from eakg.sparql import BadAnswerError
from eakg.store.elsewhere.http import HttpAnswer
from eakg.store.elsewhere.protocol import check_rows

_ENGINE_FORMATS = {
    JSON: pyoxigraph.QueryResultsFormat.JSON,
    XML: pyoxigraph.QueryResultsFormat.XML,
    TSV: pyoxigraph.QueryResultsFormat.TSV,
}
_VARIABLE = re.compile(r"[?$]?\w[\w\u00b7\u203f\u2040]*")
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_LONGEST_CELL = 1 << 28


class _NoBodyError(ValueError):
    """What a body is not, in words."""


def format_of(answer: HttpAnswer, formats: Sequence[ResultFormat]) -> ResultFormat:
    """Which of the formats that were asked for an answer is in, by its media type."""
    media_type = answer.headers.get_content_type()
    matches = (one for one in formats if media_type in (one.media_type, *one.generic))
    return next(matches, formats[0])


def check_body(
    answer: HttpAnswer, body: bytes, result_format: ResultFormat, kind: ResultKind | None
) -> int:
    """Read the whole body of an answer in its format.

    Arguments: the answer; its body; the format; the form of the query, where it is known.
    Results: how many rows or triples it has; of ASK, none. Raises: BadAnswerError when it is no
    such result, or the result of another form of query.
    """
    try:
        if result_format.syntax is not None:
            return _triples(body, result_format)
        if result_format is CSV:
            return _rows_in_csv(body)
        return _rows(body, result_format, kind)
    except ValueError as error:
        raise _bad(answer, body, result_format, error) from error
    except SyntaxError as error:
        raise _bad(answer, body, result_format, error) from error


def json_body(answer: HttpAnswer, body: bytes, result_format: ResultFormat) -> bytes:
    """The body of rows or a truth value in JSON, made of the XML where it is that.

    Raises: BadAnswerError when it is no such result.
    """
    if result_format is not XML:
        return body
    try:
        results = pyoxigraph.parse_query_results(body, _ENGINE_FORMATS[XML])
        return cast(bytes, results.serialize(format=_ENGINE_FORMATS[JSON]))
    except (ValueError, SyntaxError) as error:
        raise _bad(answer, body, XML, error) from error


def read_json(answer: HttpAnswer, body: bytes) -> dict[str, Any]:
    """The results of SELECT or ASK that the body of an answer has in JSON.

    Raises: BadAnswerError when it is no such result; as `check_rows`.
    """
    try:
        results = json.loads(body.removeprefix(_BOM))
        rows = _rows_of(results)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _bad(answer, body, JSON, error) from error
    check_rows(answer, lambda: rows)
    return cast(dict[str, Any], results)


def _bad(
    answer: HttpAnswer, body: bytes, result_format: ResultFormat, error: Exception
) -> BadAnswerError:
    if body.startswith(_GZIP):
        cause = ": its body is compressed, and its headers do not say so"
    elif not body.strip():
        cause = ": its body is empty"
    elif isinstance(error, _NoBodyError):
        cause = f": {error}"
    else:
        cause = f": its body is no whole {result_format.media_type}"
    return BadAnswerError(f"{answer.target} does not answer in SPARQL results{cause}")


def _rows_of(results: Any) -> int:
    """How many rows results have in JSON; of ASK, none."""
    return 0 if "boolean" in results else len(results["results"]["bindings"])


def _rows(body: bytes, result_format: ResultFormat, kind: ResultKind | None) -> int:
    if not body.strip(b"\xef\xbb\xbf") or (result_format is TSV and not body.endswith(b"\n")):
        raise _NoBodyError("its body was cut off")
    try:
        answer = pyoxigraph.parse_query_results(body, _ENGINE_FORMATS[result_format])
        if isinstance(answer, pyoxigraph.QueryBoolean):
            _check_kind(ResultKind.BOOLEAN, kind)
            return 0
        _check_kind(ResultKind.SOLUTIONS, kind)
        return sum(1 for _ in answer)
    except SyntaxError:
        # Virtuoso gives IRIs that are none, in results that are whole.
        if result_format is not JSON:
            raise
        return _lenient_rows(body, kind)


def _lenient_rows(body: bytes, kind: ResultKind | None) -> int:
    try:
        results = results_of(json.loads(body.removeprefix(_BOM)))
    except NoResultError as error:
        raise _NoBodyError("its JSON is no result of a query") from error
    except NotRdf11Error:
        return 0
    is_rows = isinstance(results, Solutions)
    _check_kind(ResultKind.SOLUTIONS if is_rows else ResultKind.BOOLEAN, kind)
    return len(results.rows) if isinstance(results, Solutions) else 0


def _check_kind(actual: ResultKind, kind: ResultKind | None) -> None:
    # Virtuoso answers ASK with rows.
    if kind is ResultKind.SOLUTIONS and actual is ResultKind.BOOLEAN:
        raise _NoBodyError("SELECT was asked, and what came is the answer to ASK")


def _rows_in_csv(body: bytes) -> int:
    """The rows of a table of CSV, each of as many cells as the first line names variables."""
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(body.removeprefix(_BOM).decode(), newline=""), strict=True)
    try:
        header = next(lines, None)
        if header is None or not all(_VARIABLE.fullmatch(name) for name in header):
            raise _NoBodyError("its first line names no variables")
        return sum(_is_row(row, len(header)) for row in lines)
    except csv.Error as error:
        raise _NoBodyError("its body is no whole text/csv") from error


def _is_row(row: Iterable[str], width: int) -> bool:
    size = len(list(row))
    if size != width and not (width <= 1 and size == 0):
        raise _NoBodyError(f"a line has {size} cells, and the first one {width}")
    return True


def _triples(body: bytes, result_format: ResultFormat) -> int:
    syntax = result_format.syntax
    if syntax is None:
        return 0
    base = None if syntax is N_TRIPLES_SYNTAX else "http://localhost/"
    return sum(1 for _ in pyoxigraph.parse(body, syntax.engine, base_iri=base, lenient=True))
