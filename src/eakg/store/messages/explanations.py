"""Proofs as messages and back."""

from collections.abc import Iterable

from eakg.reason.proofs import Proof
from eakg.store.messages.kinds import Explanation, InferenceStep
from eakg.store.reasoner import Explained


def explanation_of(explained: Explained) -> Explanation:
    """A proof, with what supports it, as a message."""
    supports = tuple(explained.supports.values())
    return Explanation(steps_of([explained.proof]), supports, explained.version)


def explained_of(message: Explanation) -> Explained:
    """The proof of a message."""
    supports = {support.triple: support for support in message.supports}
    return Explained(proofs_of(message.steps)[-1], supports, message.version)


def steps_of(proofs: Iterable[Proof]) -> tuple[InferenceStep, ...]:
    """Proofs in steps, premises before conclusions, the last of each proof in the order of the
    proofs. What is proved once is one step, wherever it is a premise."""
    steps: list[InferenceStep] = []
    places: dict[int, int] = {}
    for whole in proofs:
        pending = [whole]
        while pending:
            proof = pending[-1]
            missing = [premise for premise in proof.premises if id(premise) not in places]
            if missing:
                pending += missing
                continue
            pending.pop()
            if id(proof) not in places:
                places[id(proof)] = len(steps)
                premises = tuple(places[id(premise)] for premise in proof.premises)
                steps.append(InferenceStep(proof.triple, proof.by, premises))
    return tuple(steps)


def proofs_of(steps: Iterable[InferenceStep]) -> list[Proof]:
    """The proof of each step."""
    proofs: list[Proof] = []
    for step in steps:
        premises = tuple(proofs[place] for place in step.premises)
        proofs.append(Proof(step.triple, step.by, premises))
    return proofs
