"""What the distribution for those who only ask requires, as installed here."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.house import ROOT

LIGHT = tomllib.loads((ROOT / "light/pyproject.toml").read_text("utf-8"))["project"]


def projects(*further: str) -> set[str]:
    """The names of what is installed with it, and with further projects."""
    pending = [Requirement(text) for text in (*LIGHT["dependencies"], *further)]
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


def dependencies_in(folder: Path, *further: str) -> Path:
    """The folder, with links to the packages that it and further projects require, and to no
    others."""
    for project in projects(*further):
        for file in distribution(project).files or ():
            name = file.parts[0]
            if name not in ("..", "__pycache__") and not (folder / name).exists():
                (folder / name).symlink_to(Path(str(distribution(project).locate_file(name))))
    return folder
