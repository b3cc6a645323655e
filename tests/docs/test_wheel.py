"""The wheel alone, with what it requires and without extras, serves the graph from another folder,
and closes files; what it and the source archive hold; and what the wheel of `eakg-queries` has."""

import gzip
import json
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.parser import Parser
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from packaging.metadata import Metadata
from rdflib.namespace import RDFS, XSD

from eakg.names import EAKG
from helpers.house import ROOT
from helpers.light import CORE, environment_in, installed_size, told_by

DATA = f"""\
<http://x/p> <{RDFS.subPropertyOf}> <http://x/q> .
<http://x/a> <http://x/p> "01"^^<{XSD.integer}> .
<http://x/a>  <http://x/p> "a\\u0062" .
_:b <http://x/p> <http://x/a> .
"""
SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
[] a sh:NodeShape ; sh:targetSubjectsOf <http://x/p> ; sh:nodeKind sh:IRI .
"""
QUERY = "SELECT ?s ?o { ?s <http://x/q> ?o } ORDER BY ?o"
EXTRAS = {
    "build": "[build]",
    "check record": "[build]",
    "suggest record": "[build]",
    "annotate .": "[build]",
    "validate": "[build]",
    "validate in.ttl --shapes shapes.ttl": "[build]",
    "reason in.nt --engine duckdb -o parts": "[large]",
    "reason in.nt --engine spark -o parts": "[spark]",
    "explain <http://x/a> a <http://x/b> --closure-dir work": "[large]",
    "query query.rq --closure-dir work": "[large]",
    "mcp": "[mcp]",
}
"""Commands that an extra is for."""


ACCEPT = {"Accept": "text/turtle, application/json, application/sparql-results+json"}

PATIENT = ("--timeout", "300", "--patience", "300")
"""Other work may have the processor."""


@pytest.fixture(scope="module")
def core(unpacked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel and what it requires, and none of its extras."""
    folder = tmp_path_factory.mktemp("core")
    packages = environment_in(folder, *CORE)
    for path in unpacked.iterdir():
        (packages / path.name).symlink_to(path)
    return folder / "bin/python"


def command(core: Path, *arguments: str) -> list[str]:
    program = "import sys; from eakg.cli import main; sys.exit(main())"
    return [str(core), "-I", "-c", program, *arguments]


def run(core: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(core, *arguments), cwd=folder, capture_output=True, text=True)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    (tmp_path / "in.nt").write_text(DATA)
    (tmp_path / "in.nt.gz").write_bytes(gzip.compress(DATA.encode()))
    (tmp_path / "in.ttl").write_text(DATA.replace("_:b", "<http://x/b>"))
    (tmp_path / "query.rq").write_text(QUERY)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    return tmp_path


def test_what_is_installed_is_small() -> None:
    """Apart from the files of the graph."""
    assert 100_000_000 < installed_size(CORE) < 150_000_000


