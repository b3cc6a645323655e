"""The shape of a query: what is left of it where it does not matter which things it names.

Queries that a program makes for one thing after another have one shape, so that what was found out
about it is known of all of them.
"""

import re
from functools import lru_cache

from eakg.sparql.lexer import COMMENT

_IRI = r"<[^\x00-\x20<>\"{}|^`\\]*+>"
_BLANK = r"[ \t\n\r]*+"
_STRING = r'"[^"\\\n\r]*+"'
_ROW = rf"\({_BLANK}(?:{_IRI}{_BLANK})++\)"
_VALUES = (
    rf"(?i:values)[ \t\n\r]++(?:[?$]\w++|\({_BLANK}(?:[?$]\w++{_BLANK})++\)){_BLANK}"
    rf"\{{(?P<rows>(?:{_IRI}|{_STRING}|[^{{}}<\"#])*+)\}}"
)
_IN = rf"(?i:in){_BLANK}\({_BLANK}(?P<members>{_IRI}(?:{_BLANK},{_BLANK}{_IRI})++){_BLANK}\)"
_LIST = re.compile(rf"{_IRI}|{COMMENT}|{_STRING}|(?<![\w:.?$-])(?:{_VALUES}|{_IN})")
_RUN = re.compile(
    rf"(?P<rows>{_ROW}{_BLANK}{_ROW})(?:{_BLANK}{_ROW})++"
    rf"|{_STRING}|\((?:{_IRI}|{_STRING}|[^()<\"])*+\)"
    rf"|(?P<iris>{_IRI}{_BLANK},?+{_BLANK}{_IRI})(?:{_BLANK},?+{_BLANK}{_IRI})++"
)
_NAME = re.compile(
    rf"(?<!\^\^)(?P<name><https?://(?!www\.w3\.org/)[^\x00-\x20<>\"{{}}|^`\\]*+>)(?!{_BLANK}\()"
    rf"|{_IRI}|{COMMENT}|{_STRING}"
)
_TEXTS = 32  # that are remembered, as several ask about one
_LONGEST = 1 << 14  # characters of one
_ESCAPES = ("\\", "'", '"""')


def abridged(text: str) -> str:
    """A query with numbers in the place of names, and of each list of names, in VALUES or IN, the
    first two alone. Names of the vocabularies of W3C, datatypes and functions stay.

    Argument: a query, in the engine's spelling. One with escapes, or with other strings than those
    between single marks `"`, stays as it is.
    """
    return (_cached_shape if len(text) <= _LONGEST else _shape)(text)


def _shape(text: str) -> str:
    if any(sign in text for sign in _ESCAPES):
        return text
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match["name"]
        return match[0] if name is None else f"<http://{numbers.setdefault(name, len(numbers))}>"

    return _NAME.sub(number, _LIST.sub(_cut, text))


_cached_shape = lru_cache(_TEXTS)(_shape)


def _cut(match: re.Match[str]) -> str:
    whole, name = match[0], match.lastgroup
    if name is None:
        return whole
    first, last = (place - match.start() for place in match.span(name))
    return whole[:first] + _RUN.sub(_first_two, whole[first:last]) + whole[last:]


def _first_two(match: re.Match[str]) -> str:
    return match[match.lastgroup or 0]
