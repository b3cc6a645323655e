"""A SPARQL 1.1 engine elsewhere, single or clustered, as a store that answers queries.

The dataset of a query is the one that a store of ours would take, written into the query. What
comes back is read whole, checked, and written anew in the wanted format, so that no result that
the engine broke or cut is passed on as whole.
"""

import tempfile
import time
import uuid
from base64 import b64encode
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from math import ceil
from typing import BinaryIO, cast
from urllib.error import HTTPError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import urlopen

import pyoxigraph
from SPARQLWrapper import POST, URLENCODED, SPARQLWrapper

from eakg.names import PREFIXES
from eakg.rdf import (
    GRAPH_SYNTAX,
    JSON,
    N_TRIPLES,
    ROW_SYNTAX,
    ResultFormat,
    ResultKind,
    format_named,
    formats_for,
)
from eakg.sparql import (
    BadAnswerError,
    Dataset,
    EvaluationError,
    FormatMismatchError,
    Inspection,
    OverloadedError,
    QueryRefusedError,
    QuerySyntaxError,
    ResultTooLargeError,
    StoreError,
    StoreUnreachableError,
    TimeLimitExceededError,
    inspect_query,
    with_dataset,
)
from eakg.store.graphs import dataset_for
from eakg.store.options import DefaultGraph
from eakg.store.request import UNKNOWN, Limits, Load, QueryRequest, Result
from eakg.store.workers import Turns

SCHEME = "sparql+"
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
_PIECE = 1 << 16
_EXCERPT = 300


@dataclass(frozen=True)
class Endpoint:
    """The address of a SPARQL endpoint, and who asks there."""

    address: str
    user: str = ""
    password: str = ""

    def basic(self) -> str:
        """The value of the header `Authorization` (RFC 7617)."""
        return f"Basic {b64encode(f'{self.user}:{self.password}'.encode()).decode()}"


def endpoint_of(store: str) -> Endpoint:
    """The endpoint that a store is named after, `sparql+http[s]://[user:password@]host/path`.

    Raises: ValueError when it is not of this form.
    """
    parts = urlsplit(store.removeprefix(SCHEME))
    if not store.startswith(SCHEME) or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{store!r} is not of the form sparql+http://host/path")
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    return Endpoint(urlunsplit(plain), unquote(parts.username or ""), unquote(parts.password or ""))


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
    _known_since: float | None = None

    def __post_init__(self) -> None:
        self._turns = Turns(self.limits.workers, self.limits.queue, self.limits.moment)

    @property
    def version(self) -> str:
        """Another one each time: an engine does not tell when its data change."""
        return f"{UNKNOWN}{uuid.uuid4().hex}"

    def load(self) -> Load:
        """How many queries wait for the engine."""
        return Load(0, self._turns.taken, self._turns.waiting, 0)

    def query(self, request: QueryRequest) -> Result:
        """Answer the request. Raises: StoreError and its kinds, all of them before any result.

        The limit of time is for the engine's answer as a whole; how long the engine itself goes on
        after its client has left is its own affair.
        """
        started = time.monotonic()
        result_format = format_named(request.format)
        if result_format is None:
            raise FormatMismatchError(f"there is no result format {request.format!r}")
        inspection = inspect_query(request.text, request.base_iri)
        if inspection.service:
            raise QueryRefusedError("SERVICE is not offered: no part of a query is sent elsewhere")
        kind = inspection.kind or ResultKind.SOLUTIONS
        if kind not in result_format.kinds:
            there_is = ", ".join(one.media_type for one in formats_for(kind))
            what = f"{result_format.media_type} cannot carry this result"
            raise FormatMismatchError(f"{what}; there is {there_is}")
        seconds = self.limits.seconds(request.timeout)
        with self._turns.turn(self.limits.patience), tempfile.TemporaryFile() as answer:
            reader = _Reader(self.endpoint, seconds, self.limits.result)
            dataset = self._dataset(request, inspection, reader)
            base = f"BASE <{request.base_iri}> " if request.base_iri else ""
            reader.read(base + request.text, dataset, kind, answer)
            output = _written(answer, kind, result_format, inspection)
        size = output.seek(0, 2)
        output.seek(0)
        return Result(
            result_format.media_type, size, time.monotonic() - started, output, self.version
        )

    def _dataset(
        self, request: QueryRequest, inspection: Inspection, reader: "_Reader"
    ) -> Dataset | None:
        if self.default_graph == "strict":
            if request.default_graphs or request.named_graphs:
                return Dataset(request.default_graphs, request.named_graphs)
            return None
        return dataset_for(self._known_graphs(reader), request, inspection)

    def _known_graphs(self, reader: "_Reader") -> tuple[str, ...]:
        now = time.monotonic()
        if self._known_since is None or now - self._known_since > _FRESH_SECONDS:
            with tempfile.TemporaryFile() as answer:
                reader.read(_GRAPHS, None, ResultKind.SOLUTIONS, answer)
                found = pyoxigraph.parse_query_results(answer, pyoxigraph.QueryResultsFormat.JSON)
                names = {row["g"].value for row in cast(pyoxigraph.QuerySolutions, found)}
            own = {name for name in names if name.startswith(BOOKKEEPING)} | _ENGINES_OWN
            self._graphs = tuple(sorted(names - own))
            self._known_since = now
        return self._graphs


