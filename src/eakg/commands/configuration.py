"""The configuration file: options of `eakg serve` in TOML, named as on the command line."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from eakg.commands.command import PathArgument
from eakg.commands.options import DeclaredOption
from eakg.dataset import PROJECT_FILE, SECTIONS, project_of
from eakg.keyed_files import KINDS, is_of_kind, nearest, read_toml
from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.queries.settings import settings_of
from eakg.rdf import is_iri
from eakg.reason.rulebooks import NO_RULES
from eakg.reason.rules import RULE_SETS
from eakg.serve.content import graph_and_licence

_ABSENT = "cannot be read: No such file or directory; check the path"
_FILE = "eakg.configuration.file"
_LIKENESS = 0.6  # options are short


def read_configuration(
    context: click.Context, parameter: click.Parameter, file: Path
) -> dict[str, Any]:
    """What the file says, by the names of the command's parameters.

    Keys are the names of the options without the dashes before them, and `data`, a list of files;
    the section `queries` is of the commands for saved queries, `build` and `prefixes` are of that
    which builds, and they are looked at as these do.
    Paths are taken from the folder of the configuration file.

    Arguments: the context of the command; the parameter that named the file, which may not stand
    in it; the file. Raises: ProblemsError with every unknown key and every value that an option
    does not take, with file and line.
    """
    parameters = {key_of(one): one for one in context.command.params if one is not parameter}
    settings = read_toml(file, _ABSENT)
    problems = [
        settings.problem(f"there is no option {key}; {_hint(key, parameters)}", key)
        for key in settings.values
        if key not in (*parameters, *SECTIONS)
    ]
    for read in (settings_of, project_of):
        if not settings.values.keys().isdisjoint(SECTIONS):
            try:
                read(settings)
            except ProblemsError as error:
                problems += error.problems
    defaults = {}
    for key in settings.values.keys() & parameters.keys():
        option = parameters[key]
        try:
            defaults[str(option.name)] = _convert(
                option, settings.values[key], file.parent, context
            )
        except (click.BadParameter, TypeError) as error:
            problems.append(settings.problem(f"{key}: {error}", key))
    if problems:
        raise ProblemsError(dict.fromkeys(problems))
    context.meta[_FILE] = settings
    return defaults


def key_of(parameter: click.Parameter) -> str:
    """The key of a parameter in the file."""
    if isinstance(parameter, click.Option):
        return parameter.opts[0].removeprefix("--")
    return str(parameter.name)


def _hint(key: str, names: Collection[str]) -> str:
    match = nearest(key, names, _LIKENESS)
    return f"did you mean {match}?" if match else f"there are {', '.join(sorted(names))}"


def _convert(
    parameter: click.Parameter, value: Any, folder: Path, context: click.Context
) -> object:
    if parameter.nargs == -1 or getattr(parameter, "multiple", False):
        if not is_of_kind(value, "array"):
            raise TypeError(f"must be {KINDS['array'][0]}")
        if "" in value:
            raise TypeError("has a text without anything among its items; leave it out")
        return [_item(parameter, item, folder, context) for item in value]
    return _item(parameter, value, folder, context)


def _item(parameter: click.Parameter, value: Any, folder: Path, context: click.Context) -> Any:
    kind = kind_of(parameter)
    if not is_of_kind(value, kind):
        raise TypeError(f"must be {KINDS[kind][0]}")
    if isinstance(parameter.type, click.Path):
        return folder / str(value)
    parameter.type.convert(value, parameter, context)
    if key_of(parameter) == "reasoning":
        names = (*RULE_SETS, NO_RULES)
        return ",".join(
            name if name in names else str(folder / name) for name in str(value).split(",")
        )
    if key_of(parameter) == "store" and "://" not in str(value):
        return str(folder / str(value))
    if key_of(parameter) == "import":
        iri, sign, file = str(value).rpartition("=")
        return f"{iri}{sign}{folder / file}"
    if key_of(parameter) == "graph-licence":
        graph, licence = graph_and_licence(str(value))
        return f"{graph if is_iri(graph) else folder / graph}={licence}"
    return value


def kind_of(parameter: click.Parameter) -> str:
    """The kind of one value of a parameter, by its name in JSON Schema."""
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return "boolean"
    if isinstance(parameter.type, click.types.IntParamType):
        return "integer"
    if isinstance(parameter.type, click.types.FloatParamType):
        return "number"
    return "string"


def place_of(key: str, *numbers: int) -> Callable[[str], Problem]:
    """Where a value of an option of the command that runs is said: makes problems with it.

    Arguments: the key; of an item of a list, its number.
    """
    context = click.get_current_context()
    name = key.replace("-", "_")
    is_in_file = context.get_parameter_source(name) is ParameterSource.DEFAULT_MAP
    file = context.meta.get(_FILE) if is_in_file else None
    if file is None:
        return lambda message: Problem(f"--{key}", 0, message)
    return lambda message: file.problem(f"{key}: {message}", key, *numbers)


def _configure(context: click.Context, parameter: click.Parameter, file: Path | None) -> None:
    if file is None:
        return
    try:
        # The command line and the environment go before these.
        context.default_map = read_configuration(context, parameter, file)
    except ProblemsError as error:
        click.echo(error, err=True)
        context.exit(error.status)


def open_folder(
    context: click.Context, parameter: click.Parameter, data: tuple[Path, ...]
) -> tuple[Path, ...]:
    """The data of a folder that is served whole: those that its project file names."""
    folder = data[0] if data else None
    file = None if folder is None else folder / PROJECT_FILE
    is_folder = file is not None and len(data) == 1 and file.is_file()
    is_of_file = context.get_parameter_source(str(parameter.name)) is ParameterSource.DEFAULT_MAP
    if not is_folder and not (data and is_of_file):
        return data
    try:
        if file is not None and is_folder:
            config = next(one for one in context.command.params if one.name == "config")
            context.default_map = read_configuration(context, config, file)
        files = project_of(context.meta[_FILE]).built_data()
    except ProblemsError as error:
        click.echo(error, err=True)
        context.exit(error.status)
    if not files:
        message = 'names no data; write data = ["FILE"] with the RDF files, from this folder'
        click.echo(Problem(str(file), 0, message), err=True)
        context.exit(ExitStatus.BAD_INPUT)
    return files


config_option = click.option(
    "--config",
    cls=DeclaredOption,
    metavar="FILE",
    type=PathArgument,
    is_eager=True,
    expose_value=False,
    callback=_configure,
    help="A TOML file with these options.",
    meaning="the configuration file, in TOML; not a key of that file",
)
"""Names the configuration file of a command."""
