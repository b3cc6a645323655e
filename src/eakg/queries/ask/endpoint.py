"""Where queries are answered: by a store of ours, or at a SPARQL endpoint."""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from math import ceil
from typing import Any, Protocol
from urllib.error import HTTPError

from rdflib import Graph
from SPARQLWrapper import (
    GET,
    POST,
    POSTDIRECTLY,
    URLENCODED,
    SPARQLExceptions,
    SPARQLWrapper,
)

from eakg.rdf import (
    FORMATS,
    NoResultError,
    NotRdf11Error,
    ResultFormat,
    ResultKind,
    Solutions,
    format_named,
    results_of,
    table_of_values,
)
from eakg.sparql import (
    FormatMismatchError,
    LimitExceededError,
    QueryError,
    QueryRefusedError,
    StoreError,
    TimeLimitExceededError,
    inspect_query,
)
from eakg.store import Closure, QueryRequest, QueryService

DEFAULT_FORMATS = ("json", "turtle")
ATTEMPTS = 4
_TRY_AGAIN = (429, 503)
_PAUSE = 1.0  # seconds before the second attempt; doubled before each further one
_LONGEST_PAUSE = 60.0
_VIRTUOSOS_ASK = "__ASK_RETVAL"  # the column of the row of 1 or 0 that Virtuoso 7 has for ASK
Answer = Solutions | Graph | bool


class AnswerError(Exception):
    """A query was not answered."""


class RejectedError(AnswerError):
    """The query is at fault: its syntax, or what it asks for."""


class TimeoutExceededError(AnswerError):
    """The query ran into a time limit."""


class UnreachableError(AnswerError):
    """Nobody answers at the endpoint, or not in SPARQL."""


class QueryEndpoint(Protocol):
    """Whatever answers queries."""

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result; without a format, JSON for rows and Turtle for graphs.

        Arguments: the query; the closure it is asked of; the name of a format; seconds that it may
        run, where they are not the endpoint's own. Raises: AnswerError and its kinds.
        """
        ...

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: AnswerError and its kinds."""
        ...


