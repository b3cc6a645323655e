"""A query as it is sent to a store, the limits it runs under, and the result that comes back."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, Protocol, Self, runtime_checkable

from eakg.rdf import NotRdf11Error, ResultFormat, Row, Solutions, find_format, read_results
from eakg.sparql import BadAnswerError, FormatMismatchError

Closure = Literal["full", "asserted"]
CLOSURES: tuple[Closure, ...] = ("full", "asserted")
MEBIBYTE = 1 << 20
UNKNOWN = "unknown-"
"""How the version begins where a store cannot tell whether its data have changed."""


@dataclass(frozen=True)
class QueryRequest:
    """A SPARQL query and how to answer it.

    `format` is the short name of a result format. `closure="asserted"` leaves out what was
    inferred. `default_graphs` and `named_graphs` are the dataset of the protocol; where either
    is given they take the place of the query's own (SPARQL 1.1 Protocol section 2.1.4).
    `timeout` in seconds may lower the store's limit, never raise it. `row_triple` says of which
    triple of which graph each row is: four names of variables, or IRIs in angle brackets; the store
    then gives a row for each form that the object has where the triple comes from. With `any_graph`
    the text itself leaves out of GRAPH the merges that a store makes (`store.graphs.MERGE`), and
    what its closure does not have; the engine then need not try one graph after the other.
    """

    text: str
    format: str = "json"
    closure: Closure = "full"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    base_iri: str | None = None
    timeout: float | None = None
    row_triple: tuple[str, ...] = ()
    any_graph: bool = False

    @property
    def result_format(self) -> ResultFormat:
        """The format of the result. Raises: FormatMismatchError when there is none of this name."""
        result_format = find_format(self.format)
        if result_format is None:
            raise FormatMismatchError(f"there is no result format {self.format!r}")
        return result_format


@dataclass(frozen=True)
class InspectionRequest:
    """A query that is to be read, for what it asks for. `timeout` is that of a `QueryRequest`."""

    text: str
    base_iri: str | None = None
    timeout: float | None = None


@dataclass(frozen=True)
class Limits:
    """What queries may use.

    `timeout` seconds a query may run; `memory` bytes it may add to what the store holds, and
    `total_memory` all of them together; `result` bytes its serialised result may have.

    A query that processors have worked on for longer than a `moment` gives way to the shorter
    ones, and more so after five moments: `quick` queries of each client process run at once, and
    `workers` of either kind of longer ones. `queue` more of each kind may wait, each query at most
    `patience` seconds in all.
    """

    timeout: float = 10.0
    memory: int = 1024 * MEBIBYTE
    result: int = 256 * MEBIBYTE
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 1))
    queue: int = 64
    patience: float = 5.0
    total_memory: int = 2048 * MEBIBYTE
    moment: float = 0.1
    quick: int = field(default_factory=lambda: max(4, 2 * (os.cpu_count() or 1)))
    change_seconds: float = 60.0
    change_memory: int = 1024 * MEBIBYTE
    change_inferred: int = 250_000
    start: float = 3600.0

    def seconds(self, timeout: float | None) -> float:
        """The time limit of a query that asks for `requested` seconds."""
        return self.timeout if timeout is None else min(self.timeout, timeout)


@dataclass(frozen=True)
class Result:
    """A complete serialised result.

    `file` stands at its beginning and holds `size` bytes of `media_type`; `seconds` is how long
    evaluation and serialisation took; `version` is that of the data that answered. Close it, or
    use it as a context manager.
    """

    media_type: str
    size: int
    seconds: float
    file: BinaryIO
    version: str

    def read(self) -> bytes:
        """The whole result; closes the file."""
        with self.file:
            return self.file.read()

    def chunks(self, size: int = 1 << 16) -> Iterator[bytes]:
        """The result in pieces of at most `size` bytes; closes the file at the end."""
        with self.file:
            while piece := self.file.read(size):
                yield piece

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


@dataclass(frozen=True)
class Load:
    """How busy a store is: `quick` and `long` queries under way, queries `waiting`, and the
    processes that answer them; how many queries have begun anew so far.

    `snapshot_problem` says why the folder of the store takes no snapshot, empty where it does.
    """

    quick: int
    long: int
    waiting: int
    workers: int
    restarts: int
    snapshot_problem: str = ""


@runtime_checkable
class LoadReporter(Protocol):
    """A store that tells how busy it is."""

    def load(self) -> Load:
        """How busy it is now. Raises: StoreUnreachableError."""
        ...


class QueryService(Protocol):
    """Whatever answers queries: a store in this process, or the client of one in another."""

    @property
    def version(self) -> str:
        """The version of the data that a query sent now is answered from.

        Raises: StoreUnreachableError.
        """
        ...

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Raises: StoreError and its kinds."""
        ...


def solutions(store: QueryService, request: QueryRequest) -> Solutions:
    """The solutions of a SELECT query, which is asked for in JSON.

    Terms that RDF 1.2 adds are carried in literals (`eakg.rdf.carriers`).
    Raises: StoreError and its kinds; FormatMismatchError where a term is none at all.
    """
    return _solutions_in(store.query(request).read())


def _solutions_in(data: bytes) -> Solutions:
    try:
        answer = read_results(data, rdf12=True)
    except NotRdf11Error as error:
        raise FormatMismatchError(f"what is asked for has {error}") from error
    if isinstance(answer, bool):
        raise BadAnswerError("solutions were asked for, and the answer is a truth value")
    return answer


def select(store: QueryService, request: QueryRequest) -> list[Row]:
    """The rows of a SELECT query, in order; unbound variables are left out of them.

    Raises: as `solutions`.
    """
    return list(solutions(store, request).rows)


def solution_rows(data: bytes) -> list[Row]:
    """The rows of a result in JSON, as `select` gives them. Raises: as `solutions`."""
    return list(_solutions_in(data).rows)
