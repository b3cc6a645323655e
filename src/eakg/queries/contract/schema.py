"""What of keys and values is not as a JSON Schema has it, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from eakg.keyed_files import KINDS, Key, KeyedFile, Keys, unknown_key
from eakg.problems import Problem


@cache
def schema_named(name: str) -> dict[str, Any]:
    """The schema in a file beside this module."""
    text = files("eakg.queries.contract").joinpath(name).read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def violations_of(schema: Mapping[str, Any], file: KeyedFile, keys: Keys = ()) -> list[Problem]:
    """What is wrong with values by a schema.

    Arguments: the schema; the file; the way to its values, where they are not the whole file.
    """
    values: Any = file.values
    for key in keys:
        values = values[key]
    validator = Draft202012Validator(schema, format_checker=FormatChecker(["regex"]))
    name = ".".join(map(str, keys)) or file.name
    return [
        file.problem(message, *keys, *place)
        for violation in validator.iter_errors(values)
        for message, place in _messages(violation, name)
    ]


def _messages(error: ValidationError, file_name: str) -> Iterator[tuple[str, Sequence[Key]]]:
    """Messages for an error of the schema, with the keys that they are about."""
    keys = tuple(error.absolute_path)
    name = ".".join(str(key) for key in keys) or file_name
    schema: Any = error.schema
    instance: Any = error.instance
    constraint: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            properties = schema["properties"]
            for key in instance:
                if key not in properties:
                    yield unknown_key(key, properties, name), (*keys, key)
        case "enum":
            yield f"{name} is {_alternatives(constraint)}, not {instance!r}", keys
        case "type":
            kinds = [constraint] if isinstance(constraint, str) else constraint
            words = _alternatives(KINDS[kind][0] for kind in kinds)
            yield f"{name} is {words}, not {instance!r}", keys
        case "oneOf" if error.context:
            causes = [part for part in error.context if part.validator not in ("type", "enum")]
            causes = causes or [part for part in error.context if part.validator != "type"]
            # A slip of a key is the cause of the key that is missing.
            deepest = max(
                causes or error.context,
                key=lambda part: (
                    len(part.absolute_path),
                    part.validator == "additionalProperties",
                ),
            )
            if causes and isinstance(instance, dict | list):
                yield from _messages(deepest, file_name)
            else:
                yield f"{name} cannot be {instance!r}; {_hint(schema)}", keys
        case _:
            yield f"{name}: {error.message}", keys


def _alternatives(words: Any) -> str:
    return " or ".join(str(word) for word in dict.fromkeys(words))


def _hint(schema: dict[str, Any]) -> str:
    description = schema.get("description")
    if description:
        return str(description)
    choices = schema_named("header.schema.json")["$defs"]["type"]["enum"]
    return f"it is a mapping or one of {', '.join(choices)}"
