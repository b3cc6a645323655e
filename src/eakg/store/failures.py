"""What can go wrong with a query, as exceptions that also travel between processes.

::

    StoreError
    ├── QueryError                  the query cannot be answered as it was asked
    │   ├── QuerySyntaxError        not SPARQL; `line` and `column` where they are known
    │   ├── QueryRefused            SPARQL, but it asks for what is not given here
    │   ├── QueryTooComplex         nested more deeply than the engine can follow
    │   ├── EvaluationError         the engine gave up, such as at an unknown function
    │   └── FormatMismatch          the format cannot carry this form of query
    ├── LimitExceeded               the query was ended
    │   ├── TimeLimitExceeded       `seconds` is the limit it ran into
    │   ├── MemoryLimitExceeded
    │   └── ResultTooLarge
    └── Unavailable                 nothing is wrong with the query
        ├── Overloaded              too many queries are running and waiting
        ├── WorkerCrashed
        └── StoreUnreachable
"""

from typing import Any, ClassVar


class StoreError(Exception):
    """A query was not answered. `code` names the kind in messages between processes."""

    code: ClassVar[str] = "store-error"

    def details(self) -> dict[str, Any]:
        """What is needed besides the message to make the exception again."""
        return {}


class QueryError(StoreError):
    """The query cannot be answered as it was asked."""

    code = "query-error"


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL query.

    Arguments: what was expected; line and column in characters, both from 1, or None.
    """

    code = "query-syntax"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column

    def details(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column}


class QueryRefused(QueryError):
    """The query asks for what is not given here: SERVICE, or a graph that is not in the store."""

    code = "query-refused"


class QueryTooComplex(QueryError):
    """The query is nested more deeply than the engine can follow."""

    code = "query-too-complex"


class EvaluationError(QueryError):
    """The engine gave up, such as at a function it does not know."""

    code = "evaluation"


class FormatMismatch(QueryError):
    """The requested format cannot carry the result of this form of query."""

    code = "format-mismatch"


class LimitExceeded(StoreError):
    """The query was ended because it needed too much."""

    code = "limit"


class TimeLimitExceeded(LimitExceeded):
    """The query ran as long as it may. Arguments: message; the limit in seconds."""

    code = "time-limit"

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds

    def details(self) -> dict[str, Any]:
        return {"seconds": self.seconds}


class MemoryLimitExceeded(LimitExceeded):
    """The query needed more memory than a query may have."""

    code = "memory-limit"


class ResultTooLarge(LimitExceeded):
    """The serialised result is larger than a result may be."""

    code = "result-too-large"


class Unavailable(StoreError):
    """Nothing is wrong with the query; the store cannot answer now."""

    code = "unavailable"


class Overloaded(Unavailable):
    """Too many queries are running and waiting."""

    code = "overloaded"


class WorkerCrashed(Unavailable):
    """The process that ran the query ended without an answer, for no limit's sake."""

    code = "worker-crashed"


class StoreUnreachable(Unavailable):
    """Nobody answers at the store's address."""

    code = "store-unreachable"


_BY_CODE: dict[str, type[StoreError]] = {
    kind.code: kind
    for kind in (
        QuerySyntaxError,
        QueryRefused,
        QueryTooComplex,
        EvaluationError,
        FormatMismatch,
        TimeLimitExceeded,
        MemoryLimitExceeded,
        ResultTooLarge,
        Overloaded,
        WorkerCrashed,
        StoreUnreachable,
    )
}


def to_message(error: StoreError) -> dict[str, Any]:
    """The exception as a JSON object: status, message, and its details."""
    return {"status": error.code, "message": str(error), "details": error.details()}


def from_message(message: dict[str, Any]) -> StoreError:
    """The exception that `to_message` made the JSON object from."""
    return _BY_CODE[message["status"]](message["message"], **message["details"])
