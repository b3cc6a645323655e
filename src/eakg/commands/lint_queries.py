"""The command that looks at saved queries without asking them."""

from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending
from eakg.dataset import shipped_layout
from eakg.problems import ExitStatus, ProblemsError
from eakg.queries.contract import find_queries, read_query
from eakg.queries.lint import Finding, lint


@click.command("lint-queries")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=PathArgument)
@click.option("--strict", is_flag=True, help="A warning is a failure too.")
@ending
def lint_queries(paths: tuple[Path, ...], strict: bool) -> ExitStatus:
    """Look for slips in saved queries: syntax, unknown terms, what is not used, what has no bound.

    PATH is a query file or a folder of them; without one, the shipped queries.
    """
    files = find_queries(list(paths) or [shipped_layout().queries])
    findings: list[Finding] = []
    for path in files:
        try:
            findings += lint(read_query(path, complete=False))
        except ProblemsError as error:
            findings += (Finding(problem, "error") for problem in error.problems)
    for finding in findings:
        click.echo(str(finding))
    errors = sum(finding.level == "error" for finding in findings)
    click.echo(f"{len(files)} queries: {errors} errors, {len(findings) - errors} warnings.")
    return ExitStatus.CHECK_FAILED if errors or (strict and findings) else ExitStatus.DONE
