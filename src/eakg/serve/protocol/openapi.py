"""The description of the service for programs, OpenAPI 3.1, from the routes that there are.

A path is described because the application has it: what is said of it here beyond its name and the
docstring of its view is in `_OPERATIONS`.
"""

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, get_args

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from werkzeug.routing import Rule

from eakg import __version__
from eakg.rdf import FORMATS, GRAPH_FORMATS, ResultFormat
from eakg.serve.app import (
    FORM,
    HTML,
    PROBLEM,
    QUERY,
    UPDATE,
    Settings,
    absolute,
    query_string,
    state,
    tagged,
)
from eakg.serve.data import paths as query_paths
from eakg.serve.data import saved_queries
from eakg.store import Closure

blueprint = Blueprint("openapi", __name__)
_JSON = "application/json"
_COMMON_ERRORS = (400, 414, 431, 500)  # whatever the path
_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_Schema = dict[str, Any]
_STRING: _Schema = {"type": "string"}
_IRIS: _Schema = {"type": "array", "items": {"type": "string", "format": "iri"}}


@dataclass(frozen=True)
class Operation:
    """What a method of a path takes and gives: parameters of the address as schemas by name, bodies
    and answers as schemas by media type, statuses; `bearer` says that it needs the token."""

    parameters: dict[str, _Schema] = field(default_factory=dict)
    bodies: dict[str, _Schema] = field(default_factory=dict)
    answers: dict[str, _Schema] = field(default_factory=dict)
    statuses: tuple[int, ...] = (200,)
    errors: tuple[int, ...] = ()
    bearer: bool = False


def _types(formats: Iterable[ResultFormat]) -> dict[str, _Schema]:
    return {one.media_type: {} for one in formats}


_PAGE: dict[str, _Schema] = {HTML.media_type: {}}
_FORMAT: _Schema = {
    "type": "string",
    "enum": [one.name for one in FORMATS] + [HTML.name],
    "description": "The format of the result, before what Accept says: any name, extension or media"
    " type of it. `output` and `results` are read as this.",
}
_CLOSURE: _Schema = {
    "type": "string",
    "enum": list(get_args(Closure)),
    "description": "Whether what was inferred is in the default graph. `infer`, `reasoning` and"
    " `includeInferred` are read as this: true is full, false is asserted.",
}
_TIMEOUT: _Schema = {
    "type": "number",
    "minimum": 0,
    "description": "Seconds after which to give up; lowers the limit of the service only, and 0"
    " leaves it as it is.",
}
_VERSION: _Schema = {
    "type": "string",
    "description": "The version of the data that answers, as EAKG-Data-Version names it; without it"
    " the present one.",
}
_QUERY_PARAMETERS: dict[str, _Schema] = {
    "query": {
        "type": "string",
        "description": "A SPARQL 1.1 query.",
        "examples": ["SELECT * { ?s ?p ?o } LIMIT 3"],
    },
    "default-graph-uri": {**_IRIS, "description": "Graphs whose merge is the default graph."},
    "named-graph-uri": {**_IRIS, "description": "Graphs to be asked by GRAPH."},
    "format": _FORMAT,
    "closure": _CLOSURE,
    "version": _VERSION,
    "timeout": _TIMEOUT,
}
_ADDRESS_PARAMETERS = {name: one for name, one in _QUERY_PARAMETERS.items() if name != "query"}
_UPDATE_PARAMETERS: dict[str, _Schema] = {
    "using-graph-uri": {**_IRIS, "description": "As if by USING in each operation."},
    "using-named-graph-uri": {**_IRIS, "description": "As if by USING NAMED."},
    "timeout": _TIMEOUT,
}
_TARGET: dict[str, _Schema] = {
    "default": {"type": "string", "description": "The default graph."},
    "graph": {"type": "string", "format": "iri", "description": "The graph of this name."},
}
_WRITE_TARGET = {**_TARGET, "timeout": _TIMEOUT}
_GRAPH_FORMAT: _Schema = {**_FORMAT, "enum": [one.name for one in GRAPH_FORMATS]}
_RESULTS = {**_types(FORMATS), **_PAGE}
_DATA: dict[str, _Schema] = {
    **{one.media_type: _STRING for one in GRAPH_FORMATS},
    "multipart/form-data": {"type": "object", "additionalProperties": {"type": "string"}},
}
_CHANGE_COUNTS: _Schema = {
    "type": "object",
    "required": ["version", "added", "removed"],
    "properties": {
        "version": _STRING,
        "added": {"type": "integer"},
        "removed": {"type": "integer"},
        "byValue": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}
_SEARCH: dict[str, _Schema] = {
    "q": {
        "type": "string",
        "maxLength": 200,
        "description": "A name, or part of one; an IRI may be longer.",
    },
    "limit": {"type": "integer", "minimum": 1, "maximum": 100},
}
_MATCHES: _Schema = {
    "type": "object",
    "required": ["query", "results"],
    "properties": {
        "query": _STRING,
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "description": "A thing, by which of its names it was found, and how well that"
                " fits, from 0 to 1.",
                "required": ["iri", "label", "kind", "name", "language", "page", "score"],
                "properties": {
                    "iri": _STRING,
                    "label": _STRING,
                    "kind": _STRING,
                    "name": _STRING,
                    "language": {"type": ["string", "null"]},
                    "page": _STRING,
                    "score": {"type": "number"},
                },
            },
        },
    },
}
_LIMIT_ERRORS = (403, 406, 429, 503)
_WRITE_ERRORS = (401, 403, 408, 409, 413, 415, 429, 503, 507)


