"""The words of a search: what they name, of which days they speak, and what is left."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eakg.serve.pages.search.index import NamedThing
from eakg.text import days_in, fold

_PASSED_OVER = frozenset(
    {
        *("a", "about", "after", "all", "am", "an", "and", "any", "are", "as", "at", "be"),
        *("been", "before", "being", "between", "by", "can", "could", "did", "do", "does"),
        *("for", "from", "get", "got", "had", "has", "have", "how", "i", "in", "into", "is"),
        *("it", "its", "know", "many", "may", "me", "might", "much", "must", "of", "on", "or"),
        *("please", "shall", "should", "since", "tell", "that", "the", "their", "them", "there"),
        *("these", "they", "this", "those", "to", "up"),
        *("was", "we", "were", "what", "when", "where", "which", "while", "who", "whom"),
        *("whose", "why", "will", "with", "would", "year", "years", "you"),
    }
)
_NEGATIONS = frozenset(
    {
        *("cannot", "neither", "never", "no", "nobody", "none", "nor", "not", "nothing"),
        *("without", "arent", "didnt", "doesnt", "dont", "hasnt", "havent", "isnt", "wasnt"),
        "werent",
    }
)
_ARTICLES = frozenset({"a", "an", "any", "each", "the"})
_PREPOSITIONS = frozenset({"at", "by", "for", "from", "in", "of", "on", "to", "with", "within"})
_AUXILIARIES = frozenset({"are", "did", "do", "does", "had", "has", "have", "is", "was", "were"})
_SUBJECT = "did"
_YEAR = re.compile(r"\d{4}")
_LONGEST = 6  # words of a name


@dataclass(frozen=True)
class SearchWords:
    """The folded words of a search: the names of things, the rest that says what is asked, the
    first and the last day of which they speak and the words that do, whether they deny, the word
    that leads to each name (a preposition, or any form of an auxiliary as `did`), the first word,
    and the names that are written as other words are, in lower case."""

    names: Mapping[str, NamedThing]
    plain: tuple[str, ...]
    leads: Mapping[str, str]
    first: str = ""
    period: tuple[str, str] | None = None
    days: tuple[str, ...] = ()
    denies: bool = False
    common: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """How many of them there are, a name and what speaks of days as one each."""
        return len(self.names) + len(self.plain) + bool(self.period)


def search_words(text: str, names: Mapping[str, NamedThing]) -> SearchWords:
    """The words of a text, the longest names first. Arguments: the text; the things that are called
    by words of it, by these."""
    text, days, bounds = _without_days(text, names)
    things: dict[str, NamedThing] = {}
    leads: dict[str, str] = {}
    plain: list[str] = []
    tokens = fold(text).split()
    place = 0
    while place < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
            name = " ".join(tokens[place : place + length])
            if name in names and not _is_word(name):
                things[name] = names[name]
                leads[name] = _lead(tokens, place)
                break
        else:
            length, word = 1, tokens[place]
            if _YEAR.fullmatch(word):
                days, bounds = [*days, word], [*bounds, f"{word}-01-01", f"{word}-12-31"]
            elif not _is_word(word):
                plain.append(word)
        place += length
    period = (min(bounds), max(bounds)) if bounds else None
    denies = not _NEGATIONS.isdisjoint(tokens)
    rest, first = tuple(dict.fromkeys(plain)), "".join(tokens[:1])
    common = frozenset(text.split()) & things.keys()
    return SearchWords(things, rest, leads, first, period, tuple(days), denies, common)


def spans_of(text: str) -> list[str]:
    """The words of a text that follow each other, as a name might have them, folded."""
    tokens = fold(text).split()
    spans = (
        tokens[start:end]
        for start in range(len(tokens))
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1)
    )
    return [" ".join(span) for span in spans if not _is_word(" ".join(span))]


def plain_words(text: str) -> list[str]:
    """The folded words of a text that say what it is about."""
    return [token for token in fold(text).split() if token not in _PASSED_OVER]


def content_words(words: Iterable[str]) -> tuple[str, ...]:
    """Those of some folded words that say something, each once."""
    return tuple(dict.fromkeys(word for word in words if not _is_word(word)))


def denied_words(text: str) -> list[str]:
    """What stands behind the words of negation of a folded text: up to two words of each."""
    tokens = text.split()
    return [
        " ".join(tokens[place + 1 : place + 3])
        for place, token in enumerate(tokens)
        if token in _NEGATIONS
    ]


def has_lead(text: str, lead: str, nouns: Iterable[str]) -> bool:
    """Whether in a folded text a word leads to one of some nouns, an article between them or not;
    an auxiliary to any word with an article."""
    tokens, nouns = text.split(), frozenset(nouns)
    return bool(lead) and any(
        _lead(tokens, place) == lead
        and (token in nouns or (lead == _SUBJECT and tokens[place - 1] in _ARTICLES))
        for place, token in enumerate(tokens)
    )


def lead_weight(lead: str) -> int:
    """How much a word that leads to a name tells of what is meant: a preposition more."""
    return 2 if lead in _PREPOSITIONS else 1


def _lead(tokens: Sequence[str], place: int) -> str:
    """The word that leads to the word at a place of some, empty where none does."""
    place -= 1
    while place >= 0 and tokens[place] in _ARTICLES:
        place -= 1
    word = tokens[place] if place >= 0 else ""
    return _SUBJECT if word in _AUXILIARIES else word if word in _PREPOSITIONS else ""


def _is_word(span: str) -> bool:
    return span in _PASSED_OVER or span in _NEGATIONS or bool(_YEAR.fullmatch(span))


def _without_days(text: str, names: Iterable[str]) -> tuple[str, list[str], list[str]]:
    """A text without the days and months that it speaks of, the words of these, and the days from
    which to which they are; those that are part of a name stay."""
    days: list[str] = []
    bounds: list[str] = []
    rest, end = "", 0
    for expression in days_in(text):
        words = fold(text[expression.start : expression.end])
        if any(f" {words} " in f" {name} " and words != name for name in names):
            continue
        days += words.split()
        bounds += expression.value.split("/")
        rest += f"{text[end : expression.start]} "
        end = expression.end
    return rest + text[end:], days, bounds