@dataclass
class _Reader:
    """Reads answers of an endpoint, all of them within so many seconds, each of so many bytes."""

    endpoint: Endpoint
    seconds: float
    size: int
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        self.ends = time.monotonic() + self.seconds

    def read(self, text: str, dataset: Dataset | None, kind: ResultKind, output: BinaryIO) -> None:
        """Write the whole answer to `output`, rows as JSON and graphs as N-Triples, and put it at
        its beginning again. Raises: StoreError and its kinds."""
        client = _Client(self.endpoint.address)
        if self.endpoint.user:
            client.addCustomHttpHeader("Authorization", self.endpoint.basic())
        client.setMethod(POST)
        client.setRequestMethod(URLENCODED)
        client.setOnlyConneg(True)
        wanted = N_TRIPLES if kind is ResultKind.GRAPH else JSON
        client.addCustomHttpHeader("Accept", wanted.media_type)
        client.setQuery(text if dataset is None else with_dataset(text, dataset))
        client.setTimeout(ceil(self._left()))
        try:
            with client.query().response as response:
                self._copy(response, output)
                output.seek(0)
                _check(response, wanted, output)
        except HTTPError as error:
            with error:
                raise self._refusal(error) from error
        except TimeoutError as error:
            raise self._too_late() from error
        except (OSError, HTTPException) as error:
            if isinstance(getattr(error, "reason", None), TimeoutError):
                raise self._too_late() from error
            reason = getattr(error, "reason", error)
            address = self.endpoint.address
            raise StoreUnreachableError(
                f"the engine at {address} does not answer: {reason}"
            ) from error
        output.seek(0)

    def _copy(self, response: HTTPResponse, output: BinaryIO) -> None:
        size = 0
        while piece := response.read1(_PIECE):
            size += len(piece)
            if size > self.size:
                raise ResultTooLargeError("the result is larger than a result may be; use LIMIT")
            self._left()
            output.write(piece)
        if response.length:
            raise BadAnswerError("the engine's answer was cut off")

    def _left(self) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise self._too_late()
        return left

    def _too_late(self) -> TimeLimitExceededError:
        words = f"the engine did not answer within {self.seconds:g} s"
        return TimeLimitExceededError(words, self.seconds)

    def _refusal(self, error: HTTPError) -> StoreError:
        said = " ".join(error.read(_EXCERPT * 4).decode(errors="replace").split())[:_EXCERPT]
        if error.code == HTTPStatus.BAD_REQUEST:
            return QuerySyntaxError(f"the engine does not take the query: {said}")
        if error.code in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.GATEWAY_TIMEOUT):
            return self._too_late()
        if error.code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            return OverloadedError(f"the engine is busy: {said}")
        if error.code == HTTPStatus.INTERNAL_SERVER_ERROR:
            return EvaluationError(f"the engine gave up: {said}")
        return BadAnswerError(f"the engine answered with HTTP {error.code}: {said}")


class _Client(SPARQLWrapper):
    """Takes any text for a query, and leaves the bodies of errors unread, which may be of any
    size."""

    def _parseQueryType(self, query: str) -> str:
        return "SELECT"

    def _query(self) -> tuple[HTTPResponse, str]:
        request = self._createRequest()
        # `endpoint_of` has seen to it that the scheme is http or https.
        return urlopen(request, timeout=self.timeout), self.returnFormat  # noqa: S310 - as said


def _check(response: HTTPResponse, wanted: ResultFormat, answer: BinaryIO) -> None:
    """Raises: BadAnswerError for what is no answer, LimitExceededError where the engine tells that
    it stopped early, which Virtuoso does by headers alone."""
    media_type = response.headers.get_content_type()
    if media_type not in {wanted.media_type, *wanted.generic, "text/plain"}:
        raise BadAnswerError(f"the engine answered in {media_type} instead of {wanted.media_type}")
    if "X-SQL-State" in response.headers:
        said = response.headers.get("X-SQL-Message", response.headers["X-SQL-State"])
        raise ResultTooLargeError(f"the engine stopped before the end: {said}")
    most = response.headers.get("X-SPARQL-MaxRows", "")
    if most.isdecimal() and wanted is JSON:
        found = _parsed(answer)
        if isinstance(found, pyoxigraph.QuerySolutions) and sum(1 for _ in found) >= int(most):
            raise ResultTooLargeError(
                f"the engine gives no more than {most} rows; use LIMIT and OFFSET"
            )


def _parsed(answer: BinaryIO) -> pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean:
    answer.seek(0)
    found = pyoxigraph.parse_query_results(answer, pyoxigraph.QueryResultsFormat.JSON)
    if isinstance(found, pyoxigraph.QuerySolutions) and found.variables == _VIRTUOSOS_BOOLEAN:
        words = b'{"head": {}, "boolean": %s}' % (b"true" if next(found, None) else b"false")
        return pyoxigraph.parse_query_results(words, pyoxigraph.QueryResultsFormat.JSON)
    return found


def _check_kind(
    found: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean, kind: ResultKind
) -> None:
    if isinstance(found, pyoxigraph.QueryBoolean) != (kind is ResultKind.BOOLEAN):
        raise BadAnswerError("the engine answered another question")


def _written(
    answer: BinaryIO, kind: ResultKind, result_format: ResultFormat, inspection: Inspection
) -> BinaryIO:
    """The answer in another format. Raises: BadAnswerError when it is not what it should be."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - the result owns it
    try:
        if kind is ResultKind.GRAPH:
            parsed = pyoxigraph.parse(answer, pyoxigraph.RdfFormat.N_TRIPLES)
            own = {name: iri for name, iri in inspection.prefixes if iri}
            pyoxigraph.serialize(
                (quad.triple for quad in parsed),
                output,
                GRAPH_SYNTAX[result_format.name],
                prefixes={**PREFIXES, **own},
            )
        else:
            found = _parsed(answer)
            _check_kind(found, kind)
            found.serialize(output, ROW_SYNTAX[result_format.name])
    except (SyntaxError, ValueError) as error:
        output.close()
        raise BadAnswerError(f"the engine answered with a broken result: {error}") from error
    except BaseException:
        output.close()
        raise
    return output
