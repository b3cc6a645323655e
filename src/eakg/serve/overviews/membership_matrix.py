"""The overview of what meets what: who sits in which mechanism on a day."""

from collections.abc import Callable, Iterable

from rdflib import Literal

from eakg.rdf import Row
from eakg.serve.drawings import Cell, Head, Matrix, day_text, matrix
from eakg.serve.overviews.overview import Overview
from eakg.serve.overviews.timeline import day_of


def draw(overview: Overview, rows: Iterable[Row], href: Callable[[str], str | None]) -> Matrix:
    """The matrix of rows with `column`, `row` and the `mark` where they meet: whether it is `full`,
    what it is in `words`, and since and until when."""
    columns: dict[str, Head] = {}
    lines: dict[str, Head] = {}
    cells = []
    for row in map(overview.parts, rows):
        column, line = str(row["column"]), str(row["row"])
        names = str(row.get("columnLabel", column)), str(row.get("rowLabel", line))
        columns.setdefault(column, Head(column, names[0], href(column)))
        lines.setdefault(line, Head(line, names[1], href(line)))
        words = f"{row['words']}, " if "words" in row else ""
        cells.append(
            Cell(
                line,
                column,
                row.get("full") == Literal(True),
                href(str(row["mark"])) if "mark" in row else None,
                f"{names[1]}: {words}{names[0]}{_period(row)}",
            )
        )
    return matrix(lines.values(), tuple(columns.values()), cells)


def _period(row: Row) -> str:
    start, end = day_of(row.get("from")), day_of(row.get("to"))
    return (f", since {day_text(start)}" if start else "") + (
        f", until {day_text(end)}" if end else ""
    )
