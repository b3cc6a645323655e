"""Proofs as JSON: nested, or step by step."""

from typing import Any

from eakg.evidence import Supports, support_json
from eakg.rdf import Triple, write_term
from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.step import ASSERTED, labels_of_blank_nodes

NESTED_STEPS = 200
"""Steps of the largest proof whose JSON is nested."""
_REPETITION = 10


def proof_json(
    proof: Proof,
    supports: Supports | None = None,
    *,
    is_flat: bool = False,
    size: int | None = None,
) -> dict[str, Any]:
    """A proof as JSON: nested as by `to_json`, or step by step as by `to_steps_json` where that is
    wanted, where it has more than `NESTED_STEPS` steps, or where it would say them over and over.

    Arguments: the proof; what supports the triples, as far as it is known; whether its steps are
    wanted one by one; how many steps the whole proof has where this is a part of it.
    """
    if is_flat or size is not None or not _is_short(proof):
        return to_steps_json(proof, supports, size=size)
    return to_json(proof, supports)


def to_json(proof: Proof, supports: Supports | None = None) -> dict[str, Any]:
    """A proof as nested JSON: `triple` in N-Triples syntax, `by`, and `premises`, or what supports
    an asserted triple. Blank nodes have labels of the document.

    Arguments: the proof, which is said as often as it is a premise; what supports the triples, as
    far as it is known.
    """
    documents = _step_documents(proof, supports)
    for step, document in documents.values():
        if step.by != ASSERTED:
            document["premises"] = [documents[premise.triple][1] for premise in step.premises]
    return documents[proof.triple][1]


def to_steps_json(
    proof: Proof, supports: Supports | None = None, *, size: int | None = None
) -> dict[str, Any]:
    """A proof as JSON that has each of its steps once, by an identifier: `root` is that of the
    conclusion, and `premises` are identifiers. The conclusion comes first, and each step before its
    premises.

    Arguments: the proof; what supports the triples; the number of steps that is told as its `size`
    where this is a part of it.
    """
    documents = _step_documents(proof, supports)
    names = {triple: str(number) for number, triple in enumerate(reversed(documents), 1)}
    for step, document in documents.values():
        if step.by != ASSERTED:
            document["premises"] = [names[premise.triple] for premise in step.premises]
    steps = {names[triple]: documents[triple][1] for triple in names}
    members: dict[str, Any] = {"root": names[proof.triple]}
    return members | ({} if size is None else {"size": size}) | {"steps": steps}


def _step_documents(
    proof: Proof, supports: Supports | None
) -> dict[Triple, tuple[Proof, dict[str, Any]]]:
    """Each step by its triple, premises before conclusions, with its JSON without premises."""
    labels = labels_of_blank_nodes([proof])
    documents: dict[Triple, tuple[Proof, dict[str, Any]]] = {}
    for step in proof.steps():
        terms = (write_term(labels.get(term, term)) for term in step.triple)
        document: dict[str, Any] = {"triple": dict(zip("spo", terms, strict=True)), "by": step.by}
        support = (supports or {}).get(step.triple) if step.by == ASSERTED else None
        documents[step.triple] = step, document | (support_json(support) if support else {})
    return documents


def _is_short(proof: Proof) -> bool:
    """Whether there is little of it as a tree, in which a premise of several steps is in each."""
    if proof.size > NESTED_STEPS:
        return False
    sizes: dict[Triple, int] = {}
    for step in proof.steps():
        sizes[step.triple] = 1 + sum(sizes[premise.triple] for premise in step.premises)
    return sizes[proof.triple] <= _REPETITION * NESTED_STEPS
