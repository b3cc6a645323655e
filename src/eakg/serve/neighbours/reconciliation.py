"""Names of tables matched with things: candidates, suggestions, and values of properties.

Specification: Reconciliation Service API 0.2 (W3C Community Group, Final Report of 10 April 2023),
sections 4 to 7.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from eakg.rdf import finite_number, is_iri, sparql_term
from eakg.serve.content import Catalogue, term_name
from eakg.serve.pages.search import SearchMatch, find
from eakg.serve.register import Register
from eakg.serve.words import Naming, naming_of
from eakg.store import QueryRequest, QueryService, select
from eakg.text import fold

MOST = 25  # candidates of a name
_LOOKED_AT = 100  # things that are called so, of which those of a type are taken
_NAME_SHARE = 0.7  # of the score; properties have the rest
_MATCH = 0.99  # of a score that one thing alone may have
_VALUES = 50  # of a property of a thing
_NUMBERS = {XSD.integer: "int", XSD.int: "int", XSD.long: "int", XSD.nonNegativeInteger: "int"}
_NUMBERS |= {XSD.decimal: "float", XSD.double: "float", XSD.float: "float"}

Json = dict[str, Any]


@dataclass(frozen=True)
class NameQuery:
    """What is asked of one name: the types that the thing may have, how many candidates are
    wanted, and values that it should have by the property."""

    text: str
    types: tuple[str, ...] = ()
    limit: int = MOST
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A thing that may be meant, with its classes; `score` is from 0 to 1."""

    match: SearchMatch
    classes: tuple[str, ...]
    score: float
    is_match: bool = False


@dataclass(frozen=True)
class Reconciler:
    """Looks names up. Arguments: whatever answers queries; what it holds; its things by name. All
    methods raise StoreError and its kinds."""

    store: QueryService
    catalogue: Catalogue
    register: Register

    def candidates(self, query: NameQuery) -> list[Candidate]:
        """The things that may be meant, the most likely first."""
        matches = find(self.register, query.text, _LOOKED_AT)
        classes = self._classes_of([match.entry.iri for match in matches])
        if query.types:
            types = set(query.types)
            matches = [match for match in matches if types & set(classes.get(match.entry.iri, ()))]
        values = self._values_of(
            [match.entry.iri for match in matches], [p for p, _ in query.values]
        )
        candidates = [
            Candidate(
                match,
                tuple(classes.get(match.entry.iri, ())),
                _score(match, values.get(match.entry.iri, {}), query.values),
            )
            for match in matches
        ]
        candidates.sort(
            key=lambda candidate: (
                -candidate.score,
                -candidate.match.entry.uses,
                candidate.match.entry.iri,
            )
        )
        best = [candidate for candidate in candidates if candidate.score >= _MATCH]
        if len(best) == 1:
            candidates[0] = replace(candidates[0], is_match=True)
        return candidates[: query.limit]

    def answer(self, query: NameQuery) -> Json:
        """The candidates as JSON (section 4.3)."""
        labels = self.class_labels()
        return {
            "result": [
                {
                    "id": candidate.match.entry.iri,
                    "name": candidate.match.entry.label,
                    "description": candidate.match.entry.kind,
                    "type": [
                        {"id": name, "name": labels.get(name, term_name(name))}
                        for name in candidate.classes
                    ],
                    "score": round(100 * candidate.score, 2),
                    "match": candidate.is_match,
                    "features": [{"id": "name", "value": round(candidate.match.score, 4)}],
                }
                for candidate in self.candidates(query)
            ]
        }

    def class_labels(self) -> dict[str, str]:
        """The names of the classes by which things are listed, those with the most first."""
        return {one.iri: one.label for one in self.catalogue.classes()}

    def suggested_things(self, prefix: str, first: int = 0) -> list[Json]:
        """Things whose names begin with or hold some letters (section 5)."""
        matches = find(self.register, prefix, first + MOST)[first:]
        return [
            {
                "id": match.entry.iri,
                "name": match.entry.label,
                "description": match.entry.kind,
                "notable": [match.entry.kind],
            }
            for match in matches
        ]

    def suggested_classes(self, prefix: str, first: int = 0) -> list[Json]:
        """Classes by the letters that their names begin with or hold."""
        return _suggested(self.class_labels(), prefix, first)

    def suggested_properties(self, prefix: str, first: int = 0) -> list[Json]:
        """Properties by the letters that their names begin with or hold."""
        names = self._names(self.catalogue.properties())
        return _suggested(names, prefix, first)

    def proposed_properties(self, class_: str | None, limit: int) -> list[Json]:
        """The properties that things of a class have, or things of any, the most used first
        (section 7.1)."""
        counts = self.catalogue.properties()
        if class_ is not None and is_iri(class_):
            text = (
                f"SELECT ?p (COUNT(*) AS ?n) {{ ?thing a {sparql_term(URIRef(class_))} ; ?p ?o }}"
                f" GROUP BY ?p ORDER BY DESC(?n) ?p LIMIT {limit}"
            )
            rows = select(self.store, QueryRequest(text))
            counts = {str(row["p"]): int(str(row["n"])) for row in rows if "p" in row}
        best = sorted(counts, key=lambda property_: (-counts[property_], property_))[:limit]
        names = self._names(best)
        return [{"id": property_, "name": names[property_]} for property_ in best]

    def extension(self, things: Sequence[str], properties: Sequence[str]) -> Json:
        """The values that things have of properties (section 7.2)."""
        values = self._values_of(things, properties)
        terms = {term for by_property in values.values() for cells in by_property.values()
                 for term in cells}  # fmt: skip
        naming = naming_of(self.store, terms, self.catalogue.presentation())
        names = self._names(properties)
        return {
            "meta": [{"id": property_, "name": names[property_]} for property_ in properties],
            "rows": {
                thing: {
                    property_: [
                        _cell(term, naming) for term in values.get(thing, {}).get(property_, ())
                    ]
                    for property_ in properties
                }
                for thing in things
            },
        }

    def _names(self, terms: Iterable[str]) -> dict[str, str]:
        iris = [*map(URIRef, terms)]
        naming = naming_of(self.store, iris, self.catalogue.presentation())
        return {str(one): naming.of_term(one).label for one in iris}

    def _classes_of(self, things: Iterable[str]) -> dict[str, list[str]]:
        """The classes of things, those with the fewest things first, as these say most."""
        order = {one: -place for place, one in enumerate(self.class_labels())}
        iris = " ".join(sparql_term(URIRef(one)) for one in things)
        text = f"SELECT DISTINCT ?thing ?class {{ VALUES ?thing {{ {iris} }} ?thing a ?class }}"
        classes: dict[str, list[str]] = {}
        for row in select(self.store, QueryRequest(text)) if iris else ():
            if (class_ := str(row["class"])) in order:
                classes.setdefault(str(row["thing"]), []).append(class_)
        return {
            thing: sorted(names, key=lambda name: (order[name], name))
            for thing, names in classes.items()
        }

    def _values_of(
        self, things: Iterable[str], properties: Iterable[str]
    ) -> dict[str, dict[str, list[Node]]]:
        iris = " ".join(sparql_term(URIRef(one)) for one in things if is_iri(one))
        names = ", ".join(sparql_term(URIRef(one)) for one in properties if is_iri(one))
        if not iris or not names:
            return {}
        text = (
            f"SELECT DISTINCT ?thing ?p ?o {{ VALUES ?thing {{ {iris} }} ?thing ?p ?o"
            f" FILTER(?p IN ({names})) }} ORDER BY ?thing ?p ?o"
        )
        values: dict[str, dict[str, list[Node]]] = {}
        for row in select(self.store, QueryRequest(text)):
            terms = values.setdefault(str(row["thing"]), {}).setdefault(str(row["p"]), [])
            if len(terms) < _VALUES:
                terms.append(row["o"])
        return values


