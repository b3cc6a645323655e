"""What says why the triples of a complete state hold."""

from functools import cached_property

from eakg.rdf import Triple
from eakg.reason.engine import ClosureState
from eakg.reason.proofs.archive import Archive
from eakg.reason.proofs.derivations import Derivations
from eakg.reason.proofs.equalities import EqualityPaths
from eakg.reason.proofs.goals import DeadEndError, pursue
from eakg.reason.proofs.proof import Proof
from eakg.reason.proofs.search import NotInClosureError, ProofNotFoundError, ProofSearch
from eakg.reason.relations import UNLIMITED, Allowance


class Explainer:
    """Finds proofs in a complete state.

    Argument: the state.
    """

    def __init__(self, state: ClosureState) -> None:
        self.facts = state.facts
        self.archive = Archive(state)
        self.derivations = Derivations(self.archive)

    @cached_property
    def equalities(self) -> EqualityPaths:
        """The links that joined terms."""
        return EqualityPaths(self.facts.equal)

    def is_asserted(self, triple: Triple) -> bool:
        """Whether a triple was asserted."""
        numbers = [self.facts.terms.number(term) for term in triple]
        subject, predicate, object_ = numbers
        if subject is None or predicate is None or object_ is None:
            return False
        return self.archive.is_asserted((subject, predicate, object_))

    def explain(self, triple: Triple, allowance: Allowance = UNLIMITED) -> Proof:
        """A proof of a triple, the same whatever was asked before.

        Arguments: the triple; how many triples may be looked at, and until when. Raises:
        NotInClosureError when it does not follow; ProofNotFoundError when it does, and has no proof
        all the same; ReasoningLimitError.
        """
        subject, predicate, object_ = (self.facts.terms.number(term) for term in triple)
        if subject is None or predicate is None or object_ is None:
            stranger = next(t for t in triple if self.facts.terms.number(t) is None)
            raise NotInClosureError(f"it says nothing of {stranger.n3()}")
        search = ProofSearch(self.archive, self.derivations, self.equalities)
        numbers = subject, predicate, object_
        search.check(numbers)
        try:
            return pursue(search.proof(numbers), lambda: allowance.check(search.size))
        except DeadEndError:
            raise ProofNotFoundError("it follows, but no proof of it was found") from None
