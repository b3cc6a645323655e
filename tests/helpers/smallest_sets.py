"""The smallest sets with a property that every larger set has too, by trying all sets."""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import TypeVar

_Item = TypeVar("_Item")


def smallest_sets(
    items: Iterable[_Item], holds: Callable[[frozenset[_Item]], bool]
) -> set[frozenset[_Item]]:
    """Arguments: what the sets are made of; the property."""
    members = list(items)
    sets: set[frozenset[_Item]] = set()
    for size in range(len(members) + 1):
        for combination in combinations(members, size):
            candidate = frozenset(combination)
            if not any(smaller <= candidate for smaller in sets) and holds(candidate):
                sets.add(candidate)
    return sets
