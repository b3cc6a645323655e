"""Percent-escapes in IRIs: which spellings are one name (RFC 3986 section 6.2.2).

The case of the digits does not count, and what is escaped without need is the character itself. An
escape of a reserved character is another name than the character. A character that is not of ASCII
is the escapes of its UTF-8 (RFC 3987 section 3.1).
"""

import re
from urllib.parse import quote, unquote

PATH_CHARACTERS = "/:@!$&'()*+,;=~-._"
"""What stands for itself in a path, besides letters and digits (RFC 3986 section 3.3)."""
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
_NOT_ASCII = re.compile(r"(?:%[89A-F][0-9A-F])+")


def normalized(name: str) -> str:
    """The one spelling of all that are the same name."""
    return _ESCAPE.sub(_escape, quote(name, safe=f"%?#[]{PATH_CHARACTERS}"))


def spellings(name: str) -> tuple[str, ...]:
    """A name as it is written, as it is normal, and as an IRI, with the characters not of ASCII."""
    normal = normalized(name)
    international = _NOT_ASCII.sub(lambda match: _decoded(match.group()), normal)
    return tuple(dict.fromkeys((name, normal, international)))


def escaped(path: str) -> str:
    """The name that a decoded path spells, where each character that may stand in a path stands
    for itself."""
    return quote(path, safe=PATH_CHARACTERS)


def survives_decoding(name: str) -> bool:
    """Whether `escaped` gives a name back when its path was decoded."""
    if "?" in name or "#" in name:
        return False
    try:
        return escaped(unquote(name, errors="strict")) == normalized(name)
    except UnicodeDecodeError:
        return False


def _escape(match: re.Match[str]) -> str:
    character = chr(int(match.group()[1:], 16))
    return character if _UNRESERVED.fullmatch(character) else match.group().upper()


def _decoded(escapes: str) -> str:
    try:
        return unquote(escapes, errors="strict")
    except UnicodeDecodeError:
        return escapes
