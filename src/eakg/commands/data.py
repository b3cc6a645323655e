"""The options by which commands are given RDF: `--data FILE...`, and `--import IRI=FILE` for what
the files import."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from eakg.commands.command import PathArgument
from eakg.problems import Problem, ProblemsError
from eakg.rdf.inputs import ImportClosure, assigned_files, has_rdf_extension, import_closure

_NAME = "--data"


def _project_data(
    context: click.Context, _: click.Parameter, paths: tuple[Path, ...]
) -> tuple[Path, ...]:
    """The paths, with what its file names in the place of the folder of a project."""
    if not paths:
        return paths
    # What closes files alone does without.
    from eakg.dataset import PROJECT_FILE, read_project_file

    result: list[Path] = []
    for path in paths:
        if not (path / PROJECT_FILE).is_file():
            result.append(path)
            continue
        try:
            result += read_project_file(path).built_data() or (path,)
        except ProblemsError as error:
            click.echo(error, err=True)
            context.exit(error.status)
    return tuple(result)


data_option = click.option(
    _NAME,
    "data",
    metavar="FILE...",
    multiple=True,
    type=PathArgument,
    callback=_project_data,
    help="RDF to take instead: files, folders, projects, patterns ('data/*.ttl'), - for standard"
    " input.",
)


def _assignments(_: Any, __: Any, assignments: tuple[str, ...]) -> tuple[str, ...]:
    try:
        assigned_files(assignments)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return assignments


import_option = click.option(
    "--import",
    "imports",
    metavar="IRI=FILE",
    multiple=True,
    callback=_assignments,
    help="The file to read where the files import IRI; else a catalog beside them says it.",
)


def with_imports(files: Sequence[Path], imports: Sequence[str]) -> ImportClosure:
    """The files, and those that they import; imports that are not read are told on standard error.

    Arguments: the files; files for IRIs, as `--import` has them.
    """
    closure = import_closure(files, assigned_files(imports))
    warn(closure.warnings)
    return closure


def warn(problems: Iterable[Problem]) -> None:
    """Tell problems that end nothing, on standard error."""
    for problem in problems:
        click.echo(f"{problem} (warning)", err=True)


def check_imports(imports: Sequence[str], *, has_files: bool) -> None:
    """Raises: UsageError where files for imports are not IRI=FILE, or no files import."""
    try:
        assigned_files(imports)
    except ValueError as error:
        raise click.UsageError(f"--import: {error}") from None
    if imports and not has_files:
        raise click.UsageError("--import goes with files that import; name these")


class DataCommand(click.Command):
    """A command with the option `--data`, which takes the RDF files behind its first one too.

    `--data a.ttl b.ttl query.rq` names two files and a query: what is RDF by its extension is
    taken for the option as long as nothing else stands between.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, each file of `--data` as if the option stood before it."""
        return super().parse_args(ctx, _spread(args))


def _spread(arguments: list[str]) -> list[str]:
    result: list[str] = []
    follows_data = False
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*result, argument, *rest]
        if argument == _NAME:
            result += [argument, *([value] if (value := next(rest, None)) is not None else [])]
            follows_data = True
        elif follows_data and not argument.startswith("-") and has_rdf_extension(Path(argument)):
            result += [_NAME, argument]
        else:
            result.append(argument)
            follows_data = argument.startswith(f"{_NAME}=")
    return result


def check_no_rdf(path: Path) -> None:
    """Raises: UsageError where a file of RDF stands in the place of a query."""
    if has_rdf_extension(path):
        raise click.UsageError(f"{path} is RDF by its name, and no query; name it behind {_NAME}")


def check_standard_input(*values: object) -> None:
    """Raises: UsageError where standard input, `-`, is to be read for two things."""
    if sum(str(value) == "-" for value in values) > 1:
        raise click.UsageError("- is standard input, which can be read for one thing alone")
