"""Lists of the graph: where each comes from, and how far it is complete."""

import csv
from dataclasses import dataclass
from pathlib import Path

from eakg.problems import Problem, ProblemsError

_COLUMNS = ["list", "comes_from", "complete", "tables"]


@dataclass(frozen=True, order=True)
class ListState:
    """A list in words: where it comes from, how far it is complete, and the names of its tables."""

    name: str
    origin: str
    completeness: str
    tables: tuple[str, ...]


def read_lists(path: Path) -> tuple[ListState, ...]:
    """The lists of a file; none where there is no file.

    Raises: ProblemsError with each line that does not say all of it.
    """
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        if next(reader, None) != _COLUMNS:
            message = f"the columns are not {', '.join(_COLUMNS)}; correct the first line"
            raise ProblemsError([Problem(str(path), 1, message)])
        rows = [(reader.line_num, row) for row in reader]
    problems = [
        Problem(
            str(path),
            line,
            "says not where a list comes from, how far it is complete and in"
            " which tables it stands; fill the four columns",
        )
        for line, row in rows
        if len(row) != len(_COLUMNS) or not all(row)
    ]
    if problems:
        raise ProblemsError(problems)
    return tuple(
        ListState(name, origin, completeness, tuple(tables.split("|")))
        for _, (name, origin, completeness, tables) in rows
    )
