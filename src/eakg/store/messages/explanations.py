"""Proofs and contradictions as messages and back."""

from collections.abc import Iterable

from eakg.reason.proofs import Proof
from eakg.store.messages.kinds import Consistency, Explanation, InferenceStep, ProvedClash
from eakg.store.reasoner import ConsistencyReport, Explained, ProvedInconsistency


def explanation_of(explained: Explained) -> Explanation:
    """A proof, with what supports it, as a message."""
    supports = tuple(explained.supports.values())
    return Explanation(steps_of([explained.proof]), supports, explained.version)


def explained_of(message: Explanation) -> Explained:
    """The proof of a message."""
    supports = {support.triple: support for support in message.supports}
    return Explained(proofs_of(message.steps)[-1], supports, message.version)


def consistency_of(report: ConsistencyReport) -> Consistency:
    """Contradictions with their proofs as a message."""
    proofs = [proof for clash in report.inconsistencies for proof in clash.proofs]
    steps, places = _steps_and_places(proofs)
    return Consistency(
        report.total,
        tuple(
            ProvedClash(clash.inconsistency, tuple(places[id(proof)] for proof in clash.proofs))
            for clash in report.inconsistencies
        ),
        steps,
        report.version,
    )


def report_of(message: Consistency) -> ConsistencyReport:
    """The contradictions of a message."""
    proofs = proofs_of(message.steps)
    return ConsistencyReport(
        message.total,
        tuple(
            ProvedInconsistency(clash.inconsistency, tuple(proofs[place] for place in clash.proofs))
            for clash in message.clashes
        ),
        message.version,
    )


def steps_of(proofs: Iterable[Proof]) -> tuple[InferenceStep, ...]:
    """Proofs in steps, premises before conclusions, the last of each proof in the order of the
    proofs. What is proved once is one step, wherever it is a premise."""
    return _steps_and_places(proofs)[0]


def _steps_and_places(
    proofs: Iterable[Proof],
) -> tuple[tuple[InferenceStep, ...], dict[int, int]]:
    """The steps, and the place of each proof among them by its identity."""
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
    return tuple(steps), places


def proofs_of(steps: Iterable[InferenceStep]) -> list[Proof]:
    """The proof of each step."""
    proofs: list[Proof] = []
    for step in steps:
        premises = tuple(proofs[place] for place in step.premises)
        proofs.append(Proof(step.triple, step.by, premises))
    return proofs
