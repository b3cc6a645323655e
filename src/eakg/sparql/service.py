"""The SERVICE calls of a query, and a query with their solutions in the place of them.

What SERVICE gives is joined with the rest as VALUES is, so a query in which each call is replaced
by the solutions of its pattern has the same answer (SPARQL 1.1 Federated Query section 4).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rdflib import BNode, Literal
from rdflib.term import Node

from eakg.rdf import NoResultError, NotRdf11Error, is_iri, read_results, sparql_term
from eakg.sparql.cursor import Cursor, splice
from eakg.sparql.failures import BadAnswerError
from eakg.sparql.head import query_tokens, read_head
from eakg.sparql.lexer import VARIABLE

_VARIABLE = re.compile(VARIABLE)
JOIN_IDENTITY = "VALUES () { () }"
"""In the place of a call that failed and is SILENT: one solution without bindings."""


@dataclass(frozen=True)
class ServiceCall:
    """A call: where it is in the text, the endpoint (None where it is a variable), whether it is
    SILENT, and the query that asks the endpoint for the solutions of its pattern."""

    start: int
    stop: int
    endpoint: str | None
    silent: bool
    query: str


def service_calls(text: str, base_iri: str) -> list[ServiceCall]:
    """The calls of a query in order, those within the pattern of another left to its endpoint.

    Arguments: the query; the IRI that relative ones are resolved against.
    """
    head = read_head(text, base_iri)
    cursor = Cursor(text, head.base)
    cursor.prefixes = head.prefixes
    prologue = f"BASE <{base_iri}>\n{text[: head.prologue]}\n"
    calls = []
    for token in query_tokens(text):
        if token.word != "SERVICE" or token.start < cursor.position:
            continue
        cursor.position = token.stop
        silent = bool(cursor.word("SILENT"))
        endpoint = None if cursor.variable() else cursor.iri()
        pattern = cursor.block()
        if pattern is None:
            return []
        start, stop = pattern
        query = f"{prologue}SELECT * WHERE {text[start:stop]}"
        calls.append(ServiceCall(token.start, stop, endpoint, silent, query))
    return calls


def with_values(text: str, calls: Sequence[ServiceCall], values: Sequence[str]) -> str:
    """The query with these VALUES in the place of its calls."""
    changes = []
    for call, block in zip(calls, values, strict=True):
        # As many lines as before, for those who are told of a line.
        lines = "\n" * text.count("\n", call.start, call.stop)
        changes.append((call.start, call.stop, f" {block} {lines}"))
    return splice(text, changes)


def values_of(result: bytes) -> str:
    """VALUES with the solutions of a result in JSON.

    Raises: BadAnswerError when it is no such result, or has blank nodes, which are not the same
    outside.
    """
    try:
        solutions = read_results(result)
        if isinstance(solutions, bool):
            raise NoResultError("it is a truth value")
        names = solutions.variables
        rows = [[_value(row.get(name)) for name in names] for row in solutions.rows]
    except NotRdf11Error as error:
        raise BadAnswerError(f"the endpoint of SERVICE answers with {error}") from None
    except ValueError:
        raise BadAnswerError("what the endpoint of SERVICE answers is no SPARQL result") from None
    if not all(_VARIABLE.fullmatch(f"?{name}") for name in names):
        raise BadAnswerError("the endpoint of SERVICE answers with what are no variables")
    head = " ".join(f"?{name}" for name in names)
    body = " ".join(f"({' '.join(row)})" for row in rows)
    return f"VALUES ({head}) {{ {body} }}"


def _value(term: Node | None) -> str:
    if term is None:
        return "UNDEF"
    if isinstance(term, BNode):
        raise BadAnswerError(
            "the endpoint of SERVICE answers with blank nodes, which have no name here"
        )
    iri = term.datatype if isinstance(term, Literal) else term
    if iri is not None and not is_iri(str(iri)):
        raise ValueError(f"{iri!r} is no IRI")
    return sparql_term(term)
