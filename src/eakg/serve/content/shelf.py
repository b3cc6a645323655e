"""What is made of the data once for each version of them, and kept in files."""

import fcntl
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path

from eakg.files import TemporaryFolder
from eakg.sparql import NotPreparedError, OverloadedError
from eakg.store import UNKNOWN, QueryService

Maker = Callable[[Path], None]
"""Writes a file. Raises: StoreError and its kinds."""
_FOLDER = "shelf"
_NEW, _LOCK, _USE = ".new", ".lock", ".use"
_TRIES = 5  # where the data change meanwhile
_VERSIONS = 2  # that are kept: whoever is about to read the one before reads that one
_REST_SECONDS = 10.0  # after which whoever was given a file has opened it
_LOOK_SECONDS = 0.1  # after which it is looked whether another process has made it


class Shelf:
    """Files that are made of a store's data when somebody first asks for them, and kept while the
    data stay the same.

    They are made in a thread of their own. Whoever asks waits for them for a while, and is then
    told to come again.

    Arguments: whatever answers queries; the folder that web processes share, None for one of its
    own; the seconds that it waits for a file.
    """

    def __init__(
        self, store: QueryService, parent: str | None = None, patience: float = 5.0
    ) -> None:
        self._store = store
        self._patience = patience
        self._parent = None if parent is None else Path(parent)
        self._lock = threading.Lock()
        self._making: dict[tuple[str, str], Future[Path]] = {}
        self._own_folder: Path | None = None

    def get(self, name: str, make: Maker, patience: float | None = None) -> Path:
        """The file of this name over the data as they are now.

        Arguments: the name; what writes it, where it is not there yet; the seconds to wait for it,
        where they are others than usual.
        Raises: what `make` raises; NotPreparedError where it takes longer; OverloadedError where
        the data change all the while.
        """
        patience = self._patience if patience is None else patience
        version = self._store.version
        if version.startswith(UNKNOWN):
            # Nothing says whether it would hold for the next who asks.
            return self._file(name, make)
        path = self._place(version, name)
        if path.exists():
            return path
        key = version, name
        with self._lock:
            future = self._making.get(key)
            if future is None:
                self._making = {
                    place: future for place, future in self._making.items() if not future.done()
                }
                future = self._making[key] = Future()
                arguments = (key, make, future)
                threading.Thread(target=self._make, args=arguments, daemon=True).start()
        try:
            return future.result(patience)
        except TimeoutError:
            if future.done():
                raise
            raise NotPreparedError(
                "what is told here is made of all the data, which is done once, when somebody asks"
                " for it; ask again in a few seconds",
                patience,
            ) from None
        finally:
            if future.done():
                self._forget(key)

    def content(self, name: str) -> bytes | None:
        """What was kept under this name over the data as they are now, None where nothing was.

        Raises: StoreUnreachableError.
        """
        version = self._store.version
        if version.startswith(UNKNOWN):
            return None
        try:
            return (self._folder() / version / name).read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, version: str, name: str, data: bytes, most: int) -> None:
        """Keep what somebody made of the data, where they are still of the version that it was made
        of.

        Arguments: the version; the name; the bytes; how many files whose names begin with the same
        word there may be.
        """
        if version.startswith(UNKNOWN) or self._store.version != version:
            return
        path = self._place(version, name)
        if path.exists() or len([*path.parent.glob(f"{name.partition(' ')[0]} *")]) >= most:
            return
        new = path.with_name(f"{name}{_NEW}{threading.get_ident()}")
        with suppress(FileNotFoundError):  # another process removes what is of versions before
            new.write_bytes(data)
            new.replace(path)

    def _make(self, key: tuple[str, str], make: Maker, future: "Future[Path]") -> None:
        try:
            path = self._file(key[1], make)
        except BaseException as error:
            future.set_exception(error.with_traceback(None))
        else:
            future.set_result(path)
            self._forget(key)

    def _forget(self, key: tuple[str, str]) -> None:
        with self._lock:
            self._making.pop(key, None)

    def _file(self, name: str, make: Maker) -> Path:
        for _ in range(_TRIES):
            version = self._store.version
            path = self._place(version, name)
            try:
                with _turn(path):
                    if path.exists():
                        return path
                    new = path.with_name(path.name + _NEW)
                    make(new)
                    # It is put together from several answers.
                    if version.startswith(UNKNOWN) or self._store.version == version:
                        new.replace(path)
                        _touch(path.parent)
                        break
                    new.unlink()
                error: Exception = OverloadedError("the data change too fast to be told as one")
            except FileNotFoundError as absence:
                # Another process removes what is of versions that are no more.
                error = absence
        else:
            raise error
        self._let_go()
        return path

    def _place(self, version: str, name: str) -> Path:
        folder = self._folder() / version
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
        _touch(folder)
        return folder / name

    def _folder(self) -> Path:
        if self._parent is not None:
            return self._parent / _FOLDER
        with self._lock:
            if self._own_folder is None:
                folder = TemporaryFolder(_FOLDER)
                weakref.finalize(self, folder.remove)
                self._own_folder = folder.path
            return self._own_folder

    def _let_go(self) -> None:
        """Remove the files of all versions but the last ones, and those that somebody makes or may
        be about to read."""
        times = sorted((_time_of(folder), folder) for folder in self._folder().iterdir())
        for moment, folder in times[:-_VERSIONS]:
            is_old = time.monotonic() - moment > _REST_SECONDS
            if is_old and not _is_made(folder):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _turn(path: Path) -> Iterator[None]:
    """Be the only one that makes a file, of all processes that share its folder; another that ends
    lets it go."""
    with path.with_name(path.name + _LOCK).open("wb") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_LOOK_SECONDS)
            else:
                break
        yield


def _is_made(folder: Path) -> bool:
    """Whether a process makes a file of a version."""
    with suppress(FileNotFoundError):  # another process removes it
        for path in folder.glob(f"*{_LOCK}"):
            with path.open("wb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return True
    return False


def _time_of(folder: Path) -> float:
    """When something of a version was made or asked for, by the clock that nobody sets; now where
    that is being written."""
    try:
        return float((folder / _USE).read_text())
    except (FileNotFoundError, ValueError):
        return time.monotonic()


def _touch(folder: Path) -> None:
    with suppress(FileNotFoundError):
        (folder / _USE).write_text(str(time.monotonic()))
