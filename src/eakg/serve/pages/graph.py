"""Named graphs at their own addresses: what each holds, and the rows of the background tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from rdflib import RDF, URIRef
from rdflib.term import Node

from eakg.evidence import TableRow, table_row
from eakg.names import EAKG, GRAPH, ONTOLOGY_GRAPH, background_graph, evidence_graph
from eakg.rdf import CSV, GRAPH_FORMATS, Triple, sparql_term
from eakg.serve.app import (
    HTML,
    Page,
    Representation,
    address,
    negotiate,
    query_string,
    represented,
    state,
)
from eakg.serve.content import LICENCE, Presentation, labels_of, properties
from eakg.serve.words import DisplayTerm, Naming, quantities
from eakg.store import QueryRequest, QueryService, select

blueprint = Blueprint("graph_pages", __name__)
_BACKGROUND = str(background_graph(""))


@dataclass(frozen=True)
class PropertyLine:
    """What a row says of one thing: values by the property."""

    thing: DisplayTerm
    values: tuple[tuple[DisplayTerm, tuple[DisplayTerm, ...]], ...]


@dataclass(frozen=True)
class TableRowLine:
    """A row of a table and what it says."""

    row: TableRow
    lines: tuple[PropertyLine, ...]


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> Response:
    """A named graph as a page, and a background table as it was written; the triples are at
    /graphs, or here under an extension."""
    query_string(request)
    accept = request.headers.get("Accept")
    parts = (state().settings.public_url, "graph page", name, accept, _file_state(name))
    return represented(request, state().store, parts, lambda: _answer(name))


def _answer(name: str) -> Response:
    triples = Response(status=303, headers={"Location": address(f"/graphs/{quote(name)}")})
    resolution = _resolve(name)
    if resolution is None:
        return triples
    iri, file_format = resolution
    offers = _offers(iri)
    representation = file_format or negotiate(request, offers)
    if file_format is None and representation in GRAPH_FORMATS:
        return triples
    if iri == ONTOLOGY_GRAPH and representation is HTML:
        return Response(status=303, headers={"Location": address("/ontology")})
    response = _represent(iri, representation)
    response.headers["Link"] = ", ".join(
        [
            *(
                f'<{_path(iri, offer.extension)}>; rel="alternate"; type="{offer.media_type}"'
                for offer in offers
            ),
            f'<{iri}>; rel="describes"',
            f'<{LICENCE}>; rel="license"',
        ]
    )
    return response


def _resolve(name: str) -> tuple[URIRef, Representation | None] | None:
    """The graph of a name, and the format that an extension names; None for an unknown graph.

    A browser that follows the address of a row (`x.csv#row=2`) is shown the page: a fragment means
    nothing in a download.
    """
    graphs = state().catalogue.graphs()
    iri = GRAPH[name]
    if str(iri) in graphs:
        return iri, None
    stem, _, extension = name.rpartition(".")
    iri = GRAPH[stem]
    if str(iri) in graphs:
        for representation in _offers(iri):
            if representation.extension == extension:
                is_page = representation is CSV and negotiate(request, (CSV, HTML)) is HTML
                return iri, HTML if is_page else representation
    return None


def _offers(iri: URIRef) -> Sequence[Representation]:
    return (*GRAPH_FORMATS, HTML, CSV) if _csv(iri) else (*GRAPH_FORMATS, HTML)


def _csv(iri: URIRef) -> Path | None:
    """The file that a background table was written in, where it lies with the graph's files."""
    if not iri.startswith(_BACKGROUND):
        return None
    for name, path in state().settings.files:
        if name == str(iri):
            folder = Path(path).parent.parent
            file = folder / "background" / f"{iri.removeprefix(_BACKGROUND)}.csv"
            return file if file.is_file() else None
    return None


def _file_state(name: str) -> tuple[int, int] | None:
    """When the table of this name was written and its size, which the store does not know."""
    file = _csv(GRAPH[name]) or _csv(GRAPH[name.rpartition(".")[0]])
    if file is None:
        return None
    state_of_file = file.stat()
    return state_of_file.st_mtime_ns, state_of_file.st_size


def _path(iri: URIRef, extension: str = "") -> str:
    ending = f".{extension}" if extension else ""
    return address(f"/graph/{quote(iri.removeprefix(str(GRAPH)), safe='/')}{ending}")


def _represent(iri: URIRef, representation: Representation) -> Response:
    store = state().store
    if isinstance(representation, Page):
        kind, _, name = iri.removeprefix(str(GRAPH)).partition("/")
        page = render_template(
            "graph.html",
            iri=str(iri),
            kind=kind,
            name=name,
            triples=state().catalogue.graphs()[str(iri)],
            rows=rows_of(store, name, state().catalogue.presentation())
            if kind == "background"
            else None,
            formats=[(offer, _path(iri, offer.extension)) for offer in _offers(iri)],
        )
        return Response(page, content_type=representation.content_type)
    if representation is CSV and (file := _csv(iri)) is not None:
        return Response(file.read_bytes(), content_type=representation.content_type)
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {sparql_term(iri)} {{ ?s ?p ?o }} }}"
    data = store.query(QueryRequest(text, representation.name)).read()
    return Response(data, content_type=representation.content_type)


def rows_of(store: QueryService, name: str, presentation: Presentation) -> tuple[TableRowLine, ...]:
    """The rows of a background table, by the evidence that states what they say.

    Raises: StoreError and its kinds.
    """
    solutions = select(
        store,
        QueryRequest(
            f"SELECT DISTINCT ?row ?s ?p ?o {{ GRAPH {sparql_term(evidence_graph(name))}"
            f" {{ ?node <{EAKG.evidence}> ?row ;"
            f" <{RDF.subject}> ?s ; <{RDF.predicate}> ?p ; <{RDF.object}> ?o }} }}"
        ),
    )
    triples_of: dict[Node, list[Triple]] = {}
    for solution in solutions:
        triple = solution["s"], solution["p"], solution["o"]
        triples_of.setdefault(solution["row"], []).append(triple)
    descriptions = properties(store, triples_of)
    labels = labels_of(store, (term for solution in solutions for term in solution.values()))
    triples = (triple for group in triples_of.values() for triple in group)
    naming = Naming(labels, quantities(triples, Naming(labels)), presentation)
    rows = []
    for node, group in triples_of.items():
        if row := table_row(node, descriptions.get(node, {})):
            rows.append(TableRowLine(row, tuple(_lines(group, naming, presentation))))
    return tuple(sorted(rows, key=lambda line: line.row.number))


def _lines(
    triples: Iterable[Triple], naming: Naming, presentation: Presentation
) -> Iterator[PropertyLine]:
    def key(triple: Triple) -> tuple[bool, float, str]:
        return triple[1] != RDF.type, presentation.order(triple[1]), str(triple[1])

    by_subject: dict[Node, dict[Node, list[Node]]] = {}
    for subject, predicate, object_ in sorted(triples, key=key):
        by_subject.setdefault(subject, {}).setdefault(predicate, []).append(object_)
    for subject, values in sorted(by_subject.items()):
        yield PropertyLine(
            naming.of(subject),
            tuple(
                (naming.of(predicate), tuple(map(naming.of, sorted(objects, key=str))))
                for predicate, objects in values.items()
            ),
        )
