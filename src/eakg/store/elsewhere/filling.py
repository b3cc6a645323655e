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
from http.client import HTTPException
from itertools import islice
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from eakg.sparql import BadAnswerError, StoreError, StoreUnreachableError, UpdateRefusedError
from eakg.store.elsewhere.remote import BOOKKEEPING, RemoteStore
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.request import QueryRequest, select

LOADING = f"{BOOKKEEPING}loading"
"""The graph that tells which batches were taken."""
_TAKEN = f"{BOOKKEEPING}taken"
_PAGE = 1000
_SECONDS = 600.0
_EXCERPT = 300
Told = Callable[[int], None]
"""Told of triples that the engine has."""


@dataclass(frozen=True)
class Batch:
    """Lines of N-Triples of one graph; `name` is an IRI made from all of it."""

    graph: str
    name: str
    lines: tuple[bytes, ...]


def batches(contents: Contents, size: int) -> Iterator[Batch]:
    """The triples of contents, so many at once, always cut in the same way.

    Argument: contents whose files are N-Triples without blank nodes, as `spread` writes them.
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
    takes updates; the address of its Graph Store Protocol, where triples shall go there.
    """

    store: RemoteStore
    update: str
    graph_store: str | None = None

    def fill(self, contents: Contents, size: int, told: Told = lambda _: None) -> None:
        """Send what the engine has not taken yet.

        Raises: StoreError and its kinds; what was sent before stays, and the next call goes on
        from there.
        """
        taken = self._taken()
        for batch in batches(contents, size):
            if batch.name not in taken:
                self._send(batch)
            told(len(batch.lines))
        self._update(f"DROP SILENT GRAPH <{LOADING}>")

    def _taken(self) -> set[str]:
        """The names of the batches that the engine has, asked for page by page."""
        taken: set[str] = set()
        while True:
            text = (
                f"SELECT ?batch {{ GRAPH <{LOADING}> {{ ?batch <{_TAKEN}> ?is }} }}"
                f" ORDER BY ?batch LIMIT {_PAGE} OFFSET {len(taken)}"
            )
            page = {str(row["batch"]) for row in select(self.store, QueryRequest(text))}
            taken |= page
            if len(page) < _PAGE:
                return taken

    def _send(self, batch: Batch) -> None:
        mark = f"GRAPH <{LOADING}> {{ <{batch.name}> <{_TAKEN}> 1 }}"
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
        request = Request(address, body, {"Content-Type": media_type}, method="POST")  # noqa: S310 - whoever runs the command gave the address
        if self.store.endpoint.user:
            request.add_header("Authorization", self.store.endpoint.basic())
        try:
            with urlopen(request, timeout=_SECONDS):  # noqa: S310 - as above
                return
        except HTTPError as error:
            with error:
                said = " ".join(error.read(_EXCERPT).decode(errors="replace").split())
            raise _refusal(address, error.code, said) from error
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise StoreUnreachableError(f"{address} does not answer: {reason}") from error


def _refusal(address: str, status: int, said: str) -> StoreError:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return UpdateRefusedError(
            f"{address} lets nobody write without leave (HTTP {status}): {said}"
        )
    return BadAnswerError(f"{address} took no triples (HTTP {status}): {said}")
