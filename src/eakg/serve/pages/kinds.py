"""Things by their kinds: an index of the classes that have any, and the members of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import DCTERMS, RDF, SKOS, BNode, Literal, URIRef
from rdflib.namespace import VOID
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.names import PREFIXES
from eakg.rdf import Triple, serialize, sparql_term
from eakg.serve.app import (
    HTML,
    PAGE_OR_GRAPH,
    Page,
    Representation,
    negotiate,
    query_string,
    represented,
    state,
)
from eakg.serve.content import ClassCount, KindListing, Presentation
from eakg.serve.data import dataset_iri
from eakg.serve.words import DisplayTerm, Naming, naming_of, time_of
from eakg.store import QueryRequest, QueryService, select

blueprint = Blueprint("kinds", __name__)
PAGE = 200


@dataclass(frozen=True)
class Member:
    """A thing of a kind: when it was, what it is in words, and who had which part in it."""

    thing: DisplayTerm
    when: str
    description: str
    parties: tuple[tuple[DisplayTerm, tuple[DisplayTerm, ...]], ...]


@blueprint.get("/things")
def things() -> Response:
    """The kinds of things, or the things of one: `kind` is its name, or that of a class."""
    parameters = query_string(request)
    kind, page = parameters.single("kind"), parameters.page()
    representation = negotiate(request, PAGE_OR_GRAPH)
    parts = (state().settings.public_url, "things", kind, page, representation.name)
    return represented(request, state().store, parts, lambda: _answer(kind, page, representation))


def _answer(kind: str | None, page: int, representation: Representation) -> Response:
    if isinstance(representation, Page):
        return _page(kind, page)
    if kind is None:
        triples = list(_class_triples(state().catalogue.classes()))
    else:
        store = state().store
        count, _pages = _count(kind, page)
        things = _things(count.classes, page)
        descriptions = _descriptions(store, things)
        triples = [(thing, RDF.type, one) for thing, one in _types(store, things, count.classes)]
        triples += [
            (thing, predicate, value)
            for thing, description in descriptions.items()
            for predicate, values in description.items()
            for value in values
        ]
    data = serialize(triples, representation, PREFIXES | {"void": str(VOID)})
    return Response(data, content_type=representation.content_type)


def _class_triples(classes: Iterable[ClassCount]) -> Iterator[Triple]:
    """How many things there are of each class, as partitions of the data set."""
    dataset = dataset_iri(state().settings, state().catalogue)
    for class_ in classes:
        part = BNode(f"things-{class_.name}")
        yield dataset, VOID.classPartition, part
        yield part, VOID["class"], URIRef(class_.iri)
        yield part, VOID.entities, Literal(class_.things)


def _types(
    store: QueryService, things: Iterable[Node], classes: Iterable[str]
) -> Iterator[tuple[Node, Node]]:
    """Which of some classes things have."""
    terms = " ".join(map(sparql_term, things))
    kinds = " ".join(sparql_term(URIRef(class_)) for class_ in classes)
    if terms:
        values = f"VALUES ?s {{ {terms} }} VALUES ?class {{ {kinds} }}"
        text = f"SELECT ?s ?class {{ {values} ?s a ?class }}"
        for row in select(store, QueryRequest(text)):
            yield row["s"], row["class"]


def _count(kind: str, page: int) -> tuple[KindListing, int]:
    """The kind of this name, and how many pages its things have. Raises: NotFound."""
    count = state().catalogue.listing(kind)
    pages = -(-count.things // PAGE) if count else 0
    if count is None or page > pages:
        raise NotFound
    return count, pages


def _page(kind: str | None, page: int) -> Response:
    if kind is None:
        catalogue = state().catalogue
        text = render_template("kinds.html", kinds=catalogue.kinds(), classes=catalogue.classes())
        return Response(text, content_type=HTML.content_type)
    count, pages = _count(kind, page)
    text = render_template(
        "kind.html",
        kind=count,
        members=members(state().store, count.classes, page),
        parts=_parts(count),
        page=page,
        pages=pages,
    )
    return Response(text, content_type=HTML.content_type)


def _parts(kind: KindListing) -> tuple[ClassCount, ...]:
    """The classes of the things of a kind, those with the most first; none for a class."""
    if kind.iri is not None:
        return ()
    classes = state().catalogue.classes()
    above = state().catalogue.superclasses(URIRef(one.iri) for one in classes)
    tops = frozenset(map(URIRef, kind.classes))
    return tuple(
        count
        for count in classes
        if tops & above.get(URIRef(count.iri), frozenset())
        or (len(tops) > 1 and URIRef(count.iri) in tops)
    )


def members(store: QueryService, classes: Iterable[str], page: int) -> tuple[Member, ...]:
    """A page of the things of classes: those with dates in their order, then the others by name.

    Raises: StoreError and its kinds.
    """
    things = _things(classes, page)
    descriptions = _descriptions(store, things)
    presentation = state().catalogue.presentation()
    roles = presentation.telling("party")
    parties = {
        value
        for description in descriptions.values()
        for predicate in roles
        for value in description.get(predicate, [])
    }
    naming = naming_of(store, {*things, *parties, *roles}, presentation)
    return tuple(
        _member(thing, descriptions.get(thing, {}), naming, presentation) for thing in things
    )


def _things(classes: Iterable[str], page: int) -> list[Node]:
    return [*map(URIRef, state().register.members(classes, PAGE * (page - 1), PAGE))]


def _member(
    thing: Node,
    description: Mapping[Node, Sequence[Node]],
    naming: Naming,
    presentation: Presentation,
) -> Member:
    time = presentation.time
    bounds = time.bounds_of(
        (predicate, value) for predicate in time.bounds for value in description.get(predicate, [])
    )
    texts = (str(text) for one in time.texts for text in description.get(one, []))
    words = sorted(
        str(text)
        for predicate in (DCTERMS.description, SKOS.definition)
        for text in description.get(predicate, [])
    )
    return Member(
        naming.of(thing),
        time_of(bounds) or " / ".join(sorted(texts)),
        words[0] if words else "",
        tuple(
            (
                naming.of(role),
                tuple(sorted(map(naming.of, description[role]), key=lambda party: party.label)),
            )
            for role in presentation.telling("party")
            if role in description
        ),
    )


def _descriptions(
    store: QueryService, things: Iterable[Node]
) -> dict[Node, dict[Node, list[Node]]]:
    subjects = " ".join(sorted({sparql_term(one) for one in things if isinstance(one, URIRef)}))
    presentation = state().catalogue.presentation()
    time, project = presentation.time, presentation.project
    properties = {*map(URIRef, project.label_property), DCTERMS.description, SKOS.definition}
    properties |= {*time.bounds, *time.texts, *presentation.telling("party")}
    predicates = ", ".join(sorted(map(sparql_term, properties)))
    # A second VALUES would have the engine pass over all triples.
    text = (
        f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?s {{ {subjects} }} ?s ?p ?o"
        f" FILTER(?p IN ({predicates})) }}"
    )
    descriptions: dict[Node, dict[Node, list[Node]]] = {}
    for row in select(store, QueryRequest(text)):
        descriptions.setdefault(row["s"], {}).setdefault(row["p"], []).append(row["o"])
    return descriptions
