"""The saved queries of the project, and their paths in an OpenAPI description."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from eakg.queries.contract import Parameter, SavedQuery, find_queries, read_query
from eakg.rdf import CSV, TSV, TURTLE, ResultKind, formats_for
from eakg.serve.app import HTML, state
from eakg.sparql import inspect_query


def saved_queries() -> dict[str, SavedQuery]:
    """The queries of the project, by name. Raises: ProblemsError when one is broken."""
    folder = state().catalogue.project().questions
    return {} if folder is None else queries_in(folder)


@cache
def queries_in(folder: Path) -> dict[str, SavedQuery]:
    """The queries of a folder, by name. Raises: ProblemsError when one is broken."""
    return {path.stem: read_query(path) for path in find_queries([folder])}


def kind_of(query: SavedQuery) -> ResultKind:
    """What a query gives; solutions where its form is not known."""
    return inspect_query(query.text).kind or ResultKind.SOLUTIONS


_SCHEMAS: dict[str, dict[str, Any]] = {
    "iri": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "double": {"type": "number"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "dateTime": {"type": "string", "format": "date-time"},
}


def schema(parameter: Parameter) -> dict[str, Any]:
    """The JSON Schema of a parameter's values in an address. An IRI may be a prefixed name too."""
    json_schema = dict(_SCHEMAS.get(parameter.type, {"type": "string"}))
    if parameter.values:
        json_schema["enum"] = [_json_value(json_schema, value) for _, value in parameter.values]
    if parameter.default is not None:
        json_schema["default"] = _json_value(json_schema, parameter.default)
    if parameter.pattern is not None:
        json_schema["pattern"] = f"^(?:{parameter.pattern})$"
    if json_schema["type"] in ("integer", "number"):
        for key in ("minimum", "maximum"):
            bound = getattr(parameter, key)
            if bound is not None:
                json_schema[key] = _json_value(json_schema, bound)
    return json_schema


def _json_value(json_schema: Mapping[str, Any], value: str) -> Any:
    if json_schema["type"] in ("integer", "number", "boolean"):
        return json.loads(value.lstrip("+"))
    return value


def paths(queries: Iterable[SavedQuery]) -> dict[str, Any]:
    """The paths of the saved queries for an OpenAPI 3.1 description, with examples.

    Specification: OpenAPI 3.1.0, section 4.8.8 (Paths Object).
    """
    listing = {
        "summary": "The saved queries",
        "operationId": "list_queries",
        "tags": ["saved queries"],
        "responses": {
            "200": {
                "description": "Their names, questions and parameters",
                "content": {"application/json": {}, "text/html": {}},
            }
        },
    }
    return {
        "/queries": {"get": listing},
        **{f"/queries/{query.name}": {"get": _operation(query)} for query in queries},
    }


def _operation(query: SavedQuery) -> dict[str, Any]:
    formats = formats_for(kind_of(query))
    names = [one.name for one in formats]
    parameters: list[dict[str, Any]] = [
        {
            "name": parameter.name,
            "in": "query",
            "description": parameter.description or parameter.name,
            "required": parameter.required and parameter.default is None,
            "schema": (value_schema := schema(parameter)),
            **({"example": value_schema["default"]} if "default" in value_schema else {}),
        }
        for parameter in query.parameters
    ]
    parameters += [
        {"name": "closure", "in": "query", "schema": {"enum": ["full", "asserted"]}},
        {"name": "format", "in": "query", "schema": {"enum": [*names, HTML.name]}},
    ]
    content: dict[str, Any] = {one.media_type: {} for one in formats} | {HTML.media_type: {}}
    example = _example(query)
    if example is not None:
        content[example[0]] = {"example": example[1]}
    problem: dict[str, Any] = {"application/problem+json": {}, HTML.media_type: {}}
    return {
        "summary": query.summary,
        "description": query.question or query.description or query.summary,
        "operationId": query.name,
        "tags": ["saved queries", *query.tags],
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer", "content": content},
            "400": {"description": "A value is none of its parameter", "content": problem},
            "406": {"description": "Nothing that Accept allows is here", "content": problem},
            "503": {"description": "The time limit, or too many queries", "content": problem},
        },
    }


def _example(query: SavedQuery) -> tuple[str, str] | None:
    """The beginning of the expected answer, with its media type."""
    expect = query.in_cases[0].expect
    file = expect.file if expect else None
    if file is None:
        return None
    media_type = {".csv": CSV, ".tsv": TSV}.get(file.suffix, TURTLE).media_type
    lines = file.read_text("utf-8").splitlines(keepends=True)
    return media_type, "".join(lines if media_type == TURTLE.media_type else lines[:3])
