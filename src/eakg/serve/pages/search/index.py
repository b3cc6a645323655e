"""Finding things by name in any language, forgiving of case, accents and small slips."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rdflib import RDFS, SKOS, Literal

from eakg.names import EAKG, ID
from eakg.serve.words import short
from eakg.store import QueryRequest, QueryService, select

_NAMES = f"""PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
SELECT ?thing ?property ?name {{
  VALUES ?property {{ rdfs:label skos:prefLabel skos:altLabel }}
  ?thing ?property ?name .
  FILTER(STRSTARTS(STR(?thing), "{ID}") || STRSTARTS(STR(?thing), "{EAKG}"))
}}"""
_KINDS = f"""PREFIX rdfs: <{RDFS}>
SELECT ?thing ?class ?label ?parent {{
  ?thing a ?class . FILTER(STRSTARTS(STR(?class), "{EAKG}"))
  OPTIONAL {{ ?class rdfs:label ?label FILTER(LANG(?label) IN ("en", "")) }}
  OPTIONAL {{ ?class rdfs:subClassOf ?parent FILTER(STRSTARTS(STR(?parent), "{EAKG}")) }}
}}"""
_USE = f"""SELECT ?thing (COUNT(*) AS ?n) {{
  ?any ?p ?thing FILTER(STRSTARTS(STR(?thing), "{ID}"))
}} GROUP BY ?thing"""

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
_LETTERS = str.maketrans({"đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe"})
_WORD = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True)
class Name:
    """One name of a thing, as written and as compared."""

    text: str
    language: str | None
    folded: str
    preferred: bool


@dataclass(frozen=True)
class Entry:
    """A thing with its names; `weight`, from 0 to 1, tells how much the graph says of it."""

    iri: str
    label: str
    kind: str
    names: tuple[Name, ...]
    weight: float


@dataclass(frozen=True)
class Found:
    """A thing that was found, by which of its names, and how well from 0 to 1."""

    entry: Entry
    name: Name
    score: float


class Index:
    """The names of a store's things. Arguments: its entries."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)

    def find(self, query: str, most: int = 20) -> list[Found]:
        """The things that fit a query, best first; none for a query without a letter or digit."""
        wanted = fold(query)
        if not wanted:
            return []
        found = []
        for entry in self._entries:
            score, name = max(
                ((_score(wanted, one), one) for one in entry.names),
                key=lambda scored: (scored[0], scored[1].text == query, scored[1].preferred),
            )
            if score >= _LEAST:
                found.append(Found(entry, name, score))
        found.sort(key=_rank)
        return found[:most]


def _rank(found: Found) -> tuple[object, ...]:
    return (-round(found.score, 2), -found.entry.weight, not found.name.preferred, found.entry.iri)


def fold(text: str) -> str:
    """Letters and digits alone, in words, without case, accents and width."""
    spread = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    bare = "".join(one for one in spread if not unicodedata.combining(one))
    bare = unicodedata.normalize("NFC", bare)
    return " ".join(_WORD.findall(bare.replace("'", "").replace("’", "").replace("+", " plus ")))


def _score(wanted: str, name: Name) -> float:
    has = name.folded
    if wanted == has:
        return _EXACT
    if wanted.replace(" ", "") == has.replace(" ", ""):
        return _SQUEEZED
    share = min(len(wanted), len(has)) / max(len(wanted), len(has), 1)
    if has.startswith(wanted):
        return _START + 0.05 * share
    words = has.split()
    if all(any(word.startswith(one) for word in words) for one in wanted.split()):
        return _WORDS + 0.08 * share
    if wanted in has and (len(wanted) > 2 or not wanted.isascii()):
        return _INSIDE + 0.08 * share
    if _abbreviates(wanted, has):
        return _ABBREVIATED
    return max(_whole_typo(wanted, has), _word_typos(wanted.split(), words, share))


def _abbreviates(wanted: str, has: str) -> bool:
    """Short forms in Chinese, Japanese and Korean keep some characters, the last one among them."""
    if len(wanted) < 2 or wanted[-1] != has[-1] or not all(map(_is_ideographic, wanted)):
        return False
    rest = iter(has)
    return all(one in rest for one in wanted)


def _is_ideographic(one: str) -> bool:
    return "\u3040" <= one <= "\u9fff" or "\uac00" <= one <= "\ud7a3"


def _whole_typo(wanted: str, has: str) -> float:
    allowed = _allowed(wanted)
    errors = OSA.distance(wanted, has, score_cutoff=allowed)
    return 0.0 if errors > allowed else _TYPO + 0.08 * (1 - errors / len(wanted))


def _word_typos(wanted: list[str], words: list[str], share: float) -> float:
    """Every word that is wanted is the beginning of a word there, or nearly a word there."""
    errors = 0
    for one in wanted:
        if any(word.startswith(one) for word in words):
            continue
        allowed = _allowed(one)
        least = min((OSA.distance(one, word, score_cutoff=allowed) for word in words), default=9)
        if least > allowed:
            return 0.0
        errors += least
    return _TYPO - 0.1 + 0.1 * share - 0.05 * errors


def _allowed(word: str) -> int:
    """How many typos are forgiven: none in an acronym of three letters, two in a long word."""
    return 0 if len(word) <= 3 else 1 if len(word) <= 7 else 2


def read_index(store: QueryService) -> Index:
    """The index of a store. Raises: StoreError and its kinds."""
    names: dict[str, set[Name]] = {}
    for row in select(store, QueryRequest(_NAMES)):
        text = row["name"]
        if isinstance(text, Literal) and (folded := fold(text)):
            preferred = row["property"] != SKOS.altLabel
            name = Name(str(text), text.language, folded, preferred)
            names.setdefault(str(row["thing"]), set()).add(name)
    kinds = _kinds(store)
    use = {
        str(row["thing"]): int(str(row["n"]))
        for row in select(store, QueryRequest(_USE))
        if "thing" in row
    }
    return Index(
        Entry(
            iri,
            _label(iri, of_thing),
            kinds.get(iri, "term of the ontology" if iri.startswith(EAKG) else "thing"),
            tuple(sorted(of_thing, key=lambda one: (one.text, one.language or ""))),
            _weight(use.get(iri, 0)),
        )
        for iri, of_thing in sorted(names.items())
    )


def _kinds(store: QueryService) -> dict[str, str]:
    """The label of each thing's most specific class, the first by label where there are several."""
    classes: dict[str, dict[str, str]] = {}
    parents: dict[str, set[str]] = {}
    for row in select(store, QueryRequest(_KINDS)):
        thing, one = str(row["thing"]), str(row["class"])
        classes.setdefault(thing, {})[one] = str(row.get("label", short(one)))
        if "parent" in row and row["parent"] != row["class"]:
            parents.setdefault(thing, set()).add(str(row["parent"]))
    return {
        thing: min(
            (label for one, label in labels.items() if one not in parents.get(thing, ())),
            default=min(labels.values()),
        )
        for thing, labels in classes.items()
    }


def _label(iri: str, names: set[Name]) -> str:
    ranked = sorted(
        names,
        key=lambda one: (not one.preferred, one.language != "en", one.language or "", one.text),
    )
    return ranked[0].text if ranked else short(iri)


def _weight(uses: int) -> float:
    return 1 - 1 / (1 + uses)
