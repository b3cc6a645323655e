"""The whole graph in one file: N-Quads and Turtle, compressed, with their checksums; and beside
them the reifiers of the evidence, which take RDF 1.2 to be read."""

import gzip
import hashlib
import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from eakg.names import REIFIERS_GRAPH
from eakg.serve.content import Catalogue, Shelf
from eakg.sparql import OverloadedError
from eakg.store import QueryRequest, QueryService
from eakg.store.graphs import DEFAULT_NAME

_TRIPLES = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_REIFIERS = "reifiers.nq"
_LEVEL = 6
_AT_ONCE = 200_000
"""Triples that are held as lines."""


@dataclass(frozen=True)
class Dump:
    """A compressed file, the SHA-256 of its bytes, and the version of the data in it."""

    path: Path
    sha256: bytes
    version: str


class Dumps:
    """Dumps of a store, each made when it is first asked for and kept while the data stay
    the same.

    Arguments: whatever answers queries; what it holds; where they are kept.
    """

    def __init__(self, store: QueryService, catalogue: Catalogue, shelf: Shelf) -> None:
        self._store = store
        self._catalogue = catalogue
        self._shelf = shelf

    def names(self) -> tuple[str, ...]:
        """The names of the dumps that there are. Raises: StoreError and its kinds."""
        has_reifiers = self._catalogue.has_reifiers()
        return tuple(name for name in WRITERS if name != _REIFIERS or has_reifiers)

    def get(self, name: str) -> Dump:
        """The dump of this name, one of `names`.

        Raises: StoreError and its kinds; NotPreparedError where it is not there yet.
        """
        path = self._shelf.get(f"dump.{name}.gz", partial(self._write, name))
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        return Dump(path, digest, path.parent.name)

    def _write(self, name: str, path: Path) -> None:
        # Without a time in its header a dump of the same data has the same bytes.
        with path.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
            for piece in WRITERS[name](self, path.parent):
                file.write(piece)

    def quads(self, folder: Path) -> Iterator[bytes]:
        """Every graph in N-Quads, in the order of their names and of their lines: the store's own
        default graph, which has no name, before the others."""
        if size := self._catalogue.nameless_triples():
            yield from self._lines((DEFAULT_NAME,), size, folder)
        for graph in sorted(self._catalogue.graphs()):
            yield from self._graph_quads(graph, folder)

    def reifiers(self, folder: Path) -> Iterator[bytes]:
        """The graph of reifiers in N-Quads of RDF 1.2, in the order of its lines."""
        yield from self._graph_quads(str(REIFIERS_GRAPH), folder)

    def turtle(self, folder: Path) -> Iterator[bytes]:
        """The default graph: the ontology, what is stated, and what follows; not the evidence.

        A large one is written as N-Triples, which are Turtle too.
        """
        size = self._catalogue.triples()
        if size > _AT_ONCE:
            yield from self._lines((), size, folder)
        else:
            yield from self._store.query(QueryRequest(_TRIPLES, "turtle")).chunks()

    def _graph_quads(self, graph: str, folder: Path) -> Iterator[bytes]:
        ending = f"<{graph}> .\n".encode()
        for line in self._lines((graph,), self._catalogue.graph_size(graph) or 0, folder):
            yield line.rstrip(b"\n").removesuffix(b".") + ending

    def _lines(self, graphs: tuple[str, ...], size: int, folder: Path) -> Iterator[bytes]:
        """The lines of the merge of graphs in N-Triples, in order. Many are put in order in parts,
        in files.

        Arguments: the graphs, none for the default graph; how many triples they have; where there
        is room for files. Raises: OverloadedError where the parts are not of one whole.
        """
        if size <= _AT_ONCE:
            request = QueryRequest(_TRIPLES, "ntriples", default_graphs=graphs)
            yield from sorted(self._store.query(request).read().splitlines(keepends=True))
            return
        with TemporaryDirectory(dir=folder) as place:
            parts = []
            for first in range(0, size, _AT_ONCE):
                text = f"{_TRIPLES} LIMIT {_AT_ONCE} OFFSET {first}"
                request = QueryRequest(text, "ntriples", default_graphs=graphs)
                with self._store.query(request) as result:
                    lines = sorted(result.file)
                part = Path(place) / str(first)
                with part.open("wb") as file:
                    file.writelines(lines)
                parts.append(part)
                del lines
            yield from _merge(parts, size)


def _merge(parts: list[Path], size: int) -> Iterator[bytes]:
    files = [part.open("rb") for part in parts]
    try:
        number, last = 0, b""
        for line in heapq.merge(*files):
            # No engine has to give its triples in the same order each time; ours does.
            number, last = number + (line != last), line
            yield line
    finally:
        for file in files:
            file.close()
    if number != size:
        raise OverloadedError("the parts of a dump are not of one whole; ask again")


WRITERS: dict[str, Callable[[Dumps, Path], Iterator[bytes]]] = {
    "nq": Dumps.quads,
    "ttl": Dumps.turtle,
    _REIFIERS: Dumps.reifiers,
}
