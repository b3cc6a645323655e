"""Annotations to begin with: known things where a text names them, days and quantities.

A thing is found by the names that sources and ontology give it, of the language of the text, the
longest first. Names stand with or without an article and a plural, in other case where they are no
acronyms, and with other apostrophes and dashes. English names that begin with the names of those
whom they belong to also stand in the other order: *A-B strategic partnership* as *strategic
partnership of A and B*, *F foreign ministers' meeting* as *meeting of the foreign ministers of F*.
Within a name, names are found as the guide has it: behind *of*, *in*, *for*, *and* or a comma
(docs/annotating.md, "What to mark").
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from rdflib import Graph, URIRef

from eakg.dataset.gazetteer import Gazetteer, GazetteerEntry, annotation_type, folded
from eakg.rdf import whole_number
from eakg.text import Span, Standoff, TextBound, days_in, quantities_in

NOTE = "suggested; look at it and take this note away"
"""The note of an annotation that nobody has looked at yet."""
UNITS = "unit-"
"""How the slugs of units begin."""
_WORD = re.compile(r"\w+")
_CONNECTION = re.compile(r"(?:,|\b(?:of|in|for|and|with))\s+(?:the\s+)?$", re.IGNORECASE)
_ACRONYM = re.compile(r"[A-Z][A-Z0-9+-]+")
_PARENTHESIS = re.compile(r"\s*\([^()]*\)\s*$")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
_ALIKE = str.maketrans("\u2019\u2018\u2010\u2011\u2013\u00a0", "''--- ")
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "km", "my"})
_SHORTEST = 2  # letters of a name in a script without spaces
_BLANKS = frozenset(" \t")
_NEAR = 40  # characters before a name that are looked at
_SHORT = 3  # letters, up to which a name is written just so
_PLURALS = ("s", "es")
_SERIES = "MeetingSeries"
_PEOPLE = re.compile(r"\w+(?: \w+)*s")
_CAPITAL_BEHIND = re.compile(r" [A-Z]\w|\$")
_CAPITAL_BEFORE = re.compile(r"[^.!?\s] [A-Z]\w+ $")  # but for the first word of a sentence
_LIST_BEHIND = re.compile(r"(?:,| and) (?:the )?[A-Z]")
_POSSESSIVE = re.compile(r"(?P<people>.+s)' (?P<head>\w+)")
_ENGLISH = "en"


@dataclass(frozen=True, order=True)
class Suggestion:
    """An annotation that there may be: its span in code points, its type, what its words stand for
    as a normalization writes it, and the name of that, empty where nothing is known to stand for
    it."""

    start: int
    end: int
    type: str
    reference: str = ""
    name: str = ""

    def overlaps(self, spans: Iterable[Span]) -> bool:
        """Whether it shares a character with one of some spans."""
        return any(start < self.end and self.start < end for start, end in spans)


class _Spelling(NamedTuple):
    """A way to write a name: its text, whether its case has to be just so, and whether its words
    stand in another order than in the name."""

    text: str
    is_exact: bool
    is_reordered: bool


@dataclass(frozen=True)
class _Form:
    """A spelling, and the entries that have it."""

    spelling: _Spelling
    entries: tuple[GazetteerEntry, ...]

    @property
    def text(self) -> str:
        return self.spelling.text


def standoff_lines(suggestions: Iterable[Suggestion], text: str, standoff: Standoff) -> list[str]:
    """Suggestions as lines of brat standoff, each with a note that it is one. Those that share a
    character with an annotation that is there are left out.

    Arguments: the suggestions; the text; the annotations that are there, after which these count.
    """
    spans = [span for mention in standoff.of(TextBound) for span in mention.fragments]
    last = dict.fromkeys("TN#", 0)
    for identifier in standoff.by_id:
        letter, number = identifier[0], identifier[1:]
        if letter in last:
            last[letter] = max(last[letter], whole_number(number, sys.maxsize) or 0)
    lines = []

    def add(letter: str, content: str) -> str:
        last[letter] += 1
        lines.append(f"{letter}{last[letter]}\t{content}")
        return f"{letter}{last[letter]}"

    for item in suggestions:
        if item.overlaps(spans):
            continue
        words = text[item.start : item.end]
        mention = add("T", f"{item.type} {item.start} {item.end}\t{words}")
        if item.reference:
            add("N", f"Reference {mention} {item.reference}\t{item.name}")
        add("#", f"AnnotatorNotes {mention}\t{NOTE}")
    return lines


class Suggester:
    """Finds in texts what may be annotated.

    Arguments: the things that are known; the language of the texts; the types of annotations by
    the classes that they stand for, and those that are left to people as they depend on the
    sentence; the graph of the ontology; the database by whose name annotations refer to things.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        language: str,
        types: Mapping[URIRef, str],
        ontology: Graph,
        database: str,
    ) -> None:
        self._database = database
        self._language = language.partition("-")[0].lower()
        self._has_spaces = self._language not in _WITHOUT_SPACES
        self._types = types
        self._ontology = ontology
        self._owners = gazetteer.owners
        forms: dict[_Spelling, list[GazetteerEntry]] = defaultdict(list)
        self._units: dict[str, str] = {}
        for entry in gazetteer:
            for name in entry.names:
                is_own = (name.language or self._language).lower().startswith(self._language)
                if not (is_own or _ACRONYM.fullmatch(name)):
                    continue
                if entry.slug.startswith(UNITS):
                    self._units.setdefault(str(name).casefold(), entry.slug.removeprefix(UNITS))
                elif self._type_of(entry) is not None:
                    text = _plain(str(name))
                    # What is told apart in brackets, and an acronym without them, is not told.
                    is_vague = _PARENTHESIS.search(name) and _is_exact(text)
                    if len(text) < _SHORTEST or is_vague:
                        continue
                    forms[_Spelling(text, _is_exact(text), False)].append(entry)
                    if self._language == _ENGLISH:
                        for other in self._reordered(text, self._type_of(entry) == _SERIES):
                            forms[_Spelling(other, False, True)].append(entry)
        self._forms: dict[str, list[_Form]] = defaultdict(list)
        for spelling, entries in forms.items():
            form = _Form(spelling, tuple(dict.fromkeys(entries)))
            for key in self._keys(spelling):
                self._forms[key].append(form)
        for candidates in self._forms.values():
            candidates.sort(key=lambda form: len(form.text), reverse=True)

    def suggestions(self, text: str, year: int | None = None) -> list[Suggestion]:
        """What a text may mean, in its order. Argument: the year of days without one."""
        suggestions = [
            Suggestion(item.start, item.end, "Quantity", f"QUANTITY:{item.value}", item.words)
            for item in quantities_in(text, self._units)
        ]
        # The US of *2 million US dollars* is no state.
        spans = [(item.start, item.end) for item in suggestions]
        suggestions += [item for item in self._things(text) if not item.overlaps(spans)]
        if self._language == _ENGLISH:
            spans = [(item.start, item.end) for item in suggestions]
            dates = (
                Suggestion(item.start, item.end, "Date", f"DATE:{item.value}", item.words)
                for item in days_in(text, year)
            )
            suggestions += [item for item in dates if not item.overlaps(spans)]
        return sorted(suggestions)

    def _type_of(self, entry: GazetteerEntry) -> str | None:
        return annotation_type(entry, self._types, self._ontology)

    def _reordered(self, text: str, is_series: bool) -> Iterator[str]:
        """A name that begins with those whom it belongs to, with them behind *of*.

        Argument: whether it is that of a series of meetings, which may tell only who meets.
        """
        words = text.split(" ")
        for count in range(1, len(words)):
            owner, rest = " ".join(words[:count]), " ".join(words[count:])
            for owners in self._possessors(owner):
                if is_series and _PEOPLE.fullmatch(rest):
                    yield f"meeting of the {rest} of {owners}"
                    continue
                yield f"{rest} of {owners}"
                if match := _POSSESSIVE.fullmatch(rest):
                    yield f"{match['head']} of the {match['people']} of {owners}"

    def _possessors(self, owner: str) -> Iterator[str]:
        """Those whom the first words of a name call, as they stand behind *of*."""
        if folded(owner) in self._owners:
            yield owner
            yield f"the {owner}"
        first, dash, second = owner.partition("-")
        if dash and {folded(first), folded(second)} <= self._owners.keys():
            yield f"{first} and {second}"
            yield f"{second} and {first}"

    def _keys(self, spelling: _Spelling) -> Iterator[str]:
        """The keys of a spelling: also those of its plurals, where it is one word."""
        key = self._key(spelling.text)
        yield key
        if self._has_spaces and not spelling.is_exact and spelling.text.isalpha():
            yield from (key + ending for ending in _PLURALS)

    def _key(self, text: str, start: int = 0) -> str:
        """What forms are looked up by at a place."""
        if not self._has_spaces:
            return text[start : start + _SHORTEST]
        word = _WORD.search(text, start)
        return word[0].casefold() if word else ""

    def _things(self, text: str) -> Iterator[Suggestion]:
        plain = text.translate(_ALIKE)
        end = 0
        for start in self._starts(plain):
            if start < end:
                continue
            match = self._longest(plain, start, len(plain))
            if match is not None:
                form, end = match
                yield from self._suggestion(start, end, form)
                yield from self._within(plain, start, end)

    def _within(self, text: str, start: int, end: int) -> Iterator[Suggestion]:
        """The names inside a name."""
        last_end = start
        for place in self._starts(text, start + 1, end):
            nearby = max(start, place - _NEAR)
            if place < last_end or not _CONNECTION.search(text, nearby, place):
                continue
            match = self._longest(text, place, end)
            if match is not None:
                form, last_end = match
                yield from self._suggestion(place, last_end, form)
                yield from self._within(text, place, last_end)

    def _starts(self, text: str, start: int = 0, end: int | None = None) -> Iterator[int]:
        end = len(text) if end is None else end
        if not self._has_spaces:
            yield from range(start, end)
            return
        for match in _WORD.finditer(text, start, end):
            # One that begins before is no word of its own.
            if match.start() == 0 or not text[match.start() - 1].isalnum():
                yield match.start()

    def _longest(self, text: str, start: int, end: int) -> tuple[_Form, int] | None:
        for form in self._forms.get(self._key(text, start), ()):
            stop = _end_of(text, start, end, form.spelling, has_spaces=self._has_spaces)
            if stop is not None and not _is_part(text, start, stop, form.spelling):
                return form, stop
        return None

    def _suggestion(self, start: int, end: int, form: _Form) -> Iterator[Suggestion]:
        # A name of several things is nobody's name by itself.
        if len(form.entries) == 1:
            (entry,) = form.entries
            name = entry.name(self._language)
            reference = f"{self._database}:{entry.slug}"
            yield Suggestion(start, end, self._type_of(entry) or "", reference, name)


