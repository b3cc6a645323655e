"""Filling a SPARQL 1.1 engine elsewhere, batch by batch.

A batch is a piece of one graph's file of N-Triples, cut at the same lines each time, and without
blank nodes, so that to send it twice changes nothing. Which batches were taken is written in a
graph beside them, in the same request where that is an update, so that a load that was interrupted
goes on where it was, from any machine; the last request removes that graph.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from urllib.parse import quote, urlsplit

from eakg.sparql import BadAnswerError, QueryError, StoreError, UpdateRefusedError
from eakg.store.elsewhere.connection import Deadline
from eakg.store.elsewhere.credentials import endpoint_at
from eakg.store.elsewhere.http import HttpAnswer, HttpClient, HttpRequest
from eakg.store.elsewhere.protocol import failure_of
from eakg.store.elsewhere.remote import BOOKKEEPING, RemoteStore
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.request import QueryRequest, select

LOADING = f"{BOOKKEEPING}loading"
"""The graph that tells which batches were taken."""
_MARK = f"{BOOKKEEPING}taken"
_PAGE = 1000
_LARGEST = 1 << 20  # bytes of what an engine says of an update
Advance = Callable[[int], None]
"""Takes how many more triples the engine has."""


@dataclass(frozen=True)
class Batch:
    """Lines of N-Triples of one graph; `name` is an IRI made from all of it."""

    graph: str
    name: str
    lines: tuple[bytes, ...]


def batches(contents: Contents, size: int) -> Iterator[Batch]:
    """The triples of contents, so many at once, always cut in the same way.

    Argument: contents whose files are N-Triples without blank nodes, as `split_by_graph`
    writes them.
    """
    for file in contents.files:
        for number, lines in enumerate(_pieces(file, size)):
            digest = hashlib.sha256(f"{file.name}\n{number}\n".encode())
            digest.update(b"".join(lines))
            yield Batch(str(file.name), f"{BOOKKEEPING}{digest.hexdigest()[:32]}", lines)


def _pieces(file: GraphFile, size: int) -> Iterator[tuple[bytes, ...]]:
    with file.path.open("rb") as lines:
        while piece := tuple(islice(lines, size)):
            yield piece


@dataclass(frozen=True)
class Filler:
    """Sends batches to an engine.

    Arguments: a store, with a strict default graph, that answers for the engine; the address that
    takes updates; the address of its Graph Store Protocol, where triples shall go there; the
    seconds that a request may take.
    """

    store: RemoteStore
    update: str
    graph_store: str | None = None
    seconds: float = 600.0

    def fill(self, contents: Contents, size: int, advance: Advance = lambda _: None) -> None:
        """Send what the engine has not taken yet.

        Raises: StoreError and its kinds; what was sent before stays, and the next call goes on
        from there.
        """
        sent_batches = self._sent_batches()
        for batch in batches(contents, size):
            if batch.name not in sent_batches:
                self._send(batch)
            advance(len(batch.lines))
        self._update(f"DROP SILENT GRAPH <{LOADING}>")

    def _sent_batches(self) -> set[str]:
        """The names of the batches that the engine has, asked for page by page."""
        sent_batches: set[str] = set()
        while True:
            text = (
                f"SELECT ?batch {{ GRAPH <{LOADING}> {{ ?batch <{_MARK}> ?is }} }}"
                f" ORDER BY ?batch LIMIT {_PAGE} OFFSET {len(sent_batches)}"
            )
            page = {str(row["batch"]) for row in select(self.store, QueryRequest(text))}
            sent_batches |= page
            if len(page) < _PAGE:
                return sent_batches

    def _send(self, batch: Batch) -> None:
        mark = f"GRAPH <{LOADING}> {{ <{batch.name}> <{_MARK}> 1 }}"
        if self.graph_store is None:
            triples = b"".join(batch.lines).decode()
            self._update(f"INSERT DATA {{ GRAPH <{batch.graph}> {{\n{triples}}} {mark} }}")
            return
        separator = "&" if "?" in self.graph_store else "?"
        address = f"{self.graph_store}{separator}graph={quote(batch.graph, safe='')}"
        self._post(address, b"".join(batch.lines), "application/n-triples")
        self._update(f"INSERT DATA {{ {mark} }}")

    def _update(self, text: str) -> None:
        self._post(self.update, text.encode(), "application/sparql-update")

    def _post(self, address: str, body: bytes, media_type: str) -> None:
        """Raises: StoreError and its kinds."""
        client = HttpClient(_LARGEST, self._authorization(address))
        endpoint = endpoint_at(address)
        request = HttpRequest("POST", endpoint.address, {"Content-Type": media_type}, body)
        answer = client.send(request, Deadline.from_now(self.seconds), BytesIO())
        if not answer.is_success:
            raise self._failure_of(answer)

    def _authorization(self, address: str) -> str:
        """That of the address itself, or of the store where it is of the same host."""
        endpoint, store_endpoint = endpoint_at(address), self.store.endpoint
        is_same_host = (
            urlsplit(endpoint.address).hostname == urlsplit(store_endpoint.address).hostname
        )
        return endpoint.authorization() or (store_endpoint.authorization() if is_same_host else "")

    def _failure_of(self, answer: HttpAnswer) -> StoreError:
        failure = failure_of(answer, self.seconds)
        if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            return UpdateRefusedError(f"writing is not allowed: {failure}")
        if isinstance(failure, QueryError):
            return BadAnswerError(f"no triples were taken: {failure}")
        return failure
