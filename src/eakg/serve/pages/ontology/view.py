"""The ontology: its graph in RDF, a page with every term, and the use of each term in pages."""

from functools import partial

from flask import Blueprint, Response, render_template, request
from rdflib import OWL, URIRef
from werkzeug.exceptions import NotFound

from eakg.names import EAKG, ONTOLOGY_GRAPH, ONTOLOGY_IRI, PREFIXES
from eakg.rdf import GRAPH_FORMATS, ResultKind, serialize
from eakg.serve.app import (
    HTML,
    Page,
    Representation,
    acceptable_representations,
    address,
    in_first_that_holds,
    negotiate,
    page_path,
    query_string,
    represented,
    state,
)
from eakg.serve.drawings import Branch, Edge, Network, Node, Tree, network, tree
from eakg.serve.pages.ontology import usage as use
from eakg.serve.pages.ontology.relations import relations
from eakg.serve.pages.ontology.terms import (
    Term,
    about,
    label_of,
    release,
    superclasses,
    terms,
    title,
)
from eakg.serve.pages.ontology.vocabulary import KINDS, Index, Vocabulary, read_vocabulary
from eakg.store import QueryRequest, QueryService

blueprint = Blueprint("vocabulary", __name__)
_OFFERS: tuple[Representation, ...] = (*GRAPH_FORMATS, HTML)
_RDF = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}"
_RARE = 3  # times; what the graph joins less often is not in the diagram
_LARGEST = 500_000  # triples; of more no diagram is made


@blueprint.get("/ontology")
def ontology() -> Response:
    """The ontology in the format that is asked for."""
    parameters = query_string(request)
    representations = acceptable_representations(request, parameters, _OFFERS, ResultKind.GRAPH)
    return in_first_that_holds(representations, _ontology)


@blueprint.get("/ontology.<extension>")
def document(extension: str) -> Response:
    """The ontology in the format of the extension."""
    query_string(request)
    for representation in _OFFERS:
        if representation.extension == extension:
            return _ontology(representation)
    raise NotFound


@blueprint.get("/ontology/<name>")
def of_name(name: str) -> Response:
    """The use of a term, in pages; or, by the number of its version, the ontology."""
    parameters = query_string(request)
    page = parameters.page()

    def make() -> Response:
        store = state().store
        vocabulary = _vocabulary()
        index = vocabulary.index
        version = URIRef(f"{ONTOLOGY_IRI}/{name}")
        if version in index.get(ONTOLOGY_IRI, {}).get(OWL.versionIRI, []):
            representations = acceptable_representations(
                request, parameters, _OFFERS, ResultKind.GRAPH
            )
            return in_first_that_holds(representations, partial(_whole, store))
        iri = EAKG[name]
        if iri not in index or not vocabulary.is_shipped:
            raise NotFound
        negotiate(request, (HTML,))
        return _use(index, iri, page)

    accept = (request.headers.get("Accept"), *parameters.formats())
    parts = (state().settings.public_url, "term", name, page, accept)
    return represented(request, state().store, parts, make)


def _ontology(representation: Representation) -> Response:
    store = state().store
    parts = (state().settings.public_url, "ontology", representation.name)
    return represented(request, store, parts, lambda: _whole(store, representation))


def _whole(store: QueryService, representation: Representation) -> Response:
    response = _represent(store, representation)
    links = [
        f'<{address("/ontology")}.{offer.extension}>; rel="alternate"; type="{offer.media_type}"'
        for offer in _OFFERS
    ]
    response.headers["Link"] = ", ".join(links)
    return response


