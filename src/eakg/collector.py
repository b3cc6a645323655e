"""How often Python looks for objects that nobody uses any more and that hold each other.

In: what kind of work is done. Out: the collector set for it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_GENERATIONS = 100_000, 20, 20
"""Objects that are made until the young ones are looked through, and how often these until the
older ones are."""


def collect_rarely() -> None:
    """Set the collector for a process that makes many objects that last: by default it would look
    through them for a third of the time that commands take."""
    gc.set_threshold(*_GENERATIONS)


@contextmanager
def lasting_objects() -> Iterator[None]:
    """What is made inside lasts as long as the process, so nobody looks there for garbage: that
    would take a tenth of the time of a short command."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
