"""The query workbench: a form that works by itself, and YASGUI over it where it was built in."""

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, request

from eakg.names import BASE, EAKG, PREFIXES
from eakg.serve.app import HTML, query_string, represented, state, tagged
from eakg.serve.data import saved_queries
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
_READY = ("eakg", "id", "rdf", "rdfs", "skos", "xsd")
FIRST = (
    "SELECT ?state ?stateLabel WHERE {\n"
    "  ?state a eakg:State ;\n"
    "    rdfs:label ?stateLabel .\n"
    '  FILTER (LANG(?stateLabel) = "en")\n'
    "}\n"
    "ORDER BY ?stateLabel"
)


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
            first=f"{ready_prefixes()}\n{FIRST}",
            base=BASE,
        )
        return Response(text, content_type=HTML.content_type)

    parts = (settings.public_url, settings.limits, "workbench", version)
    response = tagged(request, parts, page)
    response.headers["Content-Security-Policy"] = POLICY
    return response


@blueprint.get("/sparql/terms.json")
def terms() -> Response:
    """What the editor completes: prefixes, and the classes and properties that are in use."""
    query_string(request)
    return represented(request, state().store, ("terms",), _terms)


def _terms() -> Response:
    names: dict[str, list[str]] = {"class": [], "property": []}
    for row in select(state().store, QueryRequest(_TERMS)):
        names[str(row["kind"])].append(str(row["term"]))
    # Our own terms before those of others.
    for group in names.values():
        group.sort(key=lambda name: (not name.startswith(EAKG), name))
    return jsonify(prefixes=PREFIXES, classes=names["class"], properties=names["property"])


def editor() -> str | None:
    """The version of the editor that was built in, or None where the form is all there is."""
    stamp = Path(str(current_app.static_folder), _STAMP)
    return stamp.read_text(encoding="utf-8").strip() if stamp.is_file() else None


def ready_prefixes() -> str:
    """Declarations of the prefixes that a query here is likely to need."""
    return "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in _READY)
