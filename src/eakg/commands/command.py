"""What every command has: its end with an exit status, its progress, its tables, the type of a
path, and the rules that it was given."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eakg.commands.supervision import current_account
from eakg.problems import ExitStatus, ProblemsError
from eakg.sparql import StoreError

if TYPE_CHECKING:
    from eakg.reason.rulebooks import Regime, RegimeChoice

PathArgument = click.Path(path_type=Path)
_LINE_START = "\r\x1b[2K"
"""What empties a line of a terminal."""
_MARGINS = 3
"""What a column takes beside its words: a space on each side, and a line."""


def ending(function: Callable[..., ExitStatus]) -> Callable[..., None]:
    """Ends a command with its status; what is wrong with the input goes to standard error."""

    @wraps(function)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            status = function(*arguments, **options)
        except ProblemsError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            status = error.status
        except StoreError as error:
            click.echo(str(error), err=True)
            status = error.exit_status
        except RecursionError:
            words = "the input is nested more deeply than can be followed; give parts of it names"
            click.echo(words, err=True)
            status = ExitStatus.BAD_INPUT
        sys.exit(status)

    return run


@contextmanager
def progress(message: str) -> Iterator[Callable[[str], None]]:
    """Shows what long work is at, where someone is watching; yields what is told of the next."""
    current_account().tell(phase=message)
    if not is_watched():
        yield lambda _: None
        return

    def tell(words: str) -> None:
        click.echo(f"{_LINE_START}{words} ...", nl=False, err=True)

    tell(message)
    try:
        yield tell
    finally:
        click.echo(_LINE_START, nl=False, err=True)


def is_watched() -> bool:
    """Whether standard error is a terminal, where progress can be shown."""
    return sys.stderr is not None and sys.stderr.isatty()


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
    # A slow import, as all that draws.
    from prettytable import PrettyTable, TableStyle

    table = PrettyTable([*columns], title=title)
    table.set_style(TableStyle.SINGLE_BORDER)
    table.border = is_framed
    for name, width in zip(columns, _widths([columns, *rows]), strict=True):
        table.align[name] = "l" if texts is None or name in texts else "r"
        table.max_width[name] = width
    for number, row in enumerate(rows, 1):
        table.add_row([*row], divider=number == divided)
    lines = table.get_string().splitlines()
    click.echo("\n".join(line.rstrip() for line in lines), err=err)


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """The widths of columns: of those that are too wide for all to have room, the widest are
    narrower."""
    from wcwidth import wcswidth

    count = len(rows[0])
    room = max(shutil.get_terminal_size().columns - _MARGINS * count - 1, count)
    widths = [
        min(room, max(1, *(wcswidth(line) for cell in column for line in _lines(cell))))
        for column in zip(*rows, strict=True)
    ]
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    return widths


def _lines(cell: str) -> list[str]:
    return click.unstyle(cell).split("\n")


def told_regime(choice: RegimeChoice) -> Regime:
    """The rules of a choice; what of their files does not run is told on standard error."""
    for notice in choice.notices:
        click.echo(f"{notice}; the other rules run (warning)", err=True)
    return choice.regime
