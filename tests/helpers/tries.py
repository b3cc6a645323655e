"""How many examples of chance a test tries."""

import os

SOAK = bool(os.environ.get("EAKG_SOAK"))


def tries(number: int) -> int:
    """So many with EAKG_SOAK; else a third of them, but no fewer than ten, as each run tries
    others."""
    return number if SOAK else max(min(number, 10), number // 3)
