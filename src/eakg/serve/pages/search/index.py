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
class SearchMatch:
    """A thing that fits a query, by which of its names, and how well from 0 to 1."""

    entry: Entry
    name: Name
    score: float


class Index:
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
    return (-round(match.score, 2), -match.entry.weight, not match.name.preferred, match.entry.iri)


def fold(text: str) -> str:
    """Letters and digits alone, in words, without case, accents and width."""
    characters = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    base = "".join(one for one in characters if not unicodedata.combining(one))
    base = unicodedata.normalize("NFC", base)
    return " ".join(_WORD.findall(base.replace("'", "").replace("’", "").replace("+", " plus ")))


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
    errors = OSA.distance(query, text, score_cutoff=tolerance)
    return 0.0 if errors > tolerance else _TYPO + 0.08 * (1 - errors / len(query))


def _word_typos(query: list[str], words: list[str], share: float) -> float:
    """Every word of a query is the beginning of a word there, or nearly a word there."""
    errors = 0
    for term in query:
        if any(word.startswith(term) for word in words):
            continue
        tolerance = _tolerance(term)
        least = min((OSA.distance(term, word, score_cutoff=tolerance) for word in words), default=9)
        if least > tolerance:
            return 0.0
        errors += least
    return _TYPO - 0.1 + 0.1 * share - 0.05 * errors


def _tolerance(word: str) -> int:
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
            _label(iri, group),
            kinds.get(iri, "term of the ontology" if iri.startswith(EAKG) else "thing"),
            tuple(sorted(group, key=lambda name: (name.text, name.language or ""))),
            _weight(use.get(iri, 0)),
        )
        for iri, group in sorted(names.items())
    )


def _kinds(store: QueryService) -> dict[str, str]:
    """The label of each thing's most specific class, the first by label where there are several."""
    classes: dict[str, dict[str, str]] = {}
    parents: dict[str, set[str]] = {}
    for row in select(store, QueryRequest(_KINDS)):
        thing, kind = str(row["thing"]), str(row["class"])
        classes.setdefault(thing, {})[kind] = str(row.get("label", short(kind)))
        if "parent" in row and row["parent"] != row["class"]:
            parents.setdefault(thing, set()).add(str(row["parent"]))
    return {
        thing: min(
            (label for kind, label in labels.items() if kind not in parents.get(thing, ())),
            default=min(labels.values()),
        )
        for thing, labels in classes.items()
    }


def _label(iri: str, names: set[Name]) -> str:
    ranked = sorted(
        names,
        key=lambda name: (
            not name.preferred,
            name.language != "en",
            name.language or "",
            name.text,
        ),
    )
    return ranked[0].text if ranked else short(iri)


def _weight(uses: int) -> float:
    return 1 - 1 / (1 + uses)
