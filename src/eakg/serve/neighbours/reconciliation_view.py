"""The reconciliation service at its addresses, as OpenRefine and its like ask it.

Specification: Reconciliation Service API 0.2, sections 3 to 7.
"""

import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from rdflib import DCTERMS, SKOS, URIRef
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from eakg.rdf import is_iri, sparql_term, whole_number
from eakg.serve.app import (
    FORM,
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Parameters,
    absolute,
    form,
    query_string,
    represented,
    state,
)
from eakg.serve.neighbours.reconciliation import MOST, NameQuery, Reconciler
from eakg.serve.words import naming_of, thing_path
from eakg.store import QueryRequest, select

blueprint = Blueprint("reconciliation", __name__)
_MOST_QUERIES = 100  # in one batch
_LARGEST = 1000  # results of a search
_LAST_CURSOR = 9999
_PARAMETERS = frozenset({"queries", "extend", "lang", "user_lang"})
_QUERY_KEYS = ("query", "type", "limit", "properties", "type_strict")
_STRICTNESS = ("any", "should", "all")
_PREVIEW = {"width": 420, "height": 140}


@blueprint.route("/reconcile", methods=["GET", "POST"])
def reconcile() -> Response:
    """What the service can do; with `queries` candidates for names, with `extend` values of
    things."""
    is_form = request.method == "POST" and request.mimetype == FORM
    parameters = form(request) if is_form else query_string(request)
    if unknown := parameters.names - _PARAMETERS:
        raise BadParameterError(f"there is no parameter {min(unknown)}; there is queries or extend")
    queries, extend = parameters.single("queries"), parameters.single("extend")
    if queries is not None and extend is not None:
        raise BadParameterError("queries and extend exclude each other; send one")
    if queries is not None:
        batch = _batch(queries)
        return _answer(("reconcile", queries), lambda reconciler: {
            name: reconciler.answer(query) for name, query in batch.items()
        })  # fmt: skip
    if extend is not None:
        things, properties = _extension(extend)
        return _answer(
            ("extend", extend), lambda reconciler: reconciler.extension(things, properties)
        )
    return _answer(("manifest",), _manifest)


@blueprint.get("/reconcile/suggest/<subject>")
def suggest(subject: str) -> Response:
    """Things, types or properties whose names begin so: `entity`, `type` or `property`."""
    if subject not in ("entity", "type", "property"):
        raise NotFound
    parameters = query_string(request)
    prefix = parameters.single("prefix")
    cursor = whole_number(parameters.single("cursor") or "0", _LAST_CURSOR)
    if prefix is None or cursor is None:
        raise BadParameterError("prefix is the beginning of a name, and cursor a number from 0")

    def answer(reconciler: Reconciler) -> dict[str, Any]:
        suggesters = {
            "entity": reconciler.suggested_things,
            "type": reconciler.suggested_classes,
            "property": reconciler.suggested_properties,
        }
        return {"result": suggesters[subject](prefix, cursor)}

    return _answer(("suggest", subject, prefix, str(cursor)), answer)


@blueprint.get("/reconcile/properties")
def propose() -> Response:
    """The properties that things of a `type` have, the most used first."""
    parameters = query_string(request)
    class_, limit = parameters.single("type"), _limit(parameters)

    def answer(reconciler: Reconciler) -> dict[str, Any]:
        proposals = reconciler.proposed_properties(class_, limit)
        return {"type": class_, "limit": limit, "properties": proposals}

    return _answer(("propose", class_, limit), answer)


@blueprint.get("/reconcile/preview")
def preview() -> Response:
    """A few words about the thing whose IRI is `id`, as a small page."""
    iri = _thing(query_string(request))

    def answer() -> Response:
        store, presentation = state().store, state().catalogue.presentation()
        thing = URIRef(iri)
        term = sparql_term(thing)
        text = (
            f"SELECT ?words {{ VALUES ?p {{ <{DCTERMS.description}> <{SKOS.definition}> }}"
            f" {term} ?p ?words }}"
        )
        words = sorted(
            (row["words"] for row in select(store, QueryRequest(text))),
            key=lambda label: (presentation.project.language_rank(label), str(label)),
        )
        kinds = [
            row["kind"]
            for row in select(
                store, QueryRequest(f"SELECT DISTINCT ?kind {{ {thing.n3()} a ?kind }}")
            )
        ]
        names = naming_of(store, [thing, *kinds], presentation)
        labels = {one.iri for one in state().catalogue.classes()}
        body = render_template(
            "preview.html",
            label=names.of(thing).label,
            iri=iri,
            kinds=sorted(names.of_term(one).label for one in kinds if str(one) in labels)[:3],
            words=words[0] if words else "",
        )
        return Response(body, content_type=HTML.content_type)

    parts = (state().settings.public_url, "reconcile preview", iri)
    return represented(request, state().store, parts, answer)


