"""The front page and the state of the service."""

import contextlib
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from rdflib import URIRef
from rdflib.namespace import RDFS, XSD
from rdflib.term import Node

from eakg import __version__
from eakg.names import EAKG, ID, INFERRED_GRAPH
from eakg.rdf import Triple, serialize
from eakg.serve.app import (
    HTML,
    PAGE_OR_GRAPH,
    Page,
    absolute,
    negotiate,
    query_string,
    represented,
    state,
)
from eakg.serve.content import labels_of
from eakg.serve.data import (
    DCAT_PREFIXES,
    VOID_PREFIXES,
    catalogue_entry,
    dataset_description,
    dataset_iri,
    saved_queries,
)
from eakg.serve.host import is_closing
from eakg.serve.words import DisplayTerm, proof_path
from eakg.sparql import StoreError
from eakg.store import LoadReporter, QueryRequest, select

blueprint = Blueprint("site", __name__)
_QUESTIONS = 5
_HUBS = f"""PREFIX rdfs: <{RDFS}>
PREFIX eakg: <{EAKG}>
SELECT ?thing (MIN(?any) AS ?label) {{
  ?thing a ?kind ; rdfs:label ?any .
  FILTER(STRSTARTS(STR(?thing), "{ID}") && LANG(?any) IN ("en", ""))
  {{ SELECT ?thing (COUNT(*) AS ?n) {{ ?s ?p ?thing }} GROUP BY ?thing }}
}} GROUP BY ?thing ?n ORDER BY DESC(?n) ?thing LIMIT 8"""
_INFERENCE = f"""PREFIX rdfs: <{RDFS}>
SELECT ?s ?p ?o ?who ?does ?what {{
  {{ SELECT ?s ?p ?o {{
    GRAPH <{INFERRED_GRAPH}> {{ ?s ?p ?o }}
    VALUES ?p {{ <{EAKG.entitledToAttend}> <{EAKG.involves}> }}
  }} ORDER BY ?p ?o ?s LIMIT 1 }}
  ?s rdfs:label ?who . ?p rdfs:label ?does . ?o rdfs:label ?what
  FILTER(LANG(?who) IN ("en", "") && LANG(?does) IN ("en", "") && LANG(?what) IN ("en", ""))
}} LIMIT 1"""
EXAMPLES = (
    (
        "Which members of ASEAN received a medical team?",
        f"PREFIX eakg: <{EAKG}>\nPREFIX id: <{ID}>\nPREFIX rdfs: <{RDFS}>\n"
        "SELECT DISTINCT ?member ?memberLabel ?team ?teamLabel WHERE {\n"
        "  ?team a eakg:MedicalTeamDispatch ; eakg:recipient ?member ; rdfs:label ?teamLabel .\n"
        "  ?member eakg:hasMembership ?seat ; rdfs:label ?memberLabel .\n"
        "  ?seat eakg:memberOfBody id:asean ; eakg:role id:role-member .\n"
        "  FILTER(LANG(?memberLabel) = 'en' && LANG(?teamLabel) = 'en')\n}\nORDER BY ?memberLabel",
    ),
    (
        "Who attended what in July 2020?",
        f"PREFIX eakg: <{EAKG}>\nPREFIX rdfs: <{RDFS}>\nPREFIX xsd: <{XSD}>\n"
        "SELECT DISTINCT ?day ?meeting ?meetingLabel ?actor ?actorLabel WHERE {\n"
        "  ?actor eakg:attended ?meeting ; rdfs:label ?actorLabel .\n"
        "  ?meeting eakg:notBefore ?day ; rdfs:label ?meetingLabel .\n"
        "  FILTER NOT EXISTS { ?meeting eakg:notBefore ?later . FILTER(?later > ?day) }\n"
        "  FILTER(?day >= '2020-07-01'^^xsd:date && ?day < '2020-08-01'^^xsd:date)\n"
        "  FILTER(LANG(?meetingLabel) = 'en' && LANG(?actorLabel) = 'en')\n"
        "}\nORDER BY ?day ?meetingLabel ?actorLabel",
    ),
)


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
    ours = catalogue.has_ontology()
    page = render_template(
        "front.html",
        triples=catalogue.triples(),
        asserted=catalogue.triples("asserted"),
        graphs=catalogue.graphs(),
        reifiers=catalogue.has_reifiers(),
        classes=catalogue.classes(),
        forums=_hubs("eakg:Forum"),
        actors=_hubs("eakg:Actor"),
        documents=_documents(),
        example=_inference(),
        examples=EXAMPLES if ours else (),
        questions=[] if ours else [*saved_queries().values()][:_QUESTIONS],
    )
    return Response(page, content_type=HTML.content_type)


def _hubs(kind: str) -> list[DisplayTerm]:
    """The things of a kind that most point to."""
    rows = select(state().store, QueryRequest(_HUBS.replace("?kind", kind)))
    return [_term(row["thing"], row["label"]) for row in rows if "thing" in row]


def _documents() -> list[DisplayTerm]:
    """The documents whose text can be read."""
    documents = map(URIRef, state().catalogue.documents())
    labels = {thing: label for thing, _predicate, label in labels_of(state().store, documents)}
    return [_term(thing, label) for thing, label in sorted(labels.items(), reverse=True)]


def _inference() -> tuple[str, str] | None:
    """Something that follows, in words, and the path of its proof."""
    for row in select(state().store, QueryRequest(_INFERENCE)):
        words = " ".join(str(row[name]) for name in ("who", "does", "what"))
        return words, proof_path((row["s"], row["p"], row["o"]))
    return None


def _term(thing: Node, label: Node) -> DisplayTerm:
    return DisplayTerm(str(label), str(thing), str(thing))


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
