"""What follows in a closure of files, as sorted Turtle, a few subjects at a time."""

from collections.abc import Iterator, Mapping
from typing import cast

import numpy as np
from rdflib import Node

from eakg.rdf import Triple, read_term, write_turtle_groups
from eakg.reason.closure import Closure
from eakg.reason.engine import BLANK
from eakg.reason.files.file_terms import FileTerms
from eakg.reason.files.writing import columns_of
from eakg.reason.relations import Ids

GROUP = 20_000
"""Triples of a group, about."""


def inferred_turtle(closure: Closure, prefixes: Mapping[str, str]) -> tuple[bytes, int]:
    """What follows in a closure of files, without what speaks of blank nodes, which have no meaning
    outside of their files: as `eakg.rdf.write_turtle` gives it, and the number of triples.

    Arguments: the closure; namespaces by prefix.
    """
    terms = cast(FileTerms, closure.state.facts.terms)
    parts = [np.stack(columns, 1) for columns in columns_of(closure.inferred_facts())]
    rows = np.concatenate([np.empty((0, 3), np.int64), *parts])
    rows = np.unique(rows[~(terms.kinds[rows] == BLANK).any(1)], axis=0)
    subjects, places = np.unique(rows[:, 0], return_inverse=True)
    words = terms.words(subjects)
    names = [str(read_term(word)) for word in words]
    ordered_rows = rows[np.argsort(_ranks(names)[places], kind="stable")]
    uses = {
        read_term(word): min(words[place] for place in np.unique(places[rows[:, 1] == property_]))
        for property_, word in _numbers(rows[:, 1], terms)
    }
    return write_turtle_groups(_groups(ordered_rows, terms), uses, prefixes), len(rows)


def _numbers(column: Ids, terms: FileTerms) -> Iterator[tuple[int, str]]:
    """The different numbers of a column, with their spellings."""
    numbers = np.unique(column)
    return zip(numbers.tolist(), terms.words(numbers), strict=True)


def _ranks(names: list[str]) -> Ids:
    """The place of each name in their order."""
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks


def _groups(rows: Ids, terms: FileTerms) -> Iterator[Iterator[Triple]]:
    """The triples of a few subjects at a time."""
    starts = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    bounds = starts[np.unique(np.searchsorted(starts, np.arange(0, len(rows), GROUP)))[:-1]]
    for group in np.split(rows, bounds[bounds > 0]):
        nodes: dict[int, Node] = {
            number: read_term(word) for number, word in _numbers(group.ravel(), terms)
        }
        yield ((nodes[s], nodes[p], nodes[o]) for s, p, o in group.tolist())
