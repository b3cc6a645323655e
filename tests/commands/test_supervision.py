"""How `eakg reason` and `eakg explain` end: one line for whatever ends them, and nothing half
written. Some of the inputs and of the limits are tried, and all with EAKG_SOAK."""

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from helpers.processes import children, eventually
from helpers.tries import sample

EAKG = str(Path(sys.executable).with_name("eakg"))
GOOD = "<http://x/a> <http://x/p> <http://x/b> .\n"
TRANSITIVE = (
    "<http://x/p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    " <http://www.w3.org/2002/07/owl#TransitiveProperty> .\n"
)
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">{}</rdf:RDF>'
DATE = "http://www.w3.org/2001/XMLSchema#dateTime"


def chain(length: int) -> str:
    """Data of which some `length` squared by two triples follow."""
    links = (f"<http://x/{n}> <http://x/p> <http://x/{n + 1}> .\n" for n in range(length))
    return TRANSITIVE + "".join(links)


def run(
    *arguments: str,
    folder: Path,
    preexec: Callable[[], None] | None = None,
    **settings: object,
) -> tuple[int, list[str]]:
    """The exit status of `eakg reason`, and the lines on standard error."""
    done = subprocess.run(
        [EAKG, "reason", *arguments],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=settings.pop("stdout", subprocess.DEVNULL),  # type: ignore[call-overload]  # any of its
        text=True,
        timeout=300,
        preexec_fn=preexec,
        check=False,
        **settings,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.splitlines()


INPUTS: Mapping[str, tuple[str | bytes | None, int, str]] = {
    # name: (what is in it, the status, the line)
    "missing.nt": (None, 2, r"missing\.nt: no such file; check the path"),
    "data.csv": ("a,b\n", 2, r"data\.csv: unknown extension"),
    "syntax.nt": (GOOD + "nonsense\n", 2, r"syntax\.nt:2: is not valid N-Triples"),
    "syntax.ttl": ("<a> <b> .", 2, r"syntax\.ttl:1: is not valid Turtle"),
    "syntax.rdf": ("<rdf:RDF>", 2, r"syntax\.rdf:1: is not valid RDF/XML"),
    "syntax.jsonld": ("{", 2, r"syntax\.jsonld:1: is not valid JSON-LD"),
    "latin.nt": (b'<http://x/a> <http://x/p> "\xe9" .\n', 2, r"latin\.nt:1: is not UTF-8"),
    "cut.nt.gz": (b"\x1f\x8b\x08\x00", 2, r"cut\.nt\.gz: .*"),
    "deep.jsonld": ('{"http://e/p":' * 3000 + "1" + "}" * 3000, 2, r"deep\.jsonld.*nested"),
    "context.jsonld": ('{"@context": "http://e/c"}', 2, r"context\.jsonld.*"),
    # rdflib logs a traceback for each literal that it cannot convert.
    "date.rdf": (
        XML.format(
            '<rdf:Description rdf:about="http://e/o"><e:when'
            f' rdf:datatype="{DATE}">2025-10-6T18:00:00</e:when></rdf:Description>'
        ),
        3,
        r"date\.rdf:1: contradiction \(dt-not-type\)",
    ),
    "date.nt": (f'<http://x/a> <http://x/p> "x"^^<{DATE}> .\n', 3, r"date\.nt:1: contradiction"),
    "empty.rdf": ("", 2, r"empty\.rdf:1: is not valid RDF/XML"),
    "empty.nt": ("", 0, ""),
    "empty.ttl": ("", 0, ""),
}


@pytest.mark.parametrize("name", sample([*INPUTS], 6))
def test_input_that_cannot_be_used_is_one_line(tmp_path: Path, name: str) -> None:
    content, status, line = INPUTS[name]
    if content is not None:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    found_status, lines = run(name, "-o", "out.nt", folder=tmp_path)
    assert (found_status, len(lines)) == (status, int(bool(line)))
    assert not line or re.match(line, lines[0])
    assert (tmp_path / "out.nt").exists() == (status == 0)
    assert not list(tmp_path.glob(".*"))


def test_folders_and_unreadable_files_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "folder.nt").mkdir()
    assert run("folder.nt", folder=tmp_path) == (
        2,
        ["folder.nt: is a folder; name the files in it"],
    )
    (tmp_path / "memory.nt").symlink_to("/proc/self/mem")  # reading it is an error for anybody
    status, (line,) = run("memory.nt", folder=tmp_path)
    assert status == 2
    assert line.startswith("memory.nt: ")


