"""The header of a query file: its contract, as YAML in leading `#+` comments.

The keys are those of grlc where they mean the same; `header.schema.json` beside this module has
all of them.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from yaml.reader import ReaderError

from eakg.keyed_files import KeyedFile, Keys
from eakg.problems import Problem, ProblemsError
from eakg.queries.contract.schema import schema_named, violations_of
from eakg.sparql.faults import character_name, is_invisible

DECORATOR = "#+"
_NAME = "the header"


def header_schema() -> dict[str, Any]:
    """The JSON Schema of a header."""
    return schema_named("header.schema.json")


def read_header(path: Path, text: str) -> KeyedFile:
    """Read the header of a query.

    Arguments: the path, for messages; the text of the query. A key that is nobody's is left alone,
    unless it looks like a slip of one that is known. Raises: ProblemsError with all that is wrong.
    """
    node = _compose(path, text)
    if node is None:
        return KeyedFile(path, {}, {(): 1}, _NAME)
    if not isinstance(node, yaml.MappingNode):
        raise ProblemsError([Problem(str(path), 1, "the header is no list of `#+ key: value`")])
    lines: dict[Keys, int] = {}
    problems = [
        Problem(str(path), line, message) for line, message in _walk(node, (), lines, set())
    ]
    if problems:
        raise ProblemsError(problems)
    loader = _Loader("")
    try:
        values: dict[str, Any] = loader.construct_document(node)
    except yaml.YAMLError as error:
        header_lines = text.splitlines()[: max(lines.values())]
        raise ProblemsError([_no_yaml(path, error, header_lines)]) from error
    finally:
        loader.dispose()
    values = {key: _plain(key, value) for key, value in values.items() if value is not None}
    header = KeyedFile(path, values, lines, _NAME)
    problems = [*header.key_problems(values, (), header_schema()["properties"])]
    problems += violations_of(header_schema(), header)
    if problems:
        raise ProblemsError(problems)
    return header


def _plain(key: Any, value: Any) -> Any:
    """Words that YAML takes for a number or a truth value are words where words belong."""
    if key in ("summary", "description", "question") and isinstance(value, int | float):
        return str(value)
    return value


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # made at run time
    """YAML in which a date stays text and only true and false are booleans, as in YAML 1.2."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - overrides PyYAML's own
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag != "tag:yaml.org,2002:timestamp"
            and not (tag == "tag:yaml.org,2002:bool" and first not in "tTfF")
        ]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _compose(path: Path, text: str) -> yaml.Node | None:
    lines = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        lines.append(line.removeprefix(DECORATOR) if line.startswith(DECORATOR) else "")
    try:
        node: yaml.Node | None = yaml.compose("\n".join(lines), _Loader)
    except yaml.YAMLError as error:
        raise ProblemsError([_no_yaml(path, error, lines)]) from error
    return node


def _no_yaml(path: Path, error: yaml.YAMLError, lines: Sequence[str]) -> Problem:
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, ReaderError):
        number = "\n".join(lines).count("\n", 0, error.position)
    else:
        number = min(mark.line, len(lines) - 1) if mark else 0
    line = lines[number] if number < len(lines) else ""
    cause = getattr(error, "problem", None) or "it cannot be read"
    invisible = next((one for one in line if one == "\t" or is_invisible(one)), None)
    if invisible is not None:
        cause = f"{character_name(invisible)} stands in this line; YAML takes plain spaces"
    return Problem(str(path), number + 1, f"the header is no YAML: {cause}")


def _walk(
    node: yaml.Node,
    keys: Keys,
    lines: dict[Keys, int],
    node_ids: set[int],
) -> Iterator[tuple[int, str]]:
    """Notes the line of each value; gives each key that is there twice, and each alias, by which a
    short header could be endless."""
    line = node.start_mark.line + 1
    lines.setdefault(keys, line)
    if id(node) in node_ids:
        yield lines[keys], "aliases of YAML (*) are not read in a header"
        return
    node_ids.add(id(node))
    if isinstance(node, yaml.MappingNode):
        names = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in names:
                yield line, f"the key {key.value!r} is there twice"
            names.add(key.value)
            lines[(*keys, key.value)] = line
            yield from _walk(value, (*keys, key.value), lines, node_ids)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield from _walk(value, (*keys, number), lines, node_ids)
