"""Contradictions of what is stated, each as the triples that clash and where they are stated.

They are those that the store's reasoner finds in the closure; nothing is looked for here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from eakg.reason.rules import WORDS
from eakg.serve.app import HTML, query_string, represented, state
from eakg.serve.pages.proof import ProofStep, ProofTriple, steps_of
from eakg.sparql import NotReasonedError
from eakg.store import ProvedInconsistency, QueryService

blueprint = Blueprint("contradictions", __name__)
LIMIT = 100
"""Contradictions that the page proves; of more it gives the number."""


@dataclass(frozen=True)
class Clash:
    """Triples that cannot all be so, the axioms that say that, and the rule by its name."""

    rule: str
    words: str
    premises: tuple[ProofStep, ...]
    axioms: tuple[ProofTriple, ...]


@blueprint.get("/contradictions")
def page() -> Response:
    """What the graph says that cannot all be so."""
    query_string(request)
    store, proofs = state().store, state().proofs

    def show() -> Response:
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

    parts = (state().settings.public_url, "contradictions")
    return represented(request, store, parts, show)


def clashes(store: QueryService, contradictions: Iterable[ProvedInconsistency]) -> Iterator[Clash]:
    """Contradictions in words, with what supports them. Raises: StoreError and its kinds."""
    for contradiction in contradictions:
        inconsistency = contradiction.inconsistency
        steps, axioms = steps_of(store, contradiction.proofs, inconsistency.axioms)
        yield Clash(inconsistency.rule, WORDS[inconsistency.rule], steps, axioms)
