"""How much of what could be tried a test tries."""

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")
SOAK = bool(os.environ.get("EAKG_SOAK"))


def tries(number: int) -> int:
    """So many with EAKG_SOAK; else a fifth of them, but no fewer than ten, as each run tries
    others."""
    return number if SOAK else max(min(number, 10), number // 5)


def share(members: Iterable[T], each: int) -> list[T]:
    """All with EAKG_SOAK; else every so-manieth, from the first on."""
    return list(members)[:: 1 if SOAK else each]
