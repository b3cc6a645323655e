"""The query workbench: a form that works by itself, and YASGUI over it where it was built in."""

import contextlib
from collections.abc import Mapping
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from eakg.names import BASE, PREFIXES
from eakg.serve.app import HTML, query_string, represented, state
from eakg.serve.data import saved_queries
from eakg.sparql import NotPreparedError
from eakg.store import QueryRequest, select

blueprint = Blueprint("workbench", __name__)

# YASGUI writes styles into the page, and has its icons in it.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)
_STAMP = "yasgui/VERSION"
_TERMS = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?term ?kind {
  { ?any a ?term . FILTER(ISIRI(?term)) BIND("class" AS ?kind) }
  UNION { ?term a owl:Class . FILTER(ISIRI(?term)) BIND("class" AS ?kind) }
  UNION { ?any ?term ?value . BIND("property" AS ?kind) }
  UNION { ?term a owl:ObjectProperty . BIND("property" AS ?kind) }
  UNION { ?term a owl:DatatypeProperty . BIND("property" AS ?kind) }
} ORDER BY ?term"""
_OURS = ("eakg", "id")
_READY = ("eakg", "id", "rdf", "rdfs", "skos", "xsd")
_FIRST_TRIPLES = "SELECT ?subject ?property ?value WHERE { ?subject ?property ?value } LIMIT 100"
_OF_CLASS = """SELECT ?thing ?thingLabel WHERE {{
  ?thing a {kind} ;
    {name} ?thingLabel .
}}
ORDER BY ?thingLabel
LIMIT 100"""


def workbench_page() -> Response:
    """The page for a query that is yet to be written."""
    settings = state().settings
    version = editor()

    def page() -> Response:
        text = render_template(
            "sparql.html",
            editor=version,
            limits=settings.limits,
            examples=saved_queries().values(),
            first=_first_query(),
            base=_base(),
        )
        return Response(text, content_type=HTML.content_type)

    parts = (settings.public_url, settings.limits, "workbench", version)
    response = represented(request, state().store, parts, page)
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _base() -> str:
    """What addresses begin with that are paths of the service, where things of the project have
    such names."""
    bases = state().catalogue.project().base
    return BASE if any(one.startswith(BASE) for one in bases) else ""


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """What the editor completes: prefixes, and the classes and properties that are in use."""
    query_string(request)
    return represented(request, state().store, ("terms",), _terms)


def _terms() -> Response:
    names: dict[str, list[str]] = {"class": [], "property": []}
    for row in select(state().store, QueryRequest(_TERMS)):
        names[str(row["kind"])].append(str(row["term"]))
    namespaces = state().catalogue.project().kind
    # The project's own terms before those of others.
    for group in names.values():
        group.sort(key=lambda name: (not name.startswith(namespaces), name))
    return jsonify(prefixes=PREFIXES, classes=names["class"], properties=names["property"])


def editor() -> str | None:
    """The version of the editor that was built in, or None where the form is all there is."""
    stamp = Path(str(current_app.static_folder), _STAMP)
    return stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else None


def _first_query() -> str:
    """A query to begin with: the names of the things of a class that the front page features, or
    of which there are most; anything, where nothing is counted yet or has a name."""
    catalogue = state().catalogue
    project = catalogue.project()
    namespaces = {*project.base, *project.kind}
    prefixes = {
        prefix: PREFIXES[prefix]
        for prefix in _READY
        if prefix not in _OURS or PREFIXES[prefix] in namespaces
    }
    text = _FIRST_TRIPLES
    with contextlib.suppress(NotPreparedError):
        classes = [*project.featured, *(one.iri for one in catalogue.classes())]
        counts = catalogue.properties()
        label = max(project.label_property, key=lambda iri: counts.get(iri, 0), default=None)
        if classes and label in counts:
            kind, name = (_notation(iri, prefixes) for iri in (classes[0], label))
            text = _OF_CLASS.format(kind=kind, name=name)
    head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes.items())
    return f"{head}\n{text}"


def _notation(iri: str, prefixes: Mapping[str, str]) -> str:
    """An IRI as a query with these prefixes has it."""
    for prefix, namespace in prefixes.items():
        name = iri.removeprefix(namespace)
        if name != iri and name.isalnum():
            return f"{prefix}:{name}"
    return f"<{iri}>"
