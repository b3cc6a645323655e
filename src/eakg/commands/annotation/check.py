"""The command that looks at one record."""

import time
from collections.abc import Iterator
from pathlib import Path

import click

from eakg import pipeline
from eakg.check import Check
from eakg.commands.command import PathArgument, ending
from eakg.files import stamp
from eakg.problems import ExitStatus, ProblemsError

_LOOK_SECONDS = 0.3


@click.command()
@click.argument("folder", type=PathArgument)
@click.option("--watch", is_flag=True, help="Look again whenever a file changes.")
@ending
def check(folder: Path, watch: bool) -> ExitStatus:
    """Say everything that building and validating would say of the record in FOLDER.

    FOLDER is that of one document, among the sources that lie beside it. Nothing is written. Where
    events cannot be read, as for want of a role, that comes first, and what they say is looked at
    when they can.
    """
    if not watch:
        return _tell(pipeline.check(folder))
    try:
        for _ in _changes(folder):
            click.clear()
            try:
                _tell(pipeline.check(folder))
            except ProblemsError as error:
                for problem in error.problems:
                    click.echo(str(problem))
    except KeyboardInterrupt:
        click.echo()
    return ExitStatus.DONE


def _tell(findings: Check) -> ExitStatus:
    for problem in findings.problems:
        click.echo(str(problem))
    for warning in findings.warnings:
        click.echo(f"{warning} (warning)")
    problems, warnings = len(findings.problems), len(findings.warnings)
    words = f"{findings.count} lines, {problems} problems, {warnings} warnings"
    click.echo(f"{findings.name}: {words}")
    return ExitStatus.CHECK_FAILED if problems else ExitStatus.DONE


def _changes(folder: Path) -> Iterator[None]:
    """At once, and each time that a file is not what it was which the findings depend on."""
    layout, _ = pipeline.layout_of_record(folder)
    before: object = None
    while True:
        now = stamp(layout.source_files())
        if now != before:
            before = now
            yield
        time.sleep(_LOOK_SECONDS)