def ask(
    endpoint: QueryEndpoint, text: str, closure: Closure, timeout: float | None = None
) -> Answer:
    """The answer to a query by its form: solutions, triples, or the answer to ASK.

    Raises: AnswerError and its kinds.
    """
    if inspect_query(text).kind is ResultKind.GRAPH:
        data = endpoint.answer(text, closure, "turtle", timeout)
        try:
            return Graph().parse(data=data, format="turtle")
        except Exception as error:  # rdflib lets out whatever its parser met
            raise UnreachableError(f"the answer is no Turtle: {error}") from error
    try:
        results = results_of(endpoint.select(text, closure, timeout))
    except NotRdf11Error as error:
        raise AnswerError(f"the answer has {error}") from error
    except NoResultError as error:
        raise UnreachableError("the answer is not in SPARQL results") from error
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
        """The serialised result. Raises: AnswerError and its kinds."""
        for name in (format_,) if format_ else DEFAULT_FORMATS:
            request = QueryRequest(text, format=name, closure=closure, timeout=timeout)
            try:
                return self._store.query(request).read()
            except FormatMismatchError as error:
                mismatch = error
            except TimeLimitExceededError as error:
                raise TimeoutExceededError(str(error)) from error
            except (QueryError, LimitExceededError) as error:
                raise RejectedError(str(error)) from error
            except StoreError as error:
                raise AnswerError(str(error)) from error
        raise RejectedError(str(mismatch)) from mismatch

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: AnswerError and its kinds."""
        answer: dict[str, Any] = json.loads(self.answer(text, closure, "json", timeout))
        return answer


class RemoteEndpoint:
    """Answers from a SPARQL 1.1 endpoint, through SPARQLWrapper.

    Arguments: the address of the endpoint; seconds to wait for an answer; GET or POST; the graphs
    whose merge is the default graph and the named ones, where they are not the endpoint's own
    (SPARQL 1.1 Protocol, section 2.1.4). Where it says that it is too busy (429, 503), it is asked
    again, up to three times, as late as its Retry-After asks for.
    """

    def __init__(
        self,
        address: str,
        timeout: float = 60,
        method: str = POST,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
    ) -> None:
        self.address = address
        self._timeout = timeout
        self._method = method
        self._dataset = [("default-graph-uri", name) for name in default_graphs]
        self._dataset += [("named-graph-uri", name) for name in named_graphs]

    def answer(
        self, text: str, closure: Closure, format_: str | None, timeout: float | None = None
    ) -> bytes:
        """The serialised result, as the endpoint sends it. Raises: AnswerError and its kinds.

        `closure` is sent where it is not the usual one; an endpoint of another make ignores it.
        """
        seconds = timeout or self._timeout
        if not self.address.startswith(("http://", "https://")):
            raise UnreachableError(f"{self.address} is no address of an endpoint; give http(s)://")
        for attempt in range(1, ATTEMPTS + 1):
            client = self._client(text, closure, format_, seconds)
            try:
                return bytes(client.query().response.read())
            except HTTPError as error:
                pause = _pause(error, attempt)
                if pause is None:
                    raise self._failure(error, attempt) from error
            except SPARQLExceptions.EndPointNotFound as error:
                message = f"HTTP 404 from {self.address}; check the address of the endpoint"
                raise UnreachableError(message) from error
            except SPARQLExceptions.QueryBadFormed as error:
                raise RejectedError(_detail(error)) from error
            except SPARQLExceptions.SPARQLWrapperException as error:
                raise UnreachableError(f"{self.address}: {_detail(error)}") from error
            except TimeoutError as error:
                raise TimeoutExceededError(f"no answer within {seconds:g} s") from error
            except (HTTPException, ValueError) as error:
                message = f"no whole answer from {self.address}: {_detail(error)}"
                raise UnreachableError(message) from error
            except OSError as error:
                reason = getattr(error, "reason", error)
                if isinstance(reason, TimeoutError):
                    raise TimeoutExceededError(f"no answer within {seconds:g} s") from error
                message = f"nobody answers at {self.address}: {reason}"
                raise UnreachableError(message) from error
            time.sleep(pause)
        raise AssertionError

    def select(self, text: str, closure: Closure, timeout: float | None = None) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises: AnswerError and its kinds."""
        try:
            answer = json.loads(self.answer(text, closure, "json", timeout))
        except ValueError as error:
            raise UnreachableError(f"{self.address} does not answer in SPARQL results") from error
        if not isinstance(answer, dict) or not ({"results", "boolean"} & set(answer)):
            raise UnreachableError(f"{self.address} does not answer in SPARQL results")
        return answer

    def _client(
        self, text: str, closure: Closure, format_: str | None, seconds: float
    ) -> SPARQLWrapper:
        client = SPARQLWrapper(self.address)
        client.setTimeout(ceil(seconds))
        client.setMethod(self._method)
        plain = self._method == GET or self._dataset or closure != "full"
        client.setRequestMethod(URLENCODED if plain else POSTDIRECTLY)
        client.setOnlyConneg(True)
        accept = ", ".join(one.media_type for one in _formats(format_))
        client.addCustomHttpHeader("Accept", accept)
        client.setQuery(text)
        for key, name in self._dataset:
            client.addParameter(key, name)
        if closure != "full":
            client.addParameter("closure", closure)
        return client

    def _failure(self, error: HTTPError, attempt: int) -> AnswerError:
        times = "" if attempt == 1 else f", {attempt} times"
        message = f"HTTP {error.code} from {self.address}{times}"
        if error.code in (503, 504):
            return TimeoutExceededError(message)
        said = _problem_details(error)
        if said.get("code") == QueryRefusedError.code:
            return RejectedError(str(said.get("detail", message)))
        return UnreachableError(message)


def _pause(error: HTTPError, attempt: int) -> float | None:
    """Seconds to wait before the next attempt, or None where there is none.

    Specification: RFC 9110 section 10.2.3, RFC 6585 section 4.
    """
    if error.code not in _TRY_AGAIN or attempt == ATTEMPTS or _ran_out_of_time(error):
        return None
    wanted = error.headers.get("Retry-After")
    pause = _PAUSE * 2 ** (attempt - 1)
    if wanted is not None:
        with suppress(ValueError):
            pause = parsedate_to_datetime(wanted).timestamp() - time.time()
        with suppress(ValueError):
            pause = float(wanted)
    return max(0.0, pause) if pause <= _LONGEST_PAUSE else None


def _ran_out_of_time(error: HTTPError) -> bool:
    """Whether it was the query's own time that ran out."""
    return _problem_details(error).get("code") == TimeLimitExceededError.code


def _problem_details(error: HTTPError) -> dict[str, Any]:
    """What the answer says in problem details (RFC 9457); they can be read once."""
    try:
        said = json.loads(error.read(1 << 16))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


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
