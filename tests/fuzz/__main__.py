"""Fuzzes the targets with coverage (atheris), two at a time: `make fuzz`.

`python -m fuzz [--seconds N] [--seed N] [NAME ...]` tries each for so long, from the corpus beside
this file; with a seed the same inputs in the same order, as far as the time goes.
`python -m fuzz --file FILE NAME` tries one file, without atheris. What breaks a target stays as a
file in `.fuzz/`, and the line that tells of it is how to see it again.
"""

import argparse
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
NAMES = ("query", "change", "journal", "accept", "bodies", "exchange", "withheld", "brat")
FINDINGS = Path(".fuzz")
_LONGEST = 4096  # bytes of an input
_SLOWEST = 10  # seconds for an input, on a busy machine
_MEMORY = 2048  # MiB
_LOGGED = 40  # lines


def main() -> int:
    """What the command line asks for; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="fuzz", description="Fuzz what reads foreign bytes.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=0, help="0 is one of chance")
    parser.add_argument("--file", type=Path, help="an input to try once")
    parser.add_argument("--within", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.names or NAMES
    if unknown := {*names} - {*NAMES}:
        parser.error(f"there is no target {', '.join(sorted(unknown))}")
    if options.file:
        from fuzz.targets import TARGETS

        for name in names:
            TARGETS[name].run(options.file.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        print("not fuzzed: there is no atheris for this system and Python")
        return 0
    if options.within:
        return _fuzz(names[0], options.seconds, options.seed)
    with ThreadPoolExecutor(2) as pool:
        return max(pool.map(lambda name: _run(name, options.seconds, options.seed), names))


def _run(name: str, seconds: int, seed: int) -> int:
    """Fuzz a target in a process of its own, and say in a line what came of it."""
    numbers = ["--seconds", str(seconds), "--seed", str(seed)]
    command = [sys.executable, "-m", "fuzz", "--within", *numbers, name]
    # The fuzzer ends without tidying up; so its folder is ours, in memory, as it writes much.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made there
    with tempfile.TemporaryDirectory(
        prefix="eakg-", dir=memory if memory.is_dir() else None
    ) as tmp:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env={**os.environ, "TMPDIR": tmp},
        )
    told = done.stdout + done.stderr
    counts = re.findall(r"#(\d+)\s.*?cov: (\d+)", told)
    tries, edges = counts[-1] if counts else ("0", "0")
    if whole := re.search(r"Done (\d+) runs", told):
        tries = whole[1]
    found = re.search(r"Test unit written to (\S+)", told)
    if done.returncode == 0:
        print(f"{name}: {tries} inputs, {edges} places reached, nothing found", flush=True)
        return 0
    print(f"{name}: found something after {tries} inputs", flush=True)
    print("\n".join(told.splitlines()[-40:]) if not found else _reason(told), flush=True)
    if found:
        print(f"  PYTHONPATH=tests {sys.executable} -m fuzz --file {found[1]} {name}", flush=True)
    return 1


def _reason(told: str) -> str:
    """The exception, as the report has it, and what was logged before it; or what the fuzzer says
    of time and memory."""
    lines = told.splitlines()
    starts = [place for place, line in enumerate(lines) if "Uncaught Python exception" in line]
    if starts:
        logged = [line for line in lines[: starts[0]] if not line.lstrip().startswith("#")]
        raised = "\n".join(lines[starts[0] + 1 :]).strip().partition("\n\n")[0]
        return "\n".join((*logged[-_LOGGED:], raised))
    return "\n".join(line for line in lines if "ERROR: libFuzzer" in line)


def _fuzz(name: str, seconds: int, seed: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["eakg", "werkzeug", "urllib.parse", "json"]):
        from fuzz.targets import TARGETS
    target = TARGETS[name]
    FINDINGS.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp())
    words = scratch / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in target.words))
    # New inputs go to the first folder.
    grown = scratch / "grown"
    grown.mkdir()
    arguments = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-max_len={_LONGEST}",
        f"-timeout={_SLOWEST}",
        f"-rss_limit_mb={_MEMORY}",
        f"-dict={words}",
        f"-artifact_prefix={FINDINGS}/{name}-",
        *map(str, (grown, CORPUS / name)),
    ]
    atheris.Setup([sys.argv[0], *arguments], target.run)
    atheris.Fuzz()
    return 0


def _escaped(word: str) -> str:
    return "".join(
        one if one.isalnum() or one in " :/*;=." else f"\\x{ord(one):02x}" for one in word
    )


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    sys.exit(main())
