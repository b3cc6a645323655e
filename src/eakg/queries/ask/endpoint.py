"""Where queries are answered: by whatever is one, such as a store of ours."""

import json
from typing import Any, Protocol

from rdflib import Graph

from eakg.rdf import (
    TURTLE_SYNTAX,
    DocumentError,
    NoResultError,
    NotRdf11Error,
    ResultKind,
    Solutions,
    parse_document,
    results_of,
    table_of_values,
)
from eakg.sparql import BadAnswerError, FormatMismatchError, inspect_query
from eakg.store import Closure, QueryRequest, QueryService

DEFAULT_FORMATS = ("json", "turtle")
_VIRTUOSOS_ASK = "__ASK_RETVAL"  # the column of the row of 1 or 0 that Virtuoso 7 has for ASK
Answer = Solutions | Graph | bool


class QueryEndpoint(Protocol):
    """Whatever answers queries."""

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result; without a format, JSON for rows and Turtle for graphs.

        Arguments: the query; the closure it is asked of; the name of a format; seconds that it may
        run, where they are not the endpoint's own. Raises: StoreError and its kinds.
        """
        ...

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: StoreError and its kinds."""
        ...


def ask(
    endpoint: QueryEndpoint, text: str, closure: Closure, timeout: float | None = None
) -> Answer:
    """The answer to a query by its form: solutions, triples, or the answer to ASK.

    Raises: StoreError and its kinds.
    """
    if inspect_query(text).kind is ResultKind.GRAPH:
        data = endpoint.answer(text, closure, "turtle", timeout)
        graph = Graph()
        try:
            for triple in parse_document(data, TURTLE_SYNTAX):
                graph.add(triple)
        except DocumentError as error:
            raise BadAnswerError(f"the answer {error}") from error
        except NotRdf11Error as error:
            raise FormatMismatchError(f"the answer has {error}") from error
        return graph
    try:
        results = results_of(endpoint.select(text, closure, timeout))
    except NotRdf11Error as error:
        raise FormatMismatchError(f"the answer has {error}") from error
    except NoResultError as error:
        raise BadAnswerError("the answer is not in SPARQL results") from error
    if isinstance(results, Solutions) and results.variables == (_VIRTUOSOS_ASK,):
        return table_of_values(results).rows == (("1",),)
    return results


class StoreEndpoint:
    """Answers from a store of ours, in this process or in another."""

    def __init__(self, store: QueryService) -> None:
        self._store = store

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result. Raises: StoreError and its kinds."""
        for name in (format_,) if format_ else DEFAULT_FORMATS:
            request = QueryRequest(text, format=name, closure=closure, timeout=timeout)
            try:
                return self._store.query(request).read()
            except FormatMismatchError as error:
                mismatch = error
        raise mismatch

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: StoreError and its kinds."""
        answer: dict[str, Any] = json.loads(self.answer(text, closure, "json", timeout))
        return answer
