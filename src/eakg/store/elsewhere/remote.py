"""A SPARQL 1.1 engine elsewhere, single or clustered, as a store that answers queries.

The dataset of a query is the one that a store of ours would take, written into the query. What
comes back is read whole, checked, and written anew in the wanted format, so that no result that
the engine broke or cut is passed on as whole.
"""

import tempfile
import time
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, cast

import pyoxigraph

from eakg.rdf import JSON, N_TRIPLES, N_TRIPLES_SYNTAX, Answer, ResultFormat, ResultKind
from eakg.sparql import (
    BadAnswerError,
    Dataset,
    InexactQueryError,
    Inspection,
    QueryRefusedError,
    QuerySyntaxError,
    as_sent,
    engine_spelling,
    inspect_query,
    with_dataset,
)
from eakg.sparql.exact import exact_query
from eakg.store.client import Turns, reading_within
from eakg.store.elsewhere.connection import Deadline
from eakg.store.elsewhere.credentials import Endpoint
from eakg.store.elsewhere.http import HttpClient
from eakg.store.elsewhere.protocol import check_result, check_rows, failure_of, query_request
from eakg.store.graphs import check_kind, dataset_for, prefixes_of, without_frames, write_answer
from eakg.store.options import DefaultGraph
from eakg.store.request import UNKNOWN, Limits, Load, QueryRequest, Result

# With DISTINCT instead, Virtuoso 7.2 takes a way of its own that did not end within minutes.
_GRAPHS = "SELECT ?g WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_FRESH_SECONDS = 30.0
"""For so long the names of the graphs are taken to be what they were."""
_ENGINES_OWN = frozenset(
    {
        "http://localuriqaserver/sparql",
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/ns/ldp#",
        "http://www.w3.org/2002/07/owl#",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
    }
)
"""Graphs that Virtuoso keeps for itself."""
BOOKKEEPING = "urn:x-eakg-"
"""How the names of graphs begin that no query sees."""
_VIRTUOSOS_BOOLEAN = [pyoxigraph.Variable("__ASK_RETVAL")]
"""Virtuoso answers ASK with a row or none of this variable."""


