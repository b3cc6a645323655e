"""What can go wrong with a query or an update, as exceptions that also travel between processes.

::

    StoreError
    ├── QueryError                  the query cannot be answered as it was asked
    │   ├── QuerySyntaxError        not SPARQL; `line` and `column` where they are known; also of
    │   │                           updates, and of RDF that was to be written
    │   ├── QueryRefusedError       SPARQL, but it asks for what is not given here
    │   ├── QueryTooComplexError    nested more deeply than the engine can follow
    │   ├── InexactQueryError       SPARQL, but the engine would answer it otherwise than SPARQL
    │   │                           says; `line` and `column`
    │   ├── EvaluationError         the engine gave up, such as at an unknown function
    │   ├── FormatMismatchError     the format cannot carry this form of query
    │   ├── NotReasonedError        what only a reasoner could say, of a store without one
    │   └── NotProvedError          a triple follows, and no proof of it was found
    ├── UpdateError                 nothing was changed
    │   ├── UpdateRefusedError      SERVICE, LOAD, a derived graph, a dataset named twice
    │   ├── GraphNotFoundError      the graph to be dropped or copied is not there
    │   ├── GraphExistsError        the graph to be created is there
    │   ├── ContradictionError      what the graph would say contradicts itself; `explanation`
    │   ├── NotWritableError        this store takes no changes
    │   ├── LiteralTooLargeError    a literal that no file could be read back with
    │   ├── VersionPassedError      the data are not those that the change was meant for
    │   └── StoreFullError          no room on the disk
    ├── LimitExceededError          the query was ended
    │   ├── TimeLimitExceededError  `seconds` is the limit it ran into
    │   ├── MemoryLimitExceededError
    │   ├── ResultTooLargeError
    │   └── ClosureTooLargeError    more would follow from a change than may
    ├── UnknownVersionError         there is no version of the data of this name
    │   └── VersionDroppedError     there was one, which is no longer kept
    └── UnavailableError            nothing is wrong with the query
        ├── OverloadedError         too many queries are running and waiting
        │   └── NotPreparedError    what is made ready for the first who asks is not there yet
        ├── WorkerCrashedError
        ├── SpoolError              the disk did not take a result that was to be sent
        ├── StoreFailedError        the disk did not take a change
        ├── BadAnswerError          an engine elsewhere answered with what is no result
        └── StoreUnreachableError
"""

from typing import Any, ClassVar

from eakg.problems import ExitStatus


class StoreError(Exception):
    """A query was not answered. `code` names the kind in messages between processes, `exit_status`
    is what a command ends with."""

    code: ClassVar[str] = "store-error"
    exit_status: ClassVar[ExitStatus] = ExitStatus.UNREACHABLE

    def details(self) -> dict[str, Any]:
        """What is needed besides the message to make the exception again."""
        return {}


class QueryError(StoreError):
    """The query cannot be answered as it was asked."""

    code = "query-error"
    exit_status = ExitStatus.QUERY_ERROR


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


class InexactQueryError(QueryError):
    """The query is SPARQL, and the engine would answer it otherwise than SPARQL says.

    Arguments: the whole message; line and column in characters, both from 1; the offset in the text
    and what is said of it there, where they are known.
    """

    code = "not-answered-exactly"

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        offset: int = 0,
        complaint: str = "",
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.offset = offset
        self.complaint = complaint

    def details(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column}


class QueryRefusedError(QueryError):
    """The query asks for what is not given here: SERVICE, or a graph that is not in the store."""

    code = "query-refused"


class QueryTooComplexError(QueryError):
    """The query is nested more deeply than the engine can follow."""

    code = "query-too-complex"


class EvaluationError(QueryError):
    """The engine gave up, such as at a function it does not know."""

    code = "evaluation"


class FormatMismatchError(QueryError):
    """The requested format cannot carry the result of this form of query."""

    code = "format-mismatch"


class NotReasonedError(QueryError):
    """Only a reasoner could answer, and the store has none."""

    code = "not-reasoned"


class NotProvedError(QueryError):
    """A triple follows, but there is no proof of it to give."""

    code = "not-proved"


class UpdateError(StoreError):
    """The change cannot be made; nothing was changed."""

    code = "update-error"
    exit_status = ExitStatus.BAD_INPUT


class UpdateRefusedError(UpdateError):
    """The update asks for what is not given here: SERVICE, LOAD, a write to a derived graph, or a
    dataset both in its text and beside it."""

    code = "update-refused"


