"""Proofs as trees that fold, for notebooks."""

from collections.abc import Iterator

from markupsafe import Markup

from eakg.reason.markup import ShortNames, beginning, fold, frame, paragraph, sequence, unordered
from eakg.reason.proofs.folding import Folding, TreeStep
from eakg.reason.proofs.step import ASSERTED, UNPROVED, Step
from eakg.reason.rules import WORDS

_OPEN = 4
"""Steps that stand open within each other."""


def proof_html(proof: Step, size: int) -> str:
    """A proof as HTML: its conclusion, and under each step what it follows from, by which rule, in
    a sentence. It is folded as its text is.

    Arguments: the proof, or a part of it; the number of steps of the whole.
    """
    folding = Folding(proof)
    names = ShortNames()

    def words(item: TreeStep) -> str:
        terms = (folding.expressions.words(term, names) or names(term) for term in item.step.triple)
        return beginning(" ".join(terms))

    def trees() -> Iterator[Markup]:
        for number, tree in enumerate(folding.trees()):
            if number:
                yield paragraph(f"({number})")
            yield _nested([(item, words(item)) for item in tree])

    count = len(list(proof.steps()))
    note = "" if count >= size else _PART.format(size, count)
    return frame(*([paragraph(note)] if note else []), sequence(trees()))


_PART = "The proof has {:,} steps, of which the {:,} nearest to its conclusion are shown."


def _nested(items: list[tuple[TreeStep, str]]) -> Markup:
    """A tree from its steps in their order, by their depth; from the last to the first, as what is
    below a step comes behind it."""
    levels: dict[int, list[Markup]] = {}
    for item, words in reversed(items):
        premises = levels.pop(item.depth + 1, [])[::-1]
        line = Markup("{} <small>{}</small>").format(words, _reason(item))
        if premises:
            line = fold(line, unordered(premises), is_open=item.depth < _OPEN)
        levels.setdefault(item.depth, []).append(Markup("<li>{}</li>").format(line))
    return unordered(levels[0])


def _reason(item: TreeStep) -> str:
    """Why a step holds, in words."""
    rule = item.step.by
    if rule == ASSERTED:
        return "is asserted"
    if rule == UNPROVED:
        return "follows by steps that are not shown"
    if item.number is not None:
        return f"by {rule}, see ({item.number})"
    if item.is_repetition:
        return f"by {rule}, see above"
    return f"by {rule}: {WORDS[rule]}" if rule in WORDS else f"by {rule}"
