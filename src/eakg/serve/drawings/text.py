"""How much room a text needs: an estimate for a proportional face."""

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

WIDTH = 920.0
"""How wide a drawing is, in units of its view box."""
SIZE = 13.0
COLOURS = 6
REMAINDER = "other"
_SHARE = 0.61  # of the size, for the usual character of a wide sans-serif face
_NARROW = frozenset("fijlrtI.,:;'|!()[] ")


def width(text: str, size: float = SIZE) -> float:
    """The width of a line of text of this size."""
    return sum(map(_width, text)) * size


@lru_cache(1 << 12)
def _width(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.37
    return 0.74 if character.isupper() else _SHARE


def clipped(text: str, room: float, size: float = SIZE) -> str:
    """The text, or as much of it as there is room for and an ellipsis."""
    if width(text, size) <= room:
        return text
    places = range(1, len(text) + 1)
    end = bisect_right(places, room, key=lambda place: width(f"{text[:place]}…", size))
    return text[:end].rstrip() + "…"


def lines(text: str, room: float, most: int, size: float = SIZE) -> tuple[str, ...]:
    """The text in lines broken at spaces; the last line that is allowed may be clipped."""
    rows: list[str] = []
    for word in text.split():
        if rows and (len(rows) == most or width(f"{rows[-1]} {word}", size) <= room):
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return tuple(clipped(row, room, size) for row in rows)


def colours(groups: Iterable[str], order: Sequence[str] = ()) -> dict[str, str]:
    """A class of colour for each group: those of the order first, then the frequent ones; c0, the
    quiet one, for the rest, for what has no group beside those that have one, and for `other`."""
    counts = Counter(group for group in groups if group not in ("", REMAINDER, *order))
    ranking = (*order, *sorted(counts, key=lambda group: (-counts[group], group)))
    return {
        "": "c0" if ranking else "c1",
        **{group: f"c{rank if rank <= COLOURS else 0}" for rank, group in enumerate(ranking, 1)},
        REMAINDER: "c0",
    }


def legend(colour: Mapping[str, str], groups: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The groups that are there with their colours, in the order of the colours; of the quiet ones
    only `other`."""
    names = set(groups) - {""}
    return tuple(
        (group, tint)
        for group, tint in colour.items()
        if group in names and (tint != colour[REMAINDER] or group == REMAINDER)
    )
