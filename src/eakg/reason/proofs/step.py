"""Steps of proofs, as those see them who only show them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from rdflib import BNode
from rdflib.term import Node

from eakg.rdf import Triple

ASSERTED = "asserted"
UNPROVED = "unproved"
IMAGINED = "imagined"
"""What is only imagined, to find out whether it would be a contradiction."""
EMPTY_TERM = "empty"
"""That a class or a property has nothing in it, of which the same is told as of another."""
STEPS = 300
"""Steps of a proof that a page or a notebook shows, those that are nearest to the conclusion."""


class Step(Protocol):
    """A triple and why it holds: see `Proof`."""

    @property
    def triple(self) -> Triple: ...

    @property
    def by(self) -> str: ...

    @property
    def premises(self) -> Sequence["Step"]: ...

    def steps(self) -> Iterator["Step"]:
        """The step and all that it rests on, each triple once, premises before conclusions."""


def labels_of_blank_nodes(proofs: Iterable[Step]) -> dict[Node, Node]:
    """Labels for the blank nodes of proofs, by their place there: those of the store do not last,
    and no document gives them away."""
    labels: dict[Node, Node] = {}
    for proof in proofs:
        for step in proof.steps():
            for term in step.triple:
                if isinstance(term, BNode):
                    labels.setdefault(term, BNode(f"b{len(labels)}"))
    return labels
