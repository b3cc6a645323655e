"""Proofs of the triples of the store, in the version that is there when one is asked for."""

from typing import Protocol, runtime_checkable

from eakg.rdf import Triple
from eakg.reason.proofs import NotInClosureError
from eakg.sparql import NotReasonedError
from eakg.store import (
    ConsistencyReport,
    QueryService,
    SupportedJustifications,
    SupportedProof,
)

_ELSEWHERE = "an engine elsewhere does not say why"


@runtime_checkable
class ExplainService(Protocol):
    """A store that can say why a triple holds."""

    def explain(self, triple: Triple) -> SupportedProof:
        """Why a triple holds. Raises: NotInClosureError when it does not follow; StoreError."""
        ...


@runtime_checkable
class JustificationService(Protocol):
    """A store that can say from which sets of triples a triple follows."""

    def justifications(self, triple: Triple, most: int) -> SupportedJustifications:
        """The smallest sets, up to so many. Raises: NotInClosureError when it does not follow;
        StoreError."""
        ...


@runtime_checkable
class ConsistencyService(Protocol):
    """A store that can say where its graph contradicts itself."""

    def contradictions(self, limit: int) -> ConsistencyReport:
        """The contradictions, with proofs for the first `limit`.

        Raises: NotReasonedError when the store does not reason; StoreError.
        """
        ...


class Proofs:
    """Proofs of the triples of a store, and of its contradictions.

    Argument: the store. The first question may take seconds, while the closure is made.
    """

    def __init__(self, store: QueryService) -> None:
        self._store = store

    def explain(self, triple: Triple) -> SupportedProof:
        """A proof of a triple, what supports it, and the version of the data.

        Raises: NotInClosureError when it does not follow, or nobody here knows why; StoreError.
        """
        if not isinstance(self._store, ExplainService):
            raise NotInClosureError(_ELSEWHERE)
        return self._store.explain(triple)

    def justifications(self, triple: Triple, most: int) -> SupportedJustifications:
        """The smallest sets of triples from which a triple follows, up to so many, each with a
        proof, and the version of the data. Raises: as `explain`."""
        if not isinstance(self._store, JustificationService):
            raise NotInClosureError(_ELSEWHERE)
        return self._store.justifications(triple, most)

    def contradictions(self, limit: int) -> ConsistencyReport:
        """The contradictions, with proofs for the first `limit`, and the version of the data.

        Raises: NotReasonedError when nobody here looks for them; StoreError.
        """
        if not isinstance(self._store, ConsistencyService):
            raise NotReasonedError(
                "the store is an engine elsewhere, which is not reasoned over here"
            )
        return self._store.contradictions(limit)