OUTPUTS = {
    "out.csv": r"out\.csv: unknown extension '\.csv'; name the output \.nt or \.ttl",
    "none/out.nt": r"none/out\.nt: cannot be written: none is no folder; make it first",
    "folder.nt": r"folder\.nt: cannot be written: Is a directory",
    "/dev/full": r"/dev/full: cannot be written: No space left on device",
}


@pytest.mark.parametrize("output", OUTPUTS)
def test_output_that_cannot_be_written_is_one_line(tmp_path: Path, output: str) -> None:
    (tmp_path / "data.nt").write_text(GOOD)
    (tmp_path / "folder.nt").mkdir()
    status, (line,) = run("data.nt", "-o", output, folder=tmp_path)
    assert status == 2
    assert re.match(OUTPUTS[output], line)
    assert {path.name for path in tmp_path.iterdir()} == {"data.nt", "folder.nt"}


def test_standard_output_that_is_full_closed_or_no_longer_read(tmp_path: Path) -> None:
    (tmp_path / "data.nt").write_text(chain(400))
    with Path("/dev/full").open("w") as full:
        assert run("data.nt", folder=tmp_path, stdout=full) == (
            2,
            ["standard output: cannot be written: No space left on device"],
        )
    for closed, line in ((1, "standard output: is closed; name a file with -o"), (2, None)):
        status, lines = run(
            "data.nt" if line else "missing.nt",
            folder=tmp_path,
            preexec=lambda closed=closed: os.close(closed),  # type: ignore[misc]  # mypy, of defaults
        )
        assert (status, lines) == (2, [line] if line else [])
    near, far = os.pipe()
    os.close(near)
    with os.fdopen(far) as pipe:  # nobody reads it, and that is no fault of anybody
        assert run("data.nt", folder=tmp_path, stdout=pipe) == (1, [])


REACHED = r"(\d+ rounds, [\d,]+ triples, )?\d+\.\d s, [\d,]+ MiB"


@pytest.mark.parametrize("mebibytes", sample([200, 400, 600, 700, 900], 3))
def test_where_there_is_no_memory_it_is_one_line(tmp_path: Path, mebibytes: int) -> None:
    """Numpy raises an exception, Polars aborts or panics, the system loads no library: which, is
    all one."""
    (tmp_path / "data.nt").write_text(chain(3000))
    size = mebibytes << 20
    status, (line,) = run(
        *("data.nt", "-o", "out.nt"),
        folder=tmp_path,
        preexec=lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size)),
    )
    assert status == 5
    words = "(there was no more memory to be had|an error .*, most likely for want of memory, .*)"
    assert re.fullmatch(f"{words} while (starting|reading|reasoning), after {REACHED}; .*", line)
    assert [path.name for path in tmp_path.iterdir()] == ["data.nt"]


def test_the_memory_limit_is_kept_and_told(tmp_path: Path) -> None:
    (tmp_path / "data.nt").write_text(chain(3000))
    (tmp_path / "out.nt").write_text(GOOD)
    for limit, phase in ((1, "starting"), (200, "reasoning")):
        status, (line,) = run("data.nt", "-o", "out.nt", "--memory", str(limit), folder=tmp_path)
        assert status == 5
        words = rf"the memory limit was reached \(--memory {limit}\) while {phase}, after "
        assert re.fullmatch(f"{words}{REACHED}; nothing was written", line)
    assert "2 rounds, 3,0" in line
    assert (tmp_path / "out.nt").read_text() == GOOD
    assert {path.name for path in tmp_path.iterdir()} == {"data.nt", "out.nt"}
    assert run("out.nt", "--memory", "2000", "--timeout", "300", folder=tmp_path) == (0, [])


def test_the_time_limit_is_kept_and_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "data.nt")  # which nobody writes
    (tmp_path / "out.nt").write_text(GOOD)
    status, (line,) = run("data.nt", "-o", "out.nt", "--timeout", "2.5", folder=tmp_path)
    assert status == 5
    words = r"the time limit was reached \(--timeout 2\.5\) while reading, after "
    assert re.fullmatch(f"{words}{REACHED}; nothing was written", line)
    assert (tmp_path / "out.nt").read_text() == GOOD


