"""The wheel alone serves the graph, from another folder; what it and the source archive hold; and
what the wheel of `eakg-queries` has."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path
from urllib.request import urlopen

import pytest
from packaging.metadata import Metadata

from helpers.house import ROOT


def command(*arguments: str) -> list[str]:
    program = "import sys; from eakg.cli import main; sys.exit(main())"
    return [sys.executable, "-c", program, *arguments]


def environment(site: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(site), "PYTHONSAFEPATH": "1"}


def test_the_package_is_that_of_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import eakg; print(eakg.__file__)"],
        env=environment(unpacked),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(unpacked)


def test_saved_queries_pass(unpacked: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        command("test"),
        env=environment(unpacked),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "queries passed" in done.stdout


def test_serves(unpacked: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        command("serve", "--port", "0"),
        env=environment(unpacked),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+/", process.stdout.readline())
            assert found
            with urlopen(f"{found[0]}doc/asean.ttl", timeout=60) as response:
                assert b"Association of Southeast Asian Nations" in response.read()
        finally:
            process.terminate()


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
