"""Tables as wide as the terminal."""

import shutil
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import click

_MARGINS = 3
"""What a column takes beside its words: a space on each side, and a line."""


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    title: str | None = None,
    texts: Collection[str] | None = None,
    divided: int | None = None,
    is_framed: bool = True,
    err: bool = False,
) -> None:
    """Print rows in columns that are as wide as the terminal has room for.

    Arguments: the columns, and the rows; what stands above; the columns of words, the others are of
    numbers (all are of words if not told); the number of rows after which there is a line; whether
    there are lines at all; whether it goes to standard error.
    """
    are_texts = [texts is None or name in texts for name in columns]
    table = _Table(_widths([columns, *rows], are_texts), are_texts, is_framed)
    lines = [*table.rule("┌┬┐"), *table.lines(columns), *table.rule("├┼┤")]
    for number, row in enumerate(rows, 1):
        lines += table.lines(row)
        if number == divided:
            lines += table.rule("├┼┤")
    lines += table.rule("└┴┘")
    if title:
        lines.insert(0, title.center(_width(lines[0])).rstrip())
    click.echo("\n".join(lines), err=err)


@dataclass(frozen=True)
class _Table:
    widths: Sequence[int]
    are_texts: Sequence[bool]
    is_framed: bool

    def rule(self, corners: str) -> Iterator[str]:
        """A line between rows: its left end, crossings and right end."""
        if self.is_framed:
            dashes = ["─" * (width + 2) for width in self.widths]
            yield corners[0] + corners[1].join(dashes) + corners[2]

    def lines(self, row: Sequence[str]) -> Iterator[str]:
        """The lines of a row."""
        cells = [[*_folded(cell, width)] for cell, width in zip(row, self.widths, strict=True)]
        for parts in zip_longest(*cells, fillvalue=""):
            padded = list(map(self._padded, parts, self.widths, self.are_texts))
            if self.is_framed:
                yield f"│ {' │ '.join(padded)} │"
            else:
                yield "  ".join(padded).rstrip()

    def _padded(self, part: str, width: int, is_text: bool) -> str:
        space = " " * (width - _width(part))
        return part + space if is_text else space + part


def _widths(rows: Sequence[Sequence[str]], are_texts: Sequence[bool]) -> list[int]:
    """The widths of columns: where not all have room, the widest of words are narrower, though not
    than their names."""
    room = shutil.get_terminal_size().columns - _MARGINS * len(are_texts) - 1
    widths = [
        max(_width(line) for cell in column for line in cell.split("\n"))
        for column in zip(*rows, strict=True)
    ]
    least = [
        max(1, _width(name)) if is_text else width
        for name, width, is_text in zip(rows[0], widths, are_texts, strict=True)
    ]
    while sum(widths) > room and widths != least:
        slack = [width if width > floor else 0 for width, floor in zip(widths, least, strict=True)]
        widths[slack.index(max(slack))] -= 1
    return widths


def _folded(cell: str, width: int) -> Iterator[str]:
    """The lines of a cell, none wider than its column: between words where there are some."""
    for text in cell.split("\n"):
        line = ""
        for word in text.split(" ") if _width(text) > width else ():
            if line and _width(f"{line} {word}") > width:
                yield line
                line = ""
            line = f"{line} {word}" if line else word
            while _width(line) > width:
                end = max((n for n in range(1, len(line)) if _width(line[:n]) <= width), default=1)
                yield line[:end]
                line = line[end:]
        yield line if _width(text) > width else text


def _width(text: str) -> int:
    """The places that a text takes on a terminal."""
    return sum(_places(character) for character in click.unstyle(text))


def _places(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
