"""What follows in a closure of files, as sorted Turtle, a few subjects at a time."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from rdflib import Node

from eakg.rdf import Triple, read_term, write_turtle_groups
from eakg.reason.closure import Closure
from eakg.reason.engine import BLANK
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.files.writing import columns_of
from eakg.reason.relations import Ids

GROUP = 20_000
"""Triples of a group, about."""


def inferred_turtle(closure: Closure, prefixes: Mapping[str, str]) -> tuple[bytes, int]:
    """What follows in a closure of files, without what speaks of blank nodes, which have no meaning
    outside of their files: as `eakg.rdf.write_turtle` gives it, and the number of triples.

    Arguments: the closure, whose terms are spelled; namespaces by prefix.
    """
    terms = closure.state.facts.terms
    if not isinstance(terms, TextTerms):
        raise TypeError("a closure of files is wanted")
    rows = _rows(closure, terms)
    spellings = terms.spellings
    frame = pl.DataFrame({"p": rows[:, 1], "s": spellings.gather(rows[:, 0])})
    firsts = frame.group_by("p").agg(pl.col("s").min()).rows()
    uses = {read_term(spellings[property_]): subject for property_, subject in firsts}
    return write_turtle_groups(_groups(rows, spellings), uses, prefixes), len(rows)


def _rows(closure: Closure, terms: TextTerms) -> Ids:
    """The triples as rows of three numbers, once each, in the order of their subjects."""
    parts = [np.stack(columns, 1) for columns in columns_of(closure.inferred_facts())]
    rows = np.concatenate(parts) if parts else np.empty((0, 3), np.int64)
    rows = np.unique(rows[~(terms.kinds[rows] == BLANK).any(1)], axis=0)
    subjects = np.unique(rows[:, 0])
    names = [str(read_term(word)) for word in terms.spellings.gather(subjects)]
    places = np.empty(len(terms), np.int64)
    places[subjects[np.argsort(np.array(names, object), kind="stable")]] = np.arange(len(subjects))
    return rows[np.argsort(places[rows[:, 0]], kind="stable")]


def _groups(rows: Ids, spellings: pl.Series) -> Iterator[Iterator[Triple]]:
    """The triples of a few subjects at a time."""
    starts = np.flatnonzero(np.diff(rows[:, 0], prepend=-1))
    bounds = starts[np.unique(np.searchsorted(starts, np.arange(0, len(rows), GROUP)))[:-1]]
    for group in np.split(rows, bounds[bounds > 0]):
        numbers = np.unique(group)
        words = spellings.gather(numbers).to_list()
        nodes: dict[int, Node] = dict(zip(numbers.tolist(), map(read_term, words), strict=True))
        yield ((nodes[s], nodes[p], nodes[o]) for s, p, o in group.tolist())