@blueprint.get("/reconcile/view")
def view() -> AnyResponse:
    """The page about the thing whose IRI is `id` (303)."""
    return redirect(absolute(thing_path(_thing(query_string(request)))), 303)


def _thing(parameters: Parameters) -> str:
    iri = parameters.single("id")
    if iri is None or not is_iri(iri):
        raise BadParameterError("id is the whole IRI of a thing")
    return iri


def _answer(parts: tuple[object, ...], answer: Callable[[Reconciler], dict[str, Any]]) -> Response:
    """JSON of the data as they are."""

    def make() -> Response:
        reconciler = Reconciler(state().store, state().catalogue, state().register)
        body = json.dumps(answer(reconciler), ensure_ascii=False)
        return Response(body, content_type=PLAIN_JSON.content_type)

    whole = (absolute("/"), "reconciliation", *parts)
    return represented(request, state().store, whole, make)


def _manifest(reconciler: Reconciler) -> dict[str, Any]:
    """Section 3: what the service is called and can do."""
    project = state().catalogue.project()
    classes = [*reconciler.class_labels().items()][:10]
    services = {
        name: {"service_url": absolute(""), "service_path": f"/reconcile/suggest/{name}"}
        for name in ("entity", "type", "property")
    }
    return {
        "versions": ["0.2"],
        "name": project.brand,
        "identifierSpace": project.base[0] if project.base else absolute("/"),
        "schemaSpace": project.kind[0] if project.kind else absolute("/"),
        "defaultTypes": [{"id": iri, "name": label} for iri, label in classes],
        "view": {"url": f"{absolute('/reconcile/view')}?id={{{{id}}}}"},
        "preview": {"url": f"{absolute('/reconcile/preview')}?id={{{{id}}}}", **_PREVIEW},
        "suggest": services,
        "extend": {
            "propose_properties": {
                "service_url": absolute(""),
                "service_path": "/reconcile/properties",
            },
            "property_settings": [],
        },
    }


def _limit(parameters: Parameters) -> int:
    return parameters.number("limit", _LARGEST) or MOST if parameters.single("limit") else MOST


def _batch(text: str) -> dict[str, NameQuery]:
    """Section 4.1: queries by any keys. Raises: BadParameterError."""
    batch = _json(text, "queries")
    if len(batch) > _MOST_QUERIES:
        raise BadParameterError(f"queries has at most {_MOST_QUERIES} of them")
    return {str(name): _query(name, query) for name, query in batch.items()}


def _query(name: str, query: Any) -> NameQuery:
    words = query.get("query", "") if isinstance(query, dict) else None
    if not isinstance(words, str) or len(words) > 200:
        raise BadParameterError(f"{name}: query is a name of at most 200 characters")
    if unknown := query.keys() - {*_QUERY_KEYS}:
        raise BadParameterError(
            f"{name}: there is no {min(unknown)}; there is {', '.join(_QUERY_KEYS)}"
        )
    properties = query.get("properties", [])
    if not isinstance(properties, list) or not all(map(_is_property, properties)):
        raise BadParameterError(f"{name}: properties is a list of objects with pid and v")
    if "query" not in query and not properties:
        raise BadParameterError(f"{name}: there is neither a query nor a value of properties")
    strictness = query.get("type_strict", "any")
    if strictness not in _STRICTNESS:
        raise BadParameterError(f"{name}: type_strict is {', '.join(_STRICTNESS)}")
    types, limit = query.get("type") or [], query.get("limit", MOST)
    types = [types] if isinstance(types, str) else types
    if not isinstance(types, list) or not all(isinstance(value, str) for value in types):
        raise BadParameterError(f"{name}: type is the IRI of a class, or a list of these")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise BadParameterError(f"{name}: limit is a number from 1")
    values = tuple(
        (str(entry.get("pid", "")), _value(value))
        for entry in properties
        for value in (entry["v"] if isinstance(entry.get("v"), list) else [entry.get("v")])
    )
    return NameQuery(words, tuple(types), min(limit, MOST), values, strictness == "all")


def _is_property(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("pid"), str) and "v" in entry


def _value(value: Any) -> str:
    return str(value.get("id", value.get("name", ""))) if isinstance(value, dict) else str(value)


def _extension(text: str) -> tuple[list[str], list[str]]:
    """Section 7.2: things and properties. Raises: BadParameterError."""
    extend = _json(text, "extend")
    things, properties = extend.get("ids"), extend.get("properties")
    if not isinstance(things, list) or not isinstance(properties, list):
        raise BadParameterError("extend has ids and properties, both of them lists")
    names = [str(one.get("id", "")) for one in properties if isinstance(one, dict)]
    if not all(map(is_iri, names)):
        raise BadParameterError("extend: the id of a property is its whole IRI")
    return [*map(str, things)], names


def _json(text: str, name: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadParameterError(f"{name} is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadParameterError(f"{name} is an object of JSON")
    return value
