"""Proofs as lines of text."""

from collections.abc import Callable, Iterator

from rdflib.term import Node

from eakg.rdf import Triple, write_term
from eakg.reason.proofs.expressions import Expressions, Name, premises_in
from eakg.reason.proofs.proof import ASSERTED, Proof, labels_of_blank_nodes

DEPTH = 12
"""Steps that are indented below each other; what is further down has a number and stands apart."""


def to_text(
    proof: Proof,
    name: Name | None = None,
    support: Callable[[Triple], list[str]] = lambda _: [],
    expressions: Expressions | None = None,
) -> str:
    """A proof as an indented tree, in lines of `triple  [rule]`.

    Arguments: the proof; how to write a term that has a name; lines about what supports an asserted
    triple; what others are made of, by default what the proof says of them. A triple that was
    proved further up is not proved again, and one that is `DEPTH` steps down has a number, by which
    its proof is found below the tree. The cells of a list are not told apart: it stands as a whole
    where it is named.
    """
    return "\n".join(_Writer(proof, name, support, expressions).lines()) + "\n"


class _Writer:
    def __init__(
        self,
        proof: Proof,
        name: Name | None,
        support: Callable[[Triple], list[str]],
        expressions: Expressions | None,
    ) -> None:
        self._proof = proof
        self._steps = {step.triple: step for step in proof.steps()}
        self._labels = labels_of_blank_nodes([proof])
        self._name = name or write_term
        self._support = support
        self._expressions = expressions or Expressions(leaf.triple for leaf in proof.leaves())
        self._lemmas: list[Proof] = []
        self._numbers: dict[Triple, int] = {}
        self._history: set[Triple] = set()

    def lines(self) -> Iterator[str]:
        """The tree, and then what it leaves apart, each beginning with its number."""
        yield from self._tree(self._proof, "")
        for number, lemma in enumerate(self._lemmas, 1):  # which grow in number meanwhile
            yield ""
            yield from self._tree(lemma, f"({number}) ")

    def _tree(self, root: Proof, number: str) -> Iterator[str]:
        stack = [(root, 0)]
        while stack:
            premise, depth = stack.pop()
            step = self._steps[premise.triple]
            indent = "  " * depth if depth else number
            reference = self._reference(step) if depth else ""
            if not reference and step.premises and depth >= DEPTH:
                self._lemmas.append(step)
                self._numbers[step.triple] = len(self._lemmas)
                reference = f", see ({len(self._lemmas)})"
            yield f"{indent}{self._words(step)}  [{step.by}{reference}]"
            if reference:
                continue
            self._history.add(step.triple)
            if step.by == ASSERTED:
                yield from (f"{'  ' * depth}  {line}" for line in self._support(step.triple))
            premises = premises_in(step, self._expressions)
            stack += [(premise, depth + 1) for premise in reversed(premises)]

    def _reference(self, step: Proof) -> str:
        """Where a step is proved, if that is elsewhere."""
        if step.triple in self._numbers:
            return f", see ({self._numbers[step.triple]})"
        return ", see above" if step.triple in self._history else ""

    def _words(self, step: Proof) -> str:
        return " ".join(map(self._word, step.triple))

    def _word(self, term: Node) -> str:
        words = self._expressions.words(term, self._name)
        return words or self._name(self._labels.get(term, term))