def _form(fields: dict[str, _Schema], required: str) -> _Schema:
    return {"type": "object", "properties": fields, "required": [required]}


_READ_GRAPH = Operation(
    _TARGET | {"format": _GRAPH_FORMAT},
    answers=_types(GRAPH_FORMATS),
    statuses=(200, 304),
    errors=(404, *_LIMIT_ERRORS),
)
_WRITE_GRAPH = Operation(
    _WRITE_TARGET,
    bodies=_DATA,
    statuses=(201, 204),
    errors=(404, 412, *_WRITE_ERRORS),
    bearer=True,
)
_DROP_GRAPH = Operation(
    _WRITE_TARGET, statuses=(204,), errors=(404, 412, *_WRITE_ERRORS), bearer=True
)
_OPERATIONS: dict[str, Operation] = {
    "sparql.get": Operation(
        _QUERY_PARAMETERS,
        answers=_RESULTS,
        statuses=(200, 304),
        errors=(404, 410, 502, *_LIMIT_ERRORS),
    ),
    "sparql.post": Operation(
        _ADDRESS_PARAMETERS,
        bodies={FORM: _form(_QUERY_PARAMETERS, "query"), QUERY: _QUERY_PARAMETERS["query"]},
        answers=_RESULTS,
        statuses=(200, 304),
        errors=(404, 408, 410, 413, 415, 502, *_LIMIT_ERRORS),
    ),
    "update.post": Operation(
        _UPDATE_PARAMETERS,
        bodies={FORM: _form({"update": _STRING, **_UPDATE_PARAMETERS}, "update"), UPDATE: _STRING},
        answers={_JSON: _CHANGE_COUNTS},
        errors=(404, *_WRITE_ERRORS),
        bearer=True,
    ),
    "graphs.get": _READ_GRAPH,
    "graphs.put": _WRITE_GRAPH,
    "graphs.post": _WRITE_GRAPH,
    "graphs.delete": _DROP_GRAPH,
    "openapi.openapi": Operation(answers={_JSON: {"type": "object"}}, statuses=(200, 304)),
    "void.void": Operation(
        {"format": _GRAPH_FORMAT},
        answers=_types(GRAPH_FORMATS),
        statuses=(200, 304),
        errors=_LIMIT_ERRORS,
    ),
    "find.search": Operation(
        _SEARCH | {"format": {"type": "string", "enum": ["html", "json"]}},
        answers={_JSON: _MATCHES, **_PAGE},
        statuses=(200, 304),
        errors=(406, 429, 503),
    ),
    "find.suggestions": Operation(
        _SEARCH, answers={_JSON: _MATCHES}, statuses=(200, 304), errors=(429, 503)
    ),
    "site.health": Operation(answers={_JSON: {"type": "object"}}),
}


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This description."""
    query_string(request)
    description = document(current_app, state().settings, absolute(""))
    return tagged(request, ("openapi", description), lambda: jsonify(description))


def document(app: Flask, settings: Settings, address: str) -> dict[str, Any]:
    """The description of an application at an address.

    Specification: OpenAPI Specification 3.1.
    """
    paths: dict[str, dict[str, Any]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        path = _ARGUMENT.sub(r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation_object(app, rule, method)
    paths.update(query_paths(saved_queries().values()))
    limits = settings.limits
    return {
        "openapi": "3.1.0",
        "info": {
            "title": state().catalogue.project().brand,
            "version": __version__,
            "description": (
                f"A query may run {limits.timeout:g} seconds, add {limits.memory} bytes to the"
                f" memory that is in use, and have a result of {limits.result} bytes."
            ),
        },
        "servers": [{"url": address or "/"}],
        "paths": paths,
        "components": {
            "schemas": {"Problem": _problem_schema()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation_object(app: Flask, rule: Rule, method: str) -> dict[str, Any]:
    operation = _OPERATIONS.get(rule.endpoint)
    summary = (inspect.getdoc(app.view_functions[rule.endpoint]) or "").partition("\n\n")[0]
    operation_object: dict[str, Any] = {
        "summary": " ".join(summary.split()) or "A file that the pages need.",
        "operationId": _identifier(rule, method),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _STRING}
            for name in sorted(rule.arguments)
        ],
        "responses": {},
    }
    if operation is None:
        operation_object["responses"] = {
            "default": {"description": "As the summary says, or a problem"}
        }
        return operation_object
    if rule.arguments and rule.endpoint.startswith("graphs."):
        # A path names the graph already.
        operation_parameters = {k: v for k, v in operation.parameters.items() if k not in _TARGET}
    else:
        operation_parameters = operation.parameters
    operation_object["parameters"] += [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in operation_parameters.items()
    ]
    if operation.bodies:
        content = {
            media_type: {"schema": schema} for media_type, schema in operation.bodies.items()
        }
        operation_object["requestBody"] = {"required": True, "content": content}
    if operation.bearer:
        operation_object["security"] = [{"bearer": []}]
    errors = sorted({*_COMMON_ERRORS, *operation.errors})
    operation_object["responses"] = {
        **{str(status): _success(status, operation) for status in operation.statuses},
        **{str(status): _failure(status) for status in errors},
    }
    return operation_object


def _identifier(rule: Rule, method: str) -> str:
    arguments = "".join(f"_{name}" for name in sorted(rule.arguments))
    return f"{rule.endpoint.replace('.', '_')}{arguments}_{method.lower()}"


def _success(status: int, operation: Operation) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if status not in {201, 204, 304}:
        response["content"] = {name: {"schema": one} for name, one in operation.answers.items()}
    return response


def _failure(status: int) -> dict[str, Any]:
    return {
        "description": HTTPStatus(status).phrase,
        "content": {
            PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}},
            HTML.media_type: {},
        },
    }


def _problem_schema() -> _Schema:
    return {
        "type": "object",
        "description": "Problem details, RFC 9457; `code` is a word for programs.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": _STRING,
            "title": _STRING,
            "status": {"type": "integer"},
            "code": _STRING,
            "detail": _STRING,
            "line": {"type": "integer"},
            "column": {"type": "integer"},
            "available": {"type": "array", "items": _STRING},
            "explanation": {"type": "array"},
        },
    }
