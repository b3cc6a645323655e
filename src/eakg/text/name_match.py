"""How well a name fits words that look for it, forgiving of case, accents and small slips.

Scores have steps, and no name of a lower step goes before one of a higher.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jellyfish import damerau_levenshtein_distance

EXACT, SQUEEZED, START, WORDS, INSIDE, ABBREVIATED, TYPO = 1.0, 0.98, 0.9, 0.8, 0.7, 0.68, 0.6
"""The steps."""
START_ROOM, ROOM = 0.05, 0.08
"""What is added to these where a query is as long as a name."""
LEAST = 0.3
"""What fits less does not fit."""
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"\w+", re.UNICODE)


def fold(text: str) -> str:
    """Letters and digits alone, in words, without case, accents and width, and with simplified
    Chinese characters in place of traditional ones."""
    characters = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    base = "".join(one for one in characters if not unicodedata.combining(one))
    base = unicodedata.normalize("NFC", base)
    if not base.isascii():
        base = base.translate(_simplified())
    return " ".join(_WORD.findall(base.replace("'", "").replace("’", "").replace("+", " plus ")))


@cache
def _simplified() -> Mapping[int, str]:
    """Traditional characters and the simplified ones for them (Unihan, kSimplifiedVariant)."""
    lines = Path(__file__).with_name("simplified.txt").read_text("utf-8").splitlines()
    pairs = (pair for line in lines if not line.startswith("#") for pair in line.split())
    return {ord(pair[0]): pair[1] for pair in pairs}


def share_of(query: str, length: int) -> float:
    """How much of the longer of a query and a name the shorter is, by a name's length."""
    return min(len(query), length) / max(len(query), length, 1)


def score_of(query: str, text: str) -> float:
    """How well a name fits a query, both folded."""
    if query == text:
        return EXACT
    if query.replace(" ", "") == text.replace(" ", ""):
        return SQUEEZED
    share = share_of(query, len(text))
    if text.startswith(query):
        return START + START_ROOM * share
    words = text.split()
    if all(any(word.startswith(prefix) for word in words) for prefix in query.split()):
        return WORDS + ROOM * share
    if query in text and (len(query) > 2 or not query.isascii()):
        return INSIDE + ROOM * share
    if _abbreviates(query, text):
        return ABBREVIATED
    return max(_whole_slip(query, text), _word_slips(query.split(), words, share))


def _abbreviates(query: str, text: str) -> bool:
    """Short forms in Chinese, Japanese and Korean keep some characters, the last one among them."""
    if len(query) < 2 or query[-1] != text[-1] or not all(map(is_ideographic, query)):
        return False
    rest = iter(text)
    return all(character in rest for character in query)


def is_ideographic(character: str) -> bool:
    """Whether a character is one of the scripts in which names are shortened to some of them."""
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"


def _whole_slip(query: str, text: str) -> float:
    tolerance = tolerance_of(query)
    errors = slips_between(query, text, tolerance)
    return 0.0 if errors > tolerance else whole_slip_score(query, errors)


def whole_slip_score(query: str, errors: int) -> float:
    """How well a name fits that is the query but for some slips."""
    return TYPO + ROOM * (1 - errors / len(query))


def _word_slips(query: list[str], words: list[str], share: float) -> float:
    """Every word of a query is the beginning of a word there, or nearly a word there."""
    errors = 0
    for term in query:
        if any(word.startswith(term) for word in words):
            continue
        tolerance = tolerance_of(term)
        least = min((slips_between(term, word, tolerance) for word in words), default=9)
        if least > tolerance:
            return 0.0
        errors += least
    return word_slips_score(share, errors)


def word_slips_score(share: float, errors: int) -> float:
    """How well a name fits whose words are those of the query but for some slips."""
    return TYPO - 0.1 + 0.1 * share - 0.05 * errors


def slips_between(word: str, other: str, most: int) -> int:
    """How many letters are added, left out, other or in the other order (Damerau and Levenshtein);
    of those that are more than `most`, only that they are."""
    if abs(len(word) - len(other)) > most:
        return most + 1
    return damerau_levenshtein_distance(word, other)


def tolerance_of(word: str) -> int:
    """How many typos are forgiven: none in an acronym of three letters, two in a long word."""
    return 0 if len(word) <= 3 else 1 if len(word) <= 7 else 2
