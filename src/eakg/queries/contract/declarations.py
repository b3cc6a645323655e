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
    found: dict[str, Parameter] = {}
    for name in names:
        parameter = placeholder(name, prefixes)
        if parameter is not None:
            known = found.get(parameter.name)
            both = (*known.variables, name) if known else (name,)
            found[parameter.name] = replace(known or parameter, variables=both)
    problems = []
    for name, said in header.values.get("parameters", {}).items():
        if name not in found and name not in names:
            message = f"the parameter {name} is no variable of the query"
            problems.append(header.problem(message, "parameters", name))
            continue
        shape = {"type": said} if isinstance(said, str) else said
        try:
            found[name] = _described(found.get(name, Parameter(name, (name,))), shape, prefixes)
        except ParameterError as error:
            problems.append(header.problem(f"{name}: {error}", "parameters", name))
    for key in ("defaults", "enumerate"):
        for name, value in _pairs(header.values.get(key)):
            if name not in found:
                message = f"{key} names {name}, which is no parameter of the query"
                problems.append(header.problem(message, key))
            elif key == "defaults":
                found[name] = replace(found[name], default=text(value))
            elif value is not None:
                found[name] = replace(found[name], values=_values(value))
    blocks = block_values(content)
    parameters = tuple(
        _with_block(parameter, blocks.get(parameter.variables[0])) for parameter in found.values()
    )
    return parameters, [*problems, *_wrong_values(header, parameters, prefixes)]


def _described(found: Parameter, said: dict[str, Any], prefixes: Mapping[str, str]) -> Parameter:
    type_ = said.get("type", found.type)
    changes: dict[str, Any] = {
        "type": "string" if type_ == "literal" else type_,
        "language": said.get("language", found.language),
        "description": said.get("description", ""),
        "required": said.get("required", found.required),
        "pattern": said.get("pattern"),
    }
    if "datatype" in said:
        changes["datatype"] = iri(said["datatype"], prefixes)
    if "values" in said:
        changes["values"] = _values(said["values"])
    for key in ("default", "minimum", "maximum"):
        if key in said:
            changes[key] = text(said[key])
    if changes["language"] and (changes.get("datatype") or changes["type"] != "string"):
        raise ParameterError("a language is of a literal without type and datatype")
    return replace(found, **changes)


def _values(said: Any) -> tuple[tuple[str, str], ...]:
    if isinstance(said, dict):
        return tuple((str(label), text(value)) for label, value in said.items())
    listed = said if isinstance(said, list) else [said]
    return tuple((text(value), text(value)) for value in listed)


def _pairs(said: Any) -> list[tuple[str, Any]]:
    """The names and values of grlc's lists of single-key mappings, or of one mapping."""
    if said is None:
        return []
    if isinstance(said, dict):
        return list(said.items())
    pairs: list[tuple[str, Any]] = []
    for item in said:
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
        plain = replace(parameter, values=(), minimum=None, maximum=None)
        listed = [("values", plain, value) for _, value in parameter.values]
        listed += [(key, plain, getattr(parameter, key)) for key in ("minimum", "maximum")]
        wrong = dict(_wrong(listed, prefixes))
        if not wrong:
            wrong = dict(_wrong([("default", parameter, parameter.default)], prefixes))
        for key, error in wrong.items():
            grlcs = {"default": "defaults", "values": "enumerate"}.get(key, key)
            own = ("parameters", name, key)
            keys = own if own in header.lines else (grlcs,)
            problems.append(header.problem(f"{key} of {error}", *keys))
    return problems


def _wrong(
    listed: Sequence[tuple[str, Parameter, str | None]], prefixes: Mapping[str, str]
) -> Iterator[tuple[str, ParameterError]]:
    for key, parameter, value in listed:
        try:
            if value is not None:
                parameter.term(value, prefixes)
        except ParameterError as error:
            yield key, error
