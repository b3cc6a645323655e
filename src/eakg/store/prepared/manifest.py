"""The manifest of a prepared store: what it was made of, by which software, and all its files.

The file is written last of all and so makes the store; its first line has a checksum of the rest.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyoxigraph

from eakg.problems import Problem, ProblemsError

STORE_FILE = "prepared.json"
FORMAT = 1
"""The format of a folder that this software writes."""
ENGINE = f"pyoxigraph {pyoxigraph.__version__}"
_AT_ONCE = 1 << 20
_SMALL = 1 << 20
REBUILD = "--rebuild makes the store anew of its sources"


@dataclass(frozen=True)
class SourceFile:
    """A file that a store was made of: its path, its size in bytes, what the system says of when it
    was changed (nanoseconds), and its SHA-256."""

    path: str
    size: int
    modification_time: int
    change_time: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "SourceFile":
        """What a file is now. Raises: OSError."""
        status = path.stat()
        return cls(
            str(path.absolute()),
            status.st_size,
            status.st_mtime_ns,
            status.st_ctime_ns,
            sha256_of(path),
        )

    def is_unchanged(self) -> bool:
        """Whether the file has what it had; it is read where the system says that it was touched.
        Raises: OSError."""
        path = Path(self.path)
        status = path.stat()
        if status.st_size != self.size:
            return False
        times = status.st_mtime_ns, status.st_ctime_ns
        return times == (self.modification_time, self.change_time) or sha256_of(path) == self.sha256


@dataclass(frozen=True)
class PartFile:
    """A file of a store: its path in the folder, its size in bytes and its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class GraphPart:
    """A graph of a store, and which of its files has it in N-Triples."""

    name: str
    path: str


@dataclass(frozen=True)
class PreparedManifest:
    """What a store is: the sub-folder that it is in, the version of its data, whether what follows
    is there, how many triples its usual default graph has, what it was made of, its graphs, its
    files, and what is to be told of its data at each start; by which policy it was made though its
    data contradict themselves (empty where an older version made it), with the numbers of
    contradictions that count and of ill-formed literals that were let pass."""

    generation: str
    version: str
    reasoning: str
    triples: int
    sources: tuple[SourceFile, ...]
    graphs: tuple[GraphPart, ...]
    files: tuple[PartFile, ...]
    warnings: tuple[Problem, ...]
    engine: str = ENGINE
    format: int = FORMAT
    on_contradiction: str = ""
    contradictions: int = 0
    ill_formed_literals: int = 0

    def content(self) -> bytes:
        """The bytes of its file."""
        body = json.dumps(asdict(self), indent=1).encode() + b"\n"
        return f"{hashlib.sha256(body).hexdigest()}\n".encode() + body

    def damages(self, folder: Path, *, is_thorough: bool) -> Iterator[Problem]:
        """What is wrong with the files of the store. Small ones are read; the others where that is
        to be thorough, and what the engine has in them is checked by it when it reads it."""
        for part in self.files:
            path = folder / self.generation / part.path
            try:
                size = path.stat().st_size
            except OSError as error:
                yield Problem(str(path), 0, f"{_reason(error)}; {REBUILD}")
                continue
            if size != part.size:
                words = f"has {size} bytes where there were {part.size}; {REBUILD}"
                yield Problem(str(path), 0, words)
            elif is_thorough or size <= _SMALL:
                try:
                    if sha256_of(path) != part.sha256:
                        yield Problem(str(path), 0, f"is damaged: its checksum is wrong; {REBUILD}")
                except OSError as error:
                    yield Problem(str(path), 0, f"{_reason(error)}; {REBUILD}")


def read_manifest(folder: Path) -> PreparedManifest:
    """The manifest of a folder. Raises: ProblemsError where it is damaged or of another version."""
    path = folder / STORE_FILE
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _problem(path, _reason(error)) from error
    checksum, _, body = data.partition(b"\n")
    if checksum.decode("ascii", "replace") != hashlib.sha256(body).hexdigest():
        raise _problem(path, f"is damaged: its checksum is wrong; {REBUILD}")
    try:
        fields: dict[str, Any] = {**json.loads(body)}
        number, engine = fields["format"], fields["engine"]
        if number != FORMAT:
            words = f"is of format {number}; this software reads {FORMAT}: {REBUILD}"
            raise _problem(path, words)
        if engine != ENGINE:
            raise _problem(path, f"was made with {engine}; this is {ENGINE}: {REBUILD}")
        fields["sources"] = tuple(SourceFile(**source) for source in fields["sources"])
        fields["graphs"] = tuple(GraphPart(**graph) for graph in fields["graphs"])
        fields["files"] = tuple(PartFile(**file) for file in fields["files"])
        fields["warnings"] = tuple(Problem(**warning) for warning in fields["warnings"])
        return PreparedManifest(**fields)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _problem(path, f"cannot be understood; {REBUILD}") from None


def parts_of(folder: Path) -> tuple[PartFile, ...]:
    """The files of a folder, as they are to be found again. Raises: OSError."""
    return tuple(
        PartFile(str(path.relative_to(folder)), path.stat().st_size, sha256_of(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file. Raises: OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing"
    return f"cannot be read: {error.strerror or error}"


def _problem(path: Path, words: str) -> ProblemsError:
    return ProblemsError([Problem(str(path), 0, words)])
