"""Proofs: trees of named rule instances down to asserted triples."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rdflib import BNode
from rdflib.term import Node

from eakg.evidence import Supports, support_json
from eakg.rdf import Triple, write_term

ASSERTED = "asserted"
UNPROVED = "unproved"


@dataclass(frozen=True)
class Proof:
    """Why a triple holds.

    `by` is the name of the OWL 2 RL/RDF rule whose conclusion it is, or "asserted", or "unproved"
    where it follows by more steps than were followed; `premises` are
    the proofs of that rule's premises. A rule about the values of literals (dt-type2, dt-eq,
    dt-diff) has none.
    """

    triple: Triple
    by: str
    premises: tuple["Proof", ...] = ()

    @cached_property
    def size(self) -> int:
        """How many different triples it speaks of, itself included."""
        return sum(1 for _ in self.steps())

    def steps(self) -> Iterator["Proof"]:
        """The proof and all that it rests on, each triple once, premises before conclusions."""
        triples: set[Triple] = set()
        stack: list[tuple[Proof, bool]] = [(self, False)]
        while stack:
            proof, is_ready = stack.pop()
            if is_ready:
                yield proof
            elif proof.triple not in triples:
                triples.add(proof.triple)
                stack.append((proof, True))
                stack += [(premise, False) for premise in reversed(proof.premises)]

    def leaves(self) -> Iterator["Proof"]:
        """The asserted triples that it rests on, each once."""
        return (proof for proof in self.steps() if proof.by == ASSERTED)


def labels_of_blank_nodes(proofs: Iterable[Proof]) -> dict[Node, Node]:
    """Labels for the blank nodes of proofs, by their place there: those of the store do not last,
    and no document gives them away."""
    labels: dict[Node, Node] = {}
    for proof in proofs:
        for step in proof.steps():
            for term in step.triple:
                if isinstance(term, BNode):
                    labels.setdefault(term, BNode(f"b{len(labels)}"))
    return labels


def to_json(proof: Proof, supports: Supports | None = None) -> dict[str, Any]:
    """A proof as JSON: `triple` in N-Triples syntax, `by`, and `premises`, or what supports an
    asserted triple. Blank nodes have labels of the document.

    Arguments: the proof; what supports the triples, as far as it is known.
    """
    return _json(proof, supports, labels_of_blank_nodes([proof]))


def _json(proof: Proof, supports: Supports | None, labels: Mapping[Node, Node]) -> dict[str, Any]:
    subject, predicate, object_ = (write_term(labels.get(term, term)) for term in proof.triple)
    fields: dict[str, Any] = {
        "triple": {"s": subject, "p": predicate, "o": object_},
        "by": proof.by,
    }
    if proof.by == ASSERTED:
        support = (supports or {}).get(proof.triple)
        return fields | (support_json(support) if support else {})
    return fields | {"premises": [_json(premise, supports, labels) for premise in proof.premises]}


def to_text(
    proof: Proof,
    name: Callable[[Triple], str] = lambda triple: " ".join(map(write_term, triple)),
    support: Callable[[Triple], list[str]] = lambda _: [],
) -> str:
    """A proof as an indented tree, in lines of `triple  [rule]`.

    Arguments: the proof; how to write a triple; lines about what supports an asserted one. A triple
    that was proved further up is not proved again.
    """
    lines: list[str] = []
    triples: set[Triple] = set()

    def walk(step: Proof, depth: int) -> None:
        indent = "  " * depth
        is_repeated = step.triple in triples and bool(step.premises)
        reference = ", see above" if is_repeated else ""
        lines.append(f"{indent}{name(step.triple)}  [{step.by}{reference}]")
        if is_repeated:
            return
        triples.add(step.triple)
        if step.by == ASSERTED:
            lines.extend(f"{indent}  {line}" for line in support(step.triple))
        for premise in step.premises:
            walk(premise, depth + 1)

    walk(proof, 0)
    return "\n".join(lines) + "\n"
