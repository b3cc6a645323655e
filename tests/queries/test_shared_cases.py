"""The inputs of the review of saved queries, each with the outcome that is right.

Read in place from `cases/saved-queries` and `cases/sparql` in the folder that EAKG_SHARED names, or
in `shared` beside the checkout; without it these tests are skipped.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from helpers.engines import free_port
from helpers.house import ROOT
from helpers.processes import eventually
from helpers.saved_query_files import run
from helpers.serving import running

CASES = Path(os.environ.get("EAKG_SHARED", ROOT.parent / "shared")) / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"there are no cases at {CASES}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the saved queries, as the working folder."""
    copy = tmp_path / "cases"
    shutil.copytree(CASES / "saved-queries", copy)
    monkeypatch.chdir(copy)
    return copy


@dataclass(frozen=True)
class Case:
    """A command, its exit status, and what its output has by regular expressions, or has not."""

    command: str
    status: int
    words: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


PETS = "--data proj/data/pets.ttl"
TABLE = [
    Case("lint-queries f3.rq", 1, (r"f3\.rq:2:1: error: .* ends too early", "1 errors")),
    Case("lint-queries f4.rq", 1, (r"f4\.rq:1:35: error: the prefix foo: is not", "1 errors")),
    Case("lint-queries f6.rq", 1, (r"f6\.rq:1:44: error: the prefix foo: is not", "1 errors")),
    Case("lint-queries dot-sparql", 1, ("2 queries: 1 errors",)),
    Case(f"validate {PETS[7:]} shapes.ttl", 1, ("tom", "chip"), ("declare it",)),
    Case(f"validate {PETS[7:]} --shapes shapes.ttl", 1, ("tom", "chip"), ("declare it",)),
    Case("query g.rq --data g.nq --format csv", 0, ("http://e/g",)),
    Case(f"test animal.rq {PETS}", 0, ("1 of 1",)),
    Case("lint-queries t2.rq", 1, (r"1:8: error: \?s is .*; add GROUP BY \?s",)),
    Case("lint-queries grlc25-nbsp.rq", 1, (r"1:11: .*U\+00A0 \(NO-BREAK SPACE\)",)),
    Case("query grlc25-nbsp.rq --data g.nq", 6, (r"U\+00A0 \(NO-BREAK SPACE\)",)),
    Case("lint-queries grlc250-tab.rq", 1, (r"grlc250-tab\.rq:3: .*TABULATION",)),
    Case("lint-queries grlc52.rq", 0, ("0 errors",)),
    Case("lint-queries typo.rq", 1, ("'endpont' .* did you mean 'endpoint'",)),
    Case("query grlc14.rq --data g.nq --param v=http://e/x", 0),
    Case("query robot222.rq --data dep.ttl", 6, ("line 1, column 19",)),
    Case("query virt797.rq --data dep.ttl", 0, ('"boolean":false',)),
    Case("query yasqe101.rq --data dep.ttl", 6, ("column 28: the prefix xsd: is not declared",)),
    Case(f"test who.rq {PETS}", 0, ("1 of 1",)),
    Case("query robot592.rq --data dep.ttl --format csv", 0, ("http://e/x",)),
    Case("lint-queries spif.rq", 0, ("warning: spif:now is no function", "0 errors")),
    Case("lint-queries template.rq", 0, (r"1:28: warning: \{\{ value \}\} is",)),
    Case("lint-queries undeclared.rq", 1, ("`prefixes:`", "--prefixes")),
    Case("lint-queries undeclared.rq --ignore prefix", 0, ("0 errors, 0 warnings",)),
    Case("lint-queries undeclared.rq --prefixes proj/data/pets.ttl", 0, ("0 errors",)),
    Case("lint-queries unused-prefix.rq", 0, ("the prefix p: is not used",)),
    Case("lint-queries unused-prefix.rq --ignore unused-prefix", 0, ("0 errors, 0 warnings",)),
    Case(f"test proj/queries {PETS}", 0, ("7 of 7",)),
    Case("test animal.rq --endpoint=", 2, ("it is empty",)),
    Case("lint-queries ../sparql/not-grouped.rq", 1, (r":3:8: error: \?label is .* GROUP BY",)),
    Case("lint-queries ../sparql/no-break-space.rq", 1, (r"U\+00A0",)),
    Case("lint-queries ../sparql/bom.rq ../sparql/bom-header.rq ../sparql/crlf.rq", 0),
    Case("test ../sparql/crlf.rq ../sparql/bom-header.rq --data g.nq", 0, ("2 of 2",)),
    Case("query ../sparql/bom.rq --data g.nq --format csv", 0, (r"\Ax\s+1\s+\Z",)),
    Case("query dots.rq --data g.nq --format csv", 0, (r"\Ax\s+http://e/1\.1\.1\.353\s+\Z",)),
    Case("test dots-falsepass.rq --data dots.ttl", 1, ("0 of 1",)),
    Case(
        "query dots-param.rq --data dots.ttl --param e=ec:1.1.1.353 --format csv",
        0,
        (r"\As\s+http://e/r1\s+\Z",),
    ),
    Case("lint-queries dots.rq dots-falsepass.rq dots-param.rq", 0, ("0 errors, 0 warnings",)),
    Case("lint-queries t1.rq", 0, ("0 errors",)),
    Case("query t1.rq --data dots.ttl --format csv", 0, ("true",)),
    Case("query ../sparql/two-dots.rq --data g.nq --format csv", 0, (r"\Ap,reaction\s+\Z",)),
    Case("query ../sparql/true.rq --data g.nq --format csv", 0, (r"\Ax\s+true\s+\Z",)),
    Case("lint-queries ../sparql/two-dots.rq ../sparql/true.rq", 0, ("0 errors",)),
    Case(
        "query ../sparql/count-per-graph.rq --data ../sparql/d.trig --format csv",
        0,
        (r"http://example\.com/g1,3\s+http://example\.com/g2,5\s",),
    ),
    Case(
        "query ../sparql/graph-values.rq --data ../sparql/d.trig --format csv",
        0,
        (r"http://example\.com/g1,1\s", r"http://example\.com/g2,1\s"),
    ),
    Case("lint-queries ../sparql/datatype.rq", 0, absent=("literals of", "error: ")),
    Case(
        "query ../sparql/datatype.rq --data ../sparql/typed.ttl --format csv",
        0,
        tuple(rf"/{name},{form}\s" for name, form in (("int", 5), ("byte", 5), ("long", "05"))),
    ),
    Case(
        "query ../sparql/lang.rq --data ../sparql/lang.ttl --format csv",
        0,
        (r"\As\s+http://e/a\s",),
    ),
    Case("lint-queries ../sparql/lang.rq", 0, ("0 errors, 0 warnings",)),
    Case(
        "query ../sparql/zero-length-path.rq --data g.nq --format csv",
        0,
        (r"\Ao\s+http://e/in-no-triple\s+\Z",),
    ),
    Case(
        "query ../sparql/triple-term-bnode.rq --data ../sparql/triple-term-bnode.ttl --format csv",
        0,
        (r"\Ax,c\s+_:\w+,0\.9\s",),
    ),
    Case(
        "lint-queries ../sparql/group-concat-iris.rq",
        0,
        (r":1:22: warning: .* GROUP_CONCAT\(STR\(\?iri\)\)",),
    ),
    Case("lint-queries ../sparql/having-alias.rq", 0, (r"warning: \?n .* COUNT\(\*\)",)),
    Case(
        "query ../sparql/construct-digit.rq --data g.nq --format rdf",
        6,
        ("http://e/123", "text/turtle"),
        ("<?xml",),
    ),
    Case(
        "query g.rq --data ../sparql/control-char.ttl --format xml",
        6,
        (r"U\+000B",),
        ("<?xml",),
    ),
    Case(
        "query g.rq --data ../sparql/carriage-return.ttl --format xml",
        0,
        ("line one&#(?:xD|13);line two",),
    ),
    Case("query g.rq --data ../sparql/bom.ttl --format csv", 0, ("(?m)^.*x.*$",)),
    Case("query g.rq --data ../sparql/entity-single-quotes.owl --format csv", 0),
    Case("query g.rq --data ../sparql/latin1.rdf --format csv", 0, ("café",)),
    Case(
        "query g.rq --data ../sparql/remote.jsonld --format csv",
        2,
        (r"remote\.jsonld:1: .* write the context into the file",),
    ),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.command)
