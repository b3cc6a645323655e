"""Goals of a search for a proof: each is reached by way of others, however deep they lie.

A goal is a generator: it yields the goals that it needs, is sent the proof of each, and returns its
own. What would be nested calls is a list, which is as long as there is memory.
"""

from collections.abc import Callable, Generator

from eakg.reason.proofs.proof import Proof

Goal = Generator["Goal", Proof, Proof]
_OFTEN = 256


class DeadEndError(LookupError):
    """A goal is not reached this way; another way may lead there."""


def pursue(goal: Goal, check: Callable[[], None] = lambda: None) -> Proof:
    """The proof that a goal returns.

    Arguments: the goal; what is called every now and then, and may raise an exception to end it.
    Raises: DeadEndError, which the goals that needed the one that raised it may catch.
    """
    goals = [goal]
    proof: Proof | None = None
    failure: DeadEndError | None = None
    count = 0
    while True:
        try:
            if failure is not None:
                error, failure = failure, None
                need = goals[-1].throw(error)
            else:
                need = goals[-1].send(proof)  # type: ignore[arg-type]  # None begins a generator
        except StopIteration as end:
            goals.pop()
            conclusion: Proof = end.value
            if not goals:
                return conclusion
            proof = conclusion
        except DeadEndError as error:
            goals.pop()
            if not goals:
                raise
            failure = error.with_traceback(None)
        else:
            goals.append(need)
            proof = None
            count += 1
            if not count % _OFTEN:
                check()
