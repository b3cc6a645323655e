"""Proofs and contradictions as messages and back."""

from collections.abc import Iterable

from eakg.reason.proofs import Proof
from eakg.store.answers import (
    CoherenceReport,
    ConsistencyReport,
    ProvedIncoherence,
    ProvedInconsistency,
    SupportedJustifications,
    SupportedProof,
)
from eakg.store.messages.kinds import (
    Consistency,
    ExplainedEmptyTerm,
    Explanation,
    InferenceStep,
    JustifiedExplanation,
    ProvedClash,
)


def explanation_of(supported_proof: SupportedProof) -> Explanation:
    """A proof, with what supports it, as a message."""
    supports = tuple(supported_proof.supports.values())
    steps, _ = _steps_and_places([supported_proof.proof])
    return Explanation(
        steps,
        supports,
        supported_proof.version,
        supported_proof.size,
        supported_proof.definitions,
    )


def supported_proof_of(message: Explanation) -> SupportedProof:
    """The proof of a message."""
    supports = {support.triple: support for support in message.supports}
    proof = proofs_of(message.steps)[-1]
    return SupportedProof(proof, supports, message.version, message.size, message.definitions)


def justified_explanation_of(justifications: SupportedJustifications) -> JustifiedExplanation:
    """Justifications as a message."""
    steps, places = _steps_and_places(justifications.proofs)
    return JustifiedExplanation(
        justifications.triple,
        steps,
        tuple(places[id(proof)] for proof in justifications.proofs),
        justifications.sizes,
        justifications.end,
        tuple(justifications.supports.values()),
        justifications.version,
        justifications.definitions,
    )


def supported_justifications_of(message: JustifiedExplanation) -> SupportedJustifications:
    """The justifications of a message."""
    proofs = proofs_of(message.steps)
    return SupportedJustifications(
        message.triple,
        tuple(proofs[place] for place in message.roots),
        message.sizes,
        message.end,
        {support.triple: support for support in message.supports},
        message.version,
        message.definitions,
    )


def consistency_of(report: ConsistencyReport) -> Consistency:
    """Contradictions, and what is incoherent, with their proofs as a message."""
    proofs = [proof for clash in report.inconsistencies for proof in clash.proofs]
    proofs += [proof for empty in report.coherence.incoherences for proof in empty.proofs]
    steps, places = _steps_and_places(proofs)
    return Consistency(
        report.total,
        tuple(
            ProvedClash(clash.inconsistency, tuple(places[id(proof)] for proof in clash.proofs))
            for clash in report.inconsistencies
        ),
        steps,
        report.version,
        tuple(
            ExplainedEmptyTerm(
                empty.term,
                empty.is_property,
                empty.above,
                empty.rule,
                empty.message,
                tuple(places[id(proof)] for proof in empty.proofs),
                empty.things,
            )
            for empty in report.coherence.incoherences
        ),
        report.coherence.reason,
    )


def report_of(message: Consistency) -> ConsistencyReport:
    """The contradictions, and what is incoherent, of a message."""
    proofs = proofs_of(message.steps)
    return ConsistencyReport(
        message.total,
        tuple(
            ProvedInconsistency(clash.inconsistency, tuple(proofs[place] for place in clash.proofs))
            for clash in message.clashes
        ),
        message.version,
        CoherenceReport(
            tuple(
                ProvedIncoherence(
                    empty.term,
                    empty.is_property,
                    empty.above,
                    empty.rule,
                    empty.message,
                    tuple(proofs[place] for place in empty.proofs),
                    empty.things,
                )
                for empty in message.terms
            ),
            message.reason,
        ),
    )


def _steps_and_places(
    proofs: Iterable[Proof],
) -> tuple[tuple[InferenceStep, ...], dict[int, int]]:
    """Proofs in steps, premises before conclusions, the last of each proof in the order of the
    proofs; and the place of each proof among them by its identity. What is proved once is one step,
    wherever it is a premise, and so is what is proved alike in several proofs."""
    steps: dict[InferenceStep, int] = {}
    places: dict[int, int] = {}
    for root in proofs:
        stack = [root]
        while stack:
            proof = stack[-1]
            missing = [premise for premise in proof.premises if id(premise) not in places]
            if missing:
                stack += missing
                continue
            stack.pop()
            if id(proof) not in places:
                premises = tuple(places[id(premise)] for premise in proof.premises)
                step = InferenceStep(proof.triple, proof.by, premises)
                places[id(proof)] = steps.setdefault(step, len(steps))
    return tuple(steps), places


def proofs_of(steps: Iterable[InferenceStep]) -> list[Proof]:
    """The proof of each step."""
    proofs: list[Proof] = []
    for step in steps:
        premises = tuple(proofs[place] for place in step.premises)
        proofs.append(Proof(step.triple, step.by, premises))
    return proofs
