"""Prepared stores: folders with all that a read-only service needs, made once of RDF files.

A folder has `prepared.json` (`eakg.store.prepared.manifest`), a `lock` that whoever makes a store
in it holds, and a sub-folder for the generation that the manifest names:

- `graphs/`: the graphs in N-Triples, one file each, without blank nodes, closed;
- what `eakg.store.prepared.layout` writes.

A new generation is made beside the old one and counts from the moment that the manifest has its
name. Whoever serves a generation holds a lock on it; one that nobody holds and no manifest names is
removed when the next one is made.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from rdflib import URIRef

from eakg.files import writing
from eakg.problems import Problem, ProblemsError
from eakg.rdf import open_file, syntax_of, triples_size
from eakg.reason.contradictions import Findings
from eakg.store.graph_files import Contents, GraphFile
from eakg.store.graphs import is_large
from eakg.store.prepared.layout import write_layout
from eakg.store.prepared.manifest import (
    STORE_FILE,
    GraphPart,
    PreparedManifest,
    SourceFile,
    parts_of,
    read_manifest,
)

_LOCK = "lock"
_GRAPHS = "graphs"
_PREFIX = "generation-"
_GROWTH = 8
"""Bytes of disk for a byte of N-Triples, at most about: the copies, what follows, nine orders of
the engine, and what they take while they are put in order. Of LUBM five are left."""
_NO_STORE_OF_OURS = "lost+found"
Ingest = Callable[[Path], tuple[Contents, Findings, Sequence[Problem]]]
"""Writes the graphs of a store as N-Triples into a folder: gives these files, the contradictions of
their data, and what else is to be told of them."""


@dataclass(frozen=True)
class PreparedStore:
    """A prepared store that is whole as far as its sizes tell, and what it is."""

    path: Path
    manifest: PreparedManifest

    @property
    def generation(self) -> Path:
        """The folder of what it is now."""
        return self.path / self.manifest.generation

    @property
    def contents(self) -> Contents:
        """Its graphs as files, which a store in memory is loaded from."""
        files = tuple(
            GraphFile(URIRef(graph.name), self.generation / graph.path)
            for graph in self.manifest.graphs
        )
        return Contents(files, self.manifest.version)

    @property
    def disk_contents(self) -> Contents:
        """Its graphs as the engine has them on disk."""
        contents = self.contents
        return Contents(contents.files, contents.version, self.generation)

    @property
    def is_large(self) -> bool:
        """Whether to load it into memory takes longer than one would wait."""
        return is_large(file.path for file in self.contents.files)

    @property
    def layout_reason(self) -> str:
        """Why it is asked where it is, unless somebody says otherwise."""
        size = sum(file.path.stat().st_size for file in self.contents.files) >> 20
        if self.is_large:
            return f"{size:,} MiB of N-Triples take long to load; --layout memory answers faster"
        return f"{size:,} MiB of N-Triples are loaded at once"

    @property
    def summary(self) -> str:
        """A line on what it is."""
        size = sum(part.size for part in self.manifest.files)
        return (
            f"{self.path}: {self.manifest.triples:,} triples in {len(self.manifest.graphs)} graphs,"
            f" version {self.manifest.version}, {size / (1 << 20):,.1f} MiB{self._clashes}"
        )

    @property
    def _clashes(self) -> str:
        """How many contradictions it was made in spite of, by which policy."""
        counts = self.manifest.contradictions + self.manifest.ill_formed_literals
        words = f"{counts:,} contradiction{'' if counts == 1 else 's'}"
        return f", {words} (--on-contradiction {self.manifest.on_contradiction})" if counts else ""

    def changes(self) -> list[Problem]:
        """Which of its sources are not what they were."""
        problems = []
        for source in self.manifest.sources:
            try:
                words = "" if source.is_unchanged() else "has changed"
            except OSError as error:
                words = f"cannot be read any more ({error.strerror})"
            if words:
                words = f"{words} since {self.path} was made of it"
                problems.append(Problem(source.path, 0, words))
        return problems

    def hold(self) -> int:
        """A lock on the generation, as a descriptor, by which it stays where it is until that is
        closed. Raises: ProblemsError where it is gone."""
        try:
            descriptor = os.open(self.generation, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            words = f"cannot be read: {error.strerror}"
            raise ProblemsError([Problem(str(self.generation), 0, words)]) from error
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return descriptor


def read_prepared(path: Path, *, is_thorough: bool = False) -> PreparedStore | None:
    """The prepared store in a folder, None where that is empty or not there.

    Raises: ProblemsError where the folder is another's, or something is damaged or missing. All is
    read only where that is to be thorough.
    """
    if not _names(path):
        return None
    store = PreparedStore(path, read_manifest(path))
    damages = list(store.manifest.damages(path, is_thorough=is_thorough))
    if damages:
        raise ProblemsError(damages)
    return store


def is_prepared(path: Path) -> bool:
    """Whether a folder has a prepared store, or parts of one."""
    try:
        return any(_is_ours(entry.name) for entry in path.iterdir())
    except OSError:
        return False


def prepare(
    path: Path,
    sources: Sequence[Path],
    reasoning: str,
    ingest: Ingest,
    progress: Callable[[str], None] = lambda _: None,
) -> PreparedStore:
    """Make a prepared store in a folder, which is made where it is not there; one that is there
    stays as it is until the new one is whole.

    Arguments: the folder; the files that the store is made of; whether what follows is in it; what
    reads them; who is told what is being done. Raises: ProblemsError.
    """
    _names(path)
    try:
        before = _source_files(sources)
        _require_room(path, sources)
        path.mkdir(exist_ok=True)
        with _lock(path):
            _remove_generations(path)
            folder = path / f"{_PREFIX}{secrets.token_hex(8)}"
            (folder / _GRAPHS).mkdir(parents=True)
            try:
                store = _make(path, folder, before, reasoning, ingest, progress)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            _remove_generations(path)
            return store
    except OSError as error:
        words = f"cannot be written to: {error.strerror or error}"
        raise ProblemsError([Problem(str(error.filename or path), 0, words)]) from error


def _make(
    path: Path,
    folder: Path,
    sources: tuple[SourceFile, ...],
    reasoning: str,
    ingest: Ingest,
    progress: Callable[[str], None],
) -> PreparedStore:
    contents, findings, notices = ingest(folder / _GRAPHS)
    triples = write_layout(contents, folder, progress)
    progress("checking")
    for source in sources:
        if not _is_unchanged(source):
            raise ProblemsError([Problem(source.path, 0, "changed while it was read; begin again")])
    graphs = tuple(
        GraphPart(str(file.name), str(file.path.relative_to(folder))) for file in contents.files
    )
    manifest = PreparedManifest(
        folder.name,
        contents.version,
        reasoning,
        triples,
        sources,
        graphs,
        parts_of(folder),
        (*findings.contradictions, *findings.ignored, *notices),
        on_contradiction=findings.policy,
        contradictions=len(findings.contradictions),
        ill_formed_literals=len(findings.ignored),
    )
    with writing(path / STORE_FILE) as file:
        file.write(manifest.content())
    return PreparedStore(path, manifest)


def _is_unchanged(source: SourceFile) -> bool:
    with suppress(OSError):
        return source.is_unchanged()
    return False


def _source_files(sources: Sequence[Path]) -> tuple[SourceFile, ...]:
    """What the sources are now. Raises: ProblemsError with all that cannot be read; OSError."""
    problems: list[Problem] = []
    for source in sources:
        try:
            syntax_of(source)
            with open_file(source):
                pass
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return tuple(map(SourceFile.of, sources))


def _names(path: Path) -> list[str]:
    """The names in a folder of ours or an empty one. Raises: ProblemsError for another's."""
    try:
        names = [one.name for one in path.iterdir() if one.name != _NO_STORE_OF_OURS]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ProblemsError(
            [Problem(str(path), 0, f"cannot be read: {error.strerror or error}")]
        ) from error
    foreign_names = [name for name in names if name != _LOCK and not _is_ours(name)]
    if "manifest" in foreign_names or "journal" in foreign_names:
        words = "holds a store that takes changes; serve it with --writable, or name another folder"
        raise ProblemsError([Problem(str(path), 0, words)])
    if foreign_names:
        words = (
            f"holds {sorted(foreign_names)[0]}, which is of no prepared store; name an empty folder"
        )
        raise ProblemsError([Problem(str(path), 0, words)])
    if names and STORE_FILE not in names and any(map(_is_ours, names)):
        return []  # one that was never whole
    return [name for name in names if name != _LOCK]


