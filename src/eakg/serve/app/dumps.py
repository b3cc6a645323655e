"""The whole graph in one file: N-Quads and Turtle, compressed, with their checksums; and beside
them the reifiers of the evidence, which take RDF 1.2 to be read."""

import gzip
import hashlib
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from eakg.files import TemporaryFolder, remove_left_folders
from eakg.names import REIFIERS_GRAPH
from eakg.serve.content import Catalogue
from eakg.sparql import OverloadedError
from eakg.store import QueryRequest, QueryService

_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_REIFIERS = "reifiers.nq"
_LEVEL = 6
_TRIES = 5
_FILES = 2  # of each dump


@dataclass(frozen=True)
class Dump:
    """A compressed file, the SHA-256 of its bytes, and the version of the data in it."""

    path: Path
    sha256: bytes
    version: str


class Dumps:
    """Dumps of a store, each made when it is first asked for and kept while the data stay
    the same.

    Arguments: whatever answers queries; what it holds; whether it tells of its version; the folder
    in which to make another for them, None for the system's own.
    """

    def __init__(
        self,
        store: QueryService,
        catalogue: Catalogue,
        versioned: bool = True,
        parent: str | None = None,
    ) -> None:
        self._parent = None if parent is None else Path(parent)
        self._store = store
        self._catalogue = catalogue
        self._versioned = versioned
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._dumps: dict[str, Dump] = {}
        self._files: dict[str, list[Path]] = {}

    def names(self) -> tuple[str, ...]:
        """The names of the dumps that there are. Raises: StoreError and its kinds."""
        has_reifiers = self._catalogue.has_reifiers()
        return tuple(name for name in WRITERS if name != _REIFIERS or has_reifiers)

    def get(self, name: str) -> Dump:
        """The dump of this name, one of `names`.

        Raises: StoreError and its kinds; OverloadedError where the data change all the while.
        """
        with self._lock:
            dump = self._dumps.get(name)
            for _ in range(_TRIES):
                version = self._store.version
                if dump is None or dump.version != version:
                    dump = self._make(name, version)
                # It is put together from several answers.
                if self._store.version == version or not self._versioned:
                    self._dumps[name] = dump
                    return dump
            raise OverloadedError("the data change too fast to be written as one")

    def _make(self, name: str, version: str) -> Dump:
        if self._folder is None:
            if self._parent is not None:
                # Those of web processes that were killed.
                remove_left_folders(self._parent)
            folder = TemporaryFolder("dump", self._parent)
            weakref.finalize(self, folder.remove)
            self._folder = folder.path
        new = self._folder / f"{name}.new"
        # Without a time in its header a dump of the same data has the same bytes.
        with new.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
            for piece in WRITERS[name](self):
                file.write(piece)
        with new.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        # Whoever is about to send the one before sends that one.
        path = self._folder / f"{digest.hex()}.{name}.gz"
        new.replace(path)
        dump = Dump(path, digest, version)
        self._keep(name, dump)
        return dump

    def _keep(self, name: str, dump: Dump) -> None:
        """Keep the file of a dump, and of the one before it."""
        last = self._files.setdefault(name, [])
        if dump.path not in last:
            last.append(dump.path)
        for path in last[:-_FILES]:
            path.unlink(missing_ok=True)
        del last[:-_FILES]

    def quads(self) -> Iterator[bytes]:
        """Every graph in N-Quads, in the order of their names and of their lines."""
        for graph in sorted(self._catalogue.graphs()):
            yield from self._graph_quads(graph)

    def reifiers(self) -> Iterator[bytes]:
        """The graph of reifiers in N-Quads of RDF 1.2, in the order of its lines."""
        yield from self._graph_quads(str(REIFIERS_GRAPH))

    def turtle(self) -> Iterator[bytes]:
        """The default graph: the ontology, what is stated, and what follows; not the evidence."""
        yield from self._store.query(QueryRequest(_TRIPLES, "turtle")).chunks()

    def _graph_quads(self, graph: str) -> Iterator[bytes]:
        request = QueryRequest(_TRIPLES, "ntriples", default_graphs=(graph,))
        lines = self._store.query(request).read().splitlines()
        for line in sorted(lines):
            yield line.removesuffix(b".") + f"<{graph}> .\n".encode()


WRITERS: dict[str, Callable[[Dumps], Iterator[bytes]]] = {
    "nq": Dumps.quads,
    "ttl": Dumps.turtle,
    _REIFIERS: Dumps.reifiers,
}
