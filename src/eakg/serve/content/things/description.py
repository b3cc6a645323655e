"""What the graph says about one thing: the content of its document, in pages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from rdflib import DCTERMS, FOAF, RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from eakg.evidence import Attestation, Passage
from eakg.names import OA
from eakg.rdf import Triple
from eakg.serve.content.bounds import Bounds
from eakg.serve.content.evidence import attestations_in, passages_of
from eakg.serve.content.labels import labels_of
from eakg.serve.content.presentation import Presentation
from eakg.serve.content.project import Project
from eakg.serve.content.scope import graph_filter
from eakg.serve.content.things.arcs import DescribedTriple, entries_of, order
from eakg.serve.content.things.outline import Outline
from eakg.serve.content.values import iri_list
from eakg.store import Closure, QueryRequest, QueryService, select

_PARTS = (RDF.subject, RDF.predicate, RDF.object)


@dataclass(frozen=True)
class Description:
    """A page of what is said of a thing.

    `outgoing` starts from the thing and `incoming` points to it; `context` is about the things
    between it and further ones. `attestations` are the statements of the evidence that
    state these. `kinds` are the classes of the things that are named here, and `passages` the
    places of the annotations among them. `bounds` say when the thing was. `joints` are, by the
    thing at the other end, those properties of the presentation that join the two, whichever page
    they are on, those that follow among them; `joining` are those that join the thing to any.
    `page` counts from 1 to `pages`.
    """

    iri: URIRef
    page: int
    pages: int
    outgoing: tuple[DescribedTriple, ...]
    incoming: tuple[DescribedTriple, ...]
    context: tuple[DescribedTriple, ...]
    attestations: Mapping[Triple, tuple[Attestation, ...]]
    labels: tuple[Triple, ...]
    kinds: Mapping[Node, frozenset[Node]]
    passages: Mapping[Node, Passage]
    bounds: Bounds
    joints: Mapping[Node, frozenset[Node]]
    joining: frozenset[Node]

    @property
    def attested(self) -> frozenset[Triple]:
        """The triples whose attestations are all here, where there are any."""
        entries = (*self.outgoing, *self.incoming, *self.context)
        return frozenset(one.triple for one in entries if one.is_attestable)

    def triples(self, document: URIRef, licences: Iterable[str] = ()) -> list[Triple]:
        """The triples of the document, those about itself among them.

        Arguments: the IRI of the document; the IRIs of its licences.
        """
        triples = [entry.triple for entry in (*self.outgoing, *self.incoming, *self.context)]
        for attestations in self.attestations.values():
            for attestation in attestations:
                triples += attestation.triples
        triples += self.labels
        triples += [
            (document, RDF.type, FOAF.Document),
            (document, FOAF.primaryTopic, self.iri),
        ]
        triples += [(document, DCTERMS.license, URIRef(one)) for one in licences]
        triples += [(document, RDFS.comment, Literal(note, lang="en")) for note in self.notes()]
        return triples

    def notes(self) -> list[str]:
        """What the document leaves out."""
        if self.pages == 1:
            return []
        return [f"Page {self.page} of {self.pages} of what is said of this thing."]


def description_of(
    store: QueryService,
    outline: Outline,
    presentation: Presentation,
    outgoing: tuple[DescribedTriple, ...],
    incoming: tuple[DescribedTriple, ...],
    terms: Iterable[Node] = (),
    for_page: bool = False,
) -> Description:
    """Ask the store for all that is told with triples of an outline.

    Arguments: the store; the outline; how pages tell of things; those of its triples that start
    from the thing and that point to it; further terms whose names are wanted; whether of the
    evidence only that is told which a page tells.
    Raises: StoreError and its kinds.
    """
    iri, closure = outline.iri, outline.closure
    neighbours = {entry.triple[2] for entry in outgoing} | {entry.triple[0] for entry in incoming}
    kinds = {
        thing: classes
        for thing, classes in outline.kinds.items()
        if thing == iri or thing in neighbours
    }
    context = _context(store, closure, neighbours - {iri}, kinds, presentation)
    entries = (*outgoing, *incoming, *context)
    nodes = {*terms} | {term for entry in entries for term in entry.triple}
    nodes |= {class_ for classes in kinds.values() for class_ in classes}
    return Description(
        iri,
        outline.page,
        outline.pages,
        outgoing,
        incoming,
        context,
        attestations_in(store, _attestable(iri, entries, kinds), for_page),
        tuple(sorted(_labels(store, closure, nodes, presentation.project), key=order)),
        kinds,
        passages_of(store, (term for term, classes in kinds.items() if OA.Annotation in classes)),
        outline.bounds,
        outline.joints,
        outline.joining,
    )


def with_names(
    store: QueryService,
    description: Description,
    terms: Iterable[Node],
    closure: Closure,
    presentation: Presentation,
) -> Description:
    """A description with the names of further terms.

    Arguments: the store; the description; the terms; whether inferred triples count; how pages tell
    of things. Raises: StoreError and its kinds.
    """
    labels = {*description.labels, *_labels(store, closure, terms, presentation.project)}
    return replace(description, labels=tuple(sorted(labels, key=order)))


def _attestable(
    iri: URIRef, entries: Iterable[DescribedTriple], kinds: Mapping[Node, frozenset[Node]]
) -> Iterator[Triple]:
    """The triples that evidence may state: those described, and what a statement states itself."""
    parts = {}
    for entry in entries:
        if entry.is_attestable:
            yield entry.triple
        if entry.triple[0] == iri:
            parts[entry.triple[1]] = entry.triple[2]
    if RDF.Statement in kinds.get(iri, ()) and parts.keys() >= set(_PARTS):
        subject, predicate, object_ = (parts[part] for part in _PARTS)
        yield subject, predicate, object_


def _context(
    store: QueryService,
    closure: Closure,
    things: Iterable[Node],
    kinds: Mapping[Node, frozenset[Node]],
    presentation: Presentation,
) -> tuple[DescribedTriple, ...]:
    cells = {thing: _cells(kinds.get(thing, frozenset()), presentation) for thing in things}
    iris = iri_list(thing for thing, predicates in cells.items() if predicates)
    if not iris:
        return ()
    predicates = iri_list(chain.from_iterable(cells.values()))
    text = (
        f"SELECT ?g ?s ?p ?o {{ VALUES ?s {{ {iris} }} GRAPH ?g {{ ?s ?p ?o }}"
        f" FILTER(?p IN ({', '.join(predicates.split())}) && {graph_filter(closure)}) }}"
    )
    forms = "s", "p", "o", "g"
    request = QueryRequest(text, closure=closure, row_triple=forms, any_graph=True)
    rows = (row for row in select(store, request) if row["p"] in cells[row["s"]])
    return entries_of(rows, URIRef(""))


def _cells(kinds: frozenset[Node], presentation: Presentation) -> tuple[URIRef, ...]:
    """The properties of a thing of these classes that stand on the pages of other things."""
    properties = presentation.cells(kinds)
    if properties is not None:
        dates = presentation.time.bounds | presentation.time.texts
        return tuple(sorted({URIRef(str(one)) for one in properties | dates}))
    return presentation.quantity if kinds & presentation.quantities else ()


def _labels(
    store: QueryService, closure: Closure, terms: Iterable[Node], project: Project
) -> list[Triple]:
    """Labels of terms, in a language of the project where there are such."""
    labels: dict[Node, list[Triple]] = {}
    for triple in labels_of(store, terms, closure, project.label_property):
        labels.setdefault(triple[0], []).append(triple)
    return [
        triple
        for triples in labels.values()
        for triple in (
            [one for one in triples if project.language_rank(one[2]) < project.foreign_rank]
            or triples
        )
    ]
