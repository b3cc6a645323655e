"""What a distribution requires, as installed here, and an environment that has no more."""

import json
import subprocess
import tomllib
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.house import ROOT


def requirements_of(project: Path) -> list[str]:
    """What the distribution in a folder requires, without its extras."""
    text = (project / "pyproject.toml").read_text("utf-8")
    dependencies: list[str] = tomllib.loads(text)["project"]["dependencies"]
    return dependencies


LIGHT = requirements_of(ROOT / "light")
CORE = requirements_of(ROOT)


def projects(*requirements: str) -> set[str]:
    """The names of what is installed for requirements."""
    pending = [Requirement(text) for text in requirements]
    names: set[str] = set()
    while pending:
        need = pending.pop()
        name = canonicalize_name(need.name)
        if name not in names and (need.marker is None or need.marker.evaluate({"extra": ""})):
            names.add(name)
            pending += map(Requirement, distribution(name).requires or [])
    return names


def installed_files(project: str) -> Iterator[Path]:
    """The files of a project, without what Python makes of them."""
    for file in distribution(project).files or ():
        path = Path(str(file.locate()))
        if path.is_file() and path.suffix != ".pyc":
            yield path


def installed_size(requirements: Sequence[str]) -> int:
    """The bytes of what requirements bring, with the bytecode that installers make, of at most as
    many bytes as its source."""
    paths = (path for project in projects(*requirements) for path in installed_files(project))
    return sum(path.stat().st_size * (2 if path.suffix == ".py" else 1) for path in paths)


def environment_in(folder: Path, *requirements: str) -> Path:
    """The folder of packages of a new environment, with links to those that requirements bring, and
    to no others."""
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next((folder / "lib").glob("python*")) / "site-packages"
    return dependencies_in(packages, *requirements)


def dependencies_in(folder: Path, *requirements: str) -> Path:
    """The folder, with links to the packages that requirements bring."""
    for project in projects(*requirements):
        for file in distribution(project).files or ():
            name = file.parts[0]
            if name not in ("..", "__pycache__") and not (folder / name).exists():
                (folder / name).symlink_to(Path(str(distribution(project).locate_file(name))))
    return folder


def python_of(site: Path) -> Path:
    """The Python of an environment, by its folder of packages."""
    return site.parents[2] / "bin/python"


PROGRAM = """
import json, sys
from click.testing import CliRunner
from eakg.cli import main
for arguments in json.loads(sys.argv[1]):
    result = CliRunner().invoke(main, arguments)
    print(json.dumps([result.exit_code, result.stdout, result.stderr, repr(result.exception)]))
"""


@dataclass(frozen=True)
class Told:
    """What a command ends with and says, and what it ends by."""

    status: int
    output: str
    error: str
    exception: str


def told_by(python: Path, folder: Path, *commands: Sequence[str]) -> list[Told]:
    """What commands say, one after the other in one process of an environment."""
    done = subprocess.run(
        [python, "-I", "-c", PROGRAM, json.dumps(commands)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return [Told(*json.loads(line)) for line in done.stdout.splitlines()]