def _score(
    match: SearchMatch,
    values: Mapping[str, Sequence[Node]],
    conditions: Sequence[tuple[str, str]],
) -> float:
    """How likely a thing is meant: by its name, and by the values that it should have."""
    if not conditions:
        return match.score
    likeness = sum(
        max((_likeness(term, text) for term in values.get(property_, ())), default=0.0)
        for property_, text in conditions
    )
    return _NAME_SHARE * match.score + (1 - _NAME_SHARE) * likeness / len(conditions)


def _likeness(term: Node, text: str) -> float:
    if str(term) == text:
        return 1.0
    if not isinstance(term, Literal):
        return 0.0
    return SequenceMatcher(None, fold(str(term)), fold(text)).ratio()


def _suggested(names: Mapping[str, str], prefix: str, first: int) -> list[Json]:
    key = fold(prefix)
    fits = [
        (not fold(name).startswith(key), place, iri, name)
        for place, (iri, name) in enumerate(names.items())
        if key in fold(name) or prefix == iri
    ]
    return [{"id": iri, "name": name} for _, _, iri, name in sorted(fits)[first : first + MOST]]


def _cell(term: Node, naming: Naming) -> Json:
    if isinstance(term, URIRef):
        return {"id": str(term), "name": naming.of(term).label}
    if not isinstance(term, Literal):
        return {"str": str(term)}
    kind = _NUMBERS.get(term.datatype or XSD.string)
    if kind is not None and (value := finite_number(term)) is not None:
        return {kind: int(term.value) if kind == "int" else value}
    if term.datatype == XSD.boolean:
        return {"bool": str(term) in ("true", "1")}
    if term.datatype in (XSD.date, XSD.dateTime):
        text = str(term)
        return {"date": text if "T" in text else f"{text}T00:00:00Z"}
    return {"str": str(term)}
