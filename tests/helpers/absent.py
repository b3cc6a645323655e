"""Packages that are taken for not installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def absent(*packages: str) -> Iterator[None]:
    """As if packages were not installed, for what imports them from now on."""
    with pytest.MonkeyPatch.context() as patch:
        for package in packages:
            for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
                patch.delitem(sys.modules, name)
            patch.setitem(sys.modules, package, None)
        yield
