"""Proofs as lines of text."""

from collections.abc import Callable, Iterator

from eakg.rdf import Triple, write_term
from eakg.reason.proofs.expressions import Expressions, Name
from eakg.reason.proofs.folding import Folding, TreeStep
from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.step import ASSERTED, labels_of_blank_nodes


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
    folding = Folding(proof, expressions)
    labels = labels_of_blank_nodes([proof])
    write = name or write_term

    def words(item: TreeStep) -> str:
        return " ".join(
            folding.expressions.words(term, write) or write(labels.get(term, term))
            for term in item.step.triple
        )

    def lines() -> Iterator[str]:
        for number, tree in enumerate(folding.trees()):
            if number:
                yield ""
            for item in tree:
                step = item.step
                indent = "  " * item.depth or (f"({number}) " if number else "")
                yield f"{indent}{words(item)}  [{step.by}{_reference(item)}]"
                if step.by == ASSERTED and not item.is_repetition:
                    yield from (f"{'  ' * item.depth}  {line}" for line in support(step.triple))

    return "\n".join(lines()) + "\n"


def _reference(item: TreeStep) -> str:
    """Where a step is proved, if that is elsewhere."""
    if item.number is not None:
        return f", see ({item.number})"
    return ", see above" if item.is_repetition else ""
