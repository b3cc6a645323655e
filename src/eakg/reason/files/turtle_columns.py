"""What follows in a closure of files, as sorted Turtle, written by columns."""

import io
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np

from eakg.rdf import TurtleSpellings, read_term
from eakg.reason.closure import Closure
from eakg.reason.engine import BLANK, IRI
from eakg.reason.files.file_terms import FileTerms
from eakg.reason.files.writing import ROWS, Columns, columns_of
from eakg.reason.relations import Ids, Mask

_GAPS = (" ", "\n        ")
"""What stands behind a verb: before its one object, and before several."""
_ENDS = np.array([" ,\n        ", " ;\n", " ;\n.\n"], object)
"""What stands behind an object: behind one of several, the last of a property, and of a subject."""


def inferred_turtle(closure: Closure, prefixes: Mapping[str, str]) -> tuple[bytes, int]:
    """What follows in a closure of files, without what speaks of blank nodes, which have no meaning
    outside of their files: as `eakg.rdf.write_turtle` gives it, and the number of triples.

    Arguments: the closure; namespaces by prefix.
    """
    terms = cast(FileTerms, closure.state.facts.terms)
    parts = [np.stack(columns, 1) for columns in columns_of(closure.inferred_facts())]
    rows = np.concatenate([np.empty((0, 3), np.int64), *parts])
    rows = rows[~(terms.kinds[rows] == BLANK).any(1)]
    is_used = np.zeros(len(terms), np.bool_)
    is_used[rows] = True
    numbers = np.flatnonzero(is_used)
    words = terms.words(numbers)
    subjects, properties, objects = (np.cumsum(is_used) - 1)[rows].T
    nodes = {place: read_term(words[place]) for place in np.unique(properties).tolist()}
    uses = {
        node: min(words[subject] for subject in np.unique(subjects[properties == place]))
        for place, node in nodes.items()
    }
    spell = TurtleSpellings(uses, prefixes)
    verbs = np.zeros(len(words), np.int64)
    verbs[[*nodes]] = [spell.properties.index(node) for node in nodes.values()]
    ranks = _ranks([word[1:-1] for word in words])
    order = np.lexsort((ranks[objects], verbs[properties], ranks[subjects]))
    columns = subjects[order], verbs[properties[order]], objects[order]
    _order_values(columns, words, terms.kinds[numbers] != IRI)
    return _turtle(columns, words, spell), len(rows)


def _order_values(columns: Columns, words: Sequence[str], is_literal: Mask) -> None:
    """Put several objects of a property that are not all IRIs in the order of rdflib, as
    `write_turtle` does."""
    subjects, verbs, objects = columns
    starts = np.flatnonzero(_begins(subjects, verbs))
    sizes = np.diff(starts, append=len(objects))
    has_literals = np.logical_or.reduceat(is_literal[objects], starts)
    for start, size in zip(starts[has_literals], sizes[has_literals], strict=True):
        if size > 1:
            part = objects[start : start + size]
            nodes = {number: read_term(words[number]) for number in part.tolist()}
            part[:] = sorted(sorted(nodes, key=words.__getitem__), key=nodes.__getitem__)  # type: ignore[arg-type]  # rdflib's nodes have an order


def _begins(*columns: Ids) -> Mask:
    """Where a row is another than the one before it."""
    marks: Mask = np.any([np.diff(column, prepend=-1) != 0 for column in columns], axis=0)
    return marks


def _turtle(columns: Columns, words: Sequence[str], spell: TurtleSpellings) -> bytes:
    subjects, verbs, objects = columns
    terms = np.empty(len(words), object)
    for place in np.unique(np.concatenate([subjects, objects])).tolist():
        terms[place] = spell.of_word(words[place])
    begins_subject, begins_verb = _begins(subjects), _begins(subjects, verbs)
    ends_subject, ends_verb = (np.append(mask[1:], True) for mask in (begins_subject, begins_verb))
    leads = np.array([f"    {verb}{gap}" for gap in _GAPS for verb in spell.verbs.values()], object)
    body = io.BytesIO()
    for start in range(0, len(objects), ROWS):
        rows = slice(start, start + ROWS)
        heads, openings, endings = begins_subject[rows], begins_verb[rows], ends_verb[rows]
        pieces = np.full((len(heads), 4), "", object)
        pieces[heads, 0] = "\n" + terms[subjects[rows][heads]] + "\n"
        gaps = np.where(endings[openings], 0, len(spell.verbs))
        pieces[openings, 1] = leads[verbs[rows][openings] + gaps]
        pieces[:, 2] = terms[objects[rows]]
        pieces[:, 3] = _ENDS[endings.astype(np.int64) + ends_subject[rows]]
        body.write("".join(pieces.ravel().tolist()).encode())
    return spell.head().encode() + body.getvalue()


def _ranks(names: Sequence[str]) -> Ids:
    """The place of each name in their order."""
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks
