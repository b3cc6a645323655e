"""Packages that a format needs, and that come with the package only where they are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from eakg.problems import Problem, ProblemsError


@contextmanager
def extra_package(format_: str, requirement: str) -> Iterator[None]:
    """Around the import of a package that only a format needs.

    Arguments: the name of the format; what is to be installed. Raises: ProblemsError where it is
    not there.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"needs {error.name}, which is not installed; `pip install '{requirement}'`"
        raise ProblemsError([Problem(format_, 0, message)]) from error
