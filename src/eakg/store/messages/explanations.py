"""Proofs with what supports them, as messages and back."""

from rdflib.term import Node

from eakg.rdf import Triple, parsed, spelled
from eakg.reason.proofs import Proof
from eakg.store.messages.kinds import Explanation, InferenceStep
from eakg.store.reasoner import Explained


def explanation_of(explained: Explained) -> Explanation:
    """A proof as a message. What is proved once is one step, wherever it is a premise."""
    steps: list[InferenceStep] = []
    places: dict[int, int] = {}
    pending = [explained.proof]
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
            subject, predicate, object_ = map(spelled, proof.triple)
            steps.append(InferenceStep(subject, predicate, object_, proof.by, premises))
    return Explanation(tuple(steps), explained.quads, explained.version)


def explained_of(message: Explanation) -> Explained:
    """The proof of a message."""
    proofs: list[Proof] = []
    terms: dict[str, Node] = {}

    def term(text: str) -> Node:
        return terms.get(text) or terms.setdefault(text, parsed(text))

    for step in message.steps:
        triple: Triple = term(step.subject), term(step.predicate), term(step.object)
        premises = tuple(proofs[place] for place in step.premises)
        proofs.append(Proof(triple, step.by, premises))
    return Explained(proofs[-1], message.support, message.version)
