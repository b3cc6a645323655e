"""Copies of the parts of a state."""

from copy import copy
from typing import TypeVar

_Part = TypeVar("_Part")


def own_copy(part: _Part) -> _Part:
    """A copy with collections of its own; what is in them is shared, so it is never changed in
    place."""
    twin = copy(part)
    collections = {n: v.copy() for n, v in vars(part).items() if isinstance(v, dict | list | set)}
    vars(twin).update(collections)
    return twin
