"""A watch over the reading of texts: what is asked again and again while tokens are read.

Reading is linear in the length of a text, and yet takes a moment of a long one. Whoever has
promised an answer within a time sets a watch, which raises what ends the reading.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Watch = Callable[[], None]
"""Returns where reading may go on; raises where it may not."""
WATCH: ContextVar[Watch | None] = ContextVar("watch", default=None)
"""What watches over the reading of this thread."""


@contextmanager
def under_watch(watch: Watch) -> Iterator[None]:
    """Read under a watch in the context."""
    token = WATCH.set(watch)
    try:
        yield
    finally:
        WATCH.reset(token)
