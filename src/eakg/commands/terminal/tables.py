"""Tables as wide as the terminal."""

from collections.abc import Collection, Sequence


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

    Arguments: the columns, and the rows, whose cells may be styled (`click.style`); what stands
    above; the columns of words, the others are of numbers (all are of words if not told); the
    number of rows after which there is a line; whether there are lines at all; whether it goes to
    standard error.
    """
    # It is a slow import, as all that draws.
    from rich.box import HEAVY_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, box=HEAVY_HEAD if is_framed else None)
    for column in columns:
        if texts is None or column in texts:
            table.add_column(column, overflow="fold")
        else:
            table.add_column(column, justify="right", no_wrap=True)
    for number, row in enumerate(rows, 1):
        table.add_row(*map(Text.from_ansi, row), end_section=number == divided)
    Console(stderr=err, highlight=False).print(table)
