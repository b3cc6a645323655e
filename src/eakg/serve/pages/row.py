"""The evidence of a row of an answer: the triples that join its terms, each with its support, as a
page and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from eakg.names import EVIDENCE
from eakg.rdf import (
    N_TRIPLES_SYNTAX,
    ResultKind,
    TermSyntaxError,
    Triple,
    parse_document,
    resolve_term,
    sparql_term,
    write_term,
)
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    BadParameterError,
    Page,
    Parameters,
    check_length,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import NAME_PROPERTIES, DescribedTriple, attestations_in, graph_filter
from eakg.serve.pages.triple_forms import triples_json
from eakg.serve.past import choose_version, version_query
from eakg.serve.words import DisplayTerm, EvidencePlace, Naming, naming_of, places_of, proof_path
from eakg.sparql import NotUnderstoodError, Patterns, patterns
from eakg.store import Closure, QueryRequest, QueryService, select
from eakg.store.client import reading_within

blueprint = Blueprint("row_evidence", __name__)
MOST = 40
_NAMES = frozenset(map(URIRef, NAME_PROPERTIES))


@dataclass(frozen=True)
class TripleLine:
    """A triple in words, where it is proved, and the places of the evidence that states it; whether
    it only says what a thing is called."""

    entry: DescribedTriple
    subject: DisplayTerm
    predicate: DisplayTerm
    object: DisplayTerm
    proof: str
    places: tuple[EvidencePlace, ...]
    naming: bool


@blueprint.get("/sparql/row")
def row() -> Response:
    """What joins the terms of a row, and how we know."""
    parameters = query_string(request)
    choose_version(parameters)
    offers = (HTML, PLAIN_JSON)
    representation = select_representation(request, parameters, offers, ResultKind.SOLUTIONS)
    cells = _terms(parameters.all("term"))
    answer = _answer(parameters, cells)
    terms = tuple(dict.fromkeys(cells))
    parts = (
        *(state().settings.public_url, "row", representation.name),
        *(*map(write_term, cells), answer),
        *version_query(),
    )

    def make() -> Response:
        return _grounds(state().store, terms, answer, representation)

    return represented(request, state().store, parts, make)


@dataclass(frozen=True)
class AnsweredQuery:
    """The query that a row answers: its text, its closure, and the row by its variables."""

    text: str
    closure: Closure
    row: tuple[tuple[str, str], ...]


def _answer(parameters: Parameters, cells: tuple[Node, ...]) -> AnsweredQuery | None:
    """The query of the row, where it is given: with it comes a `variable` for each `term`."""
    text, variables = parameters.single("query"), parameters.all("variable")
    if text is None:
        return None
    check_length(text, state().settings.access.query_size)
    if len(variables) != len(cells):
        raise BadParameterError("with query there is a parameter variable for each term")
    row = tuple(zip(variables, map(str, cells), strict=True))
    return AnsweredQuery(text, parameters.closure(), row)


def _grounds(
    store: QueryService,
    terms: tuple[Node, ...],
    answer: AnsweredQuery | None,
    representation: Page,
) -> Response:
    entries = triples_between(store, terms)
    matches = None if answer is None else triples_behind(store, answer)
    triples = {entry.triple for entry in entries}
    conditions = (entry for entry in matches or () if entry.triple not in triples)
    entries = tuple(sorted((*entries, *conditions), key=_order))
    naming = _naming(store, entries, terms)
    if representation is PLAIN_JSON:
        document = {
            "complete": matches is not None,
            "triples": triples_json(store, entries, naming),
        }
        body = json.dumps(document, ensure_ascii=False)
        return Response(body, content_type=PLAIN_JSON.content_type)
    lines = lines_of(store, entries, naming)
    page = render_template(
        "row.html",
        stated=[line for line in lines if not line.entry.inferred],
        inferred=[line for line in lines if line.entry.inferred],
        is_complete=matches is not None,
        most=MOST,
        things=[naming.of(node) for node in terms if isinstance(node, URIRef)],
    )
    return Response(page, content_type=HTML.content_type)


def _terms(texts: tuple[str, ...]) -> tuple[Node, ...]:
    if not 0 < len(texts) <= MOST:
        raise BadParameterError(
            f"give from 1 to {MOST} parameters named term, each <iri> or a literal"
        )
    try:
        terms = tuple(resolve_term(text, {}) for text in texts)
    except TermSyntaxError as error:
        raise BadParameterError(f"term: {error}") from None
    if any(isinstance(node, BNode) for node in terms):
        raise BadParameterError("term: a blank node has no name that others know")
    return terms


def triples_between(store: QueryService, terms: tuple[Node, ...]) -> tuple[DescribedTriple, ...]:
    """The triples from a term to another, and those that lead over one thing between them where
    no triple does. Raises: StoreError and its kinds."""
    starts = " ".join(sparql_term(node) for node in terms if isinstance(node, URIRef))
    values = " ".join(map(sparql_term, terms))
    if not starts:
        return ()
    graph = f'FILTER(!CONTAINS(STR(?g), "{EVIDENCE}"))'
    graphs: dict[Triple, set[str]] = {}

    def add(subject: Node, predicate: Node, value: Node, name: Node) -> None:
        graphs.setdefault((subject, predicate, value), set()).add(str(name))

    direct = select(
        store,
        QueryRequest(
            f"SELECT DISTINCT ?s ?p ?o ?g {{ VALUES ?s {{ {starts} }} VALUES ?o {{ {values} }}"
            f" GRAPH ?g {{ ?s ?p ?o }} {graph} }}"
        ),
    )
    for solution in direct:
        add(solution["s"], solution["p"], solution["o"], solution["g"])
    ends = {node for triple in graphs for node in (triple[0], triple[2])}
    unconnected = [node for node in terms if node not in ends]
    if unconnected:
        values = " ".join(map(sparql_term, unconnected))
        paths = select(
            store,
            QueryRequest(
                f"SELECT DISTINCT ?s ?p ?m ?g ?q ?o ?h {{ VALUES ?s {{ {starts} }}"
                f" VALUES ?o {{ {values} }} GRAPH ?g {{ ?s ?p ?m }} GRAPH ?h {{ ?m ?q ?o }}"
                f' {graph} FILTER(!CONTAINS(STR(?h), "{EVIDENCE}"))'
                f" FILTER(isIRI(?m) && ?p != <{RDF.type}> && ?s != ?o) }} LIMIT {MOST}"
            ),
        )
        for solution in paths:
            add(solution["s"], solution["p"], solution["m"], solution["g"])
            add(solution["m"], solution["q"], solution["o"], solution["h"])
    entries = (DescribedTriple(triple, frozenset(names)) for triple, names in graphs.items())
    return tuple(sorted(entries, key=_order))


def triples_behind(
    store: QueryService, answer: AnsweredQuery
) -> tuple[DescribedTriple, ...] | None:
    """The triples that a query matched for a row; None where some of its
    patterns cannot be told apart here. Raises: StoreError and its kinds."""
    understood = readable_patterns(answer.text)
    if understood is None:
        return None
    text = understood.construct(dict(answer.row), MOST)
    data = store.query(QueryRequest(text, "ntriples", answer.closure)).read()
    return described_triples(store, parse_document(data, N_TRIPLES_SYNTAX))


def readable_patterns(text: str) -> Patterns | None:
    """The patterns of a query; None where some of them cannot be told apart here.

    Raises: TimeLimitExceededError where it cannot be read in time.
    """
    try:
        with reading_within(state().settings.limits.timeout, alone=True):
            return patterns(text)
    except NotUnderstoodError:
        return None


def described_triples(
    store: QueryService, triples: Iterable[Triple]
) -> tuple[DescribedTriple, ...]:
    """The triples that a store has, but for those of blank nodes and of the evidence, each with its
    graphs. Raises: StoreError and its kinds."""
    ground = [one for one in triples if not any(isinstance(term, BNode) for term in one)]
    if not ground:
        return ()
    values = " ".join(f"({' '.join(map(sparql_term, triple))})" for triple in ground)
    condition = f'!CONTAINS(STR(?g), "{EVIDENCE}") && {graph_filter("full")}'
    text = (
        f"SELECT DISTINCT ?s ?p ?o ?g {{ VALUES (?s ?p ?o) {{ {values} }}"
        f" GRAPH ?g {{ ?s ?p ?o }} FILTER({condition}) }}"
    )
    rows = select(store, QueryRequest(text, any_graph=True))
    graphs: dict[Triple, set[str]] = {}
    for row in rows:
        graphs.setdefault((row["s"], row["p"], row["o"]), set()).add(str(row["g"]))
    return tuple(DescribedTriple(triple, frozenset(names)) for triple, names in graphs.items())


def _order(entry: DescribedTriple) -> tuple[object, ...]:
    """What is stated before what follows, what joins things before values, names last."""
    subject, predicate, value = entry.triple
    return (
        entry.inferred,
        predicate in _NAMES,
        isinstance(value, Literal),
        subject,
        predicate,
        write_term(value),
    )


def _naming(
    store: QueryService, entries: tuple[DescribedTriple, ...], terms: tuple[Node, ...]
) -> Naming:
    nodes = {node for entry in entries for node in entry.triple}
    return naming_of(store, nodes.union(terms), state().catalogue.presentation())


def lines_of(
    store: QueryService, entries: tuple[DescribedTriple, ...], naming: Naming
) -> list[TripleLine]:
    """Triples in words, each with the places of the evidence that states it. Raises: StoreError and
    its kinds."""
    attestations = attestations_in(store, (entry.triple for entry in entries))
    lines = []
    for entry in entries:
        subject, predicate, value = entry.triple
        evidence = [
            item
            for attestation in attestations.get(entry.triple, ())
            for item in attestation.evidence
        ]
        lines.append(
            TripleLine(
                entry,
                naming.of(subject),
                naming.of_term(predicate),
                naming.of(value),
                proof_path(entry.triple),
                places_of(evidence),
                predicate in _NAMES,
            )
        )
    return lines
