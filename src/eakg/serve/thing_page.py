"""The page about a thing: its facts grouped and labelled, each with what supports it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from eakg.serve.description import Description, Fact, Support
from eakg.serve.links import short
from eakg.store.serialization import Statement


@dataclass(frozen=True)
class Shown:
    """A term for people: its label, its whole text, its IRI if it has one, its language."""

    label: str
    full: str
    iri: str | None
    language: str | None = None


@dataclass(frozen=True)
class Value:
    """One value of a property: the term, whether it was inferred, and what supports it.

    `question` is the query string by which /explain proves an inferred triple, else None.
    """

    term: Shown
    inferred: bool
    question: str | None
    support: tuple[Support, ...]


@dataclass(frozen=True)
class Group:
    """A property and its values."""

    predicate: Shown
    values: tuple[Value, ...]


@dataclass(frozen=True)
class ThingPage:
    """What the template shows."""

    description: Description
    title: str
    types: tuple[Value, ...]
    outgoing: tuple[Group, ...]
    incoming: tuple[Group, ...]


def page_of(description: Description) -> ThingPage:
    """The page of a description."""
    own = [fact.statement for fact in description.outgoing]
    labels = _labels((*own, *description.labels))
    support: dict[tuple[Node, Node], list[Support]] = {}
    for one in description.support:
        support.setdefault(one.triple, []).append(one)

    def value(fact: Fact, term: Node) -> Value:
        found = support.get((fact.statement[1], fact.statement[2]), [])
        question = _question(fact.statement) if fact.inferred else None
        return Value(_shown(term, labels), fact.inferred, question, tuple(found))

    def groups(facts: Iterable[Fact], position: int) -> tuple[Group, ...]:
        return tuple(
            Group(
                _shown(predicate, labels),
                tuple(value(fact, fact.statement[position]) for fact in members),
            )
            for predicate, members in groupby(facts, key=lambda fact: fact.statement[1])
        )

    def by_predicate(fact: Fact) -> tuple[str, bool]:
        return (str(fact.statement[1]), fact.inferred)

    types = [fact for fact in description.outgoing if fact.statement[1] == RDF.type]
    others = [fact for fact in description.outgoing if fact.statement[1] != RDF.type]
    return ThingPage(
        description,
        _shown(description.iri, labels).label,
        tuple(value(fact, fact.statement[2]) for fact in types),
        groups(sorted(others, key=by_predicate), 2),
        groups(sorted(description.incoming, key=by_predicate), 0),
    )


def _question(statement: Statement) -> str:
    return urlencode(dict(zip("spo", (term.n3() for term in statement), strict=True)))


def _labels(statements: Iterable[Statement]) -> dict[Node, str]:
    """A label for each thing: English first, then without a language, then any."""
    ranked: dict[Node, tuple[int, str]] = {}
    for subject, predicate, label in statements:
        if predicate == RDFS.label and isinstance(label, Literal):
            language = label.language
            rank = 0 if language == "en" else 1 if not language else 2
            candidate = (rank, str(label))
            ranked[subject] = min(ranked.get(subject, candidate), candidate)
    return {subject: label for subject, (_, label) in ranked.items()}


def _shown(term: Node, labels: dict[Node, str]) -> Shown:
    if isinstance(term, URIRef):
        return Shown(labels.get(term, short(str(term))), str(term), str(term))
    if isinstance(term, Literal):
        return Shown(str(term), term.n3(), None, term.language)
    return Shown("(no name)", term.n3(), None)
