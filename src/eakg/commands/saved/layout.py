"""The command that lays queries out."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from eakg.commands.command import PathArgument, ending
from eakg.files import publish, read_utf8
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.queries.contract import find_queries, left_out, read_query, wrapped_query
from eakg.rdf import STANDARD_INPUT
from eakg.sparql import QuerySyntaxError, offset_of
from eakg.sparql.style import LayoutError, format_query
from eakg.store import template_marker


@click.command("format")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PathArgument)
@click.option("--check", is_flag=True, help="Write nothing; say which files would be others.")
@click.option(
    "--wrap",
    "folder",
    metavar="DIR",
    type=PathArgument,
    help="Write each query in Turtle (SHACL) into a folder instead.",
)
@ending
def format_queries(paths: tuple[Path, ...], check: bool, folder: Path | None) -> ExitStatus:
    """Lay out the queries of files and folders, or that of standard input for -.

    Tokens and comments stay as they are. Exit status 1 with --check where a file would be another,
    6 where one is no query; the others are written.
    """
    if folder is not None:
        if check:
            raise click.UsageError("--check and --wrap exclude each other; give one of them")
        return _wrap(paths, folder)
    if paths == (STANDARD_INPUT,):
        return _format_standard_input(check=check)
    files = find_queries(paths)
    results: dict[Path, bytes] = {}
    problems: list[Problem] = []
    for path in files:
        try:
            content, text = read_utf8(path)
        except ProblemsError as error:
            problems += error.problems
            continue
        try:
            result = format_query(text).encode()
        except (QuerySyntaxError, LayoutError) as error:
            problems.append(_problem(path, text, error))
            continue
        if result != content:
            results[path] = result
    if not check:
        publish(results)
    for path in results:
        click.echo(f"{path} {'would be another' if check else 'is written'}")
    for problem in (*problems, *left_out(paths)):
        click.echo(str(problem), err=problem in problems)
    click.echo(f"{len(files)} queries: {len(results)} {'to lay out' if check else 'laid out'}.")
    if any(_TEMPLATE not in problem.message for problem in problems):
        return ExitStatus.QUERY_ERROR
    return ExitStatus.CHECK_FAILED if check and results else ExitStatus.DONE


def _wrap(paths: Sequence[Path], folder: Path) -> ExitStatus:
    """Writes queries in Turtle. Raises: ProblemsError where two are of one name, and where one
    cannot be read."""
    results: dict[Path, bytes] = {}
    problems: list[Problem] = []
    for path in find_queries(paths):
        place = folder / f"{path.stem}.ttl"
        content = wrapped_query(read_query(path, complete=False))
        if content is None:
            problems.append(Problem(str(path), 0, "is not written: it is no query"))
        elif place in results:
            raise ProblemsError([Problem(str(path), 0, f"{place} is another query's; rename one")])
        else:
            results[place] = content
    publish(results)
    for place in results:
        click.echo(f"{place} is written")
    for problem in problems:
        click.echo(str(problem), err=True)
    return ExitStatus.QUERY_ERROR if problems else ExitStatus.DONE


_TEMPLATE = "left as it is: a template"


def _format_standard_input(*, check: bool) -> ExitStatus:
    """Raises: ProblemsError where it is no query."""
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise ProblemsError([Problem(str(STANDARD_INPUT), 0, "is not UTF-8")]) from error
    try:
        result = format_query(text)
    except (QuerySyntaxError, LayoutError) as error:
        raise ProblemsError(
            [_problem(STANDARD_INPUT, text, error)], ExitStatus.QUERY_ERROR
        ) from error
    if check:
        return ExitStatus.DONE if result == text else ExitStatus.CHECK_FAILED
    sys.stdout.buffer.write(result.encode())
    return ExitStatus.DONE


def _problem(path: Path, text: str, error: QuerySyntaxError | LayoutError) -> Problem:
    line, column = getattr(error, "line", None) or 0, getattr(error, "column", None) or 1
    marker = template_marker(text, offset_of(text, line, column)) if line else None
    if marker is not None:
        return Problem(str(path), line, f"{_TEMPLATE}, with {marker.group().strip()}")
    return Problem(str(path), line, f"is not laid out: {error}")
