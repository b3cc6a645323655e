"""Files: read once and decoded, written whole or not at all, compared with what is there."""

import fcntl
import glob
import os
import shutil
import stat
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from eakg.problems import Problem, ProblemsError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_T = TypeVar("_T")
_S = TypeVar("_S")
_FOLDER, _FOLDER_END = "eakg-", ".d"


def read_utf8(
    path: Path, absent: str = "file not found; add it or correct its name"
) -> tuple[bytes, str]:
    """The bytes of a file and the text that they encode. `absent` is the message where there is
    none.

    Nothing is taken away or changed: a byte order mark and every line ending stay in the text,
    so that `text.encode()` gives the bytes again.

    Raises: ProblemsError when the file is missing, cannot be read, or is not UTF-8; then with the
    line of the first bad byte.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ProblemsError([Problem(str(path), 0, absent)]) from None
    except OSError as error:
        message = f"cannot be read: {error.strerror}; make it a readable file"
        raise ProblemsError([Problem(str(path), 0, message)]) from error
    try:
        return data, data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"not UTF-8: byte 0x{data[error.start]:02X} at byte offset {error.start}; "
            "save the file as UTF-8"
        )
        raise ProblemsError([Problem(str(path), line, message)]) from error


def with_name(folder: Path) -> Path:
    """A folder by a path that ends in its name, which `.` and `..` do not."""
    return folder if _has_name(folder) else folder.resolve()


def folder_around(folder: Path) -> Path:
    """The folder that one lies in, by a path that is as short; `.` lies in `..`."""
    return folder.parent if _has_name(folder) else folder / ".."


def _has_name(folder: Path) -> bool:
    return folder.name not in ("", "..")


def stamp(files: Iterable[Path]) -> tuple[tuple[Path, int, int], ...]:
    """By what it is known that files are as they were: time and size of each that is there."""
    states = []
    for path in files:
        with suppress(OSError):  # others may take a file away meanwhile
            state = path.stat()
            if stat.S_ISREG(state.st_mode):
                states.append((path, state.st_mtime_ns, state.st_size))
    return tuple(states)


def is_stream(path: Path) -> bool:
    """Whether what is there takes bytes and is not to be replaced by a file: a device, a pipe, what
    is open in this process."""
    if _is_of_system(path):
        return path.exists()
    return path.exists() and not path.is_file() and not path.is_dir()


def publish(files: Mapping[Path, bytes], surplus: Iterable[Path] = ()) -> None:
    """Write files by a temporary name and a rename each, then remove the surplus ones.

    No file is renamed before all are written, so that a full disk or an interrupt leaves the old
    ones in place. A device or a pipe is written into. Raises: ProblemsError when a file cannot be
    written.
    """
    temporaries: list[tuple[str, Path]] = []
    target: Path | None = None
    try:
        for name, content in files.items():
            target = path = _place(name)
            if is_stream(path):
                with writing(path) as file:
                    file.write(content)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
            temporaries.append((temporary, path))
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            Path(temporary).chmod(0o644)
        while temporaries:
            temporary, path = temporaries[0]
            target = path
            Path(temporary).replace(path)
            temporaries.pop(0)
        for path in surplus:
            target = path
            path.unlink()
    except OSError as error:
        problem = Problem(
            str(target or error.filename or ""), 0, f"cannot be written: {error.strerror}"
        )
        raise ProblemsError([problem]) from error
    finally:
        for temporary, _ in temporaries:
            Path(temporary).unlink(missing_ok=True)


def stale(files: Mapping[Path, bytes], surplus: Iterable[Path] = ()) -> list[Problem]:
    """A problem for each file that differs from its wanted content, is missing or is surplus."""
    problems = []
    for path, content in files.items():
        if not path.is_file():
            problems.append(Problem(str(path), 0, "is missing; run `eakg build`"))
            continue
        old = path.read_bytes()
        if old != content:
            problems.append(
                Problem(str(path), _difference(old, content), "is stale; run `eakg build`")
            )
    problems += [
        Problem(str(path), 0, "is built from nothing that is there; run `eakg build`")
        for path in surplus
    ]
    return problems


def _difference(old: bytes, new: bytes) -> int:
    """The first line, from 1, in which two contents differ."""
    pairs = zip(old.split(b"\n"), new.split(b"\n"), strict=False)
    for number, (old_line, new_line) in enumerate(pairs, 1):
        if old_line != new_line:
            return number
    return min(old.count(b"\n"), new.count(b"\n")) + 1


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file to stream into, which gets its name only when it is whole.

    It is written beside its place, synced and renamed; after an error or an interrupt the old file,
    if any, is still there and nothing else is. A device or a pipe is written into as it comes.
    Raises: ProblemsError when it cannot be written.
    """
    temporary = ""
    path = _place(path)
    try:
        if is_stream(path):
            with path.open("wb") as stream:
                yield stream
            return
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
        temporary = ""
    except OSError as error:
        reason = error.strerror or str(error)
        problem = Problem(str(path), 0, f"cannot be written: {reason}")
        raise ProblemsError([problem]) from error
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def remove_unfinished(path: Path, process: int) -> None:
    """Remove what a process that is no more left of a file that it was writing."""
    place = _place(path)
    for temporary in place.parent.glob(f"{glob.escape(_prefix(place, process))}*"):
        temporary.unlink(missing_ok=True)


