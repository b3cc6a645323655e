"""Whether engines gave the same rows: what stands for an answer, by its values."""

import hashlib
import io
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from http.client import HTTPException, HTTPResponse
from typing import Any, cast

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(
    f"{_XSD}{name}" for name in ("integer", "int", "decimal", "double", "nonNegativeInteger")
)
_GENID = "/.well-known/genid/"
_VIRTUOSO_ASK = "__ASK_RETVAL"
"""The variable of the row by which Virtuoso answers ASK."""


class _Memory:
    """A response that has come, in the place of its socket."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> io.BytesIO:
        """Its bytes."""
        return io.BytesIO(self._data)


def body_of(response: bytes) -> bytes:
    """The body of a whole HTTP response. Raises: HTTPException."""
    message = HTTPResponse(cast(Any, _Memory(response)))
    message.begin()
    return message.read()


def sign(response: bytes, *, is_sample: bool = False) -> str:
    """What stands for the rows in a response of SPARQL JSON results: how many, and a digest of
    their values in no order; of a sample only how many. Numbers are the same by their value, a
    string with its datatype and one without are the same, and blank nodes all are, also those that
    have IRIs (RDF 1.1 Concepts, section 3.5)."""
    try:
        results = json.loads(body_of(response))
        if "boolean" in results:
            return str(bool(results["boolean"])).lower()
        rows = [_row(row) for row in results["results"]["bindings"]]
        if results["head"].get("vars") == [_VIRTUOSO_ASK]:
            return str(results["results"]["bindings"][0][_VIRTUOSO_ASK]["value"] == "1").lower()
    except (HTTPException, ValueError, LookupError, TypeError, AttributeError):
        return "unreadable"
    if is_sample:
        return f"{len(rows)}"
    digest = hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
    return f"{len(rows)} {digest[:12]}"


def _row(row: Mapping[str, Mapping[str, str]]) -> str:
    return json.dumps(sorted((name, *_value(term)) for name, term in row.items()))


def _value(term: Mapping[str, str]) -> tuple[str, ...]:
    kind, text = term["type"], term["value"]
    if kind == "bnode" or (kind == "uri" and _GENID in text):
        return ("bnode",)
    if kind == "uri":
        return "uri", text
    datatype = term.get("datatype", "")
    if datatype in _NUMBERS:
        try:
            return "number", f"{Decimal(text).normalize():f}"
        except InvalidOperation:
            return "number", text
    plain = "" if datatype == f"{_XSD}string" else datatype
    return "literal", text, plain, term.get("xml:lang", "").lower()
