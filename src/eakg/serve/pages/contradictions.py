"""Contradictions of what is stated, each as the triples that clash and where they are stated.

They are those that the store's reasoner finds in the closure; nothing is looked for here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from rdflib import RDFS, Literal, URIRef

from eakg.names import BASE, PREFIXES
from eakg.rdf import Triple, serialize
from eakg.reason.proofs import clashes_to_prov
from eakg.reason.rules import words_of
from eakg.serve.app import (
    HTML,
    PAGE_OR_GRAPH,
    Page,
    Proofs,
    negotiate,
    query_string,
    represented,
    state,
)
from eakg.serve.content import support_in
from eakg.serve.pages.proof import ProofGroup, group_of
from eakg.sparql import NotReasonedError
from eakg.store import ProvedInconsistency, QueryService

blueprint = Blueprint("contradictions", __name__)
LIMIT = 100
"""Contradictions that the page proves; of more it gives the number."""


@dataclass(frozen=True)
class Clash:
    """Triples that cannot all be so, with the axioms that say that, and the rule by its name."""

    rule: str
    words: str
    proofs: ProofGroup


@blueprint.get("/contradictions")
def page() -> Response:
    """What the graph says that cannot all be so."""
    query_string(request)
    representation = negotiate(request, PAGE_OR_GRAPH)
    store, proofs = state().store, state().proofs

    def show() -> Response:
        if not isinstance(representation, Page):
            data = serialize(_triples(store, proofs), representation, PREFIXES)
            return Response(data, content_type=representation.content_type)
        try:
            report = proofs.contradictions(LIMIT)
        except NotReasonedError as error:
            text = render_template("contradictions.html", reason=str(error))
        else:
            text = render_template(
                "contradictions.html",
                clashes=list(clashes(store, report.inconsistencies)),
                total=report.total,
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
    triples: list[Triple] = [(document, RDFS.comment, Literal(words, lang="en"))]
    proofs_of_all = [proof for one in report.inconsistencies for proof in one.proofs]
    steps = [step.triple for proof in proofs_of_all for step in proof.steps()]
    clashes_found = [(one.inconsistency.rule, one.proofs) for one in report.inconsistencies]
    return [*triples, *clashes_to_prov(clashes_found, support_in(store, steps))]


def clashes(store: QueryService, contradictions: Iterable[ProvedInconsistency]) -> Iterator[Clash]:
    """Contradictions in words, with what supports them. Raises: StoreError and its kinds."""
    for number, contradiction in enumerate(contradictions, 1):
        inconsistency = contradiction.inconsistency
        place = f"clash-{number}-step"
        group = group_of(store, contradiction.proofs, inconsistency.axioms, place)
        yield Clash(inconsistency.rule, words_of(inconsistency.rule), group)
