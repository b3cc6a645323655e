"""How much may follow, and for how long it may be looked for."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

_Item = TypeVar("_Item")
_OFTEN = 1024


class ReasoningLimitError(Exception):
    """What follows is not found out, as that needs more than is allowed; nothing has changed."""


class TooManyFactsError(ReasoningLimitError):
    """More follows than may."""


class ReasoningTimeError(ReasoningLimitError):
    """It took longer than it may."""


@dataclass(frozen=True)
class Allowance:
    """How many `facts` a closure in the making may have, and until when it may be worked on, in
    seconds of the monotonic clock; `observe` is told the number of each round of the rules that
    begins, and of the facts that there are.

    It is looked at between steps, and whoever takes them leaves what there was before as it was.
    """

    facts: float = math.inf
    ends: float = math.inf
    observe: Callable[[int, int], None] | None = None

    def check(self, facts: int = 0) -> None:
        """Raise ReasoningLimitError where there are more facts, or it is later."""
        if facts > self.facts:
            raise TooManyFactsError(f"more than {self.facts:g} facts")
        if self.ends < math.inf and time.monotonic() > self.ends:
            raise ReasoningTimeError("too late")

    def begin_round(self, number: int, facts: int) -> None:
        """Tell that a round of the rules begins. Raises: as `check`."""
        self.check(facts)
        if self.observe is not None:
            self.observe(number, facts)

    def watch(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items; raises ReasoningLimitError once it is too late for more of them."""
        for number, item in enumerate(items):
            if not number % _OFTEN:
                self.check()
            yield item


UNLIMITED = Allowance()
