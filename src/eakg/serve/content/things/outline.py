"""What is asked of a thing first: a page of its triples, and what these join it to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from eakg.rdf import Row, sparql_term
from eakg.serve.content.bounds import Bounds
from eakg.serve.content.presentation import Presentation
from eakg.serve.content.scope import graph_filter
from eakg.serve.content.shelf import Shelf
from eakg.serve.content.things.arcs import Arcs, DescribedTriple
from eakg.serve.content.values import iri_list
from eakg.store import Closure, QueryRequest, QueryService, select

PAGE = 500  # triples that a page gives from the thing, and as many that point to it
_FEW = 2 * PAGE  # ways between a thing and others, that are not looked up one by one


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
    for row in _rows(store, text):
        pairs.setdefault(row["s"], []).append((row["p"], row["o"]))
    return {thing: time.bounds_of(values) for thing, values in pairs.items()}


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
    return frozenset(row["p"] for row in _rows(store, text))


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
    rows = _rows(store, text)
    if len(rows) == _FEW:
        # All of these are too many; to look each end up takes longer where they are few.
        condition = f"FILTER(?p IN ({', '.join(properties.split())}))"
        text = f"SELECT DISTINCT ?end ?p {{ VALUES ?end {{ {iris} }} {between} {condition} }}"
        rows = _rows(store, text)
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
    for row in select(store, QueryRequest(text, any_graph=True)):
        kinds.setdefault(row["s"], set()).add(row["o"])
    return {thing: frozenset(classes) for thing, classes in kinds.items()}


def _rows(store: QueryService, text: str) -> list[Row]:
    return select(store, QueryRequest(text))
