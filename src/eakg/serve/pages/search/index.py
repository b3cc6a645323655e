"""Finding things by name in any language, forgiving of case, accents and small slips.

How well a name fits has steps, and no name of a lower step goes before one of a higher. So the
steps are looked up one after the other until there are enough things, each by an index or in one
pass over the file, and only what is shown is read from there.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eakg.serve.register import Register
from eakg.text import (
    ABBREVIATED,
    INSIDE,
    LEAST,
    ROOM,
    START,
    START_ROOM,
    WORDS,
    fold,
    is_ideographic,
    score_of,
    share_of,
    slips_between,
    tolerance_of,
    whole_slip_score,
    word_slips_score,
)

LONGEST = 200
"""Characters of what is compared with every name; of a longer text only the IRI is looked up."""
_LAST = "\U0010ffff"  # after each letter
_UNIT = 1 << 53  # scores from 0 to 1 as whole numbers, all different


@dataclass(frozen=True)
class Name:
    """One name of a thing, as written and as compared."""

    text: str
    language: str | None
    folded: str
    preferred: bool


@dataclass(frozen=True)
class Entry:
    """A thing with its names; `uses` tells how often the graph leads to it."""

    iri: str
    label: str
    kind: str
    names: tuple[Name, ...]
    uses: int


@dataclass(frozen=True)
class SearchMatch:
    """A thing that fits a query, by which of its names, and how well from 0 to 1."""

    entry: Entry
    name: Name
    score: float


def find(register: Register, query: str, most: int = 20) -> list[SearchMatch]:
    """The things of a register that fit a query, best first; none for a query without a letter or
    digit. An IRI finds its thing, and a text of more than LONGEST characters nothing else; where
    nothing has a name like the query, that is looked for at the end of the IRIs of things without
    names. Raises: StoreError and its kinds."""
    key = fold(query)
    if not key:
        return []
    with register.open() as database:
        search = _Search(database, query, key)
        things = dict.fromkeys(search.address())
        steps = search.same, search.starts, search.words, search.inside, search.slips
        for step in steps if len(query) <= LONGEST else ():
            if len(things) < most:
                things |= dict.fromkeys(step(most + len(things)))
        if not things and len(query) <= LONGEST:
            things = dict.fromkeys(search.ends(most))
        matches = [_match(_entry(database, thing), query, key) for thing in things]
    return sorted(matches, key=_rank)[:most]


def things_called(register: Register, name: str) -> list[str]:
    """The IRIs of the things that have just this name, in whatever case. Raises: StoreError."""
    matches = find(register, name)
    return [match.entry.iri for match in matches if match.name.folded == fold(name)]


def things_of_own_names(register: Register, names: Iterable[str]) -> dict[str, str]:
    """Of some names those that lead to one thing alone (`things_called`), with its IRI. Raises:
    StoreError."""
    query = (
        "SELECT DISTINCT thing.iri FROM name JOIN thing ON thing.id = name.thing"
        " WHERE folded = ? LIMIT 2"
    )
    things = {}
    with register.open() as database:
        for name in dict.fromkeys(names):
            iris = database.execute(query, (fold(name),)).fetchall()
            if len(iris) == 1:
                things[name] = iris[0][0]
    return things


@dataclass(frozen=True)
class NamedThing:
    """A thing by its IRI, and its kind in words."""

    iri: str
    kind: str


def things_by_name(register: Register, names: Iterable[str]) -> dict[str, NamedThing]:
    """For each of some folded names that is one of things, the thing of it to which most leads.

    Raises: StoreError and its kinds.
    """
    query = (
        "SELECT thing.iri, thing.kind FROM name JOIN thing ON thing.id = name.thing"
        " WHERE folded = ? AND NOT is_term ORDER BY uses DESC, iri LIMIT 1"
    )
    things = {}
    with register.open() as database:
        for name in dict.fromkeys(names):
            row = database.execute(query, (name,)).fetchone()
            if row:
                things[name] = NamedThing(row[0], row[1] or "")
    return things


def _match(entry: Entry, query: str, key: str) -> SearchMatch:
    score, name = max(
        ((score_of(key, name.folded), name) for name in entry.names),
        key=lambda pair: (pair[0], pair[1].text == query, pair[1].preferred),
    )
    return SearchMatch(entry, name, score)


def _rank(match: SearchMatch) -> tuple[object, ...]:
    return (-round(match.score, 2), -match.entry.uses, not match.name.preferred, match.entry.iri)


def _entry(register: sqlite3.Connection, thing: int) -> Entry:
    row = register.execute("SELECT iri, label, kind, uses FROM thing WHERE id = ?", (thing,))
    iri, label, kind, uses = row.fetchone()
    names = register.execute(
        "SELECT text, language, folded, preferred FROM name WHERE thing = ? AND folded <> ''"
        " ORDER BY text, COALESCE(language, '')",
        (thing,),
    )
    entries = (Name(text, language, folded, bool(first)) for text, language, folded, first in names)
    iri_as_name = Name(iri, None, fold(iri), preferred=False)
    return Entry(iri, label or iri, kind or "thing", tuple(entries) or (iri_as_name,), uses)


class _Search:
    """The steps of one search. Each gives the numbers of things, the best first."""

    def __init__(self, register: sqlite3.Connection, query: str, key: str) -> None:
        self._register = register
        self._key = key
        self._words = key.split()
        self._values: dict[str, object] = {"query": query, "key": key, "last": _LAST}
        self._values |= {f"word{number}": word for number, word in enumerate(self._words)}
        self._scores: dict[tuple[float, float, int], int] = {}
        for name, count, function in (
            ("score", 1, lambda folded: _whole(score_of(key, folded))),
            ("step_score", 3, self._step_score),
            ("slips_score", 2, self._slips_score),
            ("rounded", 1, lambda score: round(score / _UNIT, 2)),
        ):
            register.create_function(name, count, function, deterministic=True)

    def address(self) -> Iterator[int]:
        """The thing whose IRI it is."""
        rows = self._register.execute("SELECT id FROM thing WHERE iri = :query", self._values)
        return (thing for (thing,) in rows)

    def ends(self, most: int) -> Iterator[int]:
        """Things without names whose IRI ends so, behind its last sign."""
        query = (
            "SELECT id FROM thing WHERE label IS NULL AND has_page"
            " AND LOWER(SUBSTR(iri, -LENGTH(:query) - 1))"
            " IN ('/' || LOWER(:query), '#' || LOWER(:query), ':' || LOWER(:query))"
            " ORDER BY uses DESC, iri LIMIT :most"
        )
        rows = self._register.execute(query, {**self._values, "most": most})
        return (thing for (thing,) in rows)

    def same(self, most: int) -> Iterator[int]:
        """Those of this name, or of one that differs in spaces alone."""
        values = {"squeezed": self._key.replace(" ", "")}
        return self._best("score(folded)", "squeezed = :squeezed", most, values)

    def starts(self, most: int) -> Iterator[int]:
        """Those with a name that begins so."""
        score = f"step_score({START}, {START_ROOM}, LENGTH(folded))"
        return self._best(score, "folded >= :key AND folded < :key || :last", most)

    def words(self, most: int) -> Iterator[int]:
        """Those with a name in which a word begins with each word."""
        score = f"step_score({WORDS}, {ROOM}, LENGTH(folded))"
        conditions = (
            "id IN (SELECT name FROM word JOIN name_word ON word = word.id"  # noqa: S608 - its values are parameters; only the number of a word is put in
            f" WHERE word.text >= :word{number} AND word.text < :word{number} || :last)"
            for number in range(len(self._words))
        )
        return self._best(score, " AND ".join(conditions), most)

    def inside(self, most: int) -> Iterator[int]:
        """Those in whose name it is somewhere."""
        if len(self._key) <= 2 and self._key.isascii():
            return iter(())
        score = f"step_score({INSIDE}, {ROOM}, LENGTH(folded))"
        return self._best(score, "INSTR(folded, :key)", most)

    def slips(self, most: int) -> Iterator[int]:
        """Those of which it is a short form, or nearly the name."""
        self._register.execute("CREATE TEMP TABLE slip (name INTEGER, score INTEGER)")
        if len(self._key) > 1 and all(map(is_ideographic, self._key)):
            self._register.execute(
                "INSERT INTO slip SELECT id, ? FROM name WHERE folded LIKE ?",
                (_whole(ABBREVIATED), "%" + "%".join(self._key)),
            )
        self._add_whole_slips()
        self._add_word_slips()
        names = "name JOIN (SELECT name, MAX(score) AS slip FROM slip GROUP BY name) ON name = id"
        return self._best("slip", "slip >= :least", most, {"least": _whole(LEAST)}, names)

    def _best(
        self,
        score: str,
        condition: str,
        most: int,
        values: Mapping[str, object] = MappingProxyType({}),
        names: str = "name",
    ) -> Iterator[int]:
        """The things with the best names that meet a condition.

        Of each name its score, whether it is as the query is written, and whether it is a preferred
        one, go together in a number.
        """
        query = f"""SELECT thing.id FROM (
          SELECT thing, MAX({score} * 4 + (text = :query) * 2 + preferred) AS fit
          FROM {names} WHERE folded <> '' AND {condition} GROUP BY thing) fits
        JOIN thing ON thing.id = fits.thing
        ORDER BY rounded(fit / 4) DESC, uses DESC, fit % 2 DESC, iri LIMIT :most"""  # noqa: S608 - its parts are of this class, its values parameters
        rows = self._register.execute(query, {**self._values, **values, "most": most})
        return (thing for (thing,) in rows)

    def _add_whole_slips(self) -> None:
        tolerance, length = tolerance_of(self._key), len(self._key)
        if tolerance == 0:
            return
        texts = self._register.execute(
            "SELECT DISTINCT folded FROM name WHERE LENGTH(folded) BETWEEN ? AND ?",
            (length - tolerance, length + tolerance),
        )
        scores = (
            (_whole(whole_slip_score(self._key, errors)), text)
            for (text,) in texts.fetchall()
            if (errors := slips_between(self._key, text, tolerance)) <= tolerance
        )
        query = "INSERT INTO slip SELECT id, ? FROM name WHERE folded = ?"
        self._register.executemany(query, scores)

    def _add_word_slips(self) -> None:
        """Names in which for each word of the query there is one that begins with it or is nearly
        it: the fewest slips of each of these count."""
        self._register.execute("CREATE TEMP TABLE near (term INTEGER, word INTEGER, slips INTEGER)")
        for number, term in enumerate(self._words):
            self._register.execute(
                "INSERT INTO near SELECT ?, id, 0 FROM word WHERE text >= ? AND text < ? || ?",
                (number, term, term, _LAST),
            )
            tolerance = tolerance_of(term)
            if tolerance == 0:
                continue
            words = self._register.execute(
                "SELECT id, text FROM word WHERE LENGTH(text) BETWEEN ? AND ?",
                (len(term) - tolerance, len(term) + tolerance),
            )
            near = (
                (number, word, errors)
                for word, text in words.fetchall()
                if (errors := slips_between(term, text, tolerance)) <= tolerance
            )
            self._register.executemany("INSERT INTO near VALUES (?, ?, ?)", near)
        self._register.execute(
            "INSERT INTO slip SELECT fewest.name, slips_score(LENGTH(folded), SUM(fewest.slips))"
            " FROM (SELECT name_word.name AS name, term, MIN(slips) AS slips FROM near"
            " JOIN name_word ON name_word.word = near.word GROUP BY name_word.name, term) fewest"
            " JOIN name ON name.id = fewest.name GROUP BY fewest.name HAVING COUNT(*) = ?",
            (len(self._words),),
        )

    def _step_score(self, least: float, room: float, length: int) -> int:
        key = least, room, length
        if key not in self._scores:
            self._scores[key] = _whole(least + room * share_of(self._key, length))
        return self._scores[key]

    def _slips_score(self, length: int, slips: int) -> int:
        return _whole(word_slips_score(share_of(self._key, length), slips))


def _whole(score: float) -> int:
    return int(score * _UNIT)