@dataclass
class RemoteStore:
    """Answers queries by asking an endpoint; any number of threads may share it.

    Arguments: the endpoint; what queries may use, where `memory` has no effect; the default graph
    of a query, with "strict" the engine's own.
    """

    endpoint: Endpoint
    limits: Limits
    default_graph: DefaultGraph = "union"
    _turns: Turns = field(init=False)
    _graphs: tuple[str, ...] = ()
    _graphs_read_at: float | None = None

    def __post_init__(self) -> None:
        self._turns = Turns(self.limits.workers, self.limits.queue, self.limits.patience)

    @property
    def version(self) -> str:
        """Another one each time: an engine does not tell when its data change."""
        return f"{UNKNOWN}{uuid.uuid4().hex}"

    def load(self) -> Load:
        """How many queries wait for the engine."""
        return Load(0, self._turns.in_use, self._turns.waiting, 0, 0)

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Raises: StoreError and its kinds, all of them before any result.

        The limit of time is for reading the query and for the engine's answer as a whole; how long
        the engine itself goes on after its client has left is its own affair.
        """
        try:
            return self._query(request)
        except (InexactQueryError, QuerySyntaxError) as error:
            raise as_sent(error, request.text, request.base_iri) from None

    def _query(self, request: QueryRequest) -> Result:
        start = time.monotonic()
        result_format = request.result_format
        seconds = self.limits.seconds(request.timeout)
        with (
            self._turns.turn(),
            reading_within(seconds),
            tempfile.TemporaryFile() as answer,
        ):
            deadline = Deadline.from_now(seconds)
            text = engine_spelling(request.text, request.base_iri)
            inspection = inspect_query(text, request.base_iri)
            if inspection.service:
                raise QueryRefusedError(
                    "SERVICE is not offered: no part of a query is sent elsewhere"
                )
            kind = inspection.kind or ResultKind.SOLUTIONS
            check_kind(kind, result_format)
            reader = _Reader(self.endpoint, self.limits.result, deadline)
            dataset = self._dataset(request, inspection, reader)
            base = f"BASE <{request.base_iri}> " if request.base_iri else ""
            named_graphs = partial(self._named_graphs, dataset, inspection, reader)
            text = exact_query(text, request.base_iri, named_graphs).text
            reader.read(base + text, dataset, kind, answer)
            output = _convert(answer, kind, result_format, inspection)
        size = output.seek(0, 2)
        output.seek(0)
        return Result(
            result_format.media_type, size, time.monotonic() - start, output, self.version
        )

    def _dataset(
        self, request: QueryRequest, inspection: Inspection, reader: "_Reader"
    ) -> Dataset | None:
        if self.default_graph == "strict":
            if request.default_graphs or request.named_graphs:
                return Dataset(request.default_graphs, request.named_graphs)
            return None
        return dataset_for(self._graph_names(reader), request, inspection)

    def _named_graphs(
        self, dataset: Dataset | None, inspection: Inspection, reader: "_Reader"
    ) -> tuple[str, ...]:
        if dataset is not None:
            return dataset.named_graphs
        return inspection.named_graphs if inspection.has_dataset else self._graph_names(reader)

    def _graph_names(self, reader: "_Reader") -> tuple[str, ...]:
        now = time.monotonic()
        if self._graphs_read_at is None or now - self._graphs_read_at > _FRESH_SECONDS:
            with tempfile.TemporaryFile() as answer:
                reader.read(_GRAPHS, None, ResultKind.SOLUTIONS, answer)
                try:
                    names = without_frames(partial(_names_in, answer))
                except (SyntaxError, ValueError, TypeError) as error:
                    raise BadAnswerError("the engine does not say which graphs it has") from error
            hidden_graphs = {name for name in names if name.startswith(BOOKKEEPING)} | _ENGINES_OWN
            self._graphs = tuple(sorted(names - hidden_graphs))
            self._graphs_read_at = now
        return self._graphs


@dataclass(frozen=True)
class _Reader:
    """Reads answers of an endpoint, each of so many bytes, all of them within one deadline."""

    endpoint: Endpoint
    size: int
    deadline: Deadline

    def read(self, text: str, dataset: Dataset | None, kind: ResultKind, output: BinaryIO) -> None:
        """Write the whole answer to `output`, rows as JSON and graphs as N-Triples, and put it at
        its beginning again. Raises: StoreError and its kinds."""
        wire_format = N_TRIPLES if kind is ResultKind.GRAPH else JSON
        text = text if dataset is None else with_dataset(text, dataset)
        request = query_request(self.endpoint.address, text, [wire_format])
        client = HttpClient(self.size, self.endpoint.authorization())
        answer = client.send(request, self.deadline, output)
        if not answer.is_success:
            raise failure_of(answer, self.deadline.seconds)
        check_result(answer, [wire_format])
        if wire_format is JSON:
            check_rows(answer, lambda: _count(output))
        output.seek(0)


def _count(answer: BinaryIO) -> int:
    """The rows of an answer; none of one that is broken, as is found when it is written anew."""
    try:
        results = _parse_results(answer)
        return 0 if isinstance(results, pyoxigraph.QueryBoolean) else sum(1 for _ in results)
    except (SyntaxError, ValueError):
        return 0


def _parse_results(answer: BinaryIO) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean:
    answer.seek(0)
    results = pyoxigraph.parse_query_results(answer, pyoxigraph.QueryResultsFormat.JSON)
    if isinstance(results, pyoxigraph.QuerySolutions) and results.variables == _VIRTUOSOS_BOOLEAN:
        words = b'{"head": {}, "boolean": %s}' % (b"true" if next(results, None) else b"false")
        return pyoxigraph.parse_query_results(words, pyoxigraph.QueryResultsFormat.JSON)
    return results


def _check_kind(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, kind: ResultKind
) -> None:
    if isinstance(results, pyoxigraph.QueryBoolean) != (kind is ResultKind.BOOLEAN):
        raise BadAnswerError("the engine answered another question")


def _convert(
    answer: BinaryIO, kind: ResultKind, result_format: ResultFormat, inspection: Inspection
) -> BinaryIO:
    """The answer in another format. Raises: BadAnswerError when it is not what it should be."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - the result owns it
    try:
        without_frames(partial(_write, answer, kind, result_format, inspection, output))
    except (SyntaxError, ValueError) as error:
        output.close()
        raise BadAnswerError(f"the engine answered with a broken result: {error}") from error
    except BaseException:
        output.close()
        raise
    return output


def _write(
    answer: BinaryIO,
    kind: ResultKind,
    result_format: ResultFormat,
    inspection: Inspection,
    output: BinaryIO,
) -> None:
    results: Answer
    if kind is ResultKind.GRAPH:
        quads = pyoxigraph.parse(answer, N_TRIPLES_SYNTAX.engine)
        results = (quad.triple for quad in quads)
    else:
        results = _parse_results(answer)
        _check_kind(results, kind)
    write_answer(results, result_format, prefixes_of(inspection), output)


def _names_in(answer: BinaryIO) -> set[str]:
    rows = cast(pyoxigraph.QuerySolutions, _parse_results(answer))
    return {row["g"].value for row in rows}