def _is_ours(name: str) -> bool:
    return name == STORE_FILE or name.startswith((_PREFIX, f".{STORE_FILE}."))


def _require_room(path: Path, sources: Sequence[Path]) -> None:
    """Raises: ProblemsError where the disk has not the room that the store is likely to take;
    OSError."""
    parent = path if path.is_dir() else path.absolute().parent
    need = _GROWTH * sum(map(triples_size, sources))
    free = shutil.disk_usage(parent).free
    if need > free:
        words = (
            f"about {need >> 20:,} MiB are needed and {free >> 20:,} MiB are free; nothing was"
            " done: make room or name a folder elsewhere"
        )
        raise ProblemsError([Problem(str(path), 0, words)])


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Be the only one to make a store in the folder. Raises: ProblemsError; OSError."""
    descriptor = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        words = "another process is making a store here; wait for it, or name another folder"
        raise ProblemsError([Problem(str(path), 0, words)]) from None
    try:
        yield
    finally:
        os.close(descriptor)


def _remove_generations(path: Path) -> None:
    """Remove what no manifest names and nobody holds."""
    current = ""
    if (path / STORE_FILE).exists():
        try:
            current = read_manifest(path).generation
        except ProblemsError:
            return  # it does not say which is to stay
    for folder in path.glob(f"{_PREFIX}*"):
        if folder.name == current:
            continue
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)
    for temporary in path.glob(f".{STORE_FILE}.*"):
        temporary.unlink(missing_ok=True)