def test_a_case(folder: Path, case: Case) -> None:
    command = case.command.replace("../sparql", str(CASES / "sparql"))
    result = run(*command.split())
    assert result.exit_code == case.status, result.output
    for words in case.words:
        assert re.search(words, result.output), result.output
    for words in case.absent:
        assert words not in result.output


def test_a_slip_in_a_header_is_of_that_file(folder: Path) -> None:
    arguments = ("header-slip.rq", "proj/queries", *PETS.split(), "--junit", "j.xml", "--github")
    result = run("test", *arguments)
    assert result.exit_code == 2
    assert "7 of 8 queries passed" in result.stdout
    assert "::error file=header-slip.rq,line=1," in result.stdout
    report = (folder / "j.xml").read_text("utf-8")
    assert 'tests="8" failures="0" errors="1"' in report
    assert "unknown key 'rowz'" in report


def test_the_same_contract_at_a_service(folder: Path) -> None:
    with running("proj/data/pets.ttl") as address:
        result = run("test", "proj/queries/owners.rq", "--endpoint", f"{address}/sparql")
    assert (result.stdout, result.exit_code) == ("1 of 1 queries passed.\n", 0)


def listening(script: Path) -> Iterator[str]:
    """The address of a fake endpoint."""
    port = free_port()
    process = subprocess.Popen([sys.executable, str(script), str(port)], stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        assert eventually(lambda: answers(address))
        yield address
    finally:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}/json", timeout=1):
            return True
    except URLError:
        return False


