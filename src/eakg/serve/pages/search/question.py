"""Questions that the words of a search ask: saved queries with these words in their wording, and
with values of their parameters taken from the rest."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from urllib.parse import urlencode

from eakg.names import ID, is_slug
from eakg.queries.contract import Parameter, SavedQuery
from eakg.serve.pages.search.index import NamedThing
from eakg.serve.pages.search.search_words import (
    SearchWords,
    content_words,
    denied_words,
    has_lead,
    lead_weight,
    search_words,
)
from eakg.serve.pages.search.word_forms import has_form_of
from eakg.text import fold

_MOST = 12
_NEAR = 5
Fitness = Callable[[Parameter, NamedThing], bool]
"""Whether a thing may be the value of a parameter."""


@dataclass(frozen=True)
class AnsweringQuestion:
    """A saved query that words ask, with the values of its parameters that they have, as these are
    written and as they were texts; the things that are named and are no values; whether it has a
    place for all of the words, and whether it is drawn as an overview."""

    query: SavedQuery
    values: Mapping[str, str]
    words: Mapping[str, str]
    topics: frozenset[str] = frozenset()
    is_whole: bool = True
    is_drawn: bool = False

    @property
    def path(self) -> str:
        """The path of its answer; of its page where it has no parameters."""
        values = f"?{urlencode(self.values)}" if self.values else ""
        return f"/{'overviews' if self.is_drawn else 'queries'}/{self.query.name}{values}"

    @property
    def defaults(self) -> Mapping[str, str]:
        """The values that parameters have which no word gave, where words gave others."""
        parameters = self.query.parameters if self.values else ()
        free = (parameter for parameter in parameters if parameter.name not in self.values)
        return {one.name: one.default for one in free if one.default is not None}


@dataclass(frozen=True)
class _Candidate:
    """A question with how many words it has a place for, how many of these are names that are
    values, how many of their parameters are called as the kind of the thing is, how much the words
    before the names tell of them, whether it asks the opposite (then its words count half), and
    whether it does not begin as the words do."""

    question: AnsweringQuestion
    words: int
    values: int
    kinds: int
    leads: int
    is_opposite: bool
    is_other: bool
    length: int

    @property
    def score(self) -> float:
        return self.words / 2 if self.is_opposite else self.words

    @property
    def rank(self) -> tuple[object, ...]:
        question = self.question
        free = [one for one in question.query.parameters if one.name not in question.values]
        types = Counter(parameter.type for parameter in free)
        fit = -self.score, self.is_opposite, -self.values, types["iri"], -self.kinds
        rest = types["date"], -self.leads, not question.is_whole, len(free), self.is_other
        return (*fit, *rest, self.length, question.query.name)


def questions_of(
    queries: Iterable[SavedQuery], text: str, names: Mapping[str, NamedThing], fits: Fitness
) -> list[AnsweringQuestion]:
    """The saved queries that a text asks, the best first; none where it has no word of any.

    A query counts where its wording has a form of each plain word of the text, and each day and
    name is the value of a parameter or in its wording; one that tells of all days and names counts
    too, while a parameter that the text does not fill would tell of something else. Those with at
    least half of the plain words come near: they are given where they have a place for as many
    words as any that counts, or where none does. A text of one name or of days alone asks nothing.
    A question that denies what the text does not, or the other way round, counts half.
    A name of something that is no value of any parameter, such as that of a role, is plain words.
    Arguments: the queries; the text; the things that are called by words of it, by these; which of
    them may be the value of a parameter.
    """
    queries = tuple(queries)
    words = _with_values(search_words(text, names), queries, fits)
    if not words.plain and words.number < 2:
        return []
    candidates = filter(None, (_candidate(query, words, fits) for query in queries))
    near = sorted(candidates, key=attrgetter("rank"))
    least = max((one.score for one in near if one.question.is_whole), default=0)
    best = [one for one in near if one.question.is_whole or one.score >= least]
    most = _MOST if least and words.plain else _NEAR
    return [one.question for one in best[:most]]


def parameter_value(iri: str) -> str:
    """An IRI as a parameter takes it."""
    name = iri.removeprefix(str(ID))
    return f"id:{name}" if name != iri and is_slug(name) else iri


def is_described(parameter: Parameter, thing: NamedThing) -> bool:
    """Whether the description of a parameter has a word for the kind of a thing."""
    words = fold(f"{parameter.name} {parameter.description}").split()
    return any(word in words for word in fold(thing.kind).split())


def _with_values(words: SearchWords, queries: Iterable[SavedQuery], fits: Fitness) -> SearchWords:
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
    rest = (word for name in words.names if name not in values for word in name.split())
    return replace(words, names=values, plain=content_words([*words.plain, *rest]))


def _candidate(query: SavedQuery, words: SearchWords, fits: Fitness) -> _Candidate | None:
    """A query with the values of the words; None where it has less than half of the plain words, or
    no place for half of all words."""
    wording = fold(f"{query.question} {query.summary} {query.name}")
    days = [parameter for parameter in query.parameters if parameter.type == "date"]
    hits = sum(has_form_of(wording, word) for word in words.plain)
    places = _places(query, wording, words, fits)
    rest = [name for name in words.names if name not in places]
    mentions = [name for name in rest if _has_all(wording, name.split())]
    weight = hits + sum(name in words.common for name in mentions)
    if words.plain and (not weight or weight * 2 < len(words.plain)):
        return None
    days_of = dict(_days(days, words.period)) if words.period else {}
    texts = days_of | {parameter.name: name for name, parameter in places.items()}
    texts = {one.name: texts[one.name] for one in query.parameters if one.name in texts}
    values = {
        name: days_of.get(name) or parameter_value(words.names[text].iri)
        for name, text in texts.items()
    }
    things = sum(one.type == "iri" and not one.values for one in query.parameters)
    has_days = bool(days) or _has_all(wording, words.days)
    is_whole = (
        hits == len(words.plain)
        and (things == len(places) or mentions == rest)
        and (has_days or not query.parameters)
    )
    topics = frozenset(words.names[name].iri for name in rest)
    number = hits + len(mentions) + len(places) + (has_days and bool(words.days))
    question = fold(query.question or query.summary)
    if number * 2 < words.number:
        return None
    return _Candidate(
        AnsweringQuestion(query, values, texts, topics, is_whole),
        number,
        len(places),
        sum(_is_kind(words, name, parameter) for name, parameter in places.items()),
        sum(_lead(wording, words, name, parameter) for name, parameter in places.items()),
        _is_opposite(question, words),
        not question.startswith(f"{words.first} "),
        len(wording.split()),
    )


def _places(
    query: SavedQuery, wording: str, words: SearchWords, fits: Fitness
) -> dict[str, Parameter]:
    """The parameters of which names are the values: those first whose descriptions have a word for
    the kind of the thing, and of these those that suit best."""
    free = [one for one in query.parameters if one.type == "iri" and not one.values]
    places: dict[str, Parameter] = {}
    for is_fit in (is_described, fits):
        pairs = [
            (name, parameter)
            for name, thing in words.names.items()
            for parameter in free
            if is_fit(parameter, thing)
        ]
        pairs.sort(key=lambda pair: -_is_kind(words, *pair) - _lead(wording, words, *pair))
        for name, parameter in pairs:
            if name not in places and parameter not in places.values():
                places[name] = parameter
    return places


def _is_kind(words: SearchWords, name: str, parameter: Parameter) -> bool:
    """Whether a parameter is called as the kind of the thing of a name is."""
    return not set(fold(parameter.name).split()).isdisjoint(_kind(words, name))


def _lead(wording: str, words: SearchWords, name: str, parameter: Parameter) -> int:
    """How much the word that leads to a name tells of a parameter, to which it leads in a wording
    too; nothing where it does not."""
    lead, nouns = words.leads[name], [*fold(parameter.name).split(), *_kind(words, name)]
    return lead_weight(lead) if has_lead(wording, lead, nouns) else 0


def _kind(words: SearchWords, name: str) -> list[str]:
    return fold(words.names[name].kind).split()


def _is_opposite(question: str, words: SearchWords) -> bool:
    """Whether a folded question denies what words say, or says what they deny."""
    denied = denied_words(question)
    if words.denies:
        return not denied
    content = (*words.plain, *(word for name in words.names for word in name.split()))
    return any(has_form_of(part, word) for part in denied for word in content)


def _has_all(wording: str, words: Iterable[str]) -> bool:
    return all(has_form_of(wording, word) for word in words)


def _days(parameters: list[Parameter], period: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The days of a period for the parameters of one, or the last of them for one day."""
    if len(parameters) == 1:
        return iter([(parameters[0].name, period[1])])
    return zip((parameter.name for parameter in parameters[:2]), period, strict=False)
