"""The front page and the state of the service."""

import contextlib
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from rdflib.namespace import RDFS

from eakg import __version__
from eakg.names import EAKG, ID
from eakg.serve.caching import entity_tag, mark, not_modified
from eakg.serve.negotiation import HTML
from eakg.serve.parameters import query_string
from eakg.serve.shown import Shown
from eakg.serve.signals import is_closing
from eakg.serve.state import state
from eakg.store import QueryRequest, select
from eakg.store.failures import StoreError

blueprint = Blueprint("site", __name__)
_THINGS = f"""PREFIX rdfs: <{RDFS}>
PREFIX eakg: <{EAKG}>
SELECT ?thing (MIN(?any) AS ?label) {{
  ?thing a eakg:Actor ; rdfs:label ?any .
  FILTER(STRSTARTS(STR(?thing), "{ID}") && LANG(?any) IN ("en", ""))
  {{ SELECT ?thing (COUNT(*) AS ?n) {{ ?s ?p ?thing }} GROUP BY ?thing }}
}} GROUP BY ?thing ?n ORDER BY DESC(?n) ?thing LIMIT 8"""

EXAMPLES = (
    (
        "What is the graph made of?",
        "SELECT ?class (COUNT(?thing) AS ?things) WHERE {\n  ?thing a ?class .\n}\n"
        "GROUP BY ?class\nORDER BY DESC(?things) ?class\nLIMIT 25",
    ),
    (
        "Who takes part in what?",
        f"PREFIX eakg: <{EAKG}>\nPREFIX rdfs: <{RDFS}>\n"
        "SELECT ?happening ?what ?actor ?who WHERE {\n"
        "  ?happening eakg:involves ?actor .\n"
        "  OPTIONAL { ?happening rdfs:label ?what FILTER(LANG(?what) IN ('en', '')) }\n"
        "  OPTIONAL { ?actor rdfs:label ?who FILTER(LANG(?who) IN ('en', '')) }\n"
        "}\nORDER BY ?happening ?actor\nLIMIT 50",
    ),
    (
        "What does each graph hold?",
        "SELECT ?graph (COUNT(*) AS ?triples) WHERE {\n  GRAPH ?graph { ?s ?p ?o }\n}\n"
        "GROUP BY ?graph\nORDER BY ?graph",
    ),
)


@blueprint.get("/")
def front() -> Response:
    """The front page: what the graph is, what it holds, where to begin."""
    query_string(request)
    tag = entity_tag(state().version, state().settings.public_url, "front")
    response = not_modified(request, tag)
    if response is not None:
        return response
    catalogue = state().catalogue
    page = render_template(
        "front.html",
        triples=catalogue.triples(),
        asserted=catalogue.triples("asserted"),
        graphs=catalogue.graphs(),
        classes=catalogue.classes(),
        things=[
            Shown(str(row["label"]), str(row["thing"]), str(row["thing"]))
            for row in select(state().store, QueryRequest(_THINGS))
            if "thing" in row
        ],
        examples=EXAMPLES,
    )
    return mark(Response(page, content_type=HTML.content_type), tag)


@blueprint.get("/health")
def health() -> Response:
    """Whether queries are answered: 200 or 503, in JSON, with what answers them."""
    said: dict[str, Any] = {"status": "unavailable", "version": __version__}
    with contextlib.suppress(StoreError):
        result = state().store.query(QueryRequest("ASK {}"))
        result.read()
        said["data"] = result.version
        said["triples"] = state().catalogue.triples()
        said["status"] = "ok"
    return _state_of_service(said, said["status"] == "ok")


@blueprint.get("/ready")
def ready() -> Response:
    """Whether to send requests here: not while the store loads, nor once the service is ending."""
    said = {"ready": False}
    with contextlib.suppress(StoreError):
        said["ready"] = bool(state().store.version) and not is_closing(state().settings.folder)
    return _state_of_service(said, said["ready"])


def _state_of_service(said: dict[str, Any], well: bool) -> Response:
    response = jsonify(said)
    response.headers["Cache-Control"] = "no-store"
    if not well:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response