def _plain(name: str) -> str:
    """A name without article and without what stands in brackets behind it."""
    return _ARTICLE.sub("", _PARENTHESIS.sub("", " ".join(name.translate(_ALIKE).split())))


def _is_exact(text: str) -> bool:
    """Whether a name is written with these very capitals, as acronyms are."""
    has_capitals = any(letter.isupper() for letter in text[1:]) and " " not in text
    return has_capitals or len(text) <= _SHORT


def _is_part(text: str, start: int, end: int, spelling: _Spelling) -> bool:
    """Whether words are a part of a longer name, or of a list that goes on."""
    if text[start].isupper() and _CAPITAL_BEHIND.match(text, end):
        return True
    goes_on = _LIST_BEHIND.match(text, end) or (
        text[start].isupper() and _CAPITAL_BEFORE.search(text, max(0, start - _NEAR), start)
    )
    return spelling.is_reordered and bool(goes_on)


def _end_of(
    text: str, start: int, end: int, spelling: _Spelling, *, has_spaces: bool
) -> int | None:
    """Where a name ends that begins at a place; None where it does not stand there."""
    place = start
    for letter in spelling.text:
        if place >= end:
            return None
        if letter == " ":
            if text[place] not in _BLANKS:
                return None
            while place < end and text[place] in _BLANKS:
                place += 1
            continue
        other = text[place]
        if other != letter and (spelling.is_exact or other.casefold() != letter.casefold()):
            return None
        if place == start and letter.isupper() and other.islower() and spelling.text.isalpha():
            return None  # one word with a capital is a name
        place += 1
    if not has_spaces:
        return place
    if not spelling.is_exact and spelling.text[-1:].islower():
        for ending in _PLURALS:
            stop = place + len(ending)
            if text[place:stop].lower() == ending and not text[stop : stop + 1].isalnum():
                return stop if stop <= end else None
    return place if place == len(text) or not text[place].isalnum() else None
