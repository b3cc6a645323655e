"""The engine's syntax errors, made readable and put where they are."""

import re

from eakg.store.failures import QuerySyntaxError
from eakg.store.tokens import tokens

_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_ALTERNATIVE = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\](?:\s*\|\s*\[[^\]]*\])*|[^,"\[]+')
_CHARACTERS = "["  # how an alternative begins that is a class of characters
_KEYWORD = re.compile("[A-Z_]+")
_UPDATE = frozenset(
    "INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split()  # noqa: SIM905
)
_MAX_EXPECTED = 6


def syntax_error(text: str, message: str) -> QuerySyntaxError:
    """The engine's message about a query as an exception with line and column.

    The engine compares a keyword with as many characters as the keyword has and reports the
    place after them; the place given here is the one in front.
    """
    match = _PLACE.fullmatch(message)
    if match is None:
        return QuerySyntaxError(message)
    offset = _offset(text, int(match[1]), int(match[2]))
    expected = [one for part in _ALTERNATIVE.findall(match[3]) if (one := " ".join(part.split()))]
    words = [one for one in expected if not one.startswith(_CHARACTERS)]
    lengths = {len(one) for one in words if _KEYWORD.fullmatch(one)}
    if words and len(lengths) == 1 and all(_KEYWORD.fullmatch(one) for one in words):
        offset = max(0, offset - lengths.pop())
    sentences = [one for one in words if " " in one]
    while offset < len(text) and text[offset].isspace():
        offset += 1
    line = text.count("\n", 0, offset) + 1
    column = offset - (text.rfind("\n", 0, offset) + 1) + 1
    return QuerySyntaxError(
        f"line {line}, column {column}: {_complaint(text, offset, words, sentences)}",
        line,
        column,
    )


def _complaint(text: str, offset: int, words: list[str], sentences: list[str]) -> str:
    if sentences:
        return sentences[0]
    found = next(iter(tokens(text, offset)), None)
    if found is None:
        complaint = "the query ends too early" if offset >= len(text) else "unexpected text"
    elif found.text.upper() in _UPDATE:
        return f"{found.text} is an update, not a query"
    else:
        complaint = f"unexpected {found.text[:40]}"
    if 0 < len(words) <= _MAX_EXPECTED:
        complaint += f"; expected {' or '.join(words)}"
    return complaint


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))
