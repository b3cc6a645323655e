"""What a process imports before it is needed: the list of modules tells, and no clock."""

import subprocess
import sys
from pathlib import Path

from helpers.house import packages

LIBRARIES = {
    "csvw",
    "flask",
    "jsonschema",
    "numpy",
    "polars",
    "pyoxigraph",
    "pyshacl",
    "rdflib",
    "sentencex",
    "yaml",
}
"""Those whose import costs a command more than its own work on a small file."""
COMMAND = """
import sys
from contextlib import suppress
from eakg.cli import main
with suppress(SystemExit):
    main(sys.argv[1:])
"""


def _imports(program: str, *arguments: str) -> set[str]:
    """The modules that a process has when it ends."""
    report = "\nimport sys\nprint('imports:', *sys.modules, sep='\\n', file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program + report, *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    output, _, names = done.stderr.partition("imports:\n")
    assert output == ""
    return set(names.split())


def test_a_door_imports_no_library() -> None:
    """Neither that of the reasoner nor any other: `import eakg.reason` alone needs nothing."""
    doors = "\n".join(f"import {package}" for package in sorted(packages()))
    assert "import eakg.reason\n" in doors
    assert not _imports(doors) & LIBRARIES


def test_reason_imports_what_closes_n_triples(tmp_path: Path) -> None:
    """And nothing that draws, checks, asks or explains, nor what reads other syntaxes."""
    data, output = tmp_path / "data.nt", tmp_path / "closure.nt"
    axiom = "<http://x/C> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://x/D> .\n"
    type_ = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    data.write_text(f"{axiom}<http://x/a> {type_} <http://x/C> .\n")
    names = _imports(COMMAND, "reason", str(data), "-o", str(output))
    assert f"<http://x/a> {type_} <http://x/D> ." in output.read_text().splitlines()
    assert names & LIBRARIES == {"numpy", "polars", "pyoxigraph", "rdflib"}
    rooms = {name.split(".")[1] for name in names if name.startswith("eakg.")}
    assert not rooms & {"text", "lift", "evidence", "dataset", "check", "store", "queries", "serve"}
    for module in ("rdf.parsing", "rdf.turtle", "rdf.writers", "reason.proofs.search"):
        assert f"eakg.{module}" not in names


def test_a_query_imports_no_reasoner(tmp_path: Path) -> None:
    data, query = tmp_path / "data.ttl", tmp_path / "query.rq"
    data.write_text("<http://x/a> <http://x/p> <http://x/b> .\n")
    query.write_text("SELECT * { ?s ?p ?o }\n")
    names = _imports(COMMAND, "query", "--data", str(data), str(query))
    assert not names & {"numpy", "polars"}


def test_the_service_imports_no_reasoner_into_the_process_that_starts_it() -> None:
    """Unless it has files of its own to close; the shipped graph is closed already."""
    assert not _imports(COMMAND, "serve", "--help") & {"numpy", "polars"}
