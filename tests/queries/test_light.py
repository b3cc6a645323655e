"""The distribution for those who only ask, in an environment that has it and what it requires."""

import json
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from eakg.cli import COMMANDS
from helpers.endpoints import Reply, scripted_endpoint
from helpers.light import (
    CORE,
    LIGHT,
    Told,
    environment_in,
    installed_size,
    python_of,
    told_by,
)
from helpers.saved_query_files import Files, files_in, run

ROW = json.dumps(
    {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "1"}}]}}
).encode()


@pytest.fixture(scope="module")
def site(light_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of an environment that has the light wheel, pytest and what both require."""
    packages = environment_in(tmp_path_factory.mktemp("light"), *LIGHT, "pytest")
    with zipfile.ZipFile(light_wheel) as archive:
        archive.extractall(packages)
    return packages


def run_light(site: Path, folder: Path, *commands: Sequence[str]) -> list[Told]:
    return told_by(python_of(site), folder, *commands)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    files = files_in(tmp_path)
    files.query("queries/good", "expect: {count: 1}", "SELECT ?x { ?x :size 1 }")
    files.query("queries/bad", "expect: {rows: rows.csv}", "SELECT ?x { ?x :size 1 }")
    files.write("queries/rows.csv", "x\n2\n")
    return files


def test_the_light_one_requires_what_the_whole_does() -> None:
    """Else the list of versions that are tested would not hold for it."""
    assert {*LIGHT} <= {*CORE}


def test_it_is_small(light_wheel: Path) -> None:
    with zipfile.ZipFile(light_wheel) as archive:
        size = 2 * sum(member.file_size for member in archive.infolist())
    assert 30_000_000 < size + installed_size(LIGHT) < 60_000_000


def test_it_reports_as_the_whole_does(site: Path, files: Files) -> None:
    report = files.folder / "report.tap"
    with scripted_endpoint(Reply(body=ROW)) as server:
        arguments = ["test", str(files.folder / "queries"), "--endpoint", server.address]
        arguments += ["--tap", str(report)]
        (light,) = run_light(site, files.folder, arguments)
        tap = report.read_bytes()
        whole = run(*arguments)
    assert (light.status, light.output, light.error) == (1, whole.stdout, whole.stderr)
    assert whole.exit_code == 1
    assert tap == report.read_bytes()
    assert "1 of 2 queries passed." in light.output


def test_it_asks_files_lints_and_lays_out_and_says_what_it_has_not(
    site: Path, files: Files
) -> None:
    data = ("--data", "data.ttl")
    asked, linted, laid_out, bad, closed, *others, told = run_light(
        site,
        files.folder,
        ["test", "queries/good.rq", *data, "-v"],
        ["lint-queries", "queries"],
        ["format", "--check", "queries"],
        ["test", "queries/bad.rq", *data],
        ["test", "queries/good.rq", *data, "--closure", "full"],
        ["build"],
        ["lint-queries"],
        ["test", "queries/good.rq"],
        ["--help"],
    )
    assert (asked.status, asked.error) == (0, "")
    assert "1 of 1 queries passed." in asked.output
    assert (linted.status, linted.output) == (0, "2 queries: 0 errors, 0 warnings.\n")
    assert laid_out.error == ""
    assert bad.status == 1
    assert "it is not known why: what triples of RDF files rest on: needs more than" in bad.output
    words = ["needs more than eakg-queries; `pip install eakg` brings it"]
    words += ["build is not in eakg-queries; `pip install eakg` brings it"]
    words += ["has no graph of its own; name an endpoint or data"] * 2
    for one, word in zip([closed, *others], words, strict=True):
        assert one.status == 2
        assert word in one.error
        assert one.exception.startswith("SystemExit(")
    first_words = {
        line.split()[0] for line in told.output.partition("Commands:")[2].splitlines() if line
    }
    assert first_words & COMMANDS.keys() == {"format", "lint-queries", "query", "test"}


def test_its_plugin_is_that_of_pytest(site: Path, files: Files) -> None:
    done = subprocess.run(
        [python_of(site), "-P", "-m", "pytest", "-q", "--eakg-data", "data.ttl", "queries"],
        cwd=files.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "1 failed, 1 passed" in done.stdout
