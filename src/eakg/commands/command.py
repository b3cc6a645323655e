"""What every command has: its end with an exit status, its progress, the type of a path, and the
rules that it was given."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
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
    # It is a slow import, as all that draws.
    from rich.console import Console

    with Console(stderr=True).status(message) as status:
        yield status.update


def is_watched() -> bool:
    """Whether standard error is a terminal, where progress can be shown."""
    return sys.stderr is not None and sys.stderr.isatty()


def told_regime(choice: RegimeChoice) -> Regime:
    """The rules of a choice; what of their files does not run is told on standard error."""
    for notice in choice.notices:
        click.echo(f"{notice}; the other rules run (warning)", err=True)
    return choice.regime
