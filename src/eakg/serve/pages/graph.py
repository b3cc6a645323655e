"""Named graphs at their own addresses: what each holds, and the rows of the background tables."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, render_template, request
from rdflib import DCTERMS, URIRef

from eakg.names import (
    GRAPH,
    ONTOLOGY_GRAPH,
    REIFIERS_GRAPH,
    beside,
    built_part,
)
from eakg.rdf import (
    CSV,
    GRAPH_FORMATS,
    N_TRIPLES,
    TURTLE,
    ResultFormat,
    Triple,
    is_iri,
    normalized,
    serialize,
    spellings,
)
from eakg.serve.app import (
    HTML,
    BadParameterError,
    Page,
    Representation,
    absolute,
    address,
    name_in_path,
    names_a_format,
    negotiate,
    query_string,
    represented,
    state,
)
from eakg.serve.data import (
    GRAPH_PREFIXES,
    dataset_iri,
    document_of,
    graph_citation,
    graph_facts,
    graph_kind,
    graph_licence,
    graph_title,
)
from eakg.serve.pages.table_rows import rows_of
from eakg.serve.words import description_path, graph_path, thing_path, triples_path
from eakg.sparql import GraphNotFoundError
from eakg.store import QueryRequest

blueprint = Blueprint("graph_pages", __name__)


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> Response:
    """A named graph as a page, and a background table as it was written; the triples are at
    /graphs, or here under an extension. Whoever accepts RDF by name is told of the graph itself."""
    query_string(request)
    accept = request.headers.get("Accept")
    spelled = name_in_path(request.environ, name)
    parts = (absolute("/"), "graph page", spelled, accept, _file_state(spelled))
    return represented(request, state().store, parts, lambda: _answer(*_resolve(spelled)))


@blueprint.get("/graph")
def graph_of() -> Response:
    """What is known of the graph whose IRI is given as `iri`, in RDF, or its page; with `format`,
    an extension, its triples or its table as `graph` gives them."""
    parameters = query_string(request)
    iri, extension = parameters.single("iri"), parameters.single("format")
    if iri is None or not is_iri(iri):
        raise BadParameterError("the parameter iri is the whole IRI of a graph")
    name = iri.removeprefix(str(GRAPH))
    accept = request.headers.get("Accept")
    parts = (absolute("/"), "graph of", iri, extension, accept, _file_state(name))

    def answer() -> Response:
        is_ours = iri.startswith(str(GRAPH))
        graph_iri = _graph_of_name(name) if is_ours else _graph_of_others(iri)
        if graph_iri is None:
            raise GraphNotFoundError(f"there is no graph <{iri}> here", iri)
        if extension is not None:
            formats = {offer.extension: offer for offer in _file_offers(graph_iri)}
            if extension not in formats:
                raise BadParameterError(f"format is one of {', '.join(formats)}")
            return _answer(graph_iri, formats[extension])
        representation = negotiate(request, _offers(graph_iri))
        if isinstance(representation, ResultFormat) and representation in GRAPH_FORMATS:
            data = serialize(_facts(graph_iri), representation, GRAPH_PREFIXES)
            return Response(data, content_type=representation.content_type)
        return _answer(graph_iri, representation)

    return represented(request, state().store, parts, answer)


def _answer(iri: URIRef, file_format: Representation | None) -> Response:
    representation = file_format or negotiate(request, _offers(iri))
    if file_format is None and representation in GRAPH_FORMATS:
        path = description_path(iri) if names_a_format(request) else triples_path(iri)
        headers = {"Location": address(path)}
        headers["Link"] = f'<{address(description_path(iri))}>; rel="describedby"'
        return Response(status=303, headers=headers)
    if iri == ONTOLOGY_GRAPH and representation is HTML:
        return Response(status=303, headers={"Location": address("/ontology")})
    response = _represent(iri, representation)
    links = [
        f'<{address(graph_path(iri, offer.extension))}>; rel="alternate"; type="{offer.media_type}"'
        for offer in _file_offers(iri)
    ]
    links += [
        f'<{address(description_path(iri))}>; rel="describedby"',
        f'<{iri}>; rel="describes"',
    ]
    if licence := graph_licence(iri, state().catalogue, _table(iri)):
        links.append(f'<{licence}>; rel="license"')
    response.headers["Link"] = ", ".join(links)
    return response


def _facts(iri: URIRef) -> list[Triple]:
    """What is known of a graph. Raises: StoreError and its kinds."""
    catalogue = state().catalogue
    files = {
        absolute(graph_path(iri, offer.extension)): offer.media_type
        for offer in _file_offers(iri)
        if offer is not HTML
    }
    dataset = dataset_iri(state().settings, catalogue)
    triples = graph_facts(iri, dataset, catalogue, files, _table(iri))
    if built_part(iri)[0] == "background":
        rows = rows_of(state().store, iri, catalogue.presentation())
        cited = {str(source) for line in rows for source in line.row.sources}
        triples += [(iri, DCTERMS.source, URIRef(one)) for one in sorted(cited) if is_iri(one)]
    return triples


def _graph_of_name(name: str) -> URIRef | None:
    """The graph of a name, in whichever spelling that is the same."""
    catalogue = state().catalogue
    graphs = {*catalogue.graphs()}
    if catalogue.has_reifiers():
        graphs.add(str(REIFIERS_GRAPH))
    for spelling in spellings(name):
        if str(GRAPH[spelling]) in graphs:
            return GRAPH[spelling]
    normal = normalized(GRAPH[name])
    same = (graph for graph in sorted(graphs) if normalized(graph) == normal)
    return next(map(URIRef, same), None)


def _graph_of_others(iri: str) -> URIRef | None:
    return URIRef(iri) if state().catalogue.has_graph(iri) else None


def _resolve(name: str) -> tuple[URIRef, Representation | None]:
    """The graph of a name, and the format that an extension names. Raises: GraphNotFoundError.

    A browser that follows the address of a row (`x.csv#row=2`) is shown the page: a fragment means
    nothing in a download.
    """
    if (iri := _graph_of_name(name)) is not None:
        return iri, None
    stem, _, extension = name.rpartition(".")
    if (iri := _graph_of_name(stem)) is not None:
        for representation in _file_offers(iri):
            if representation.extension == extension:
                return iri, _of_table() if representation is CSV else representation
    raise GraphNotFoundError(f"there is no graph <{GRAPH[name]}> here", GRAPH[name])


def _of_table() -> Representation | None:
    """What the address of a table is answered with; None for RDF, which is about its graph."""
    offers: tuple[Representation, ...] = (CSV, HTML, *GRAPH_FORMATS)
    representation = negotiate(request, offers)
    return None if representation in GRAPH_FORMATS else representation


def _offers(iri: URIRef) -> Sequence[Representation]:
    return (*GRAPH_FORMATS, HTML, CSV) if _csv(iri) else (*GRAPH_FORMATS, HTML)


def _file_offers(iri: URIRef) -> Sequence[Representation]:
    """What the triples of a graph can be had in: those of RDF 1.2 not in formats of RDF 1.1."""
    return (TURTLE, N_TRIPLES, HTML) if iri == REIFIERS_GRAPH else _offers(iri)


def _csv(iri: URIRef) -> Path | None:
    """The file that a background table was written in, where it lies with the graph's files."""
    kind, table = built_part(iri)
    if kind != "background":
        return None
    for name, path in state().settings.files:
        if name == str(iri):
            file = Path(path).parent.parent / "background" / f"{table}.csv"
            return file if file.is_file() else None
    return None