def _prefix(path: Path, process: int | None = None) -> str:
    """What the name of a file begins with that a process, this one or another, is writing and that
    is to have another name."""
    return f".{path.name}.{process or os.getpid()}."


def _place(path: Path) -> Path:
    """Where a file is that a link leads to; else the path itself. Links into the process, as
    /dev/stdout is one, lead to what is open there."""
    return path.resolve() if path.is_symlink() and not _is_of_system(path) else path


def _is_of_system(path: Path) -> bool:
    return path.absolute().parts[1:2] in {("dev",), ("proc",)} and not path.is_dir()


class TemporaryFolder:
    """A folder that lasts until `remove`, or as long as the context, or this process and its forks.

    They hold a lock on it, by which whoever makes one later knows that nobody needs it any more.
    Arguments: a word for what is in it; the folder to make it in, None for the system's own.
    """

    def __init__(self, purpose: str, parent: Path | None = None) -> None:
        while True:
            prefix = f"{_FOLDER}{purpose}-" if purpose else _FOLDER
            self.path = Path(tempfile.mkdtemp(_FOLDER_END, prefix, parent))
            with suppress(OSError):
                self._lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                with suppress(OSError):
                    fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    # Who came between the making and the lock took it for one that is left.
                    if self.path.stat().st_ino == os.fstat(self._lock).st_ino:
                        break
                os.close(self._lock)

    def remove(self) -> None:
        """Remove it with all that is in it; may be called twice."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.remove()


def remove_left_folders(parent: Path | None = None) -> None:
    """Remove the temporary folders of processes that were killed before they could.

    Argument: the folder that they were made in, None for the system's own.
    """
    for path in (parent or Path(tempfile.gettempdir())).glob(f"{_FOLDER}*{_FOLDER_END}"):
        with suppress(OSError):
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if os.fstat(folder).st_uid == os.getuid():
                    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(folder)


def available_memory() -> int | None:
    """The bytes that processes may still take without others being ended, None where the system
    does not tell."""
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    return None


def ahead(
    threads: "ThreadPoolExecutor",
    function: Callable[[_T], _S],
    items: Iterable[_T],
    most: int,
) -> Iterator[_S]:
    """What a function gives for each item, such as a piece of a file, found out for so many while
    whoever asks has those before. Raises: what the function raises, in its turn."""
    results: deque[Future[_S]] = deque()
    for item in items:
        results.append(threads.submit(function, item))
        if len(results) > most:
            yield results.popleft().result()
    yield from (result.result() for result in results)