def _represent(store: QueryService, representation: Representation) -> Response:
    is_shipped = state().catalogue.has_ontology()
    if not isinstance(representation, Page):
        if is_shipped:
            data = store.query(QueryRequest(_RDF, representation.name)).read()
        else:
            data = serialize(_vocabulary().triples(), representation, PREFIXES)
        return Response(data, content_type=representation.content_type)
    vocabulary = _vocabulary()
    counts = _usage().of_all() if is_shipped else _counts()
    sections = [(heading, terms(vocabulary, kinds, counts)) for heading, kinds in KINDS]
    page = render_template(
        "ontology.html",
        title=title(vocabulary) or ("The ontology" if is_shipped else "Terms"),
        about=about(vocabulary),
        release=release(vocabulary),
        sections=sections,
        formats=[one for one in _OFFERS if one is not HTML],
        classes=_tree(vocabulary.index, sections[0][1]),
        diagram=_diagram(vocabulary, sections[0][1]),
        query=use.query,
    )
    return Response(page, content_type=representation.content_type)


def _vocabulary() -> Vocabulary:
    catalogue = state().catalogue
    return read_vocabulary(state().store, catalogue.project(), is_shipped=catalogue.has_ontology())


def _counts() -> dict[str, use.Use]:
    """How often each class and property is used, without examples."""
    catalogue = state().catalogue
    counts = catalogue.properties() | catalogue.instances()
    return {term: use.Use(count, ()) for term, count in counts.items()}


def _tree(index: Index, classes: list[Term]) -> Tree:
    iris = {term.iri for term in classes}
    subclasses: dict[str, list[Term]] = {}
    for term in classes:
        parents = iris.intersection(map(str, superclasses(index, URIRef(term.iri))))
        for parent in sorted(parents) or [""]:
            subclasses.setdefault(parent, []).append(term)

    def branch(term: Term, path: frozenset[str]) -> Branch:
        children = [child for child in subclasses.get(term.iri, []) if child.iri not in path]
        count = f"{term.use.count:,}" if term.use else ""
        branches = tuple(branch(child, path | {child.iri}) for child in children)
        return Branch(term.label, f"#{term.anchor}", count, branches)

    return tree([branch(root, frozenset({root.iri})) for root in subclasses.get("", [])])


def _diagram(vocabulary: Vocabulary, classes: list[Term]) -> Network:
    """The classes with none above them on both sides, the properties that join them between."""
    index = vocabulary.index
    by_iri = {term.iri: term for term in classes}
    roots = [
        iri
        for iri in by_iri
        if not any(str(parent) in by_iri for parent in superclasses(index, URIRef(iri)))
    ]
    nodes: dict[str, Node] = {}
    edges = []
    is_large = not vocabulary.is_shipped and state().catalogue.triples() > _LARGEST
    for relation in () if is_large else relations(state(), vocabulary, roots):
        if relation.count < _RARE:
            continue
        source, target = by_iri[relation.source], by_iri[relation.target]
        start, end = f"from {relation.source}", f"to {relation.target}"
        way = f"{relation.source} {relation.property}"
        name = label_of(index, URIRef(relation.property))
        anchor = f"#{vocabulary.anchor(relation.property)}"
        nodes.setdefault(start, Node(start, source.label, f"#{source.anchor}", "", 0))
        nodes.setdefault(way, Node(way, name, anchor, source.label, 1))
        nodes.setdefault(end, Node(end, target.label, f"#{target.anchor}", "", 2))
        edges += [Edge(start, way, source.label), Edge(way, end, source.label)]
    return network(nodes.values(), edges)


def _usage() -> use.Usage:
    return use.Usage(state().store, state().catalogue, state().shelf)


def _use(index: Index, iri: URIRef, page: int) -> Response:
    count = _usage().count(iri)
    pages = max(1, -(-count // use.PAGE))
    if page > pages:
        raise NotFound
    body = render_template(
        "use.html",
        label=label_of(index, iri),
        iri=str(iri),
        is_class=use.is_class(iri),
        count=count,
        page=page,
        pages=pages,
        found=_usage().page(iri, page),
        query=use.query(iri),
    )
    response = Response(body, content_type=HTML.content_type)
    location = page_path(f"/ontology/{iri.removeprefix(EAKG)}")
    around = (("prev", page - 1), ("next", page + 1))
    links = [f'<{location}?page={at}>; rel="{rel}"' for rel, at in around if 1 <= at <= pages]
    response.headers["Link"] = ", ".join([*links, f'<{iri}>; rel="describes"'])
    return response
