"""How much room a text needs: an estimate for a proportional face."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

WIDTH = 920.0
"""How wide a drawing is, in units of its view box."""
SIZE = 13.0
COLOURS = 6
OTHER = "other"
_SHARE = 0.61  # of the size, for the usual character of a wide sans-serif face
_NARROW = frozenset("fijlrtI.,:;'|!()[] ")


def width(text: str, size: float = SIZE) -> float:
    """The width of a line of text of this size."""
    return sum(map(_width, text)) * size


def _width(one: str) -> float:
    if unicodedata.combining(one):
        return 0.0
    if unicodedata.east_asian_width(one) in "WF":
        return 1.0
    if one in _NARROW:
        return 0.37
    return 0.74 if one.isupper() else _SHARE


def clipped(text: str, room: float, size: float = SIZE) -> str:
    """The text, or as much of it as there is room for and an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def lines(text: str, room: float, most: int, size: float = SIZE) -> tuple[str, ...]:
    """The text in lines broken at spaces; the last line that is allowed may be clipped."""
    found: list[str] = []
    for word in text.split():
        if found and (len(found) == most or width(f"{found[-1]} {word}", size) <= room):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return tuple(clipped(line, room, size) for line in found)


def colours(groups: Iterable[str], order: Sequence[str] = ()) -> dict[str, str]:
    """A class of colour for each group: those of the order first, then the frequent ones; c0, the
    quiet one, for the rest, for what has no group beside those that have one, and for `other`."""
    counted = Counter(group for group in groups if group not in ("", OTHER, *order))
    ranked = (*order, *sorted(counted, key=lambda group: (-counted[group], group)))
    return {
        "": "c0" if ranked else "c1",
        **{group: f"c{at if at <= COLOURS else 0}" for at, group in enumerate(ranked, 1)},
        OTHER: "c0",
    }


def legend(colour: Mapping[str, str], groups: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The groups that are there with their colours, in the order of the colours; of the quiet ones
    only `other`."""
    there = set(groups) - {""}
    return tuple(
        (group, its)
        for group, its in colour.items()
        if group in there and (its != colour[OTHER] or group == OTHER)
    )
