"""What the graph says about one thing: the content of its document, in pages."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from rdflib import DCTERMS, FOAF, PROV, RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from eakg.evidence import Attestation, Passage, is_axiom
from eakg.names import DOC, EAKG, ID, INFERRED_GRAPH, OA, is_evidence
from eakg.rdf import (
    Row,
    Triple,
    is_iri,
    normalized,
    read_term,
    sparql_term,
    spellings,
    write_term,
)
from eakg.serve.content.bounds import END, START, Bounds, bounds_of
from eakg.serve.content.evidence import attestations_in, passages_of
from eakg.serve.content.labels import labels_of
from eakg.serve.content.presentation import Presentation
from eakg.serve.content.values import iri_list
from eakg.store import Closure, QueryRequest, QueryService, select

PAGE = 500  # triples that a page gives from the thing, and as many that point to it
LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
DATES = (START, END, EAKG.dateText)
_QUANTITY = (EAKG.numericValue, EAKG.unit)

_PARTS = (RDF.subject, RDF.predicate, RDF.object)
_PREFIXES = f"""PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
"""


@dataclass(frozen=True)
class DescribedTriple:
    """A triple and the names of the graphs that it is in."""

    triple: Triple
    graphs: frozenset[str]

    @property
    def inferred(self) -> bool:
        """Whether it is in the graph only because it follows from others."""
        return self.graphs == {str(INFERRED_GRAPH)}

    @property
    def axiom(self) -> bool:
        """Whether it is of an ontology."""
        return is_axiom(self.triple, self.graphs)

    @property
    def of_evidence(self) -> bool:
        """Whether it is evidence itself."""
        return all(map(is_evidence, self.graphs))


@dataclass(frozen=True)
class Description:
    """A page of what is said of a thing.

    `outgoing` starts from the thing and `incoming` points to it; `context` is about the things
    between it and further ones. `attestations` are the statements of the evidence that
    state these. `kinds` are the classes of the things that are named here, and `passages` the
    places of the annotations among them. `bounds` say when the thing was. `joints` are, by the
    thing at the other end, those properties of the presentation that join the two, whichever page
    they are on, those that follow among them.
    `page` counts from 1 to `pages`.
    """

    iri: URIRef
    slug: str
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

    def triples(self) -> list[Triple]:
        """The triples of the document, those about itself among them."""
        document = DOC[self.slug]
        triples = [entry.triple for entry in (*self.outgoing, *self.incoming, *self.context)]
        for attestations in self.attestations.values():
            for attestation in attestations:
                triples += attestation.triples
        triples += self.labels
        triples += [
            (document, RDF.type, FOAF.Document),
            (document, FOAF.primaryTopic, self.iri),
            (document, DCTERMS.license, LICENCE),
        ]
        triples += [(document, RDFS.comment, Literal(note, lang="en")) for note in self.notes()]
        return triples

    def notes(self) -> list[str]:
        """What the document leaves out."""
        if self.pages == 1:
            return []
        return [f"Page {self.page} of {self.pages} of what is said of this thing."]


def describe(
    store: QueryService,
    slug: str,
    iri: URIRef,
    closure: Closure,
    presentation: Presentation,
    page: int = 1,
) -> Description | None:
    """Ask the store for a page of the description of a thing, None where there is no such page.

    Arguments: the store; the thing's slug and IRI; whether inferred triples belong to it; how
    pages tell of things; the number of the page. Raises: StoreError and its kinds.
    """
    outgoing = _outgoing(store, closure, iri)
    window = slice(PAGE * (page - 1), PAGE * page)
    incoming, pointing = _incoming(store, closure, iri, window)
    pages = max(1, -(-max(len(outgoing), pointing) // PAGE))
    if page > pages:
        return None
    bounds = bounds_of((entry.triple[1], entry.triple[2]) for entry in outgoing)
    outgoing = outgoing[window]
    neighbours = {entry.triple[2] for entry in outgoing} | {entry.triple[0] for entry in incoming}
    kinds = _kinds(store, {iri, *neighbours})
    context = _context(store, closure, neighbours - {iri}, kinds, presentation)
    entries = (*outgoing, *incoming, *context)
    terms = {term for entry in entries for term in entry.triple}
    terms |= {class_ for classes in kinds.values() for class_ in classes}
    return Description(
        iri,
        slug,
        page,
        pages,
        outgoing,
        incoming,
        context,
        attestations_in(store, _attestable(iri, entries, kinds)),
        tuple(sorted(_labels(store, closure, terms), key=_order)),
        kinds,
        passages_of(store, (term for term, classes in kinds.items() if OA.Annotation in classes)),
        bounds,
        _joints(store, iri, presentation),
    )


def _attestable(
    iri: URIRef, entries: Iterable[DescribedTriple], kinds: Mapping[Node, frozenset[Node]]
) -> Iterator[Triple]:
    """The triples that evidence may state: those described, and what a statement states itself."""
    parts = {}
    for entry in entries:
        if not entry.inferred and not entry.of_evidence:
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
    store: QueryService, closure: Closure, text: str, row_triple: tuple[str, ...] = ()
) -> list[Row]:
    return select(store, QueryRequest(_PREFIXES + text, closure=closure, row_triple=row_triple))


def _outgoing(store: QueryService, closure: Closure, iri: URIRef) -> tuple[DescribedTriple, ...]:
    text = f"SELECT ?g ?p ?o {{ GRAPH ?g {{ {sparql_term(iri)} ?p ?o }} }}"
    return _entries(_ask(store, closure, text, (f"<{iri}>", "p", "o", "g")), iri)


def _incoming(
    store: QueryService, closure: Closure, iri: URIRef, window: slice
) -> tuple[tuple[DescribedTriple, ...], int]:
    """A window on the triples that point to a thing, in order, and how many they are.

    They may be many, so that terms are made of those of the window alone, and they are ordered
    here: the store takes long to order IRIs. Statements about the thing are given as evidence.
    """
    text = (
        f"SELECT ?p ?s ?g {{ GRAPH ?g {{ ?s ?p {sparql_term(iri)} }}"
        " FILTER(?p NOT IN (rdf:subject, rdf:predicate, rdf:object)) }"
    )
    request = QueryRequest(_PREFIXES + text, "tsv", closure)
    lines = store.query(request).read().splitlines()[1:]
    pairs = sorted({line[: line.rindex(b"\t")] for line in lines})
    graphs: dict[bytes, set[str]] = {pair: set() for pair in pairs[window]}
    for line in lines:
        pair, _, graph = line.rpartition(b"\t")
        if pair in graphs:
            graphs[pair].add(graph[1:-1].decode())
    entries = []
    for pair, names in graphs.items():
        predicate, _, subject = pair.decode().partition("\t")
        entries.append(
            DescribedTriple((read_term(subject), read_term(predicate), iri), frozenset(names))
        )
    return tuple(entries), len(pairs)


def _entries(rows: Iterable[Row], iri: URIRef) -> tuple[DescribedTriple, ...]:
    graphs: dict[Triple, set[str]] = {}
    for row in rows:
        triple = (row.get("s", iri), row["p"], row.get("o", iri))
        graphs.setdefault(triple, set()).add(str(row["g"]))
    return tuple(
        DescribedTriple(triple, frozenset(names))
        for triple, names in sorted(graphs.items(), key=lambda entry: _order(entry[0]))
    )


def _joints(
    store: QueryService, iri: URIRef, presentation: Presentation
) -> dict[Node, frozenset[Node]]:
    properties = iri_list(presentation.joining)
    if not properties:
        return {}
    joints: dict[Node, set[Node]] = {}
    thing = sparql_term(iri)
    text = (
        f"SELECT DISTINCT ?end ?p {{ VALUES ?p {{ {properties} }}"
        f" {{ GRAPH ?g {{ {thing} ?p ?end }} }} UNION {{ GRAPH ?g {{ ?end ?p {thing} }} }} }}"
    )
    for row in _ask(store, "full", text):
        joints.setdefault(row["end"], set()).add(row["p"])
    return {end: frozenset(terms) for end, terms in joints.items()}


def _kinds(store: QueryService, things: Iterable[Node]) -> dict[Node, frozenset[Node]]:
    """The classes of things, those that follow among them."""
    iris = iri_list(things)
    if not iris:
        return {}
    kinds: dict[Node, set[Node]] = {}
    for row in _ask(
        store,
        "full",
        f"SELECT DISTINCT ?s ?o {{ VALUES ?s {{ {iris} }} GRAPH ?g {{ ?s a ?o }} }}",
    ):
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
        f" FILTER(?p IN ({', '.join(predicates.split())})) }}",
        ("s", "p", "o", "g"),
    )
    return _entries((row for row in rows if row["p"] in cells[row["s"]]), URIRef(""))


def _cells(kinds: frozenset[Node], presentation: Presentation) -> tuple[URIRef, ...]:
    """The properties of a thing of these classes that stand on the pages of other things."""
    properties = presentation.cells(kinds)
    if properties is not None:
        return (*sorted({URIRef(str(one)) for one in properties}), *DATES)
    return _QUANTITY if EAKG.Quantity in kinds else ()


def _labels(store: QueryService, closure: Closure, terms: Iterable[Node]) -> list[Triple]:
    """Labels of terms, in English where there are such."""
    labels: dict[Node, list[Node]] = {}
    for term, _predicate, label in labels_of(store, terms, closure):
        labels.setdefault(term, []).append(label)
    return [
        (term, RDFS.label, label)
        for term, texts in labels.items()
        for label in ([text for text in texts if language(text) in ("en", "")] or texts)
    ]


def language(term: Node) -> str:
    """The language of a literal, empty without one."""
    return (term.language or "") if isinstance(term, Literal) else ""


def _order(triple: Triple) -> tuple[str, ...]:
    return tuple(map(write_term, triple))
