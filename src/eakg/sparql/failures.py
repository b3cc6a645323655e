"""What can go wrong with a query or an update, as exceptions that also travel between processes.

::

    StoreError
    ├── QueryError                  the query cannot be answered as it was asked
    │   ├── QuerySyntaxError        not SPARQL; `line` and `column` where they are known; also of
    │   │                           updates, and of RDF that was to be written
    │   ├── QueryRefused            SPARQL, but it asks for what is not given here
    │   ├── QueryTooComplex         nested more deeply than the engine can follow
    │   ├── EvaluationError         the engine gave up, such as at an unknown function
    │   └── FormatMismatch          the format cannot carry this form of query
    ├── UpdateError                 nothing was changed
    │   ├── UpdateRefused           SERVICE, LOAD, a derived graph, a dataset named twice
    │   ├── GraphNotFound           the graph to be dropped or copied is not there
    │   ├── GraphExists             the graph to be created is there
    │   ├── Contradiction           what the graph would say contradicts itself; `explanation`
    │   ├── NotWritable             this store takes no changes
    │   ├── VersionPassed           the data are not those that the change was meant for
    │   └── StoreFull               no room on the disk
    ├── LimitExceeded               the query was ended
    │   ├── TimeLimitExceeded       `seconds` is the limit it ran into
    │   ├── MemoryLimitExceeded
    │   └── ResultTooLarge
    └── Unavailable                 nothing is wrong with the query
        ├── Overloaded              too many queries are running and waiting
        ├── WorkerCrashed
        ├── StoreFailed             the disk did not take a change
        ├── BadAnswer               an engine elsewhere answered with what is no result
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


class UpdateError(StoreError):
    """The change cannot be made; nothing was changed."""

    code = "update-error"


class UpdateRefused(UpdateError):
    """The update asks for what is not given here: SERVICE, LOAD, a write to a derived graph, or a
    dataset both in its text and beside it."""

    code = "update-refused"


class GraphNotFound(UpdateError):
    """The graph is not there. Arguments: message; the name of the graph."""

    code = "graph-not-found"

    def __init__(self, message: str, graph: str = "") -> None:
        super().__init__(message)
        self.graph = graph

    def details(self) -> dict[str, Any]:
        return {"graph": self.graph}


class GraphExists(UpdateError):
    """The graph that was to be created is there."""

    code = "graph-exists"


class Contradiction(UpdateError):
    """With the change the graph would contradict itself.

    `explanation` lists the contradictions, each as a JSON object: `rule`, `message`, and `triples`,
    for each one its proof in the form of `/explain`.
    """

    code = "contradiction"

    def __init__(self, message: str, explanation: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.explanation = explanation

    def details(self) -> dict[str, Any]:
        return {"explanation": self.explanation}


class NotWritable(UpdateError):
    """The store takes no changes."""

    code = "not-writable"


class VersionPassed(UpdateError):
    """The data are no more of the version that the change was meant for."""

    code = "version-passed"


class StoreFull(UpdateError):
    """There is no room on the disk for the change."""

    code = "store-full"


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


class StoreFailed(Unavailable):
    """The disk did not take what was to be kept; nothing was changed."""

    code = "store-failed"


class BadAnswer(Unavailable):
    """An engine elsewhere answered with what is no result, or only with a part of one."""

    code = "bad-answer"


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
        UpdateRefused,
        GraphNotFound,
        GraphExists,
        Contradiction,
        NotWritable,
        VersionPassed,
        StoreFull,
        TimeLimitExceeded,
        MemoryLimitExceeded,
        ResultTooLarge,
        Overloaded,
        WorkerCrashed,
        StoreFailed,
        BadAnswer,
        StoreUnreachable,
    )
}


def to_message(error: StoreError) -> dict[str, Any]:
    """The exception as a JSON object: status, message, and its details."""
    return {"status": error.code, "message": str(error), "details": error.details()}


def from_message(message: dict[str, Any]) -> StoreError:
    """The exception that `to_message` made the JSON object from."""
    return _BY_CODE[message["status"]](message["message"], **message["details"])