def test_the_package_is_that_of_the_wheel(core: Path, unpacked: Path, tmp_path: Path) -> None:
    program = "from pathlib import Path; import eakg; print(Path(eakg.__file__).resolve())"
    done = subprocess.run([core, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert Path(done.stdout.strip()).is_relative_to(unpacked), done.stderr


def test_saved_queries_pass(core: Path, tmp_path: Path) -> None:
    """Of one subject; all of them are asked in `tests/queries/test_elsewhere.py`."""
    done = run(core, tmp_path, "test", "--select", "tag:evidence")
    assert (done.returncode, done.stderr) == (0, "")
    assert "queries passed" in done.stdout


@contextmanager
def served(core: Path, folder: Path, *data: str) -> Iterator[Callable[..., bytes]]:
    """What gives the answer of a service at a path."""
    with subprocess.Popen(
        command(core, "serve", *data, "--port", "0", *PATIENT),
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+/", process.stdout.readline())
            assert found
            base = found[0]

            def get(path: str, **parameters: str) -> bytes:
                address = f"{base}{path}?{urlencode(parameters)}"
                with urlopen(Request(address, headers=ACCEPT), timeout=60) as response:
                    return bytes(response.read())

            yield get
        finally:
            process.terminate()


def test_serves(core: Path, tmp_path: Path) -> None:
    with served(core, tmp_path) as get:
        assert b"Association of Southeast Asian Nations" in get("doc/asean.ttl")
        query = f"SELECT * {{ ?s <{EAKG.entitledToAttend}> ?o }} LIMIT 1"
        (row,) = json.loads(get("sparql", query=query))["results"]["bindings"]
        assert row["s"]["value"].startswith("https://w3id.org/eakg/id/")


def test_proves(core: Path, inputs: Path) -> None:
    with served(core, inputs, "in.nt") as get:
        proof = json.loads(get("explain", s="http://x/a", p="http://x/q", o='"ab"'))
    assert proof["by"] == "prp-spo1"


CLOSINGS = (
    ("reason", "in.nt"),
    ("reason", "in.nt.gz", "in.ttl", "--only-inferred"),
    ("query", "query.rq", "--data", "in.nt", "--closure", "full"),
    ("explain", "<http://x/a>", "<http://x/q>", '"ab"', "--data", "in.ttl"),
)


def test_files_are_closed_and_loaded_as_with_all_extras(core: Path, inputs: Path) -> None:
    loads = [("load", "in.nt", "--store", name) for name in ("core", "whole")]
    check = ("store", "check", "core")
    found = told_by(core, inputs, *CLOSINGS, loads[0], check)
    expected = told_by(Path(sys.executable), inputs, *CLOSINGS, loads[1])
    assert found[: len(CLOSINGS)] == expected[:-1]
    assert [one.status for one in found] == [0] * len(found)
    assert found[-2].output.removeprefix("core") == expected[-1].output.removeprefix("whole")


def test_an_extra_that_is_missing_is_named(core: Path, inputs: Path) -> None:
    """In a line that has the command which brings it."""
    found = told_by(core, inputs, *(words.split() for words in EXTRAS))
    for told, (words, extra) in zip(found, EXTRAS.items(), strict=True):
        assert (told.status, told.output) == (2, ""), words
        (line,) = told.error.splitlines()
        assert line.endswith(f"which is not installed; `pip install 'eakg{extra}'` brings it")


def files(wheel: Path, *, of_package: bool) -> dict[str, bytes]:
    """The files of a wheel by name: those of the package, or those about it."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            name.partition(".dist-info/")[2] or name: archive.read(name)
            for name in archive.namelist()
            if (".dist-info/" not in name) == of_package
        }


def test_the_light_one_has_files_of_the_whole(light_wheel: Path, whole_wheel: Path) -> None:
    """So that both together are the whole, whichever came first."""
    light, whole = (files(wheel, of_package=True) for wheel in (light_wheel, whole_wheel))
    assert light.items() < whole.items()
    about = [files(wheel, of_package=False) for wheel in (light_wheel, whole_wheel)]
    assert about[0]["entry_points.txt"] == about[1]["entry_points.txt"]


def test_the_whole_requires_no_other_of_ours(whole_wheel: Path) -> None:
    metadata = files(whole_wheel, of_package=False)["METADATA"].decode()
    needs = Parser().parsestr(metadata).get_all("Requires-Dist", [])
    assert needs
    assert not [need for need in needs if need.startswith("eakg")]


def test_an_index_takes_the_metadata(whole_wheel: Path) -> None:
    """By the checks that PyPI does; its README has no link that only the repository knows."""
    told = Metadata.from_email(files(whole_wheel, of_package=False)["METADATA"], validate=True)
    assert told.description_content_type == "text/markdown"
    assert told.description
    assert not re.findall(r"\]\((?!https://)", told.description)
    assert {"Documentation", "Source"} < (told.project_urls or {}).keys()


EDITOR = "src/eakg/serve/static/yasgui"
"""What the build takes from npm, and the repository does not hold."""


def repository() -> set[str]:
    """The files of the repository by their paths."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()}


def build(kind: str, project: Path, folder: Path) -> Path:
    """The wheel or the source archive of a project."""
    command = [sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", folder]
    subprocess.run([*command, project], check=True, capture_output=True)
    (archive,) = folder.iterdir()
    return archive


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive."""
    return build("sdist", ROOT, tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def unpacked_source(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the source archive unpacks to."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
    (project,) = folder.iterdir()
    (project / "PKG-INFO").unlink()  # made anew, and its place in the archive is that of a new file
    return project


def test_the_wheel_holds_the_package_and_the_graph(whole_wheel: Path) -> None:
    data = tuple(f"{name}/" for name in ("ontology", "graph", "queries"))
    expected = {
        name.removeprefix("src/") if name.startswith("src/") else f"eakg/data/{name}"
        for name in repository()
        if name.startswith(("src/eakg/", *data))
    }
    held = files(whole_wheel, of_package=True)
    editor = {name for name in held if f"src/{name}".startswith(f"{EDITOR}/")}
    assert held.keys() - editor == expected
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt"}
    licences = {f"licenses/{name}" for name in ("LICENSE", "LICENSE-DATA", "LICENSE-UNICODE")}
    assert files(whole_wheel, of_package=False).keys() == about | licences


def test_the_source_archive_is_the_repository(source: Path) -> None:
    with tarfile.open(source) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert held == (repository() - {"light/src"}) | {"PKG-INFO"}


def test_what_is_built_of_the_source_archive_is_the_same(
    whole_wheel: Path, source: Path, unpacked_source: Path, tmp_path: Path
) -> None:
    """Byte for byte, on another day and in another folder; so both are whole, too."""
    assert build("sdist", unpacked_source, tmp_path / "source").read_bytes() == source.read_bytes()
    if (ROOT / EDITOR).is_dir():
        shutil.copytree(ROOT / EDITOR, unpacked_source / EDITOR)
    wheel = build("wheel", unpacked_source, tmp_path / "wheel")
    assert wheel.read_bytes() == whole_wheel.read_bytes()
