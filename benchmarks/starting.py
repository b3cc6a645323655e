"""Measure what commands cost that do little: `python benchmarks/starting.py`.

LUBM data are read as in `reasoning.py`. Seconds of processors, of the process and of those that it
starts, which hardly depend on what else the machine does; the least of some runs. The modules are
compiled already, as they are where the package is installed.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from comparison.graphs import unpacked

REPEATS = 5
EAKG = "from eakg.cli import main; main()"
DATA = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <http://x/> .
:near a owl:SymmetricProperty .
:tom :near :spike .
"""
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix : <http://x/> .
:Neighbour a sh:NodeShape ; sh:targetSubjectsOf :near ; sh:nodeKind sh:IRI .
"""


def commands(folder: Path) -> dict[str, list[str]]:
    """What is measured, by its name: the program, and its arguments."""
    texts = {"data.ttl": DATA, "shapes.ttl": SHAPES, "query.rq": "SELECT * { ?s ?p ?o }\n"}
    for name, text in texts.items():
        folder.joinpath(name).write_text(text, "utf-8")
    data, shapes, query = (str(folder / name) for name in texts)
    found = {
        "python": ["pass"],
        "`eakg --help`": [EAKG, "--help"],
        "`import eakg.reason`": ["import eakg.reason"],
        "`import eakg.store`": ["import eakg.store"],
        "what the keeper of a store imports": ["import eakg.store.workers.keeper"],
        "what the reasoner of a store imports": ["import eakg.store.reasoning.reasoner"],
        "`eakg reason --help`": [EAKG, "reason", "--help"],
        "`eakg reason` of 2 triples": [EAKG, "reason", data],
        "`eakg validate --shapes` of 2 triples": [EAKG, "validate", "--shapes", shapes, data],
        "`eakg query` of 2 triples": [EAKG, "query", "--data", data, query],
        "`eakg serve --help`": [EAKG, "serve", "--help"],
    }
    for name, files in unpacked(folder, (1,)).items():
        paths = [str(file) for file in files]
        found[f"`eakg reason` of {name}, file to file"] = [
            *(EAKG, "reason", *paths),
            *("-o", str(folder / "closure.nt")),
        ]
    return found


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Of processors, for one run."""
    process = subprocess.Popen(
        [sys.executable, "-c", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print a line for each command."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        print("| what runs | processor s |\n| --- | ---: |")
        for name, arguments in commands(folder).items():
            seconds(arguments, environment)  # which compiles
            least = min(seconds(arguments, environment) for _ in range(REPEATS))
            print(f"| {name} | {least:.2f} |", flush=True)


if __name__ == "__main__":
    main()
