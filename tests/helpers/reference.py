"""The parts of the documentation that are made from the code when the site is built."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from helpers.house import ROOT

_KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = ([" ".join(cell.split()).replace("|", "\\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"


def paths_of_the_service() -> str:
    """Each path of the service with its methods, parameters and statuses, as its description for
    programs (OpenAPI) has them."""
    from helpers.serving import writable_client

    description: dict[str, Any] = writable_client().get("/openapi.json").get_json()
    parts = []
    for path, methods in sorted(description["paths"].items()):
        shared = methods.get("parameters", [])
        parts.append(f"## `{path}`\n")
        for method, operation in methods.items():
            if method not in ("get", "post", "put", "delete", "patch"):
                continue
            parts.append(f"**{method.upper()}**: {operation.get('summary', '')}\n")
            rows = [
                (f"`{one['name']}`", one["in"], one.get("description") or _kind(one["schema"]))
                for one in [*shared, *operation.get("parameters", [])]
            ]
            if rows:
                parts.append(_table(("parameter", "in", "what"), rows))
            statuses = ", ".join(sorted({*operation["responses"]} - {"default"}))
            types = sorted(
                {
                    f"`{kind}`"
                    for status, answer in operation["responses"].items()
                    if status.startswith("2")
                    for kind in answer.get("content", {})
                }
            )
            gives = f" Gives {', '.join(types)}." if types else ""
            parts.append(f"Statuses: {statuses}.{gives}" if statuses else "")
            parts.append("")
    return "\n".join(parts)


def _kind(schema: dict[str, Any]) -> str:
    if "description" in schema:
        return str(schema["description"])
    values = schema.get("enum")
    return ", ".join(f"`{one}`" for one in values) if values else str(schema.get("type", ""))


def terms_of_the_ontology() -> str:
    """Each term with its label, definition and example, by kind."""
    from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

    graph = Graph().parse(ROOT / "ontology/eakg.ttl")
    names = graph.namespace_manager
    parts = []
    for kind in _KINDS:
        terms = sorted(
            term for term in graph.subjects(RDF.type, OWL[kind]) if isinstance(term, URIRef)
        )
        rows = [
            (
                f"`{term.n3(names)}`",
                str(graph.value(term, SKOS.definition) or graph.value(term, RDFS.comment) or ""),
                ", ".join(
                    f"`{above.n3(names)}`"
                    for relation in (RDFS.subClassOf, RDFS.subPropertyOf)
                    for above in sorted(graph.objects(term, relation))
                    if isinstance(above, URIRef)
                ),
            )
            for term in terms
            if term.startswith("https://w3id.org/eakg/ontology#")
        ]
        if rows:
            head = ("term", "definition", "under")
            parts.append(f"## {kind}\n\n{_table(head, rows)}")
    return "\n".join(parts)


def formats_of_results() -> str:
    """The formats in which results are given."""
    from eakg.rdf import FORMATS

    head = ("name", "media type", "rows", "truth value", "graph")
    rows = [
        (
            f"`{one.name}`",
            f"`{one.media_type}`",
            *("yes" if writer else "" for writer in (one.solutions, one.boolean, one.graph)),
        )
        for one in FORMATS
    ]
    return _table(head, rows)


def keys_of_a_header() -> str:
    """The JSON Schema of the header of a saved query."""
    path = ROOT / "src/eakg/queries/contract/header.schema.json"
    return f"```json\n{path.read_text('utf-8').strip()}\n```\n"


MAKERS: dict[str, Callable[[], str]] = {
    "paths of the service": paths_of_the_service,
    "terms of the ontology": terms_of_the_ontology,
    "formats of results": formats_of_results,
    "keys of a header": keys_of_a_header,
}
