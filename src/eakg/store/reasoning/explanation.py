"""Why a triple follows: its proof, or all its justifications, with what supports them."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from eakg.rdf import Triple
from eakg.reason import Closure
from eakg.reason.proofs import ProofNotFoundError, part_of
from eakg.reason.relations import Allowance, ReasoningTimeError, TooManyFactsError
from eakg.sparql import NotProvedError, TimeLimitExceededError
from eakg.store.answers import SupportedJustifications, SupportedProof
from eakg.store.reasoning.asserted_quads import AssertedQuads, valued

_MOST_STEPS = 20_000  # of a proof that are told; of a longer one, those nearest to the conclusion
_JUSTIFIED_STEPS = 2_000  # that are told of the proof of each justification
_MOST_TRIPLES = 250_000  # triples that are looked at for one proof


def explain(
    quads: AssertedQuads, closure: Closure, triple: Triple, seconds: float = math.inf
) -> SupportedProof:
    """Why a triple holds.

    Arguments: what is asserted; its closure; the triple; the seconds in which its proof may be
    looked for. Raises: NotInClosureError when it does not follow; TimeLimitExceededError or
    NotProvedError when it follows and no proof was found.
    """
    with _proof_limits(seconds) as allowance:
        found_proof = closure.explain(valued(triple), allowance)
    part = part_of(found_proof, _MOST_STEPS)
    proof = quads.source_proof(part)
    supports = quads.support(leaf.triple for leaf in proof.leaves())
    size = None if part is found_proof else found_proof.size
    return SupportedProof(proof, supports, size=size, definitions=quads.definitions([proof]))


def justify(
    quads: AssertedQuads, closure: Closure, triple: Triple, most: int, seconds: float = math.inf
) -> SupportedJustifications:
    """The smallest sets of asserted triples from which a triple follows, each with a proof.

    Arguments: what is asserted; its closure; the triple; how many are wanted; the seconds in which
    they may be looked for. Raises: as `explain`.
    """
    with _proof_limits(seconds) as allowance:
        search = closure.explain_all(valued(triple), most, allowance)
    wholes = [item.proof for item in search.items]
    proofs = [quads.source_proof(part_of(proof, _JUSTIFIED_STEPS)) for proof in wholes]
    return SupportedJustifications(
        triple,
        tuple(proofs),
        tuple(proof.size for proof in wholes),
        search.end.value,
        quads.support({leaf.triple for proof in proofs for leaf in proof.leaves()}),
        definitions=quads.definitions(proofs),
    )


@contextmanager
def _proof_limits(seconds: float) -> Iterator[Allowance]:
    """What may be looked at for a proof, in so many seconds. Raises: NotProvedError or
    TimeLimitExceededError in place of the errors of who looks for it."""
    try:
        yield Allowance(_MOST_TRIPLES, time.monotonic() + seconds)
    except ProofNotFoundError as error:
        raise NotProvedError(str(error)) from error
    except TooManyFactsError:
        raise NotProvedError(
            f"it follows, but no proof of it was found among {_MOST_TRIPLES:,} triples, as many"
            " as are looked at for one; with the data, eakg explain has no such limit"
        ) from None
    except ReasoningTimeError:
        words = f"it follows, but no proof of it was found within {seconds:.3g} s"
        raise TimeLimitExceededError(words, round(seconds, 3)) from None
