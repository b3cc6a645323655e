"""How many examples of chance a test tries, and how many of all there are it looks at."""

import os
from collections.abc import Sequence
from typing import TypeVar

SOAK = bool(os.environ.get("EAKG_SOAK"))
Item = TypeVar("Item")


def tries(number: int) -> int:
    """So many with EAKG_SOAK; else a third of them, but no fewer than ten, as each run tries
    others."""
    return number if SOAK else max(min(number, 10), number // 3)


def sample(items: Sequence[Item], number: int) -> list[Item]:
    """All of them with EAKG_SOAK; else so many, evenly spread, with the first and the last.

    Argument: at least two.
    """
    if SOAK or len(items) <= number:
        return list(items)
    last, steps = len(items) - 1, number - 1
    return [items[step * last // steps] for step in range(number)]
