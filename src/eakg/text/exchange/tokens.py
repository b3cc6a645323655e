"""The tokens of an annotated text: words and signs, cut where a mention begins or ends."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eakg.text.annotation import Annotation, Span, TextBound
from eakg.text.exchange.annotated_text import AnnotatedText, hull
from eakg.text.name_match import is_ideographic

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class TextToken:
    """A token: its span in the text, and whether a sentence begins with it."""

    start: int
    end: int
    begins_sentence: bool


def tokens_of(source: AnnotatedText) -> Iterator[TextToken]:
    """The tokens of a text, in order; each ideograph is one."""
    starts = {start for start, _ in source.sentences}
    cuts = {end for span in spans_of(source.annotations).values() for end in span} | starts
    is_first = True
    for match in _TOKEN.finditer(source.text):
        start = match.start()
        for place in range(start + 1, match.end() + 1):
            around = source.text[place - 1 : place + 1]
            is_cut = place in cuts or any(is_ideographic(one) for one in around)
            if place == match.end() or is_cut:
                yield TextToken(start, place, is_first or start in starts)
                start, is_first = place, False


def spans_of(annotations: Iterable[Annotation]) -> dict[str, Span]:
    """The span of each mention by its id, that of one in pieces from the first to the last."""
    return {one.id: hull(one.fragments) for one in annotations if isinstance(one, TextBound)}
