"""Whether a query or an update sends a part of itself to another endpoint."""

import re

from eakg.sparql.lexer import COMMENT, IRIREF, PREFIXED_NAME, VARIABLE, TokenKind, TokenReader

_BLANK = rf"(?:\s|{COMMENT}(?:[\n\r]|\Z))*+"
_SERVICE = re.compile(
    rf"service{_BLANK}(?:silent{_BLANK})?(?:{VARIABLE}|{IRIREF}|{PREFIXED_NAME}){_BLANK}\{{",
    re.IGNORECASE,
)
# A prefixed name after one of these is a graph or a resource, whatever its prefix.
_TAKES_NAME = ("GRAPH", "FROM", "NAMED", "DESCRIBE")


def calls_service(text: str, start: int = 0) -> bool:
    """Whether the text calls SERVICE from `start` on.

    It must not be missed: what `tokens` makes of a `<` is right for all that is known, but here
    every `<` that can start an IRI is read both ways, as one and as a comparison, and a call is a
    call when any reading has it outside strings, comments and IRIs. So it may be seen in what is
    none, as in a string of several lines behind an IRI with `#`.
    """
    if "service" not in text.lower():
        return False
    reader = TokenReader(text)
    seen: set[tuple[int, bool]] = set()
    starts = [start]
    while starts:
        position = starts.pop()
        takes_name = False
        while span := reader.next(position):
            kind, start, position = span
            # Comments of one line end together.
            place = position if kind is TokenKind.COMMENT else start
            if (place, takes_name) in seen:
                break
            seen.add((place, takes_name))
            if kind is TokenKind.COMMENT:
                continue
            if kind is TokenKind.IRIREF:
                starts.append(start + 1)
            is_name = kind is TokenKind.PREFIXED_NAME and not takes_name
            if (is_name or kind is TokenKind.KEYWORD) and _service_at(text, start, position):
                return True
            run = text[start:position].upper() if kind is TokenKind.KEYWORD else ""
            takes_name = run.endswith(_TAKES_NAME)
    return False


def _service_at(text: str, start: int, stop: int) -> bool:
    """Whether a call begins in a run of letters, which other keywords may be glued to."""
    run = text[start:stop].partition(":")[0].lower()
    # What follows one in the midst would be the rest of the name, as for the first.
    places = {run.find("service"), run.rfind("service")} - {-1}
    return any(_SERVICE.match(text, start + place) for place in places)
