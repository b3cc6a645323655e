"""Windows in which pages are looked at: in which colours, and how wide."""

from collections.abc import Iterable
from itertools import cycle

import pytest

from helpers.tries import SOAK

WINDOWS = {
    "light-wide": ("light", 1280),
    "dark-narrow": ("dark", 360),
    "light-narrow": ("light", 360),
    "dark-wide": ("dark", 1280),
}
USUAL = tuple(WINDOWS) if SOAK else tuple(WINDOWS)[:2]
"""Those in which pages are walked."""


def looks(paths: Iterable[str], *, in_turn: bool = not SOAK) -> pytest.MarkDecorator:
    """A test of `page` and `path` for each path and window.

    Arguments: the paths; whether each is looked at in one window alone, the next one in its turn.
    """
    turns = [(name,) for name in WINDOWS] if in_turn else [tuple(WINDOWS)]
    chosen = [
        pytest.param(WINDOWS[name], path, id=f"{name}-{path[:40]}")
        for path, names in zip(paths, cycle(turns), strict=False)
        for name in names
    ]
    return pytest.mark.parametrize(("page", "path"), chosen, indirect=["page"])
