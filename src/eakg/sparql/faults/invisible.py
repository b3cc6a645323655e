"""Characters that cannot be seen, and what to do about one that stands where it may not."""

import unicodedata

_SPACES = " \t\n\r"
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that have no shape of their own."""
_VARIATIONS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
_CONTROLS = {
    "\x00": "NULL",
    "\x07": "BELL",
    "\x08": "BACKSPACE",
    "\t": "CHARACTER TABULATION",
    "\x0b": "LINE TABULATION",
    "\x0c": "FORM FEED",
    "\x1a": "SUBSTITUTE",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
"""The control characters that text editors and copying leave behind; Unicode has no names for
them, only aliases."""


def is_invisible(character: str) -> bool:
    """Whether a character leaves no trace where it is shown, and is no white space of SPARQL."""
    if character in _SPACES:
        return False
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")
        or character in _FILLERS
        or any(first <= character <= last for first, last in _VARIATIONS)
    )


def character_name(character: str) -> str:
    """A character by its code point and its name in Unicode."""
    name = unicodedata.name(character, _CONTROLS.get(character, "a control character"))
    return f"U+{ord(character):04X} ({name})"


def visible(text: str) -> str:
    """A text in which each character that cannot be seen is written as its code point."""
    return "".join(
        f"[U+{ord(character):04X}]" if is_invisible(character) else character for character in text
    )


def invisible_complaint(character: str) -> str:
    """What to say of a character that cannot be seen and stands where it may not."""
    is_space = unicodedata.category(character).startswith("Z")
    remedy = "write a plain space instead" if is_space else "delete it"
    return f"{character_name(character)} stands here, which cannot be seen; {remedy}"
