"""Things by their kinds: an index of the classes that have any, and the members of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import DCTERMS, RDFS, SKOS, URIRef
from rdflib.term import Node
from werkzeug.exceptions import NotFound

from eakg.names import EAKG, ID
from eakg.rdf import sparql_term
from eakg.serve.app import HTML, query_string, represented, state
from eakg.serve.words import DisplayTerm, Naming, period
from eakg.store import QueryRequest, QueryService, select

blueprint = Blueprint("kinds", __name__)
PAGE = 200
_PARTIES = (EAKG.agent, EAKG.recipient, EAKG.participant, EAKG.claimant, EAKG.party)
_TOLD = (
    RDFS.label,
    DCTERMS.description,
    SKOS.definition,
    EAKG.notBefore,
    EAKG.notAfter,
    EAKG.dateText,
    *_PARTIES,
)


@dataclass(frozen=True)
class Member:
    """A thing of a kind: when it was, what it is in words, and who had which part in it."""

    thing: DisplayTerm
    when: str
    description: str
    parties: tuple[tuple[DisplayTerm, tuple[DisplayTerm, ...]], ...]


@blueprint.get("/things")
def things() -> Response:
    """The kinds of things, or the things of one kind: `kind` is the name of a class."""
    parameters = query_string(request)
    kind, page = parameters.one("kind"), parameters.page()
    parts = (state().settings.public_url, "things", kind, page)
    return represented(request, state().store, parts, lambda: _page(kind, page))


def _page(kind: str | None, page: int) -> Response:
    if kind is None:
        text = render_template("kinds.html", classes=state().catalogue.classes())
        return Response(text, content_type=HTML.content_type)
    counted = {one.iri: one for one in state().catalogue.classes()}
    found = counted.get(str(EAKG[kind]))
    pages = -(-found.things // PAGE) if found else 0
    if found is None or page > pages:
        raise NotFound
    text = render_template(
        "kind.html",
        kind=found,
        members=members(state().store, URIRef(found.iri), page),
        page=page,
        pages=pages,
    )
    return Response(text, content_type=HTML.content_type)


def members(store: QueryService, kind: URIRef, page: int) -> tuple[Member, ...]:
    """A page of the things of a class: those with dates in their order, then the others by name.

    Raises: StoreError and its kinds.
    """
    listed = [
        row["thing"]
        for row in select(
            store,
            QueryRequest(
                f"SELECT ?thing {{ ?thing a {sparql_term(kind)}"
                f' FILTER(STRSTARTS(STR(?thing), "{ID}"))'
                f" OPTIONAL {{ ?thing <{EAKG.notBefore}> ?day }}"
                f" OPTIONAL {{ ?thing <{RDFS.label}> ?name FILTER(LANG(?name) IN ('en', '')) }} }}"
                " GROUP BY ?thing ORDER BY (MIN(?day)) (MIN(?name)) ?thing"
                f" LIMIT {PAGE} OFFSET {PAGE * (page - 1)}"
            ),
        )
        if "thing" in row
    ]
    about = _about(store, listed)
    named = {value for of_it in about.values() for one in _PARTIES for value in of_it.get(one, [])}
    naming = Naming(
        (thing, RDFS.label, label)
        for thing, of_it in (about | _about(store, [*named, *_PARTIES])).items()
        for label in of_it.get(RDFS.label, [])
    )
    return tuple(_member(thing, about.get(thing, {}), naming) for thing in listed)


def _member(thing: Node, of_it: Mapping[Node, Sequence[Node]], naming: Naming) -> Member:
    first = min(map(str, of_it.get(EAKG.notBefore, [])), default=None)
    last = max(map(str, of_it.get(EAKG.notAfter, [])), default=None)
    words = sorted(
        str(one) for what in (DCTERMS.description, SKOS.definition) for one in of_it.get(what, [])
    )
    return Member(
        naming.of(thing),
        period(first, last) or " / ".join(sorted(map(str, of_it.get(EAKG.dateText, [])))),
        words[0] if words else "",
        tuple(
            (naming.of(part), tuple(sorted(map(naming.of, of_it[part]), key=lambda one: one.label)))
            for part in _PARTIES
            if part in of_it
        ),
    )


def _about(store: QueryService, things: Iterable[Node]) -> dict[Node, dict[Node, list[Node]]]:
    listed = " ".join(sorted({sparql_term(one) for one in things if isinstance(one, URIRef)}))
    told = " ".join(map(sparql_term, _TOLD))
    text = (
        f"SELECT DISTINCT ?s ?p ?o {{ VALUES ?s {{ {listed} }} VALUES ?p {{ {told} }} ?s ?p ?o }}"
    )
    found: dict[Node, dict[Node, list[Node]]] = {}
    for row in select(store, QueryRequest(text)):
        found.setdefault(row["s"], {}).setdefault(row["p"], []).append(row["o"])
    return found
