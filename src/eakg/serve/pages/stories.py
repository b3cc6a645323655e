"""Stories for the front page: saved queries with their answers in a sentence, and what supports the
first row of each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from rdflib import Literal, URIRef

from eakg.evidence import Passage
from eakg.queries.contract import SavedQuery
from eakg.rdf import ResultKind, Row
from eakg.serve.app import state
from eakg.serve.content import attestations_in
from eakg.serve.data import kind_of
from eakg.serve.pages.row import triples_between
from eakg.serve.words import DisplayTerm, EvidencePlace, places_of
from eakg.sparql import QueryError

_MOST = 6
_LABEL = "Label"


@dataclass(frozen=True)
class Story:
    """A question, the things that answer it, how many more there are, and the place of the evidence
    of its first row, where there is any."""

    query: SavedQuery
    things: tuple[DisplayTerm, ...]
    rest: int
    place: EvidencePlace | None


def stories_of(queries: Iterable[SavedQuery], most: int) -> tuple[Story, ...]:
    """The stories of saved queries that have an answer in things with names, so many at most.

    Raises: StoreError and its kinds.
    """
    return tuple(islice(filter(None, map(_story, queries)), most))


def _story(query: SavedQuery) -> Story | None:
    if query.parameters or query.is_update or kind_of(query) is not ResultKind.SOLUTIONS:
        return None
    try:
        rows = state().catalogue.rows(query.bound({}), query.closure or "full")
    except QueryError:
        return None  # its own page says why
    things = dict.fromkeys(_things(rows))
    if not things:
        return None
    answers = tuple(things)[:_MOST]
    return Story(query, answers, len(things) - len(answers), _place(rows[0]))


def _things(rows: Iterable[Row]) -> Iterator[DisplayTerm]:
    """What the first column with a name has."""
    for row in rows:
        for name, term in row.items():
            label = row.get(f"{name}{_LABEL}")
            if isinstance(term, URIRef) and isinstance(label, Literal):
                yield DisplayTerm(str(label), str(term), str(term))
                break


def _place(row: Row) -> EvidencePlace | None:
    """Where the triples between the terms of a row are stated: sentences before rows of tables."""
    terms = tuple(term for term in row.values() if isinstance(term, URIRef))
    triples = [
        entry.triple for entry in triples_between(state().store, terms) if not entry.inferred
    ]
    attestations = attestations_in(state().store, triples)
    evidence = [
        item
        for triple in triples
        for attestation in attestations.get(triple, ())
        for item in attestation.evidence
    ]
    places = [place for place in places_of(evidence) if place.path is not None]
    return min(places, key=lambda place: not isinstance(place.evidence[0], Passage), default=None)
