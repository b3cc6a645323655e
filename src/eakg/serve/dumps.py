"""The whole graph in one file: N-Quads and Turtle, compressed, with their checksums."""

import gzip
import hashlib
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eakg.store import QueryRequest, QueryService

_ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_LEVEL = 6


@dataclass(frozen=True)
class Dump:
    """A compressed file, and the SHA-256 of its bytes."""

    path: Path
    sha256: bytes


class Dumps:
    """Dumps of a store, each made when it is first asked for and kept while the data stay
    the same.

    Arguments: whatever answers queries; the names of its graphs.
    """

    def __init__(self, store: QueryService, graphs: Callable[[], dict[str, int]]) -> None:
        self._store = store
        self._graphs = graphs
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._made: dict[str, Dump] = {}
        self._version = ""

    def get(self, name: str) -> Dump:
        """The dump of this name, `nq` or `ttl`. Errors: StoreError and its kinds."""
        with self._lock:
            version = self._store.version
            if version != self._version:
                self._made, self._version = {}, version
            if name not in self._made:
                self._made[name] = self._make(name)
            return self._made[name]

    def _make(self, name: str) -> Dump:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="eakg-dump-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        path = self._folder / f"dump.{name}.gz"
        # Without a time in its header a dump of the same data has the same bytes.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
            for piece in WRITERS[name](self):
                file.write(piece)
        return Dump(path, hashlib.sha256(path.read_bytes()).digest())

    def quads(self) -> Iterator[bytes]:
        """Every graph in N-Quads, in the order of their names and of their lines."""
        for graph in sorted(self._graphs()):
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
            lines = self._store.query(QueryRequest(text, "ntriples")).read().splitlines()
            for line in sorted(lines):
                yield line.removesuffix(b".") + f"<{graph}> .\n".encode()

    def turtle(self) -> Iterator[bytes]:
        """The default graph: the ontology, what is stated, and what follows; not the evidence."""
        yield from self._store.query(QueryRequest(_ALL, "turtle")).chunks()


WRITERS: dict[str, Callable[[Dumps], Iterator[bytes]]] = {
    "nq": Dumps.quads,
    "ttl": Dumps.turtle,
}
