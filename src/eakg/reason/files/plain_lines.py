"""N-Triples files, split and numbered line by line: what reads them where Polars is not there.

The numbers are those that the columns of `ntriples` give: by pieces of a file, and in a piece to
all subjects first, then to the predicates, then to the objects.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from eakg.rdf import TRIPLE_TERM_START, is_triple_term
from eakg.reason.engine import Facts, facts_by_key
from eakg.reason.files.spelled_terms import SpelledTerms
from eakg.reason.files.triple_lines import Progress, TripleLines, TripleWords
from eakg.reason.relations import Ids

_Columns = tuple[Ids, Ids, Ids]


def facts_of_lines(path: Path, place: int, progress: Progress, terms: SpelledTerms) -> Facts:
    """The facts of a file.

    Arguments: the file; its place among the files; what to tell of the bytes read; the terms, to
    which its own are added. Raises: ProblemsError, with file and line.
    """
    parts = [*_numbers(TripleLines(path, place), terms, progress)]
    empty = np.empty(0, np.uint32)
    columns = [np.concatenate([empty, *(part[c] for part in parts)]) for c in range(3)]
    mapping = terms.canonical_numbers()
    if mapping is not None:
        columns = [mapping[column] for column in columns]
    return facts_by_key(columns[0], columns[1], columns[2])


def _numbers(lines: TripleLines, terms: SpelledTerms, progress: Progress) -> Iterator[_Columns]:
    """The numbers of subjects, predicates and objects, piece by piece.

    To split lines at their first two spaces is right for most, and much faster than the grammar.
    """
    line = 1
    for piece in lines.pieces(progress):
        text = b"".join(piece)
        rows = _split(text)
        numbers = None if rows is None else _terms(_relabelled(rows, lines.label_prefix), terms)
        if numbers is None:
            rows = _relabelled(lines.rows(text, line), lines.label_prefix)
            numbers = _terms(rows, terms, are_terms=True)
        if numbers is None:
            raise lines.confusion()
        yield numbers
        line += text.count(b"\n")


def _split(text: bytes) -> list[TripleWords] | None:
    """The parts of lines that have one space between them; None where some line is of no three."""
    try:
        lines = text.decode().removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        return None  # who reads it by the grammar says where
    rows: list[TripleWords] = []
    for line in lines:
        parts = line.removesuffix("\r").split(" ", 2)
        if len(parts) < 3 or not parts[2].endswith(" .") or parts[2].startswith(TRIPLE_TERM_START):
            return None
        rows.append((parts[0], parts[1], parts[2][:-2]))
    return rows


def _relabelled(rows: list[TripleWords], prefix: str) -> list[TripleWords]:
    """The parts of lines in which blank nodes have labels of their own file."""
    if not prefix:
        return rows
    return [(_labelled(s, prefix), p, _labelled(o, prefix)) for s, p, o in rows]


def _labelled(word: str, prefix: str) -> str:
    if word.startswith("_:"):
        return prefix + word[2:]
    if not is_triple_term(word):
        return word
    from eakg.rdf import prefixed_nodes

    return prefixed_nodes(word, prefix)


def _terms(
    rows: list[TripleWords], terms: SpelledTerms, *, are_terms: bool = False
) -> _Columns | None:
    """The numbers of parts; None unless all are terms, which the grammar may have said, and of the
    kinds that their places want."""
    subjects, predicates, objects = zip(*rows, strict=True) if rows else ((), (), ())
    if any(word.startswith('"') for word in subjects):
        return None
    if not all(word.startswith("<") for word in predicates):
        return None
    numbers: list[Ids] = []
    for words in (subjects, predicates, objects):
        size = len(terms)
        column = terms.numbers_of(words)
        if are_terms:
            terms.admit(column)
        elif not terms.are_terms(column, size):
            return None
        numbers.append(column)
    return numbers[0], numbers[1], numbers[2]
