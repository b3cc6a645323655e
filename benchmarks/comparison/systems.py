"""The systems that are compared: how each is filled and started, and those that are missing."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import quote

from comparison.answers import sign
from comparison.client import PATIENCE, Address, Question, load
from comparison.virtuoso import VirtuosoFolder
from helpers.engines import free_port

EAKG = [sys.executable, "-c", "from eakg.cli import main; main()"]
REFERENCE = "oxigraph serve"
"""The system to which the others are compared."""
FILES, DISK, MEMORY = "eakg, files", "eakg, on disk", "eakg, in memory"
VIRTUOSO, RDFLIB = "Virtuoso", "rdflib-endpoint"
_START = 3600.0  # seconds that a server may take to be ready
_STOP = 60.0  # seconds that one may take to end


@dataclass(frozen=True)
class Sources:
    """What a system is filled with: files without what follows, and one with it; a term that is a
    subject there; and a folder to work in."""

    files: tuple[Path, ...]
    closure: Path
    subject: str
    folder: Path


@dataclass(frozen=True)
class Preparation:
    """What is done once before a system starts, and the folder that it leaves."""

    folder: Path
    fill: Callable[[], None]

    def run(self) -> float:
        """Do it anew. Result: seconds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        began = time.perf_counter()
        self.fill()
        return time.perf_counter() - began


@dataclass(frozen=True)
class System:
    """A server: the command that starts it at a port, the path of its endpoint; whether it is
    asked queries, or only started; whether it is so slow that it is asked little; whether a query
    ends with its client."""

    name: str
    command: Callable[[int], list[str]]
    path: str
    preparation: Preparation | None = None
    is_asked: bool = True
    is_slow: bool = False
    ends_queries: bool = False


class StartError(RuntimeError):
    """A system did not start, or could not be filled."""


class Server:
    """A system that runs, in a context. Arguments: the system, and what it was filled with."""

    def __init__(self, system: System, sources: Sources) -> None:
        self.system = system
        self._sources = sources
        self._process: subprocess.Popen[bytes] | None = None
        self.address = Address(0, system.path)

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid if self._process else 0

    def start(self) -> float:
        """Start it. Result: seconds until it answers. Raises: StartError."""
        self.address = Address(free_port(), self.system.path)
        log = self._sources.folder / f"{self.system.name}.log"
        with log.open("wb") as out:
            began = time.perf_counter()
            self._process = subprocess.Popen(
                self.system.command(self.address.port),
                cwd=self._sources.folder,
                stdout=out,
                stderr=out,
            )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() > began + _START:
                self.stop()
                words = log.read_text("utf-8", "replace")[-500:]
                raise StartError(f"{self.system.name} does not start: {words}")
            time.sleep(0.02)
        return time.perf_counter() - began

    def stop(self) -> None:
        """End it, if it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self) -> bool:
        """Whether it knows the subject."""
        question = Question("", f"ASK {{ {self._sources.subject} ?p ?o }}")
        responses: list[bytes] = []
        try:
            load(self.address, [iter([question])], listener=lambda _, one: responses.append(one))
        except OSError:
            return False  # nobody listens yet
        return any(sign(response) == "true" for response in responses)


def systems(sources: Sources, *, with_slow: bool) -> tuple[list[System], list[str]]:
    """Those that are there, ours first, and words on those that are not. Argument: whether those
    that are slow are among them."""
    found, missing = _ours(sources), []
    for make in (_oxigraph, _virtuoso, *((_rdflib_endpoint,) if with_slow else ())):
        other = make(sources)
        if isinstance(other, System):
            found.append(other)
        else:
            missing.append(other)
    return found, missing


def versions() -> dict[str, str]:
    """The versions of what is there."""
    questions = {
        REFERENCE: ("oxigraph", "--version"),
        VIRTUOSO: ("virtuoso-t", "-?"),
        "wrk": ("wrk", "-v"),
    }
    answers = {}
    for name, (program, flag) in questions.items():
        path = program_path(program)
        if path:
            done = subprocess.run([path, flag], capture_output=True, text=True, check=False)
            number = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
            answers[name] = number[0] if number else "of unknown version"
    # It does not say its own, and may be in an environment elsewhere.
    with suppress(PackageNotFoundError):
        answers[RDFLIB] = version(RDFLIB)
    return answers


def program_path(name: str) -> str | None:
    """The path of a program, beside this Python or wherever the system finds it."""
    sibling = Path(sys.executable).with_name(name)
    return str(sibling) if sibling.is_file() else shutil.which(name)


def _ours(sources: Sources) -> list[System]:
    files = [str(file) for file in sources.files]
    store = sources.folder / "store"
    serve = [*EAKG, "serve", "--timeout", f"{PATIENCE:.0f}", "--port"]

    def system(name: str, *data: str, preparation: Preparation | None = None) -> System:
        return System(
            name,
            lambda port: [*serve, str(port), *data],
            "/sparql",
            preparation,
            is_asked=preparation is not None,
            ends_queries=True,
        )

    preparation = Preparation(
        store, lambda: run_program([*EAKG, "load", "--store", str(store), *files])
    )
    return [
        system(FILES, *files),
        *(
            system(name, "--store", str(store), "--layout", layout, preparation=preparation)
            for name, layout in ((MEMORY, "memory"), (DISK, "disk"))
        ),
    ]


def _oxigraph(sources: Sources) -> System | str:
    program = program_path("oxigraph")
    if program is None:
        return "oxigraph is not there; pip install oxigraph"
    folder = sources.folder / "oxigraph"
    place = ["--location", str(folder)]
    load = [program, "load", *place, "--file", str(sources.closure)]
    serve = [program, "serve", *place, "--bind"]
    return System(
        REFERENCE,
        lambda port: [*serve, f"127.0.0.1:{port}"],
        "/query",
        Preparation(folder, lambda: run_program(load)),
    )


def _virtuoso(sources: Sources) -> System | str:
    server, isql = program_path("virtuoso-t"), program_path("isql-vt")
    if server is None or isql is None:
        return "Virtuoso is not there; install the package virtuoso-opensource of Debian"
    folder = VirtuosoFolder(sources.folder / "virtuoso", sources.closure, server, isql)
    return System(
        VIRTUOSO,
        folder.command,
        f"/sparql?default-graph-uri={quote(folder.graph, safe='')}",
        Preparation(folder.path, folder.fill),
    )


def _rdflib_endpoint(sources: Sources) -> System | str:
    program = program_path(RDFLIB)
    if program is None:
        return "rdflib-endpoint is not there; pip install rdflib-endpoint uvicorn python-multipart"
    serve = [program, "serve", str(sources.closure), "--host", "127.0.0.1", "--port"]
    return System(RDFLIB, lambda port: [*serve, str(port)], "/", is_slow=True)


def run_program(command: Sequence[str]) -> None:
    """Run a program to its end. Raises: StartError, with what it said."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartError(f"{' '.join(command)} failed: {(done.stdout + done.stderr)[-500:]}")
