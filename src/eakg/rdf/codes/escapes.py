"""Escapes in the texts of N-Triples and Turtle."""

import re
import sys

_ANY_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_NAMED_ESCAPES = {
    "t": "\t",
    "b": "\b",
    "n": "\n",
    "r": "\r",
    "f": "\f",
    '"': '"',
    "'": "'",
    "\\": "\\",
}


def unescape(text: str) -> str:
    """The text that is spelled with escapes (Turtle section 6.4).

    Raises: ValueError for what is no escape, or stands for no character.
    """
    if "\\" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        short_code, long_code, letter = match.groups()
        if not letter and (code := int(short_code or long_code, 16)) <= sys.maxunicode:
            return chr(code)
        if letter not in _NAMED_ESCAPES:
            raise ValueError(f"{match[0]} is no escape")
        return _NAMED_ESCAPES[letter]

    return _ANY_ESCAPE.sub(character, text)
