"""Where queries are answered: in this process, or at a SPARQL endpoint."""

import json
import socket
from typing import Any, Protocol
from urllib.error import HTTPError, URLError

from SPARQLWrapper import JSON, POST, SPARQLExceptions, SPARQLWrapper

from eakg.store.embedded import EmbeddedStore
from eakg.store.failures import LimitExceeded, QueryError, StoreError, TimeLimitExceeded
from eakg.store.request import Closure, QueryRequest


class AnswerError(Exception):
    """A query was not answered."""


class RejectedError(AnswerError):
    """The query is at fault: its syntax, or what it asks for."""


class TimeoutExceededError(AnswerError):
    """The query ran into a time limit."""


class UnreachableError(AnswerError):
    """Nobody answers at the endpoint, or not in SPARQL."""


class Endpoint(Protocol):
    """Whatever answers queries with SPARQL 1.1 Query Results JSON."""

    def select(self, text: str, closure: Closure) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises AnswerError and its kinds."""
        ...


class EmbeddedEndpoint:
    """Answers from a store in this process."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def select(self, text: str, closure: Closure) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises AnswerError and its kinds."""
        try:
            result = self._store.query(QueryRequest(text, format="json", closure=closure))
        except TimeLimitExceeded as error:
            raise TimeoutExceededError(str(error)) from error
        except (QueryError, LimitExceeded) as error:
            raise RejectedError(str(error)) from error
        except StoreError as error:
            raise AnswerError(str(error)) from error
        answer: dict[str, Any] = json.loads(result.read())
        return answer


class RemoteEndpoint:
    """Answers from a SPARQL 1.1 endpoint, through SPARQLWrapper.

    Arguments: the address of the endpoint; seconds to wait for an answer.
    """

    def __init__(self, address: str, timeout: int = 60) -> None:
        self.address = address
        self._timeout = timeout

    def select(self, text: str, closure: Closure) -> dict[str, Any]:
        """The results of a SELECT or ASK. Raises AnswerError and its kinds.

        `closure` is sent where it is not the usual one; an endpoint of another make ignores it.
        """
        client = SPARQLWrapper(self.address)
        client.setTimeout(self._timeout)
        client.setMethod(POST)
        client.setReturnFormat(JSON)
        client.setQuery(text)
        if closure != "full":
            client.addParameter("closure", closure)
        try:
            answer = client.query().convert()
        except SPARQLExceptions.QueryBadFormed as error:
            raise RejectedError(_detail(error)) from error
        except HTTPError as error:
            if error.code in (503, 504):
                raise TimeoutExceededError(f"HTTP {error.code}: {_detail(error)}") from error
            raise UnreachableError(f"HTTP {error.code} from {self.address}") from error
        except SPARQLExceptions.EndPointInternalError as error:
            raise AnswerError(_detail(error)) from error
        except SPARQLExceptions.SPARQLWrapperException as error:
            raise UnreachableError(f"{self.address}: {_detail(error)}") from error
        except (TimeoutError, socket.timeout) as error:
            raise TimeoutExceededError(f"no answer within {self._timeout} s") from error
        except (URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise UnreachableError(f"nobody answers at {self.address}: {reason}") from error
        except ValueError as error:
            raise UnreachableError(f"{self.address} does not answer in SPARQL results") from error
        if not isinstance(answer, dict) or not ({"results", "boolean"} & set(answer)):
            raise UnreachableError(f"{self.address} does not answer in SPARQL results")
        return answer


def _detail(error: Exception) -> str:
    return " ".join(str(error).split())
