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
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from SPARQLWrapper import POST, POSTDIRECTLY, SPARQLWrapper

from eakg.store.contents import Contents, GraphFile
from eakg.store.failures import BadAnswer, StoreError, StoreUnreachable, UpdateRefused
from eakg.store.remote import BOOKKEEPING, Endpoint, RemoteStore
from eakg.store.request import QueryRequest
from eakg.store.rows import select

LOADING = f"{BOOKKEEPING}loading"
"""The graph that tells which batches were taken."""
_TAKEN = f"{BOOKKEEPING}taken"
Told = Callable[[int], None]
"""Told of triples that the engine has."""


@dataclass(frozen=True)
class Batch:
    """Lines of N-Triples of one graph; `name` is made from the graph, the place and the lines."""

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
            yield Batch(str(file.name), digest.hexdigest()[:32], lines)


def _pieces(file: GraphFile, size: int) -> Iterator[tuple[bytes, ...]]:
    with file.path.open("rb") as lines:
        while piece := tuple(line for _, line in zip(range(size), lines, strict=False)):
            yield piece


@dataclass(frozen=True)
class Filler:
    """Sends batches to an engine.

    Arguments: the store that answers for the engine; the address that takes updates; the address
    of its Graph Store Protocol, where triples shall go there; seconds to wait for an answer.
    """

    store: RemoteStore
    update: Endpoint
    graph_store: str | None = None
    timeout: int = 600

    def fill(self, contents: Contents, size: int, told: Told = lambda _: None) -> None:
        """Send what the engine has not taken yet.

        Errors: StoreError and its kinds; what was sent before stays, and the next call goes on
        from there.
        """
        taken = self._taken()
        for batch in batches(contents, size):
            if batch.name not in taken:
                self._send(batch)
            told(len(batch.lines))
        self._update(f"DROP SILENT GRAPH <{LOADING}>")

    def _taken(self) -> set[str]:
        asked = QueryRequest(f"SELECT ?b {{ GRAPH <{LOADING}> {{ ?b <{_TAKEN}> ?is }} }}")
        rows = select(self.store, asked)
        return {str(row["b"]).removeprefix(BOOKKEEPING) for row in rows}

    def _send(self, batch: Batch) -> None:
        mark = f"GRAPH <{LOADING}> {{ <{BOOKKEEPING}{batch.name}> <{_TAKEN}> true }}"
        if self.graph_store is None:
            triples = b"".join(batch.lines).decode()
            self._update(f"INSERT DATA {{ GRAPH <{batch.graph}> {{\n{triples}}} {mark} }}")
            return
        self._post(batch)
        self._update(f"INSERT DATA {{ {mark} }}")

    def _post(self, batch: Batch) -> None:
        address = f"{self.graph_store}?graph={quote(batch.graph, safe='')}"
        headers = {"Content-Type": "application/n-triples"}
        # The address was given by whoever runs the command.
        request = Request(address, b"".join(batch.lines), headers, method="POST")  # noqa: S310
        with self._telling(address), urlopen(request, timeout=self.timeout):  # noqa: S310
            pass
