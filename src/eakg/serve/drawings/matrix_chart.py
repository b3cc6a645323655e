"""A matrix: who belongs to what, a mark in each cell that holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eakg.serve.drawings.text import clipped, lines, width

_ROW, _LINE, _MOST_LINES, _PAD = 26.0, 16.0, 4, 8.0
_COLUMN, _LABELS = 106.0, 276.0


@dataclass(frozen=True)
class Head:
    """A row or a column: its key, its label, its address."""

    key: str
    label: str
    href: str | None


@dataclass(frozen=True)
class Cell:
    """That a row belongs to a column. `full` draws a filled mark, else a hollow one."""

    row: str
    column: str
    full: bool
    href: str | None
    note: str


@dataclass(frozen=True)
class CellMark:
    """Where a cell stands."""

    cell: Cell
    x: float
    y: float


@dataclass(frozen=True)
class ColumnPlace:
    """Where a column stands: the lines of its label, how many full cells it has."""

    head: Head
    lines: tuple[tuple[str, float], ...]
    x: float
    count: int


@dataclass(frozen=True)
class RowPlace:
    """Where a row stands, and from which to which column its marks go without a gap or with."""

    head: Head
    label: str
    y: float


@dataclass(frozen=True)
class Matrix:
    """A laid-out matrix."""

    width: float
    height: float
    top: float
    label_x: float
    row_height: float
    columns: tuple[ColumnPlace, ...]
    rows: tuple[RowPlace, ...]
    marks: tuple[CellMark, ...]


def matrix(rows: Iterable[Head], columns: Sequence[Head], cells: Iterable[Cell]) -> Matrix:
    """Lay out cells: columns as they come, rows so that those who sit in the same columns stand
    together, those in the most columns first."""
    grid: dict[str, dict[str, Cell]] = {}
    for cell in cells:
        row_cells = grid.setdefault(cell.row, {})
        if cell.column not in row_cells or cell.full:
            row_cells[cell.column] = cell

    def pattern(head: Head) -> tuple[object, ...]:
        row_cells = grid.get(head.key, {})
        full = [one.key in row_cells and row_cells[one.key].full for one in columns]
        return (-sum(full), [not one for one in full], head.label.casefold())

    heads = sorted((head for head in rows if head.key in grid), key=pattern)
    label_lines = [lines(one.label, _COLUMN - 8, _MOST_LINES) for one in columns]
    deepest = max(map(len, label_lines), default=1)
    top = _PAD + (deepest + 1) * _LINE + 6
    right = min(_LABELS, max((width(one.label) for one in heads), default=0) + 16)

    def x_of(place: int) -> float:
        return right + _COLUMN * (place + 0.5)

    places = tuple(
        ColumnPlace(
            head,
            tuple(
                (line, _PAD + (deepest - len(texts) + number + 0.75) * _LINE)
                for number, line in enumerate(texts)
            ),
            x_of(place),
            sum(row[head.key].full for row in grid.values() if head.key in row),
        )
        for place, (head, texts) in enumerate(zip(columns, label_lines, strict=True))
    )
    row_places = tuple(
        RowPlace(head, clipped(head.label, right - 8), top + place * _ROW)
        for place, head in enumerate(heads)
    )
    marks = tuple(
        CellMark(grid[row.head.key][column.head.key], column.x, row.y + _ROW / 2)
        for row in row_places
        for column in places
        if column.head.key in grid[row.head.key]
    )
    height = top + len(heads) * _ROW + _PAD
    full_width = right + _COLUMN * len(columns) + _PAD
    return Matrix(full_width, height, top, right - 8, _ROW, places, row_places, marks)
