"""The ontology: its graph in RDF, and a page with every term."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Blueprint, Response, render_template, request
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal, URIRef
from rdflib.term import Node

from eakg.names import EAKG, ONTOLOGY_GRAPH, ONTOLOGY_IRI
from eakg.serve.caching import entity_tag, mark, not_modified
from eakg.serve.links import short
from eakg.serve.negotiation import HTML, Page, Representation, negotiate
from eakg.serve.parameters import query_string
from eakg.serve.shown import Shown
from eakg.serve.state import address, state
from eakg.store import QueryRequest, QueryService, select
from eakg.store.formats import GRAPH_FORMATS

blueprint = Blueprint("vocabulary", __name__)
_OFFERS: tuple[Representation, ...] = (*GRAPH_FORMATS, HTML)
_RDF = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}"
_ROWS = f"SELECT ?s ?p ?o {{ GRAPH <{ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} FILTER(isIRI(?s)) }}"
_KINDS = (
    ("Classes", (OWL.Class, RDFS.Class)),
    ("Relations between things", (OWL.ObjectProperty,)),
    ("Values", (OWL.DatatypeProperty,)),
    ("Annotations", (OWL.AnnotationProperty, RDF.Property)),
)
_DEFINITIONS = (SKOS.definition, RDFS.comment, DCTERMS.description)
_RELATIONS = (
    (RDFS.subClassOf, "Kind of", False),
    (RDFS.subClassOf, "Kinds", True),
    (RDFS.subPropertyOf, "Implies", False),
    (RDFS.subPropertyOf, "Implied by", True),
    (RDFS.domain, "From", False),
    (RDFS.range, "To", False),
    (OWL.inverseOf, "Inverse of", False),
)
_Index = dict[Node, dict[Node, list[Node]]]


@dataclass(frozen=True)
class Term:
    """A term of the ontology as the page shows it."""

    anchor: str
    iri: str
    label: str
    other_labels: tuple[Shown, ...]
    definition: str
    examples: tuple[str, ...]
    relations: tuple[tuple[str, tuple[Shown, ...]], ...] = field(default=())


@blueprint.get("/ontology")
def ontology() -> Response:
    """The ontology in the format that is asked for."""
    query_string(request)
    representation = negotiate(request, _OFFERS)
    tag = entity_tag(state().settings.data_version, "ontology", representation.name)
    response = not_modified(request, tag)
    if response is None:
        response = mark(_represent(state().store, representation), tag)
    response.headers["Link"] = ", ".join(
        f'<{address("/ontology")}>; rel="alternate"; type="{one.media_type}"' for one in _OFFERS
    )
    return response


def _represent(store: QueryService, representation: Representation) -> Response:
    if not isinstance(representation, Page):
        data = store.query(QueryRequest(_RDF, representation.name)).read()
        return Response(data, content_type=representation.content_type)
    index = _index(store)
    page = render_template(
        "ontology.html",
        title=_first(index, ONTOLOGY_IRI, (DCTERMS.title, RDFS.label)) or "The ontology",
        about=_first(index, ONTOLOGY_IRI, _DEFINITIONS),
        release=_first(index, ONTOLOGY_IRI, (OWL.versionInfo, OWL.versionIRI)),
        sections=[(title, _terms(index, kinds)) for title, kinds in _KINDS],
    )
    return Response(page, content_type=representation.content_type)


def _index(store: QueryService) -> _Index:
    index: _Index = {}
    for row in select(store, QueryRequest(_ROWS)):
        index.setdefault(row["s"], {}).setdefault(row["p"], []).append(row["o"])
    return index


def _terms(index: _Index, kinds: Iterable[URIRef]) -> list[Term]:
    wanted = set(kinds)
    found = [
        _term(index, URIRef(str(subject)))
        for subject, properties in index.items()
        if str(subject).startswith(str(EAKG)) and wanted & set(properties.get(RDF.type, []))
    ]
    return sorted(found, key=lambda term: (term.label.lower(), term.iri))


def _term(index: _Index, iri: URIRef) -> Term:
    labels = index[iri].get(RDFS.label, [])
    own = _label(index, iri)
    relations = []
    for predicate, title, backwards in _RELATIONS:
        if backwards:
            ends = [s for s, of_s in index.items() if iri in of_s.get(predicate, [])]
        else:
            ends = [end for end in index[iri].get(predicate, []) if isinstance(end, URIRef)]
        if ends:
            shown = sorted(
                (Shown(_label(index, end), str(end), str(end)) for end in ends),
                key=lambda one: one.label.lower(),
            )
            relations.append((title, tuple(shown)))
    return Term(
        str(iri)[len(EAKG) :],
        str(iri),
        own,
        tuple(
            Shown(str(one), one.n3(), None, one.language)
            for one in sorted(labels, key=lambda one: one.n3())
            if isinstance(one, Literal) and str(one) != own
        ),
        _first(index, iri, _DEFINITIONS) or "",
        tuple(sorted(str(one) for one in index[iri].get(SKOS.example, []))),
        tuple(relations),
    )


def _label(index: _Index, term: Node) -> str:
    return _first(index, term, (RDFS.label,)) or short(str(term))


def _first(index: _Index, subject: Node, predicates: Iterable[URIRef]) -> str | None:
    """The value of the first of these properties that has one, English before others."""
    for predicate in predicates:
        values = index.get(subject, {}).get(predicate, [])
        if values:
            ranked = sorted(
                values,
                key=lambda one: (getattr(one, "language", None) not in ("en", None), one.n3()),
            )
            return str(ranked[0])
    return None
