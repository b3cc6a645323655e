"""The folder that a command writes what it makes into."""

from pathlib import Path

from eakg.problems import Problem, ProblemsError


def require_new(folder: Path) -> None:
    """Raises: ProblemsError where a folder is there and not empty, or is no folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "is there and not empty; name a folder that is not there yet"
        raise ProblemsError([Problem(str(folder), 0, message)])
