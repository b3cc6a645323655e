"""Windows in which pages are looked at: in which colours, and how wide."""

from collections.abc import Iterable
from itertools import product

import pytest

from helpers.tries import SOAK

WINDOWS = {
    "light-wide": ("light", 1280),
    "dark-narrow": ("dark", 360),
    **({"light-narrow": ("light", 360), "dark-wide": ("dark", 1280)} if SOAK else {}),
}


def looks(paths: Iterable[str]) -> pytest.MarkDecorator:
    """A test of `page` and `path` for each path: in one window after the other in turn, and in
    every window with EAKG_SOAK."""
    chosen = [
        pytest.param(WINDOWS[name], path, id=f"{name}-{path[:40]}")
        for (number, path), (turn, name) in product(enumerate(paths), enumerate(WINDOWS))
        if SOAK or number % len(WINDOWS) == turn
    ]
    return pytest.mark.parametrize(("page", "path"), chosen, indirect=["page"])
