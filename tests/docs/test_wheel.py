"""The wheel alone serves the graph, from another folder."""

import os
import re
import subprocess
import sys
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
