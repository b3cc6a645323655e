"""Look-ups that this process answers itself, where it can open what the keeper asks.

A worker is there so that a query can be ended. A look-up of one triple pattern needs none where its
result is small: the engine finds its triples one after the other, and is stopped where the result
grows beyond a bound. A prepared store on disk may be open in any number of processes; so those who
ask have it open, too, and ask a worker only for the rest.
"""

import errno
import io
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph
from rdflib.namespace import RDF

from eakg.sparql import ResultTooLargeError, StoreFailedError, point_pattern
from eakg.store.graphs import LoadedStore, evaluate
from eakg.store.prepared import read_layout
from eakg.store.request import QueryRequest, Result

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_TYPE = pyoxigraph.NamedNode(str(RDF.type))
_LARGEST = 1 << 15  # bytes of a result, which takes a millisecond at most
_MOST = 200  # triples, where their terms are not as they are stored


class EngineAtHand:
    """The graphs of a prepared store, asked by any thread.

    Arguments: the folder of its layout; the version of its data; the bytes that a result may have.
    """

    def __init__(self, folder: Path, version: str, largest: int) -> None:
        self.version = version
        self._largest = min(largest, _LARGEST)
        self._folder = folder
        self._loaded_store: LoadedStore | None = None

    def open(self) -> None:
        """Open them. Where that fails, workers fail too, and say why."""
        with suppress(StoreFailedError, OSError, ValueError, KeyError):
            loaded_store = read_layout(self._folder, self.version)
            loaded_store.open()
            self._loaded_store = loaded_store

    def result(self, request: QueryRequest) -> Result | None:
        """The result of a look-up that is surely short; None for every other query, and as long as
        the graphs are not open. Raises: StoreError and its kinds."""
        loaded_store = self._loaded_store
        if loaded_store is None or not _is_plain(request):
            return None
        pattern = point_pattern(request.text)
        if pattern is None or (loaded_store.spellings and not _is_few(loaded_store, pattern)):
            return None
        output = _ShortOutput(self._largest)
        with suppress(ResultTooLargeError):
            seconds = evaluate(loaded_store, request, output)
            size = output.tell()
            output.seek(0)
            media_type = request.result_format.media_type
            return Result(media_type, size, seconds, output, self.version)
        return None


def _is_plain(request: QueryRequest) -> bool:
    """Whether it is asked of the usual default graph, and of no triple that it names."""
    has_dataset = request.default_graphs or request.named_graphs or request.closure != "full"
    return not (has_dataset or request.row_triple)


def _is_few(loaded_store: LoadedStore, pattern: tuple[str, str, str]) -> bool:
    """Whether few triples fit a pattern. Its terms are spelled as in a query."""
    store = loaded_store.engine
    if store is None:
        return False
    try:
        subject, predicate, object_ = map(_term, pattern)
    except ValueError:
        return False  # a relative IRI
    quads = store.quads_for_pattern(subject, predicate, object_, pyoxigraph.DefaultGraph())
    return sum(1 for _ in islice(quads, _MOST + 1)) <= _MOST


def _term(spelling: str) -> Any:
    match spelling[0]:
        case "<":
            return pyoxigraph.NamedNode(spelling[1:-1])
        case '"':
            text, _, tag = spelling[1:].rpartition('"')
            return pyoxigraph.Literal(text, language=tag[1:] or None)
        case "a":
            return _TYPE
    return None


class _ShortOutput(io.BytesIO):
    """What is written, as long as it is short. Argument: the bytes. Raises: OSError beyond them."""

    def __init__(self, largest: int) -> None:
        super().__init__()
        self._largest = largest

    def write(self, data: "ReadableBuffer", /) -> int:
        if self.tell() + memoryview(data).nbytes > self._largest:
            raise OSError(errno.EFBIG, "longer than a short result")
        return super().write(data)