def test_a_proof_has_limits_too(tmp_path: Path) -> None:
    data = tmp_path / "data.nt"
    data.write_text(GOOD)
    triple = ("http://x/a", "http://x/p", "http://x/b")
    command = [EAKG, "explain", *triple, "--data", str(data)]
    for limits, status, words in (
        (("--timeout", "300", "--memory", "2000"), 0, ""),
        (("--memory", "1"), 5, "the memory limit was reached (--memory 1)"),
        (("--timeout", "0.001"), 5, "the time limit was reached (--timeout 0.001)"),
    ):
        done = subprocess.run([*command, *limits], capture_output=True, text=True, timeout=300)
        assert done.returncode == status
        assert done.stderr.startswith(words)
        assert bool(done.stdout) == (status == 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_is_told_in_one_line(tmp_path: Path, number: signal.Signals) -> None:
    os.mkfifo(tmp_path / "data.nt")
    with subprocess.Popen(
        [EAKG, "reason", "data.nt", "-o", "out.nt"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        writer = (tmp_path / "data.nt").open("w")  # opened once it is read
        (child,) = children(process.pid)
        process.send_signal(number)
        _, errors = process.communicate(timeout=60)
        writer.close()
    assert process.returncode == 128 + number
    words = f"ended by {number.name} while reading, after "
    assert re.fullmatch(f"{words}{REACHED}; nothing was written\n", errors)
    assert not Path(f"/proc/{child}").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["data.nt"]


def test_a_process_whose_guard_was_killed_ends(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "data.nt")
    with subprocess.Popen([EAKG, "reason", "data.nt"], cwd=tmp_path) as process:
        writer = (tmp_path / "data.nt").open("w")
        (child,) = children(process.pid)
        process.kill()
        assert eventually(lambda: _is_over(child))
        writer.close()


def _is_over(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


# What libraries do, and faults of our own

PROGRAM = """
import logging, os, signal, sys, threading, time, warnings
from pathlib import Path
from eakg.commands.supervision import supervise
from eakg.files import writing

class Unraisable:
    def __del__(self):
        raise ValueError("in a destructor")

def fail():
    raise ValueError("in a thread")

def work(account):
    {}

sys.exit(supervise(work))
"""
FAULT = r"a fault of eakg itself \({}.*; please report it\) while starting, after "
PANIC = """
    os.write(2, b"thread 'main' panicked at src/lib.rs:1:1: a panic\\n")
    from polars.exceptions import PanicException
    raise PanicException("a panic")
"""
THREAD = "thread = threading.Thread(target=fail); thread.start(); thread.join()"
WORKS = {
    "raise KeyError('a key')": (1, FAULT.format("KeyError: 'a key'")),
    "raise RuntimeError('line\\nline')": (1, FAULT.format("RuntimeError: line line")),
    "raise KeyboardInterrupt": (1, FAULT.format("KeyboardInterrupt")),
    PANIC.strip(): (1, FAULT.format("PanicException: a panic")),
    "raise MemoryError": (5, "there was no more memory to be had while starting, after "),
    "os.write(2, b'memory allocation of 8 bytes failed'); os.abort()": (
        5,
        "there was no more memory to be had while starting, after ",
    ),
    "os.abort()": (134, "ended by SIGABRT while starting, after "),
    "os.kill(os.getpid(), signal.SIGKILL)": (
        137,
        "ended by SIGKILL, as the system does where memory runs out while starting, after ",
    ),
    "account.tell(timeout=0.001); time.sleep(600)": (5, r"the time limit was reached .* after "),
    "logging.getLogger('rdflib').error('a log line')": (0, ""),
    "warnings.warn('a warning', stacklevel=1)": (0, ""),
    "os.write(2, b'a line of a library')": (0, ""),
    "Unraisable()": (0, ""),
    THREAD: (0, ""),
    "account.memory = 300; raise NameError('a name')": (
        5,
        r"an error \(NameError: a name.*\), most likely for want of memory, of which there are"
        " 300 MiB to be had, while starting, after ",
    ),
    "raise OSError(12, 'Cannot allocate memory')": (5, "there was no more memory to be had while "),
    "raise SystemExit(6)": (6, ""),
    # What is given out may take any time.
    "account.release(); account.tell(timeout=0.001); time.sleep(0.5)": (0, ""),
}


@pytest.mark.parametrize("body", WORKS)
def test_whatever_ends_the_work_is_one_line(body: str) -> None:
    status, line = WORKS[body]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body)], capture_output=True, text=True, timeout=120
    )
    lines = done.stderr.splitlines()
    assert (done.returncode, len(lines)) == (status, int(bool(line))), done.stderr
    assert not line or re.match(line, lines[0])


def test_what_is_half_written_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "out.nt"
    path.write_text(GOOD)
    body = f"""
    path = Path({str(path)!r})
    account.tell(output=str(path))
    with writing(path) as file:
        file.write(b"half")
        assert len(list(path.parent.iterdir())) == 2
        os.abort()
    """
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(body)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 134
    assert [one.name for one in tmp_path.iterdir()] == ["out.nt"]
    assert path.read_text() == GOOD
