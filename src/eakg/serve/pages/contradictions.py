"""Contradictions of what is stated, each as the triples that clash and where they are stated, and
the classes and properties that nothing can be in, or have.

They are those that the store's reasoner finds in the closure; nothing is looked for here.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from rdflib import RDFS, Literal, URIRef

from eakg.names import BASE, PREFIXES
from eakg.rdf import ResultKind, Triple, serialize
from eakg.reason.proofs import UNPROVED, Proof, clashes_to_prov, proof_json
from eakg.reason.rules import words_of
from eakg.serve.app import (
    HTML,
    PAGE_OR_GRAPH,
    PLAIN_JSON,
    Page,
    Proofs,
    query_string,
    represented,
    select_representation,
    state,
)
from eakg.serve.content import labels_of, support_in
from eakg.serve.pages.proof import ProofGroup, group_of
from eakg.serve.words import DisplayTerm, Naming
from eakg.sparql import NotReasonedError
from eakg.store import ProvedIncoherence, ProvedInconsistency, QueryService

blueprint = Blueprint("contradictions", __name__)
_OFFERS = (PAGE_OR_GRAPH[0], PLAIN_JSON, *PAGE_OR_GRAPH[1:])
LIMIT = 100
"""Contradictions that the page proves; of more it gives the number."""


@dataclass(frozen=True)
class Clash:
    """Triples that cannot all be so, with the axioms that say that, and the rule by its name."""

    rule: str
    words: str
    proofs: ProofGroup


@dataclass(frozen=True)
class EmptyTermEntry:
    """A class that nothing can be in, or a property that nothing can have: its name, and the class
    that it is below of which the same is said; or why it is so, in words, with the rule by its name
    and proofs."""

    name: DisplayTerm
    above: DisplayTerm | None
    message: str
    rule: str
    proofs: ProofGroup | None


@blueprint.get("/contradictions")
def page() -> Response:
    """What the graph says that cannot all be so."""
    parameters = query_string(request)
    representation = select_representation(request, parameters, _OFFERS, ResultKind.GRAPH)
    store, proofs = state().store, state().proofs

    def show() -> Response:
        if not isinstance(representation, Page):
            data = serialize(_triples(store, proofs), representation, PREFIXES)
            return Response(data, content_type=representation.content_type)
        if representation == PLAIN_JSON:
            document = json.dumps(_document(store, proofs), ensure_ascii=False)
            return Response(document, content_type=PLAIN_JSON.content_type)
        try:
            report = proofs.contradictions(LIMIT)
        except NotReasonedError as error:
            text = render_template("contradictions.html", reason=str(error))
        else:
            entries = list(empty_terms(store, report.coherence.incoherences))
            text = render_template(
                "contradictions.html",
                clashes=list(clashes(store, report.inconsistencies)),
                total=report.total,
                classes=[entry for entry, is_property in entries if not is_property],
                properties=[entry for entry, is_property in entries if is_property],
                unknown=report.coherence.reason,
            )
        return Response(text, content_type=HTML.content_type)

    parts = (state().settings.public_url, "contradictions", representation.name)
    return represented(request, store, parts, show)


def _triples(store: QueryService, proofs: Proofs) -> list[Triple]:
    """The contradictions as PROV-O: each the statements that clash, with their proofs, and the
    rule; and how many there are, or why nobody looked."""
    document = URIRef(f"{BASE}contradictions")
    try:
        report = proofs.contradictions(LIMIT)
    except NotReasonedError as error:
        return [(document, RDFS.comment, Literal(f"Nobody looked for any: {error}.", lang="en"))]
    number = len(report.inconsistencies)
    words = f"There are {report.total}, of which {number} are told here."
    if report.coherence.incoherences:
        count = len(report.coherence.incoherences)
        words += f" Of {count} classes and properties that nothing can be, or have, JSON tells."
    triples: list[Triple] = [(document, RDFS.comment, Literal(words, lang="en"))]
    proofs_of_all = [proof for one in report.inconsistencies for proof in one.proofs]
    steps = [step.triple for proof in proofs_of_all for step in proof.steps()]
    clashes_found = [(one.inconsistency.rule, one.proofs) for one in report.inconsistencies]
    return [*triples, *clashes_to_prov(clashes_found, support_in(store, steps))]


def _document(store: QueryService, proofs: Proofs) -> dict[str, Any]:
    """The contradictions, and what nothing can be or have, as JSON."""
    try:
        report = proofs.contradictions(LIMIT)
    except NotReasonedError as error:
        return {"reason": str(error)}
    coherence = report.coherence
    proof_lists = [clash.proofs for clash in report.inconsistencies]
    proof_lists += [item.proofs for item in coherence.incoherences]
    leaves = {leaf.triple for group in proof_lists for proof in group for leaf in proof.leaves()}
    supports = support_in(store, leaves)
    contradictions = [
        {
            "rule": clash.inconsistency.rule,
            "message": clash.inconsistency.message,
            "triples": [proof_json(proof, supports) for proof in clash.proofs],
            "axioms": [proof_json(Proof(axiom, UNPROVED)) for axiom in clash.inconsistency.axioms],
        }
        for clash in report.inconsistencies
    ]
    terms = []
    for item in coherence.incoherences:
        entry: dict[str, Any] = {
            "term": str(item.term),
            "kind": "property" if item.is_property else "class",
        }
        if item.above is not None:
            entry["below"] = str(item.above)
        if item.rule:
            documents = [proof_json(proof, supports) for proof in item.proofs]
            entry |= {"rule": item.rule, "message": item.message, "triples": documents}
        terms.append(entry)
    incoherent: dict[str, Any] = {"total": len(terms), "terms": terms}
    if coherence.reason:
        incoherent = {"reason": coherence.reason}
    return {
        "total": report.total,
        "contradictions": contradictions,
        "incoherent": incoherent,
    }


def empty_terms(
    store: QueryService, incoherences: Iterable[ProvedIncoherence]
) -> Iterator[tuple[EmptyTermEntry, bool]]:
    """What nothing can be or have, in words, and whether it is a property. Raises: StoreError and
    its kinds."""
    items = tuple(incoherences)
    names = {term for item in items for term in (item.term, item.above) if term is not None}
    naming = Naming(labels_of(store, names))
    for number, item in enumerate(items, 1):
        group = None
        if item.rule:
            group = group_of(store, item.proofs, (), f"empty-{number}-step", dict(item.things))
        above = None if item.above is None else naming.of(item.above)
        entry = EmptyTermEntry(naming.of(item.term), above, item.message, item.rule, group)
        yield entry, item.is_property


def clashes(store: QueryService, contradictions: Iterable[ProvedInconsistency]) -> Iterator[Clash]:
    """Contradictions in words, with what supports them. Raises: StoreError and its kinds."""
    for number, contradiction in enumerate(contradictions, 1):
        inconsistency = contradiction.inconsistency
        place = f"clash-{number}-step"
        group = group_of(store, contradiction.proofs, inconsistency.axioms, place)
        yield Clash(inconsistency.rule, words_of(inconsistency.rule), group)
