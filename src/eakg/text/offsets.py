"""What the offsets of an annotation file count, and those offsets in code points.

Tools disagree: they count code points, UTF-16 units or bytes, a CR LF as two or as one, a byte
order mark or not. The dialect of a file is the one under which the text at the offsets of every
annotation is the text that the annotation gives.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import accumulate
from unicodedata import normalize

from eakg.problems import Problem
from eakg.text.annotation import Span, TextBound, label
from eakg.text.document import BYTE_ORDER_MARK, LINE, LINE_BREAK


class Unit(Enum):
    """What an offset counts."""

    CODE_POINT = "code points"
    UTF_16 = "UTF-16 units"
    BYTE = "bytes"


@dataclass(frozen=True)
class Dialect:
    """What an offset counts, whether a byte order mark counts, and whether CR LF is one."""

    unit: Unit = Unit.CODE_POINT
    bom_kept: bool = True
    crlf_as_one: bool = False

    def __str__(self) -> str:
        return (
            self.unit.value
            + ("" if self.bom_kept else ", without the byte order mark")
            + (", CR LF as one" if self.crlf_as_one else "")
        )


DIALECTS = tuple(
    Dialect(unit, bom_kept, crlf_as_one)
    for unit in Unit
    for bom_kept in (True, False)
    for crlf_as_one in (False, True)
)
"""Every dialect, in the order in which ties are decided: raw code points first."""


@dataclass(frozen=True)
class Alignment:
    """The dialect of the offsets, and the mentions with theirs in code points.

    `mentions` has those that match the text, in order; each of the others has a problem.
    """

    dialect: Dialect
    mentions: tuple[TextBound, ...]
    problems: tuple[Problem, ...]


def align(text: str, mentions: Sequence[TextBound]) -> Alignment:
    """Finds the dialect of the mentions' offsets and converts them to code points of `text`.

    The first dialect under which every mention matches is taken, or else the one under which
    most do. A mention whose span runs over a line break comes out with a fragment for each
    line, as brat writes it; the text of a mention that comes out is exactly
    `quote(text, mention.fragments)`.
    """
    best = Alignment(DIALECTS[0], (), ())
    for dialect in DIALECTS:
        scale = offset_scale(text, dialect)
        matches = tuple(m for m in (_in_code_points(text, scale, m) for m in mentions) if m)
        if len(matches) > len(best.mentions):
            best = Alignment(dialect, matches, ())
        if len(matches) == len(mentions):
            return best
    scale = offset_scale(text, best.dialect)
    places = {(m.path, m.line) for m in best.mentions}
    problems = tuple(
        Problem(str(m.path), m.line, f"{label(m)}: {_complaint(text, scale, best.dialect, m)}")
        for m in mentions
        if (m.path, m.line) not in places
    )
    return replace(best, problems=problems)


def quote(text: str, fragments: Sequence[Span]) -> str:
    """The text of fragments given in code points, joined by one space as brat does."""
    return " ".join(text[start:end] for start, end in fragments)


def merge(text: str, fragments: Sequence[Span]) -> tuple[Span, ...]:
    """The fragments, in code points, with those made one that only white space separates.

    brat splits a mention at every line break; this undoes it.
    """
    spans: list[Span] = []
    for start, end in fragments:
        if spans and spans[-1][1] <= start and not text[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


def offset_scale(text: str, dialect: Dialect) -> list[int]:
    """The offset in a dialect of each code point of a text, and of the text's end, in order."""
    return list(accumulate(_widths(text, dialect), initial=0))


def _widths(text: str, dialect: Dialect) -> Iterator[int]:
    previous = ""
    for position, character in enumerate(text):
        if (position == 0 and character == BYTE_ORDER_MARK and not dialect.bom_kept) or (
            character == "\n" and previous == "\r" and dialect.crlf_as_one
        ):
            yield 0
        elif dialect.unit is Unit.BYTE:
            yield len(character.encode())
        else:
            yield 2 if dialect.unit is Unit.UTF_16 and character > "\uffff" else 1
        previous = character


def _code_point(scale: list[int], offset: int) -> int | None:
    index = bisect_right(scale, offset) - 1
    return index if scale[index] == offset else None


def _code_points(scale: list[int], fragments: Sequence[Span]) -> tuple[Span, ...] | None:
    spans: list[Span] = []
    for fragment in fragments:
        start, end = (_code_point(scale, offset) for offset in fragment)
        if start is None or end is None:
            return None
        spans.append((start, end))
    return tuple(spans)


def _in_code_points(text: str, scale: list[int], mention: TextBound) -> TextBound | None:
    fragments = _code_points(scale, mention.fragments)
    if fragments is None or not _is_same_text(quote(text, fragments), mention.text):
        return None
    lines = tuple(line for start, end in fragments for line in _lines(text, start, end))
    return replace(mention, fragments=lines, text=quote(text, lines))


def _is_same_text(passage: str, mention: str) -> bool:
    passage, mention = (LINE_BREAK.sub(" ", words) for words in (passage, mention))
    return mention.startswith(passage) and not mention[len(passage) :].strip()


def _lines(text: str, start: int, end: int) -> list[Span]:
    return [line.span() for line in LINE.finditer(text, start, end)]


def _complaint(text: str, scale: list[int], dialect: Dialect, mention: TextBound) -> str:
    words = mention.text.rstrip()
    fragments = _code_points(scale, mention.fragments)
    if fragments is None:
        offset = next(o for f in mention.fragments for o in f if _code_point(scale, o) is None)
        problem = f"the offset {offset} is " + (
            f"outside the text, which ends at {scale[-1]}"
            if offset > scale[-1]
            else "inside a character"
        )
    else:
        problem = (
            f"the text at {_show_spans(mention.fragments)} is {_show(quote(text, fragments))}, "
            f"but the annotation says {_show(words)}"
        )
        if difference := _difference(words, quote(text, fragments), str.__eq__):
            problem += f", the same but for {difference}"
    return f"{problem} (in {dialect}); {_remedy(text, scale, words, mention)}"


def _remedy(text: str, scale: list[int], words: str, mention: TextBound) -> str:
    pattern = r"(?:\r\n|\r|\n| )".join(re.escape(word) for word in words.split(" "))
    places = [match.span(1) for match in re.finditer(f"(?=({pattern}))", text)]
    if not places:
        if difference := _difference(words, text, str.__contains__):
            return f"it is in the document, but for {difference}: copy the words from there"
        return "the annotated text is nowhere in the document: correct it or the offsets"
    nearest = min(places, key=lambda place: abs(scale[place[0]] - mention.fragments[0][0]))
    spans = _show_spans([(scale[start], scale[end]) for start, end in _lines(text, *nearest)])
    if len(places) == 1:
        return f"the annotated text is at {spans}: correct the offsets"
    return (
        f"the annotated text is at {len(places)} places, the nearest {spans}: correct the offsets"
    )


def _difference(words: str, text: str, holds: Callable[[str, str], bool]) -> str:
    """What alone keeps words from being, or being in, a text; empty where there is more."""
    if holds(normalize("NFC", text), normalize("NFC", words)):
        return "Unicode normalization"
    if holds(" ".join(text.split()), " ".join(words.split())):
        return "white space"
    return ""


def _show_spans(spans: Sequence[Span]) -> str:
    return ";".join(f"{start} {end}" for start, end in spans)


def _show(words: str) -> str:
    return repr(words if len(words) <= 60 else words[:59] + "…")
