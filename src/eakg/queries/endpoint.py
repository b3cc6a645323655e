"""Where queries are answered: by a store of ours, or at a SPARQL endpoint."""

import json
from typing import Any, Protocol
from urllib.error import HTTPError

from SPARQLWrapper import POST, POSTDIRECTLY, URLENCODED, SPARQLExceptions, SPARQLWrapper

from eakg.store.failures import (
    FormatMismatch,
    LimitExceeded,
    QueryError,
    StoreError,
    TimeLimitExceeded,
)
from eakg.store.formats import FORMATS, ResultFormat, format_named
from eakg.store.request import Closure, QueryRequest, QueryService

DEFAULT_FORMATS = ("json", "turtle")


class AnswerError(Exception):
    """A query was not answered."""


class RejectedError(AnswerError):
    """The query is at fault: its syntax, or what it asks for."""


class TimeoutExceededError(AnswerError):
    """The query ran into a time limit."""


class UnreachableError(AnswerError):
    """Nobody answers at the endpoint, or not in SPARQL."""


class Endpoint(Protocol):
    """Whatever answers queries."""

    def answer(self, text: str, closure: Closure, format_: str | None) -> bytes:
        """The serialised result; without a format, JSON for rows and Turtle for graphs.

        Raises AnswerError and its kinds.
        """
        ...

    def select(self, text: str, closure: Closure) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises AnswerError and its kinds."""
        ...


class StoreEndpoint:
    """Answers from a store of ours, in this process or in another."""

    def __init__(self, store: QueryService) -> None:
        self._store = store

    def answer(self, text: str, closure: Closure, format_: str | None) -> bytes:
        """The serialised result. Raises AnswerError and its kinds."""
        for name in (format_,) if format_ else DEFAULT_FORMATS:
            try:
                return self._store.query(QueryRequest(text, format=name, closure=closure)).read()
            except FormatMismatch as error:
                mismatch = error
            except TimeLimitExceeded as error:
                raise TimeoutExceededError(str(error)) from error
            except (QueryError, LimitExceeded) as error:
                raise RejectedError(str(error)) from error
            except StoreError as error:
                raise AnswerError(str(error)) from error
        raise RejectedError(str(mismatch)) from mismatch

    def select(self, text: str, closure: Closure) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises AnswerError and its kinds."""
        answer: dict[str, Any] = json.loads(self.answer(text, closure, "json"))
        return answer


class RemoteEndpoint:
    """Answers from a SPARQL 1.1 endpoint, through SPARQLWrapper.

    Arguments: the address of the endpoint; seconds to wait for an answer.
    """

    def __init__(self, address: str, timeout: int = 60) -> None:
        self.address = address
        self._timeout = timeout

    def answer(self, text: str, closure: Closure, format_: str | None) -> bytes:
        """The serialised result, as the endpoint sends it. Raises AnswerError and its kinds.

        `closure` is sent where it is not the usual one; an endpoint of another make ignores it.
        """
        accept = ", ".join(one.media_type for one in _formats(format_))
        client = SPARQLWrapper(self.address)
        client.setTimeout(self._timeout)
        client.setMethod(POST)
        client.setRequestMethod(POSTDIRECTLY if closure == "full" else URLENCODED)
        client.setOnlyConneg(True)
        client.addCustomHttpHeader("Accept", accept)
        client.setQuery(text)
        if closure != "full":
            client.addParameter("closure", closure)
        try:
            return bytes(client.query().response.read())
        except SPARQLExceptions.QueryBadFormed as error:
            raise RejectedError(_detail(error)) from error
        except HTTPError as error:
            if error.code in (503, 504):
                raise TimeoutExceededError(f"HTTP {error.code} from {self.address}") from error
            raise UnreachableError(f"HTTP {error.code} from {self.address}") from error
        except SPARQLExceptions.SPARQLWrapperException as error:
            raise UnreachableError(f"{self.address}: {_detail(error)}") from error
        except TimeoutError as error:
            raise TimeoutExceededError(f"no answer within {self._timeout} s") from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise UnreachableError(f"nobody answers at {self.address}: {reason}") from error

    def select(self, text: str, closure: Closure) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises AnswerError and its kinds."""
        try:
            answer = json.loads(self.answer(text, closure, "json"))
        except ValueError as error:
            raise UnreachableError(f"{self.address} does not answer in SPARQL results") from error
        if not isinstance(answer, dict) or not ({"results", "boolean"} & set(answer)):
            raise UnreachableError(f"{self.address} does not answer in SPARQL results")
        return answer


def _formats(name: str | None) -> tuple[ResultFormat, ...]:
    if name is None:
        return tuple(one for one in FORMATS if one.name in DEFAULT_FORMATS)
    found = format_named(name)
    if found is None:
        known = ", ".join(one.name for one in FORMATS)
        raise RejectedError(f"there is no result format {name!r}; the formats are {known}")
    return (found,)


def _detail(error: Exception) -> str:
    return " ".join(str(error).split())
