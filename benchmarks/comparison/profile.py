"""What data are like: their predicates, the triples of each, and how large joins of two are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from eakg.reason.engine import BLANK, IRI, LITERAL, Facts
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.relations import CLASS, first, second
from eakg.reason.rules import TYPE

LARGEST = 24
"""Predicates with the most triples that are looked at."""
OTHERS = 16
"""Predicates that are looked at beside those, from all sizes."""
EXAMPLES = 20
"""Triples of each predicate that are kept."""
THINGS = 200_000
"""Subjects that are kept at most."""
Numbers = np.ndarray[tuple[Any, ...], np.dtype[Any]]


@dataclass(frozen=True)
class Relation:
    """The triples of a predicate: how many, with how many subjects and objects; whether all objects
    are IRIs, or literals; and some of them, without blank nodes. Terms are as in N-Triples."""

    predicate: str
    triples: int
    subjects: int
    objects: int
    has_iris: bool
    has_literals: bool
    examples: tuple[tuple[str, str], ...]

    @property
    def multiplicity(self) -> float:
        """Triples for each object."""
        return self.triples / self.objects


@dataclass(frozen=True)
class Profile:
    """What data are like: the number of triples; predicates, the largest first; the numbers of
    solutions of `?s p ?a ; q ?b` and of `?a p ?b . ?b q ?c` by `p` and `q`; and IRIs that are
    subjects."""

    triples: int
    relations: tuple[Relation, ...]
    stars: Mapping[tuple[str, str], int]
    chains: Mapping[tuple[str, str], int]
    things: tuple[str, ...]


def profile_of(terms: TextTerms, facts: Facts, seed: int) -> Profile:
    """The profile of the facts. Argument: the seed by which examples are taken."""
    random = Random(seed)
    columns = _columns(facts)
    order = sorted(columns, key=lambda key: (-len(columns[key][0]), terms.spellings[key]))
    picks = [*order[:LARGEST], *_spread(order[LARGEST:], OTHERS)]
    relations, stars, chains = [], {}, {}
    names = {number: terms.spellings[number] for number in picks}
    for number in picks:
        subjects, objects = columns[number]
        relations.append(_relation(names[number], subjects, objects, terms, random))
        leaving = np.bincount(subjects, minlength=len(terms))
        for other in picks:
            pair = names[number], names[other]
            stars[pair] = int(leaving[columns[other][0]].sum())
            chains[pair[::-1]] = int(leaving[columns[other][1]].sum())
    count = sum(len(subjects) for subjects, _ in columns.values())
    return Profile(count, tuple(relations), stars, chains, _things(terms, columns, random))


def _columns(facts: Facts) -> dict[int, tuple[Numbers, Numbers]]:
    """Subjects and objects by the number of the predicate."""
    columns = {key: (first(pairs), second(pairs)) for key, pairs in facts.items() if key < CLASS}
    classes = [(key - CLASS, members) for key, members in facts.items() if key >= CLASS]
    if classes:
        members = np.concatenate([subjects for _, subjects in classes])
        kinds = [np.full(len(subjects), number) for number, subjects in classes]
        columns[TYPE] = members, np.concatenate(kinds)
    return {key: pair for key, pair in columns.items() if len(pair[0])}


def _relation(
    name: str, subjects: Numbers, objects: Numbers, terms: TextTerms, random: Random
) -> Relation:
    kinds = terms.kinds[objects]
    is_plain = (terms.kinds[subjects] == IRI) & (kinds != BLANK)
    places = np.flatnonzero(is_plain)
    picks = places[sorted(random.sample(range(len(places)), min(EXAMPLES, len(places))))]
    pairs = zip(subjects[picks].tolist(), objects[picks].tolist(), strict=True)
    return Relation(
        name,
        len(subjects),
        len(np.unique(subjects)),
        len(np.unique(objects)),
        bool((kinds == IRI).all()),
        bool((kinds == LITERAL).all()),
        tuple((terms.spellings[left], terms.spellings[right]) for left, right in pairs),
    )


def _things(
    terms: TextTerms, columns: Mapping[int, tuple[Numbers, Numbers]], random: Random
) -> tuple[str, ...]:
    is_subject = np.zeros(len(terms), np.bool_)
    for subjects, _ in columns.values():
        is_subject[subjects] = True
    numbers = np.flatnonzero(is_subject & (terms.kinds == IRI)).tolist()
    if len(numbers) > THINGS:
        numbers = random.sample(numbers, THINGS)
    return tuple(terms.spellings.gather(numbers).sort().to_list())


def _spread(numbers: Sequence[int], count: int) -> Iterable[int]:
    """So many of a sequence, at even distances."""
    if len(numbers) <= count:
        return numbers
    return (numbers[place * len(numbers) // count] for place in range(count))
