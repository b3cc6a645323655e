"""Questions that the words of a search ask: saved queries with these words in their wording, and
with values of their parameters taken from the rest."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import itemgetter
from urllib.parse import urlencode

from eakg.names import ID, is_slug
from eakg.queries.contract import Parameter, SavedQuery
from eakg.serve.pages.search.index import NamedThing
from eakg.text import fold

_PASSED_OVER = frozenset(
    {
        *("a", "about", "after", "all", "an", "and", "any", "are", "as", "at", "be", "before"),
        *("between", "by", "can", "did", "do", "does", "for", "from", "get"),
        *("had", "has", "have", "how", "i", "in", "into", "is", "it", "its", "many", "me", "much"),
        *("of", "on", "or", "since", "tell", "that", "the", "their", "there", "they", "this", "to"),
        *("was", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why"),
        *("with", "year"),
    }
)
_PRESENT = {
    "began": "begin",
    "begun": "begin",
    "gave": "give",
    "given": "give",
    "held": "hold",
    "led": "lead",
    "made": "make",
    "met": "meet",
    "said": "say",
    "sent": "send",
    "spoke": "speak",
    "told": "tell",
    "took": "take",
    "taken": "take",
    "went": "go",
}
"""Verbs of English whose past does not begin like their present."""
_STEM = 5  # letters by which words are compared: chaired, chairs
_YEAR = re.compile(r"\d{4}")
_MOST = 12
_NEAR = 5
_LONGEST = 6  # words of a name
Fitness = Callable[[Parameter, NamedThing], bool]
"""Whether a thing may be the value of a parameter."""


@dataclass(frozen=True)
class AnsweringQuestion:
    """A saved query that words ask, with the values of its parameters that they have, as these are
    written and as they were texts; whether it has a place for all of the words, and how many names
    that are no values are in its wording; whether it is drawn as an overview."""

    query: SavedQuery
    values: Mapping[str, str]
    words: Mapping[str, str]
    is_whole: bool = True
    mentions: int = 0
    is_drawn: bool = False

    @property
    def defaults(self) -> int:
        """How many parameters keep their defaults."""
        return len(self.query.parameters) - len(self.values)

    @property
    def path(self) -> str:
        """The path of its answer; of its page where it has no parameters."""
        values = f"?{urlencode(self.values)}" if self.values else ""
        return f"/{'overviews' if self.is_drawn else 'queries'}/{self.query.name}{values}"


@dataclass(frozen=True)
class _Words:
    """The words of a search: those that stand for values, and the rest."""

    years: tuple[str, ...]
    names: Mapping[str, NamedThing]
    plain: tuple[str, ...]


def questions_of(
    queries: Iterable[SavedQuery], text: str, names: Mapping[str, NamedThing], fits: Fitness
) -> list[AnsweringQuestion]:
    """The saved queries that a text asks, the best first; none where it has no word of any.

    A query counts where each plain word of the text begins like one of its wording, and each year
    and name is the value of a parameter; one that tells of all years and names counts too, while a
    parameter that the text does not fill would tell of something else. A text without plain words
    asks nothing. Where no query counts, those with at least half of the plain words come near.
    A name of something that is no value of any parameter, such as that of a role, is plain words.
    Arguments: the queries; the text; the things that are called by words of it, by these; which of
    them may be the value of a parameter.
    """
    queries = tuple(queries)
    words = _with_values(_words(text, names), queries, fits)
    questions, near = [], []
    for query in queries:
        wording = fold(f"{query.question} {query.summary} {query.name}").split()
        hits = [word for word in words.plain if any(_alike(word, one) for one in wording)]
        if not hits or len(hits) * 2 < len(words.plain):
            continue
        question = _filled(query, words, wording, fits)
        if question is not None:
            values = len(question.values)
            order = -values - question.mentions, -values, question.defaults
            rank = (*order, len(wording), query.name)
            near.append(((-len(hits), *rank), replace(question, is_whole=False)))
            if question.is_whole and len(hits) == len(words.plain):
                questions.append((rank, question))
    best = sorted(questions, key=itemgetter(0))[:_MOST] or sorted(near, key=itemgetter(0))[:_NEAR]
    return [question for _, question in best]


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


def parameter_value(iri: str) -> str:
    """An IRI as a parameter takes it."""
    name = iri.removeprefix(str(ID))
    return f"id:{name}" if name != iri and is_slug(name) else iri


def is_described(parameter: Parameter, thing: NamedThing) -> bool:
    """Whether the description of a parameter has a word for the kind of a thing."""
    words = fold(f"{parameter.name} {parameter.description}").split()
    return any(word in words for word in fold(thing.kind).split())


def _is_word(span: str) -> bool:
    return span in _PASSED_OVER or bool(_YEAR.fullmatch(span))


def names_in(text: str, names: Mapping[str, NamedThing]) -> Mapping[str, NamedThing]:
    """The longest of some folded names that a text has, with what they are of."""
    return _words(text, names).names


def _words(text: str, names_of: Mapping[str, NamedThing]) -> _Words:
    tokens = fold(text).split()
    years = tuple(token for token in tokens if _YEAR.fullmatch(token))
    names: dict[str, NamedThing] = {}
    plain: list[str] = []
    place = 0
    while place < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - place), 0, -1):
            name = " ".join(tokens[place : place + length])
            if name in names_of and not _is_word(name):
                names[name] = names_of[name]
                break
        else:
            length = 1
            if not _is_word(tokens[place]):
                plain.append(tokens[place])
        place += length
    if not plain and len(tokens) > len(years) + sum(len(name.split()) for name in names):
        # A question has a word for what it asks, which may be the name of something too.
        plain = [name for name in names if name in text.split()]
    return _Words(years, names, tuple(plain))


def _with_values(words: _Words, queries: Iterable[SavedQuery], fits: Fitness) -> _Words:
    """The words, where only what can be the value of a parameter stands for one."""
    parameters = {
        (parameter.name, parameter.description, parameter.default): parameter
        for query in queries
        for parameter in query.parameters
        if parameter.type == "iri" and not parameter.values
    }
    values = {
        name: thing
        for name, thing in words.names.items()
        if any(fits(parameter, thing) for parameter in parameters.values())
    }
    rest = [word for name in words.names if name not in values for word in name.split()]
    plain = (*words.plain, *(word for word in rest if not _is_word(word)))
    return replace(words, names=values, plain=tuple(dict.fromkeys(plain)))


def _filled(
    query: SavedQuery, words: _Words, wording: Iterable[str], fits: Fitness
) -> AnsweringQuestion | None:
    """A query with the values of the words, None where it has no place for their year."""
    values: dict[str, str] = {}
    texts: dict[str, str] = {}
    days = [parameter for parameter in query.parameters if parameter.type == "date"]
    if words.years and not days and query.parameters:
        return None
    if words.years and days:
        bounds = f"{min(words.years)}-01-01", f"{max(words.years)}-12-31"
        for parameter, day in _days(days, bounds):
            values[parameter.name] = texts[parameter.name] = day
    things = [one for one in query.parameters if one.type == "iri" and not one.values]
    rest = []
    for name, thing in words.names.items():
        likely_place = next((one for one in things if is_described(one, thing)), None)
        place = likely_place or next((one for one in things if fits(one, thing)), None)
        if place is not None:
            things.remove(place)
            values[place.name], texts[place.name] = parameter_value(thing.iri), name
        else:
            rest.append(name)
    mentions = sum(
        all(any(_alike(word, one) for one in wording) for word in name.split()) for name in rest
    )
    is_whole = not things or mentions == len(rest)
    return AnsweringQuestion(query, values, texts, is_whole, mentions)


def _days(parameters: list[Parameter], bounds: tuple[str, str]) -> Iterator[tuple[Parameter, str]]:
    """The days of a year for the parameters of a period, or the last of them for one day."""
    if len(parameters) == 1:
        return iter([(parameters[0], bounds[1])])
    return zip(parameters[:2], bounds, strict=False)


def _alike(word: str, other: str) -> bool:
    """Whether words begin alike, so far that they may be forms of one."""
    word, other = _PRESENT.get(word, word), _PRESENT.get(other, other)
    length = min(_STEM, len(word))
    return other.startswith(word) or (
        len(other) >= length >= _STEM and word[:length] == other[:length]
    )