class GraphNotFoundError(UpdateError):
    """The graph is not there. Arguments: message; the name of the graph."""

    code = "graph-not-found"

    def __init__(self, message: str, graph: str = "") -> None:
        super().__init__(message)
        self.graph = graph

    def details(self) -> dict[str, Any]:
        return {"graph": self.graph}


class GraphExistsError(UpdateError):
    """The graph that was to be created is there."""

    code = "graph-exists"


class ContradictionError(UpdateError):
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


class NotWritableError(UpdateError):
    """The store takes no changes."""

    code = "not-writable"


class LiteralTooLargeError(UpdateError):
    """The data have a literal that is larger than a literal may be."""

    code = "literal-too-large"


class VersionPassedError(UpdateError):
    """The data are no more of the version that the change was meant for."""

    code = "version-passed"


class StoreFullError(UpdateError):
    """There is no room on the disk for the change."""

    code = "store-full"


class LimitExceededError(StoreError):
    """The query was ended because it needed too much."""

    code = "limit"
    exit_status = ExitStatus.QUERY_ERROR


class TimeLimitExceededError(LimitExceededError):
    """The query ran as long as it may. Arguments: message; the limit in seconds."""

    code = "time-limit"
    exit_status = ExitStatus.TIME_LIMIT

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds

    def details(self) -> dict[str, Any]:
        return {"seconds": self.seconds}


class MemoryLimitExceededError(LimitExceededError):
    """The query needed more memory than a query may have."""

    code = "memory-limit"


class ResultTooLargeError(LimitExceededError):
    """The serialised result is larger than a result may be."""

    code = "result-too-large"


class ClosureTooLargeError(LimitExceededError):
    """More triples would follow from the change than from one may; nothing was changed."""

    code = "closure-too-large"


class UnavailableError(StoreError):
    """Nothing is wrong with the query; the store cannot answer now."""

    code = "unavailable"


class OverloadedError(UnavailableError):
    """Too many queries are running and waiting.

    Arguments: message; the seconds in which those who wait now will be gone, None where that is not
    known.
    """

    code = "overloaded"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    def details(self) -> dict[str, Any]:
        return {"retry_after": self.retry_after}


class NotPreparedError(OverloadedError):
    """What is asked for is made ready when somebody first asks for it, and is not there yet."""

    code = "not-prepared"


class WorkerCrashedError(UnavailableError):
    """The process that ran the query ended without an answer, for no limit's sake."""

    code = "worker-crashed"


class SpoolError(UnavailableError):
    """The disk did not take a result, where it waits for whoever reads it."""

    code = "spool-full"

    @classmethod
    def of(cls, error: OSError) -> "SpoolError":
        """What an error of the system means for who asked."""
        reason = error.strerror or str(error)
        return cls(f"the disk does not take the result before it is sent: {reason}")


class StoreFailedError(UnavailableError):
    """The disk did not take what was to be kept; nothing was changed."""

    code = "store-failed"


class BadAnswerError(UnavailableError):
    """An engine elsewhere answered with what is no result, or only with a part of one."""

    code = "bad-answer"


class StoreUnreachableError(UnavailableError):
    """Nobody answers at the store's address."""

    code = "store-unreachable"


class UnknownVersionError(StoreError):
    """There is no version of the name that was asked for."""

    code = "unknown-version"
    exit_status = ExitStatus.BAD_INPUT


class VersionDroppedError(UnknownVersionError):
    """The version that was asked for was there, and is no longer kept."""

    code = "version-dropped"


_BY_CODE: dict[str, type[StoreError]] = {
    kind.code: kind
    for kind in (
        QuerySyntaxError,
        InexactQueryError,
        QueryRefusedError,
        QueryTooComplexError,
        EvaluationError,
        FormatMismatchError,
        NotReasonedError,
        NotProvedError,
        UpdateRefusedError,
        GraphNotFoundError,
        GraphExistsError,
        ContradictionError,
        NotWritableError,
        LiteralTooLargeError,
        VersionPassedError,
        StoreFullError,
        TimeLimitExceededError,
        MemoryLimitExceededError,
        ResultTooLargeError,
        ClosureTooLargeError,
        NotPreparedError,
        OverloadedError,
        WorkerCrashedError,
        SpoolError,
        StoreFailedError,
        BadAnswerError,
        StoreUnreachableError,
        UnknownVersionError,
        VersionDroppedError,
    )
}


def to_message(error: StoreError) -> dict[str, Any]:
    """The exception as a JSON object: status, message, and its details."""
    return {"status": error.code, "message": str(error), "details": error.details()}


def from_message(message: dict[str, Any]) -> StoreError:
    """The exception that `to_message` made the JSON object from."""
    return _BY_CODE[message["status"]](message["message"], **message["details"])
