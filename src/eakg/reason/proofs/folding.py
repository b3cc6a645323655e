"""Proofs as trees that are no deeper than people read, each step once."""

from collections.abc import Iterator
from dataclasses import dataclass

from eakg.rdf import Triple
from eakg.reason.proofs.expressions import Expressions, premises_in
from eakg.reason.proofs.step import ASSERTED, Step

DEPTH = 12
"""Steps that are shown within each other; what is further down has a number and stands apart."""


@dataclass(frozen=True)
class TreeStep:
    """A step in its place in a tree: how deep it is; the number of the tree that proves it, where
    that is another one; whether it was shown further up with its premises."""

    step: Step
    depth: int
    number: int | None = None
    is_repetition: bool = False


class Folding:
    """The trees of a proof: that of the conclusion, and one for each step that is `DEPTH` steps
    down in another one. A triple that was proved further up is not proved again.

    Arguments: the proof; what lists are made of, whose cells are not told apart where the list is
    named; by default what the proof says of them.
    """

    def __init__(self, proof: Step, expressions: Expressions | None = None) -> None:
        self.proof = proof
        self._steps = {step.triple: step for step in proof.steps()}
        leaves = (step.triple for step in self._steps.values() if step.by == ASSERTED)
        self.expressions = expressions or Expressions(leaves)
        self._lemmas: list[Step] = []
        self._numbers: dict[Triple, int] = {}
        self._history: set[Triple] = set()

    def trees(self) -> Iterator[Iterator[TreeStep]]:
        """The trees, that of the conclusion and then the others by their numbers, each as its steps
        in their order. One is read to its end before the next is asked for."""
        yield self._tree(self.proof)
        for lemma in self._lemmas:  # which grow in number meanwhile
            yield self._tree(lemma)

    def _tree(self, root: Step) -> Iterator[TreeStep]:
        stack: list[tuple[Step, int]] = [(root, 0)]
        while stack:
            premise, depth = stack.pop()
            item = self._item(self._steps[premise.triple], depth)
            yield item
            if item.number is None and not item.is_repetition:
                self._history.add(item.step.triple)
                premises = premises_in(item.step.premises, self.expressions)
                stack += [(premise, depth + 1) for premise in reversed(premises)]

    def _item(self, step: Step, depth: int) -> TreeStep:
        triple = step.triple
        if not depth:
            return TreeStep(step, depth)
        is_repetition = triple in self._history and triple not in self._numbers
        if not is_repetition and triple not in self._numbers and step.premises and depth >= DEPTH:
            self._lemmas.append(step)
            self._numbers[triple] = len(self._lemmas)
        return TreeStep(step, depth, self._numbers.get(triple), is_repetition)
