"""The evidence of a row of an answer: the triples that join its terms, each with its support."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import RDF, RDFS, SKOS, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.names import EVIDENCE
from eakg.rdf import TermSyntaxError, Triple, sparql_term, spelled, term
from eakg.serve.app import HTML, BadParameterError, negotiate, query_string, represented, state
from eakg.serve.content import Fact, attestations_in, labels_of
from eakg.serve.words import DisplayTerm, EvidencePlace, Naming, places_of, proof_path
from eakg.store import QueryRequest, QueryService, select

blueprint = Blueprint("row_evidence", __name__)
MOST = 40
_NAMES = (RDFS.label, SKOS.altLabel, SKOS.prefLabel)


@dataclass(frozen=True)
class FactLine:
    """A fact in words, where it is proved, and the places of the evidence that states it."""

    fact: Fact
    subject: DisplayTerm
    predicate: DisplayTerm
    object: DisplayTerm
    proof: str
    places: tuple[EvidencePlace, ...]


@blueprint.get("/sparql/row")
def row() -> Response:
    """What joins the terms of a row, and how we know."""
    negotiate(request, (HTML,))
    terms = _terms(query_string(request).all("term"))
    parts = (state().settings.public_url, "row", *map(spelled, terms))
    return represented(request, state().store, parts, lambda: _page(state().store, terms))


def _page(store: QueryService, terms: tuple[Node, ...]) -> Response:
    facts = facts_between(store, terms)
    naming = _naming(store, facts, terms)
    lines = _lines(store, facts, naming)
    page = render_template(
        "row.html",
        stated=[one for one in lines if not one.fact.inferred],
        inferred=[one for one in lines if one.fact.inferred],
        things=[naming.of(one) for one in terms if isinstance(one, URIRef)],
    )
    return Response(page, content_type=HTML.content_type)


def _terms(texts: tuple[str, ...]) -> tuple[Node, ...]:
    if not 0 < len(texts) <= MOST:
        raise BadParameterError(
            f"give from 1 to {MOST} parameters named term, each <iri> or a literal"
        )
    try:
        terms = tuple(dict.fromkeys(term(one, {}) for one in texts))
    except TermSyntaxError as error:
        raise BadParameterError(f"term: {error}") from None
    if any(isinstance(one, BNode) for one in terms):
        raise BadParameterError("term: a blank node has no name that others know")
    return terms


def facts_between(store: QueryService, terms: tuple[Node, ...]) -> tuple[Fact, ...]:
    """The triples from a term to another, and those that lead over one thing between them where
    no triple does. Raises: StoreError and its kinds."""
    starts = " ".join(sparql_term(one) for one in terms if isinstance(one, URIRef))
    ends = " ".join(map(sparql_term, terms))
    if not starts:
        return ()
    graph = f'FILTER(!STRSTARTS(STR(?g), "{EVIDENCE}"))'
    found: dict[Triple, set[str]] = {}

    def add(subject: Node, predicate: Node, value: Node, name: Node) -> None:
        found.setdefault((subject, predicate, value), set()).add(str(name))

    direct = select(
        store,
        QueryRequest(
            f"SELECT DISTINCT ?s ?p ?o ?g {{ VALUES ?s {{ {starts} }} VALUES ?o {{ {ends} }}"
            f" GRAPH ?g {{ ?s ?p ?o }} {graph} }}"
        ),
    )
    for one in direct:
        add(one["s"], one["p"], one["o"], one["g"])
    joined = {one for statement in found for one in (statement[0], statement[2])}
    alone = [one for one in terms if one not in joined]
    if alone:
        lonely = " ".join(map(sparql_term, alone))
        over = select(
            store,
            QueryRequest(
                f"SELECT DISTINCT ?s ?p ?m ?g ?q ?o ?h {{ VALUES ?s {{ {starts} }}"
                f" VALUES ?o {{ {lonely} }} GRAPH ?g {{ ?s ?p ?m }} GRAPH ?h {{ ?m ?q ?o }}"
                f' {graph} FILTER(!STRSTARTS(STR(?h), "{EVIDENCE}"))'
                f" FILTER(isIRI(?m) && ?p != <{RDF.type}> && ?s != ?o) }} LIMIT {MOST}"
            ),
        )
        for one in over:
            add(one["s"], one["p"], one["m"], one["g"])
            add(one["m"], one["q"], one["o"], one["h"])
    facts = (Fact(statement, frozenset(names)) for statement, names in found.items())
    return tuple(sorted(facts, key=_order))


def _order(fact: Fact) -> tuple[object, ...]:
    """What is stated before what follows, what joins things before values, names last."""
    subject, predicate, value = fact.statement
    return (
        fact.inferred,
        predicate in _NAMES,
        isinstance(value, Literal),
        subject,
        predicate,
        spelled(value),
    )


def _naming(store: QueryService, facts: tuple[Fact, ...], terms: tuple[Node, ...]) -> Naming:
    named = {one for fact in facts for one in fact.statement}
    return Naming(labels_of(store, named.union(terms)))


def _lines(store: QueryService, facts: tuple[Fact, ...], naming: Naming) -> list[FactLine]:
    attestations = attestations_in(store, (fact.statement for fact in facts))
    lines = []
    for fact in facts:
        subject, predicate, value = fact.statement
        stated = attestations.get(fact.statement, ())
        evidence = [item for attestation in stated for item in attestation.evidence]
        lines.append(
            FactLine(
                fact,
                naming.of(subject),
                naming.of(predicate),
                naming.of(value),
                proof_path(fact.statement),
                places_of(evidence),
            )
        )
    return lines
