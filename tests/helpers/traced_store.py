"""A process that forks stores for `helpers.tracing`, each under strace, and all of them warm.

A line of JSON on standard input names a folder, a file for what was acknowledged and arguments of
strace; a line comes back once the store has ended.
"""

import json
import os
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from eakg.problems import ProblemsError
from eakg.sparql.failures import StoreError
from eakg.store.changes import directory
from eakg.store.embedded import EmbeddedStore
from helpers.store_folders import plain_folder
from helpers.writing import EMPTY, update

NUMBERS = range(100, 106)
PARTS = 3
_FAILED, _CRASHED = 2, 3


def text_of(number: int) -> str:
    """An update of two operations that stand or fall together."""
    triples = " ".join(f":u{number} :part {part} ." for part in range(PARTS - 1))
    return f"INSERT DATA {{ {triples} }} ; INSERT DATA {{ :u{number} :part {PARTS - 1} }}"


def work(folder: Path, tell: Callable[[str], None]) -> int:
    """Open a store, change it until there was a snapshot and beyond, and close it."""
    directory._SMALL = 600  # bytes of a journal that a snapshot takes the place of
    try:
        store = EmbeddedStore(EMPTY, plain_folder(folder))
        for number in NUMBERS:
            try:
                update(store, text_of(number))
                tell(f"made {number}")
            except StoreError as error:
                tell(f"refused {number} {type(error).__name__}")
            store._history._pause.reset()
        store.close()
    except ProblemsError as error:
        tell(f"ended {error}")
        return _FAILED
    return 0


def _run(folder: Path, record: str, arguments: list[str]) -> str:
    """Run the work in a fork that its parent, which becomes strace, looks at."""
    start, go = os.pipe()
    trace, words = os.pipe()
    if (tracer := os.fork()) == 0:
        waiting, ready = os.pipe()
        if (worker := os.fork()) == 0:
            os.close(go)
            os.close(words)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _child(folder, record, start, ready)
        # It is looked at from where it waits, so that each run has the same system calls.
        os.read(waiting, 1)
        os.dup2(words, 2)
        _become_strace(*arguments, "-p", str(worker))
    os.close(start)
    os.close(words)
    said = b""
    with os.fdopen(trace, "rb", buffering=0) as pipe:
        while b" attached" not in said and (piece := pipe.read(4096)):
            said += piece
        if b" attached" not in said:
            os.close(go)
            os.waitpid(tracer, 0)
            return said.decode(errors="replace").strip() or "strace ended"
        os.write(go, b"!")
        os.close(go)
        while pipe.read(4096):
            pass
    os.waitpid(tracer, 0)
    return ""


def _become_strace(*arguments: str) -> None:
    try:
        os.execvp("strace", ["strace", *arguments])  # noqa: S606
    except OSError as error:
        os.write(2, f"strace: {error.strerror}\n".encode())
    finally:
        os._exit(1)


def _child(folder: Path, record: str, start: int, ready: int) -> None:
    status = _CRASHED
    try:
        descriptor = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        null = os.open("/dev/null", os.O_WRONLY)
        os.dup2(null, 2)
        os.dup2(null, 1)
        os.write(ready, b"!")
        if os.read(start, 1):
            status = work(folder, lambda line: os.write(descriptor, f"{line}\n".encode()))
            os.write(descriptor, f"status {status}\n".encode())
    except BaseException as error:
        text = re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")
        os.write(descriptor, f"crashed {text}\n".encode())
    finally:
        os._exit(status)


def main() -> None:
    """Answer line by line."""
    with tempfile.TemporaryDirectory() as folder:
        work(Path(folder) / "store", lambda line: None)  # all that is imported is, from here on
    print("ready", flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        words = _run(Path(task["folder"]), task["record"], task["arguments"])
        print(json.dumps(words), flush=True)


if __name__ == "__main__":
    main()
