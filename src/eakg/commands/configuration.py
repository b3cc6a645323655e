"""The configuration file: options of `eakg serve` in TOML, named as on the command line."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from eakg.problems import Problem, ProblemsError

_PLACE = re.compile(r" \(at line (\d+), column \d+\)$")


def read_configuration(
    context: click.Context, parameter: click.Parameter, file: Path
) -> dict[str, Any]:
    """What the file says, by the names of the command's parameters.

    Keys are the names of the options without the dashes before them, and `data`, a list of files.
    Paths are taken from the folder of the configuration file.

    Arguments: the context of the command; the parameter that named the file, which may not stand
    in it; the file. Raises: ProblemsError with every unknown key and every value that an option
    does not take, with file and line.
    """
    known = {key_of(one): one for one in context.command.params if one is not parameter}
    text = _read(file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        message = f"is not TOML: {_PLACE.sub('', str(error))}"
        raise ProblemsError([Problem(str(file), line, message)]) from error
    problems = [
        Problem(str(file), _line(text, key), f"there is no option {key}; {_hint(key, known)}")
        for key in values
        if key not in known
    ]
    defaults = {}
    for key in values.keys() & known.keys():
        option = known[key]
        try:
            defaults[str(option.name)] = _converted(option, values[key], file.parent, context)
        except (click.BadParameter, TypeError) as error:
            problems.append(Problem(str(file), _line(text, key), f"{key}: {error}"))
    if problems:
        raise ProblemsError(problems)
    return defaults


def key_of(parameter: click.Parameter) -> str:
    """The key of a parameter in the file."""
    if isinstance(parameter, click.Option):
        return parameter.opts[0].removeprefix("--")
    return str(parameter.name)


def _hint(key: str, known: Iterable[str]) -> str:
    near = get_close_matches(key, known, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"


def _converted(
    parameter: click.Parameter, value: Any, folder: Path, context: click.Context
) -> object:
    if parameter.nargs == -1 or getattr(parameter, "multiple", False):
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise TypeError("must be a list")
        return [_one(parameter, item, folder, context) for item in value]
    return _one(parameter, value, folder, context)


def _one(parameter: click.Parameter, value: Any, folder: Path, context: click.Context) -> Any:
    wanted, words = _wanted(parameter)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise TypeError(f"must be {words}")
    if isinstance(parameter.type, click.Path):
        return folder / str(value)
    parameter.type.convert(value, parameter, context)
    if key_of(parameter) == "store" and "://" not in str(value):
        return str(folder / str(value))
    return value


def _wanted(parameter: click.Parameter) -> tuple[type | tuple[type, ...], str]:
    if isinstance(parameter, click.Option) and parameter.is_flag:
        return bool, "true or false"
    if isinstance(parameter.type, click.types.IntParamType):
        return int, "a whole number"
    if isinstance(parameter.type, click.types.FloatParamType):
        return (int, float), "a number"
    return str, "text"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        problem = Problem(str(file), 0, f"cannot be read: {error.strerror}; check the path")
        raise ProblemsError([problem]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProblemsError([Problem(str(file), line, "is not UTF-8")]) from error


def _line(text: str, key: str) -> int:
    """The line of a key of the uppermost table."""
    written = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    return next((n for n, line in enumerate(text.splitlines(), 1) if written.match(line)), 0)
