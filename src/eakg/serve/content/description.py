"""What the graph says about one thing: the content of its document, in pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from rdflib import DCTERMS, FOAF, PROV, RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from eakg.evidence import Attestation, Passage
from eakg.names import ID, OA
from eakg.rdf import (
    Row,
    Triple,
    is_iri,
    normalized,
    sparql_term,
    spellings,
)
from eakg.serve.content.arcs import Arcs, DescribedTriple, entries_of, order
from eakg.serve.content.bounds import Bounds
from eakg.serve.content.evidence import attestations_in, passages_of
from eakg.serve.content.labels import labels_of
from eakg.serve.content.presentation import Presentation
from eakg.serve.content.project import Project
from eakg.serve.content.scope import graph_filter
from eakg.serve.content.shelf import Shelf
from eakg.serve.content.values import iri_list
from eakg.store import Closure, QueryRequest, QueryService, select

PAGE = 500  # triples that a page gives from the thing, and as many that point to it
_FEW = 2 * PAGE  # ways between a thing and others, that are not looked up one by one
_PARTS = (RDF.subject, RDF.predicate, RDF.object)
_PREFIXES = f"""PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
"""


@dataclass(frozen=True)
class Outline:
    """What is asked of a thing first: a page of the triples from it and to it, the classes of what
    these name, when the thing was, and what joins it to what (as in `Description`)."""

    iri: URIRef
    closure: Closure
    page: int
    pages: int
    outgoing: tuple[DescribedTriple, ...]
    incoming: tuple[DescribedTriple, ...]
    kinds: Mapping[Node, frozenset[Node]]
    bounds: Bounds
    joints: Mapping[Node, frozenset[Node]]
    joining: frozenset[Node]

    @property
    def graphs(self) -> frozenset[str]:
        """The names of the graphs that its triples are in."""
        return frozenset().union(*(one.graphs for one in (*self.outgoing, *self.incoming)))


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


def outline_of(
    store: QueryService,
    shelf: Shelf,
    iri: URIRef,
    closure: Closure,
    presentation: Presentation,
    page: int = 1,
) -> Outline | None:
    """Ask the store for a page of what is said of a thing, None where there is no such page.

    Arguments: the store; where files are kept; the IRI of the thing; whether inferred triples
    belong to it; how pages tell of things; the number of the page.
    Raises: StoreError and its kinds.
    """
    window = slice(PAGE * (page - 1), PAGE * page)
    arcs = Arcs(store, shelf, iri, closure)
    outgoing, starting = arcs.outgoing(window)
    incoming, pointing = arcs.incoming(window)
    pages = max(1, -(-max(starting, pointing) // PAGE))
    if page > pages:
        return None
    neighbours = {entry.triple[2] for entry in outgoing} | {entry.triple[0] for entry in incoming}
    if pages == 1 and closure == "full":
        joints = _joints_among(iri, (*outgoing, *incoming), presentation.joining)
        joining = frozenset[Node]().union(*joints.values())
    else:
        joining = _joining(store, iri, presentation)
        joints = _joints(store, iri, neighbours, joining)
    return Outline(
        iri,
        closure,
        page,
        pages,
        outgoing,
        incoming,
        _kinds(store, {iri, *neighbours}),
        arcs.bounds(presentation.time),
        joints,
        joining,
    )


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


def days_of(
    store: QueryService, things: Iterable[Node], presentation: Presentation
) -> dict[Node, Bounds]:
    """When each of some things was. Raises: StoreError and its kinds."""
    time = presentation.time
    iris, properties = iri_list(things), ", ".join(iri_list(time.bounds).split())
    if not iris or not properties:
        return {}
    pairs: dict[Node, list[tuple[Node, Node]]] = {}
    text = f"SELECT ?s ?p ?o {{ VALUES ?s {{ {iris} }} ?s ?p ?o FILTER(?p IN ({properties})) }}"
    for row in _ask(store, "full", text):
        pairs.setdefault(row["s"], []).append((row["p"], row["o"]))
    return {thing: time.bounds_of(values) for thing, values in pairs.items()}


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


def find(
    store: QueryService, slug: str, escaped_names: Callable[[], Mapping[str, tuple[str, ...]]]
) -> URIRef | None:
    """The IRI that has this slug in the graph, or None: as it is written, or else in a spelling
    that is the same (RFC 3986 section 6.2.2).

    Arguments: the store; the slug as it stands in an address; what gives the IRIs of the graph that
    have escapes, by their normal spelling, asked for where the usual spellings are not there.
    """
    for spelling in spellings(slug):
        iri = ID[spelling]
        if spelling and is_iri(iri) and _is_named(store, iri):
            return iri
    return next((URIRef(name) for name in escaped_names().get(normalized(ID[slug]), ())), None)


def find_exactly(store: QueryService, iri: str) -> URIRef | None:
    """An IRI if the graph speaks of it, as it is written, else None; of a property alone too.

    Raises: StoreError and its kinds.
    """
    if not is_iri(iri):
        return None
    term = URIRef(iri)
    if _is_named(store, term):
        return term
    query = f"SELECT * {{ GRAPH ?g {{ ?s {sparql_term(term)} ?o }} }} LIMIT 1"
    return term if select(store, QueryRequest(query)) else None


def _is_named(store: QueryService, iri: URIRef) -> bool:
    query = f"SELECT * {{ {{ GRAPH ?g {{ {sparql_term(iri)} ?p ?o }} }} UNION"
    query += f" {{ GRAPH ?g {{ ?s ?p {sparql_term(iri)} }} }} }} LIMIT 1"
    return bool(select(store, QueryRequest(query)))


@dataclass(frozen=True)
class Withdrawal:
    """That a thing was withdrawn: when, and what took its place, where anything did."""

    date: str
    replacements: tuple[URIRef, ...]


def withdrawal(store: QueryService, iri: URIRef) -> Withdrawal | None:
    """Whether the graph says that a thing was withdrawn (prov:invalidatedAtTime).

    Raises: StoreError and its kinds.
    """
    rows = select(
        store,
        QueryRequest(
            f"SELECT ?date ?new {{ {sparql_term(iri)} <{PROV.invalidatedAtTime}> ?date"
            f" OPTIONAL {{ {sparql_term(iri)} <{DCTERMS.isReplacedBy}> ?new }} }}"
        ),
    )
    if not rows:
        return None
    replacements = {row["new"] for row in rows if isinstance(row.get("new"), URIRef)}
    return Withdrawal(
        min(str(row["date"]) for row in rows),
        tuple(sorted(URIRef(str(one)) for one in replacements)),
    )


def _ask(
    store: QueryService,
    closure: Closure,
    text: str,
    row_triple: tuple[str, ...] = (),
    *,
    any_graph: bool = False,
) -> list[Row]:
    request = QueryRequest(
        _PREFIXES + text, closure=closure, row_triple=row_triple, any_graph=any_graph
    )
    return select(store, request)


def _joining(store: QueryService, iri: URIRef, presentation: Presentation) -> frozenset[Node]:
    """The properties of the presentation that tell sections apart and join the thing to any."""
    properties = iri_list(presentation.joining)
    if not properties:
        return frozenset()
    thing = sparql_term(iri)
    text = (
        f"SELECT DISTINCT ?p {{ VALUES ?p {{ {properties} }}"
        f" {{ GRAPH ?g {{ {thing} ?p ?end }} }} UNION {{ GRAPH ?g {{ ?end ?p {thing} }} }} }}"
    )
    return frozenset(row["p"] for row in _ask(store, "full", text))


def _joints_among(
    iri: URIRef, entries: Iterable[DescribedTriple], joining: frozenset[Node]
) -> dict[Node, frozenset[Node]]:
    """As `_joints`, where these are all the triples of the thing."""
    joints: dict[Node, set[Node]] = {}
    for entry in entries:
        subject, predicate, object_ = entry.triple
        if predicate in joining:
            joints.setdefault(object_ if subject == iri else subject, set()).add(predicate)
    return {end: frozenset(terms) for end, terms in joints.items()}


def _joints(
    store: QueryService, iri: URIRef, ends: Iterable[Node], joining: frozenset[Node]
) -> dict[Node, frozenset[Node]]:
    ends, properties = {*ends}, iri_list(joining)
    iris = iri_list(ends)
    if not iris or not properties:
        return {}
    joints: dict[Node, set[Node]] = {}
    thing = sparql_term(iri)
    between = f"{{ GRAPH ?g {{ {thing} ?p ?end }} }} UNION {{ GRAPH ?g {{ ?end ?p {thing} }} }}"
    text = f"SELECT DISTINCT ?end ?p {{ VALUES ?p {{ {properties} }} {between} }} LIMIT {_FEW}"
    rows = _ask(store, "full", text)
    if len(rows) == _FEW:
        # All of these are too many; to look each end up takes longer where they are few.
        condition = f"FILTER(?p IN ({', '.join(properties.split())}))"
        text = f"SELECT DISTINCT ?end ?p {{ VALUES ?end {{ {iris} }} {between} {condition} }}"
        rows = _ask(store, "full", text)
    for row in rows:
        if row["end"] in ends:
            joints.setdefault(row["end"], set()).add(row["p"])
    return {end: frozenset(terms) for end, terms in joints.items()}


def _kinds(store: QueryService, things: Iterable[Node]) -> dict[Node, frozenset[Node]]:
    """The classes of things, those that follow among them."""
    iris = iri_list(things)
    if not iris:
        return {}
    kinds: dict[Node, set[Node]] = {}
    graphs = f"FILTER({graph_filter('full')})"
    text = f"SELECT DISTINCT ?s ?o {{ VALUES ?s {{ {iris} }} GRAPH ?g {{ ?s a ?o }} {graphs} }}"
    for row in select(store, QueryRequest(_PREFIXES + text, any_graph=True)):
        kinds.setdefault(row["s"], set()).add(row["o"])
    return {thing: frozenset(classes) for thing, classes in kinds.items()}


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
    rows = _ask(
        store,
        closure,
        f"SELECT ?g ?s ?p ?o {{ VALUES ?s {{ {iris} }} GRAPH ?g {{ ?s ?p ?o }}"
        f" FILTER(?p IN ({', '.join(predicates.split())}) && {graph_filter(closure)}) }}",
        ("s", "p", "o", "g"),
        any_graph=True,
    )
    return entries_of((row for row in rows if row["p"] in cells[row["s"]]), URIRef(""))


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
