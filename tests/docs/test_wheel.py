"""The wheels alone serve the graph, from another folder; and what is in which."""

import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from urllib.request import urlopen

from eakg import __version__
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


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def metadata(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        files = [one for one in archive.namelist() if one.endswith(f".dist-info/{name}")]
        return archive.read(files[0]).decode() if files else ""


def test_no_file_is_in_both_wheels_and_each_is_in_one(light_wheel: Path, whole_wheel: Path) -> None:
    light, whole = names(light_wheel), names(whole_wheel)
    assert light & whole == set()
    sources = {
        str(path.relative_to(ROOT / "src"))
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources <= light | whole


def test_the_whole_requires_the_same_version_and_has_no_command_of_its_own(
    light_wheel: Path, whole_wheel: Path
) -> None:
    needs = Parser().parsestr(metadata(whole_wheel, "METADATA")).get_all("Requires-Dist", [])
    assert f"eakg-queries=={__version__}" in needs
    assert metadata(whole_wheel, "entry_points.txt") == ""
    points = metadata(light_wheel, "entry_points.txt")
    assert "eakg = eakg.cli:main" in points
    assert "eakg = eakg.queries.pytest_plugin" in points
