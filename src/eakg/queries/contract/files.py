"""Query files: those that are named, those in a folder, and those that are left out there."""

import re
from collections.abc import Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path

from eakg.problems import Problem, ProblemsError
from eakg.queries.contract.executables import is_executable_file
from eakg.rdf import STANDARD_INPUT
from eakg.rdf.inputs import has_rdf_extension
from eakg.sparql import read_head

QUERY_EXTENSIONS = (".rq", ".sparql", ".query")
UPDATE_EXTENSIONS = (".ru",)
_BEGINNING = 1 << 16
_EXPECTATION = re.compile(r"#\+.*\bexpect['\"]?\s*:")
_NO_QUERIES = (".csv", ".tsv", ".md", ".html", ".json", ".yml", ".yaml", ".toml", ".py", ".sh")


def find_queries(
    paths: Iterable[Path], *, with_updates: bool = False, with_executables: bool = False
) -> list[Path]:
    """The query files named, whatever their names, `-` as it is, and those in the folders named and
    of patterns such as `checks/**/*.sparql`, by their extensions, in order of their names; where it
    is asked for, also updates that have a contract, and queries of SHACL in Turtle.

    Raises: ProblemsError when a path is not there, a pattern is of no query file, or there is no
    query at all.
    """
    paths = list(paths)

    def is_query_file(path: Path) -> bool:
        if path.suffix.lower() in QUERY_EXTENSIONS or (with_updates and is_tested_update(path)):
            return True
        return with_executables and is_executable_file(path)

    queries: list[Path] = []
    problems = []
    for path in paths:
        if path == STANDARD_INPUT:
            queries.append(path)
        elif path.is_dir():
            queries += (one for one in _members(path) if is_query_file(one))
        elif path.is_file():
            queries.append(path)
        elif has_magic(str(path)):
            matches = [one for one in _matches(path) if is_query_file(one)]
            queries += matches
            if not matches:
                message = "is of no query file; check the pattern"
                problems.append(Problem(str(path), 0, message))
        else:
            problems.append(Problem(str(path), 0, "no such file or folder; check the path"))
    if not problems and not queries:
        names = ", ".join(str(path) for path in paths)
        extensions = ", ".join(QUERY_EXTENSIONS)
        problems.append(Problem(names, 0, f"has no query; query files end in {extensions}"))
    if problems:
        raise ProblemsError(problems)
    return list(dict.fromkeys(queries))


def is_tested_update(path: Path) -> bool:
    """Whether a file is an update whose header says what it expects."""
    if path.suffix.lower() not in UPDATE_EXTENSIONS:
        return False
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return any(_EXPECTATION.match(line) for line in lines)


def left_out(paths: Iterable[Path], *, with_updates: bool = False) -> list[Problem]:
    """The files in folders, and of patterns, that are SPARQL and no query files: updates, and
    queries of other names, each with the reason."""
    problems = []
    for place in paths:
        for path in _matches(place) if has_magic(str(place)) else _members(place):
            reason = "" if with_updates and is_tested_update(path) else _reason(path)
            if reason:
                problems.append(Problem(str(path), 0, reason))
    return problems


def _matches(pattern: Path) -> Iterator[Path]:
    """The files of a pattern, with those in the folders of it; none of a path that is there, which
    is itself and no pattern."""
    if pattern.is_file():
        return
    paths = glob(str(pattern), recursive=True)  # noqa: PTH207 - Path.glob takes none that is absolute
    names = [str(pattern)] if pattern.is_dir() else paths
    for path in map(Path, sorted(names)):
        yield from _members(path) if path.is_dir() else [path]


def _members(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _reason(path: Path) -> str:
    extension = path.suffix.lower()
    if extension in QUERY_EXTENSIONS:
        return ""
    if extension in UPDATE_EXTENSIONS:
        return "left out: it is an update"
    if extension in _NO_QUERIES or has_rdf_extension(path) or path.name.startswith("."):
        return ""
    try:
        with path.open("rb") as file:
            text = file.read(_BEGINNING).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""
    head = read_head(text)
    if head.form and head.pattern is not None:
        return f"left out: it has a query; name it with one of {', '.join(QUERY_EXTENSIONS)}"
    return ""