@pytest.fixture(scope="module")
def flaky() -> Iterator[str]:
    yield from listening(CASES / "saved-queries" / "flaky.py")


@pytest.fixture(scope="module")
def fake() -> Iterator[str]:
    yield from listening(CASES / "sparql" / "fake.py")


@pytest.mark.parametrize(
    ("habit", "status", "words"),
    [
        ("nodirect", 0, "1 of 1"),
        ("redir", 0, "1 of 1"),
        ("401", 4, "asks for other credentials"),
        ("503", 4, "unreachable"),
        ("partial", 6, "no more than 2 rows"),
        ("xml", 0, "1 of 1"),
        ("html", 4, "text/html"),
        ("trunc", 4, "cut off"),
    ],
)
def test_an_endpoint_with_habits(
    folder: Path, flaky: str, habit: str, status: int, words: str
) -> None:
    options = ("--retries", "0") if habit == "503" else ()
    address = f"{flaky}/{habit}"
    result = run("test", "proj/queries/animals.rq", "--endpoint", address, *options)
    assert result.exit_code == status
    assert words in result.stdout


@pytest.mark.parametrize("habit", ["html", "cut", "novars"])
@pytest.mark.parametrize("options", [(), ("--format", "csv"), ("--format", "json")])
def test_what_is_no_answer_is_not_printed(
    folder: Path, fake: str, habit: str, options: tuple[str, ...]
) -> None:
    result = run("query", "g.rq", "--endpoint", f"{fake}/{habit}", *options)
    assert (result.exit_code, result.stdout) == (4, "")


@pytest.mark.parametrize("habit", ["json", "json-cs", "plainjson", "bom", "xml", "textxml", "virt"])
def test_what_is_an_answer_is_read(folder: Path, fake: str, habit: str) -> None:
    address = f"{fake}/{habit}"
    assert run("test", "g.rq", "--endpoint", address).exit_code == 0
    result = run("query", "g.rq", "--endpoint", address)
    assert result.exit_code == 0
    assert json.loads(result.stdout_bytes.decode("utf-8-sig"))["results"]["bindings"]
