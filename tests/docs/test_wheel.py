"""The wheel alone serves the graph, from another folder; and what that of `eakg-queries` has."""

import os
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path
from urllib.request import urlopen


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
