"""The front page and the state of the service."""

import contextlib
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from rdflib import DCTERMS, XSD, URIRef
from rdflib.term import Node

from eakg import __version__
from eakg.names import INFERRED_GRAPH
from eakg.rdf import Triple, serialize
from eakg.serve.app import (
    HTML,
    PAGE_OR_GRAPH,
    Page,
    absolute,
    address,
    negotiate,
    query_string,
    represented,
    state,
)
from eakg.serve.content import thing_filter
from eakg.serve.data import (
    DCAT_PREFIXES,
    VOID_PREFIXES,
    catalogue_entry,
    dataset_description,
    dataset_iri,
    saved_queries,
)
from eakg.serve.host import is_closing
from eakg.serve.overviews import Overview, drawing_of, findings_overview, overview_offers
from eakg.serve.pages.stories import stories_of
from eakg.serve.words import DisplayTerm, naming_of, proof_path
from eakg.sparql import QueryError, StoreError
from eakg.store import LoadReporter, QueryRequest

blueprint = Blueprint("site", __name__)
_STORIES = 3
_NEWEST = """SELECT ?thing (MAX(?day) AS ?latest) {{
  VALUES ?dated {{ <{modified}> <{created}> <{issued}> <{date}> }}
  ?thing ?dated ?day FILTER({things} && DATATYPE(?day) = <{type}>)
}} GROUP BY ?thing ORDER BY DESC(?latest) ?thing LIMIT 5"""
_HUBS = """SELECT ?thing {{
  ?thing a <{kind}> FILTER({things})
  {{ SELECT ?thing (COUNT(*) AS ?n) {{ ?s ?p ?thing }} GROUP BY ?thing }}
}} ORDER BY DESC(?n) ?thing LIMIT 8"""
_INFERENCE = f"""SELECT ?s ?p ?o {{{{
  GRAPH <{INFERRED_GRAPH}> {{{{ ?s ?p ?o }}}} VALUES ?p {{{{ <{{property}}> }}}}
}}}} ORDER BY ?o ?s LIMIT 1"""


@blueprint.get("/")
def front() -> Response:
    """The front page: what the graph is, what it holds, where to begin."""
    query_string(request)
    representation = negotiate(request, PAGE_OR_GRAPH)

    def answer() -> Response:
        if isinstance(representation, Page):
            return _page()
        data = serialize(_description(), representation, {**VOID_PREFIXES, **DCAT_PREFIXES})
        return Response(data, content_type=representation.content_type)

    parts = (absolute("/"), "front", representation.name)
    return represented(request, state().store, parts, answer)


def _description() -> list[Triple]:
    """The data set as both catalogues and VoID describe it."""
    dataset = dataset_iri(state().settings, state().catalogue)
    description = dataset_description(absolute(""), dataset, state().catalogue)
    return [*description, *catalogue_entry()]


def _page() -> Response:
    catalogue = state().catalogue
    project = catalogue.project()
    queries = saved_queries()
    front_queries = [queries[name] for name in project.front_question if name in queries]
    overview = overview_offers().get(project.front_overview or "")
    page = render_template(
        "front.html",
        triples=catalogue.triples(),
        asserted=catalogue.triples("asserted"),
        graphs=catalogue.graphs(),
        reifiers=catalogue.has_reifiers(),
        reasons=catalogue.has_inferred(),
        classes=catalogue.classes(),
        featured=[(kind, things) for kind, things in map(_hubs, project.featured) if things],
        documents=_terms(map(URIRef, catalogue.documents())),
        example=_inference(),
        kinds=catalogue.kinds(),
        stories=stories_of(front_queries or queries.values(), _STORIES),
        has_questions=bool(queries),
        overview=overview,
        drawing=_drawing(overview) if overview else None,
        findings=findings_overview(),
        newest=_newest(),
        here=address("/"),
    )
    return Response(page, content_type=HTML.content_type)


def _drawing(overview: Overview) -> object | None:
    """What is drawn of an overview; nothing of one whose query cannot be answered, which its own
    page says."""
    with contextlib.suppress(QueryError):
        return drawing_of(overview)
    return None


def _hubs(kind: str) -> tuple[DisplayTerm, list[DisplayTerm]]:
    """A class, and the things of it to which most leads."""
    catalogue = state().catalogue
    things = thing_filter(catalogue.project())
    rows = catalogue.rows(_HUBS.format(kind=kind, things=things))
    return _terms([URIRef(kind)])[0], _terms(row["thing"] for row in rows if "thing" in row)


def _newest() -> list[tuple[DisplayTerm, str]]:
    """The things with the latest dates, and these in words."""
    catalogue = state().catalogue
    things = thing_filter(catalogue.project())
    dates = {"modified": DCTERMS.modified, "created": DCTERMS.created, "issued": DCTERMS.issued}
    query = _NEWEST.format(**dates, date=DCTERMS.date, type=XSD.date, things=things)
    rows = [row for row in catalogue.rows(query) if "thing" in row]
    terms = _terms(row["thing"] for row in rows)
    days = _terms(row["latest"] for row in rows)
    return [(thing, day.label) for thing, day in zip(terms, days, strict=True)]


def _inference() -> tuple[str, str] | None:
    """Something that follows, in words, and the path of its proof."""
    catalogue = state().catalogue
    for property_ in catalogue.project().example:
        for row in catalogue.rows(_INFERENCE.format(property=property_)):
            triple = row["s"], row["p"], row["o"]
            return " ".join(term.label for term in _terms(triple)), proof_path(triple)
    return None


def _terms(terms: Iterable[Node]) -> list[DisplayTerm]:
    """Terms by their names."""
    nodes = [*terms]
    naming = naming_of(state().store, nodes, state().catalogue.presentation())
    return [naming.of_term(node) for node in nodes]


@blueprint.get("/health")
def health() -> Response:
    """Whether queries are answered: 200 or 503, in JSON, with what answers them, how many triples
    there are once they are counted, and why the folder of the store takes no snapshot where that is
    so."""
    status: dict[str, Any] = {"status": "unavailable", "version": __version__}
    with contextlib.suppress(StoreError):
        store = state().store
        result = store.query(QueryRequest("ASK {}"))
        result.read()
        status["data"] = result.version
        status["status"] = "ok"
        load = store.load() if isinstance(store, LoadReporter) else None
        if load is not None and load.snapshot_problem:
            status["snapshot"] = f"cannot be written: {load.snapshot_problem}"
        # To count many takes longer than whoever asks for the state of a service waits.
        if (triples := state().catalogue.known_triples()) is not None:
            status["triples"] = triples
    return _state_of_service(status, status["status"] == "ok")


@blueprint.get("/ready")
def ready() -> Response:
    """Whether to send requests here: not while the store loads or does not answer, nor once the
    service is ending."""
    status = {"ready": False}
    with contextlib.suppress(StoreError):
        store = state().store
        if isinstance(store, LoadReporter):
            # The process that holds it: workers that it gave out before may go on without it.
            store.load()
        status["ready"] = bool(state().store.version) and not is_closing(state().settings.folder)
    return _state_of_service(status, status["ready"])


def _state_of_service(status: dict[str, Any], is_ok: bool) -> Response:
    response = jsonify(status)
    response.headers["Cache-Control"] = "no-store"
    if not is_ok:
        response.status_code = 503
        response.headers["Retry-After"] = "5"
    return response