def _table(iri: URIRef) -> Path | None:
    """The file of the table that a graph, or what it is the evidence of, was written in."""
    return _csv(beside(iri, "background"))


def _file_state(name: str) -> tuple[int, int] | None:
    """When the table of this name was written and its size, which the store does not know."""
    file = _csv(GRAPH[name]) or _csv(GRAPH[name.rpartition(".")[0]])
    if file is None:
        return None
    state_of_file = file.stat()
    return state_of_file.st_mtime_ns, state_of_file.st_size


def _represent(iri: URIRef, representation: Representation) -> Response:
    store = state().store
    if isinstance(representation, Page):
        licence = graph_licence(iri, state().catalogue, _table(iri))
        kind, _ = graph_kind(iri)
        document = document_of(iri, state().catalogue)
        page = render_template(
            "graph.html",
            iri=str(iri),
            kind=kind,
            document=document and address(thing_path(document)),
            title=graph_title(iri),
            triples=state().catalogue.graph_size(iri),
            citation=graph_citation(_table(iri)),
            licence=licence,
            licences=(licence,) if licence else (),
            rows=rows_of(store, iri, state().catalogue.presentation())
            if kind == "background"
            else None,
            formats=[
                (offer, address(graph_path(iri, offer.extension))) for offer in _file_offers(iri)
            ],
        )
        return Response(page, content_type=representation.content_type)
    if representation is CSV and (file := _csv(iri)) is not None:
        return Response(file.read_bytes(), content_type=representation.content_type)
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
    query = QueryRequest(text, representation.name, default_graphs=(str(iri),))
    data = store.query(query).read()
    return Response(data, content_type=representation.content_type)
