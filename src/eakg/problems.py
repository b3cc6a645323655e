"""Problems found in input, and the exit statuses that commands end with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from importlib.util import find_spec
from typing import TypeAlias


class ExitStatus(IntEnum):
    """Exit status of a command."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    INCONSISTENT = 3
    UNREACHABLE = 4
    TIME_LIMIT = 5
    QUERY_ERROR = 6


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    `file` is a path as the user would type it; `line` counts from 1, and is 0 where a problem
    concerns the file as a whole.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


FileLine: TypeAlias = tuple[str, int]
"""A file and a line of it, from 1."""


class ProblemsError(Exception):
    """Input cannot be used; carries every problem found, sorted by file and line.

    Arguments: the problems, and the exit status a command ends with.
    """

    def __init__(
        self, problems: Iterable[Problem], status: ExitStatus = ExitStatus.BAD_INPUT
    ) -> None:
        self.problems = tuple(sorted(set(problems)))
        self.status = status
        super().__init__("\n".join(str(problem) for problem in self.problems))


@contextmanager
def whole_package(feature: str) -> Iterator[None]:
    """Around imports of what `eakg-queries`, the distribution for those who only ask, does without.

    Arguments: what it is for. Raises: ProblemsError where it is not there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("eakg."):
            raise
        message = "needs more than eakg-queries; `pip install eakg` brings it"
        raise ProblemsError([Problem(feature, 0, message)]) from error


@contextmanager
def extra_package(feature: str, requirement: str) -> Iterator[None]:
    """Around imports of a package that only some features need.

    Arguments: what it is for; what is to be installed, of `eakg` an extra. Raises: ProblemsError
    where it is not there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("eakg."):
            raise
        problem = missing_package(feature, error.name or requirement, requirement)
        raise ProblemsError([problem]) from error


def require_packages(feature: str, requirement: str, packages: Iterable[str]) -> None:
    """Before work that would come to nothing without some packages.

    Arguments: as `extra_package`; the packages. Raises: ProblemsError where not all are there.
    """
    for package in packages:
        if find_spec(package) is None:
            raise ProblemsError([missing_package(feature, package, requirement)])


def missing_package(feature: str, package: str, requirement: str) -> Problem:
    """That a feature needs a package which is not there. Arguments: what it is for; the package;
    what is to be installed, of `eakg` an extra."""
    message = f"needs {package}, which is not installed; `pip install '{requirement}'` brings it"
    return Problem(feature, 0, message)
