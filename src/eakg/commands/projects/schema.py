"""The JSON Schema of the project file, made of the options and sections that its readers know."""

import json
from copy import deepcopy
from typing import Any

import click

from eakg.commands.command import ending
from eakg.commands.configuration import key_of, kind_of
from eakg.commands.options import ADDRESS_PATTERN, IRI_PATTERN, DeclaredOption
from eakg.dataset import BUILD, PREFIXES_KEY, QUERIES, BuildOptions
from eakg.options import Declaration, declarations
from eakg.problems import ExitStatus
from eakg.queries.contract import schema_named
from eakg.queries.lint import SILENCEABLE

JsonSchema = dict[str, Any]
_DATA = "The RDF files that are served: their paths from the folder of this file."
_IRI: JsonSchema = {"type": "string", "pattern": IRI_PATTERN}
_LETTER = "A-Za-z\u0080-\U0010ffff"
_PREFIXES: JsonSchema = {
    "type": "object",
    "description": "Namespaces by prefix.",
    "propertyNames": {
        "pattern": rf"^(?!(?:https?|urn)$)(?:[{_LETTER}](?:[{_LETTER}0-9_.-]*[{_LETTER}0-9_-])?)?$"
    },
    "additionalProperties": _IRI,
}


@click.command()
@ending
def schema() -> ExitStatus:
    """Print the JSON Schema of eakg.toml, by which editors complete and check the file."""
    click.echo(json.dumps(project_schema(), indent=2, ensure_ascii=False))
    return ExitStatus.DONE


def project_schema() -> JsonSchema:
    """The schema of a project file: each option of `eakg serve`, and the sections of those that
    build and ask.

    Specification: JSON Schema 2020-12; TOML 1.0 as values of JSON.
    """
    from eakg.commands.serve import serve

    queries = _queries()
    definitions = queries.pop("$defs")
    keys = {key_of(one): _key(one) for one in serve.params if key_of(one) != "config"}
    folders = {item.key: _folder(item) for item in declarations(BuildOptions)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://w3id.org/eakg/schema/project.json",
        "title": "eakg.toml",
        "description": "A project: whose data are built, asked and served.",
        "type": "object",
        "properties": {
            **dict(sorted(keys.items())),
            BUILD: {
                "type": "object",
                "description": "The folders of `eakg build`.",
                "properties": folders,
                "additionalProperties": False,
            },
            PREFIXES_KEY: _PREFIXES,
            QUERIES: queries,
        },
        "additionalProperties": False,
        "$defs": definitions,
    }


def _key(parameter: click.Parameter) -> JsonSchema:
    if not isinstance(parameter, DeclaredOption):
        return {"description": _DATA, "type": "array", "items": {"type": "string", "minLength": 1}}
    about: JsonSchema = {"description": parameter.meaning}
    if parameter.multiple:
        items = _value(parameter)
        if items["type"] == "string":
            items["minLength"] = 1
        return {**about, "type": "array", "items": items}
    if isinstance(parameter.default, str | int | float):
        about["default"] = parameter.default
    return {**about, **_value(parameter)}


def _value(parameter: click.Parameter) -> JsonSchema:
    """What one value of an option may be."""
    value: JsonSchema = {"type": kind_of(parameter)}
    type_ = parameter.type
    if isinstance(type_, click.Choice):
        value["enum"] = list(type_.choices)
    if isinstance(type_, click.IntRange | click.FloatRange):
        if type_.min is not None:
            value["exclusiveMinimum" if type_.min_open else "minimum"] = type_.min
        if type_.max is not None:
            value["maximum"] = type_.max
    if pattern := getattr(type_, "pattern", None):
        # A text without anything takes back what was said elsewhere.
        value["pattern"] = pattern if getattr(parameter, "multiple", False) else f"^$|{pattern}"
    return value


def _folder(item: Declaration) -> JsonSchema:
    return {"description": item.text.meaning, "type": "string"}


def _queries() -> JsonSchema:
    """The schema of the section of saved queries, with what its reader asks of names besides."""
    queries = deepcopy(schema_named("settings.schema.json"))
    for key in ("$schema", "$id", "title"):
        del queries[key]
    properties = queries["properties"]
    properties["lint"]["propertyNames"] = {"enum": list(SILENCEABLE)}
    properties["prefixes"] |= _PREFIXES
    endpoints = properties["endpoints"]
    endpoints["propertyNames"] = {"pattern": r"^(?![\s\S]*://)[\s\S]*\S"}
    endpoints["additionalProperties"]["oneOf"][0]["pattern"] = ADDRESS_PATTERN
    queries["$defs"]["endpoint"]["properties"]["address"]["pattern"] = ADDRESS_PATTERN
    return queries
