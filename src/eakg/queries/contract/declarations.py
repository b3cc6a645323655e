"""The parameters that a query declares: in its header, by its variables, or by VALUES."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from eakg.keyed_files import KeyedFile
from eakg.names import PREFIXES
from eakg.problems import Problem
from eakg.queries.contract.expectation import text
from eakg.queries.contract.parameters import Parameter, iri
from eakg.queries.contract.placeholders import placeholder
from eakg.sparql import ParameterError, block_values, inspect_query, variables

_STRING = re.compile(r'(?s)("""|\'\'\'|"|\')(.*)\1(?:@.*|\^\^.*)?')


def declared_parameters(
    header: KeyedFile, content: str
) -> tuple[tuple[Parameter, ...], list[Problem]]:
    """The parameters that a header describes and those that grlc's convention makes, and what is
    wrong with them.

    Arguments: the header; the text of the query.
    """
    prefixes = PREFIXES | dict(inspect_query(content).prefixes)
    names = variables(content)
    by_name: dict[str, Parameter] = {}
    for name in names:
        parameter = placeholder(name, prefixes)
        if parameter is not None:
            earlier = by_name.get(parameter.name)
            occurrences = (*earlier.variables, name) if earlier else (name,)
            by_name[parameter.name] = replace(earlier or parameter, variables=occurrences)
    problems = []
    for name, declaration in header.values.get("parameters", {}).items():
        if name not in by_name and name not in names:
            message = f"the parameter {name} is no variable of the query"
            problems.append(header.problem(message, "parameters", name))
            continue
        shape = {"type": declaration} if isinstance(declaration, str) else declaration
        try:
            by_name[name] = _with_shape(
                by_name.get(name, Parameter(name, (name,))), shape, prefixes
            )
        except ParameterError as error:
            problems.append(header.problem(f"{name}: {error}", "parameters", name))
    for key in ("defaults", "enumerate"):
        for name, value in _pairs(header.values.get(key)):
            if name not in by_name:
                message = f"{key} names {name}, which is no parameter of the query"
                problems.append(header.problem(message, key))
            elif key == "defaults":
                by_name[name] = replace(by_name[name], default=text(value))
            elif value is not None:
                by_name[name] = replace(by_name[name], values=_values(value))
    blocks = block_values(content)
    parameters = tuple(
        _with_block(parameter, blocks.get(parameter.variables[0])) for parameter in by_name.values()
    )
    return parameters, [*problems, *_wrong_values(header, parameters, prefixes)]


def _with_shape(
    parameter: Parameter, shape: dict[str, Any], prefixes: Mapping[str, str]
) -> Parameter:
    type_ = shape.get("type", parameter.type)
    changes: dict[str, Any] = {
        "type": "string" if type_ == "literal" else type_,
        "language": shape.get("language", parameter.language),
        "description": shape.get("description", ""),
        "required": shape.get("required", parameter.required),
        "pattern": shape.get("pattern"),
    }
    if "datatype" in shape:
        changes["datatype"] = iri(shape["datatype"], prefixes)
    if "values" in shape:
        changes["values"] = _values(shape["values"])
    for key in ("default", "minimum", "maximum"):
        if key in shape:
            changes[key] = text(shape[key])
    if changes["language"] and (changes.get("datatype") or changes["type"] != "string"):
        raise ParameterError("a language is of a literal without type and datatype")
    return replace(parameter, **changes)


def _values(choices: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(choices, dict):
        return tuple((str(label), text(value)) for label, value in choices.items())
    items = choices if isinstance(choices, list) else [choices]
    return tuple((text(value), text(value)) for value in items)


def _pairs(entries: Any) -> list[tuple[str, Any]]:
    """The names and values of grlc's lists of single-key mappings, or of one mapping."""
    if entries is None:
        return []
    if isinstance(entries, dict):
        return list(entries.items())
    pairs: list[tuple[str, Any]] = []
    for item in entries:
        pairs += item.items() if isinstance(item, dict) else [(str(item), None)]
    return pairs


def _with_block(parameter: Parameter, terms: Sequence[str] | None) -> Parameter:
    """A parameter whose default stands in the query: in a block of VALUES over its variable."""
    if terms is None or parameter.default is not None:
        return parameter
    default = None
    if len(terms) == 1:
        match = _STRING.fullmatch(terms[0])
        default = match[2] if match else terms[0]
    return replace(parameter, default=default, required=False, in_query=True)


def _wrong_values(
    header: KeyedFile, parameters: Iterable[Parameter], prefixes: Mapping[str, str]
) -> list[Problem]:
    """A problem for each default, choice and bound that is no value of its parameter."""
    problems = []
    for parameter in parameters:
        name = parameter.name
        base = replace(parameter, values=(), minimum=None, maximum=None)
        values = [("values", base, value) for _, value in parameter.values]
        values += [(key, base, getattr(parameter, key)) for key in ("minimum", "maximum")]
        errors = dict(_value_errors(values, prefixes))
        if not errors:
            errors = dict(_value_errors([("default", parameter, parameter.default)], prefixes))
        for key, error in errors.items():
            grlc_key = {"default": "defaults", "values": "enumerate"}.get(key, key)
            path = ("parameters", name, key)
            keys = path if path in header.lines else (grlc_key,)
            problems.append(header.problem(f"{key} of {error}", *keys))
    return problems


def _value_errors(
    values: Sequence[tuple[str, Parameter, str | None]], prefixes: Mapping[str, str]
) -> Iterator[tuple[str, ParameterError]]:
    for key, parameter, value in values:
        try:
            if value is not None:
                parameter.term(value, prefixes)
        except ParameterError as error:
            yield key, error
