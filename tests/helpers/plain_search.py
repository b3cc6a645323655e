"""Search as it is meant: each name of each thing compared with what is looked for."""

from collections.abc import Iterable

from jellyfish import damerau_levenshtein_distance

from eakg.serve.pages.search.index import Entry, Name, SearchMatch
from eakg.text.name_match import fold

_EXACT, _SQUEEZED, _START, _WORDS, _INSIDE, _ABBREVIATED, _TYPO = (
    1.0,
    0.98,
    0.9,
    0.8,
    0.7,
    0.68,
    0.6,
)
_LEAST = 0.3


class PlainSearch:
    """The names of a store's things. Arguments: its entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def find(self, query: str, most: int = 20) -> list[SearchMatch]:
        """The things that fit a query, best first; none for a query without a letter or digit."""
        key = fold(query)
        if not key:
            return []
        matches = []
        for entry in self._entries:
            score, name = max(
                ((_score(key, name), name) for name in entry.names),
                key=lambda pair: (pair[0], pair[1].text == query, pair[1].preferred),
            )
            if score >= _LEAST:
                matches.append(SearchMatch(entry, name, score))
        matches.sort(key=_rank)
        return matches[:most]


def _rank(match: SearchMatch) -> tuple[object, ...]:
    return (-round(match.score, 2), -match.entry.uses, not match.name.preferred, match.entry.iri)


def _score(query: str, name: Name) -> float:
    """How well a name fits a query, both folded."""
    text = name.folded
    if query == text:
        return _EXACT
    if query.replace(" ", "") == text.replace(" ", ""):
        return _SQUEEZED
    share = min(len(query), len(text)) / max(len(query), len(text), 1)
    if text.startswith(query):
        return _START + 0.05 * share
    words = text.split()
    if all(any(word.startswith(prefix) for word in words) for prefix in query.split()):
        return _WORDS + 0.08 * share
    if query in text and (len(query) > 2 or not query.isascii()):
        return _INSIDE + 0.08 * share
    if _abbreviates(query, text):
        return _ABBREVIATED
    return max(_whole_typo(query, text), _word_typos(query.split(), words, share))


def _abbreviates(query: str, text: str) -> bool:
    """Short forms in Chinese, Japanese and Korean keep some characters, the last one among them."""
    if len(query) < 2 or query[-1] != text[-1] or not all(map(_is_ideographic, query)):
        return False
    rest = iter(text)
    return all(character in rest for character in query)


def _is_ideographic(character: str) -> bool:
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"


def _whole_typo(query: str, text: str) -> float:
    tolerance = _tolerance(query)
    errors = damerau_levenshtein_distance(query, text)
    return 0.0 if errors > tolerance else _TYPO + 0.08 * (1 - errors / len(query))


def _word_typos(query: list[str], words: list[str], share: float) -> float:
    """Every word of a query is the beginning of a word there, or nearly a word there."""
    errors = 0
    for term in query:
        if any(word.startswith(term) for word in words):
            continue
        tolerance = _tolerance(term)
        least = min((damerau_levenshtein_distance(term, word) for word in words), default=9)
        if least > tolerance:
            return 0.0
        errors += least
    return _TYPO - 0.1 + 0.1 * share - 0.05 * errors


def _tolerance(word: str) -> int:
    """How many typos are forgiven: none in an acronym of three letters, two in a long word."""
    return 0 if len(word) <= 3 else 1 if len(word) <= 7 else 2
