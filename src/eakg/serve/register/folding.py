"""Names as they are compared."""

import re
import unicodedata

_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"\w+", re.UNICODE)


def fold(text: str) -> str:
    """Letters and digits alone, in words, without case, accents and width."""
    characters = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    base = "".join(one for one in characters if not unicodedata.combining(one))
    base = unicodedata.normalize("NFC", base)
    return " ".join(_WORD.findall(base.replace("'", "").replace("’", "").replace("+", " plus ")))
