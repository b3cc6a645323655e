"""N-Triples files, split and numbered by the column."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from eakg.files import ahead
from eakg.rdf import (
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    QUAD_END,
    TERM,
    TRIPLE_TERM_START,
    is_triple_term,
    plain_size,
    size_of,
    syntax_of,
)
from eakg.reason.engine import Facts, facts_by_key
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.files.triple_lines import Progress, TripleLines, no_progress
from eakg.reason.relations import Ids

LARGE = 1 << 24
"""Bytes of a file from which on lines are split while the terms of those before are numbered."""
THREADS = 2
"""That split lines of a large file, which takes somewhat longer than to number their terms."""
_IS_TERM = pl.col("t").str.starts_with(TRIPLE_TERM_START) | pl.col("t").str.contains(TERM)


def facts_of_columns(path: Path, place: int, progress: Progress, terms: TextTerms) -> Facts:
    """The facts of a file.

    Arguments: the file; its place among the files; what to tell of the bytes read; the terms, to
    which its own are added. Raises: ProblemsError, with file and line.
    """
    return _Reader(TripleLines(path, place), terms).facts(progress)


def triple_frames(
    path: Path, place: int, progress: Progress = no_progress
) -> Iterator[pl.DataFrame]:
    """The triples of a file in frames of the columns `s`, `p` and `o`, in which terms are spelled.

    Arguments: a file; its place among the files, by which its blank nodes are told from those of
    others; what to tell of the bytes read. N-Triples and N-Quads are read bit by bit, other
    syntaxes at once. Raises: ProblemsError, with file and line.
    """
    syntax = syntax_of(path)
    if syntax in (N_TRIPLES_SYNTAX, N_QUADS_SYNTAX):
        lines = TripleLines(path, place, has_quads=syntax is N_QUADS_SYNTAX)
        yield from _Reader(lines, TextTerms()).frames(progress)
        return
    from eakg.rdf import parse_rdf, write_term

    rows = [tuple(map(write_term, triple)) for triple in parse_rdf(path, rdf12=True)]
    progress(size_of(path))
    yield pl.DataFrame(rows, schema=dict.fromkeys("spo", pl.String), orient="row")


@dataclass(frozen=True)
class _Columns:
    """The parts of lines; of subjects that follow on themselves the first, and how often each
    does."""

    subjects: pl.Series
    lengths: Ids
    predicates: pl.Series
    objects: pl.Series

    @property
    def frame(self) -> pl.DataFrame:
        """The parts of all lines."""
        places = np.repeat(np.arange(len(self.lengths)), self.lengths)
        columns = (self.subjects.gather(places), self.predicates, self.objects)
        return pl.DataFrame(dict(zip("spo", columns, strict=True)))

    @property
    def are_terms(self) -> bool:
        """Whether all parts are terms."""
        columns = (self.subjects, self.predicates, self.objects)
        words = pl.concat([column.rename("") for column in columns]).unique()
        return bool(words.to_frame("t").select(_IS_TERM.all()).item())


@dataclass(frozen=True)
class _Chunk:
    """Lines of a file: their text, how many there are, and the parts that they have where each is
    split at its first two spaces, None where these are no three parts in some line."""

    text: bytes
    lines: int
    columns: _Columns | None


class _Reader:
    def __init__(self, lines: TripleLines, terms: TextTerms) -> None:
        self.lines = lines
        self.terms = terms

    def facts(self, progress: Progress) -> Facts:
        pieces = self.lines.pieces(progress)
        if _is_large(self.lines.path):
            with ThreadPoolExecutor(THREADS) as threads:
                parts = list(self._numbers(ahead(threads, self._chunk, pieces, THREADS)))
        else:
            parts = list(self._numbers(map(self._chunk, pieces)))
        empty = np.empty(0, np.uint32)
        columns = [np.concatenate([empty, *(part[c] for part in parts)]) for c in range(3)]
        del parts
        mapping = self.terms.canonical_numbers()
        if mapping is not None:
            columns = [mapping[column] for column in columns]
        return facts_by_key(columns[0], columns[1], columns[2])

    def frames(self, progress: Progress) -> Iterator[pl.DataFrame]:
        """The triples, spelled, in frames."""
        line = 1
        with ThreadPoolExecutor(THREADS) as threads:
            for chunk in ahead(threads, self._chunk, self.lines.pieces(progress), THREADS):
                columns = chunk.columns
                if columns is None or not columns.are_terms:
                    columns = _columns(self._relabel(self._split(chunk.text, line)))
                    if columns is None or not columns.are_terms:
                        raise self.lines.confusion()
                yield columns.frame
                line += chunk.lines

    def _chunk(self, piece: Sequence[bytes | memoryview]) -> _Chunk:
        """A piece, split, which takes most of the time of reading and touches no terms."""
        data = b"".join(piece)
        try:
            lines = pl.read_lines(data)
        except pl.exceptions.ComputeError:
            return _Chunk(data, data.count(b"\n"), None)  # who reads it by the grammar says why
        parts = pl.col("line").str.splitn(" ", 3).struct.rename_fields(["s", "p", "o"])
        columns = lines.select(parts).unnest("line")
        objects = pl.col("o").str
        is_split = objects.ends_with(" .").fill_null(False) & ~objects.starts_with(
            TRIPLE_TERM_START
        )
        if not columns.select(is_split.all()).item():
            return _Chunk(data, len(lines), None)
        columns = columns.with_columns(pl.col("o").str.strip_suffix(" ."))
        if self.lines.has_quads:
            object_ = pl.col("o").str.extract(QUAD_END).fill_null(pl.col("o"))
            columns = columns.with_columns(object_)
        return _Chunk(data, len(lines), _columns(self._relabel(columns)))

    def _numbers(self, chunks: Iterable[_Chunk]) -> Iterator[tuple[Ids, Ids, Ids]]:
        """The numbers of subjects, predicates and objects. Raises: ProblemsError.

        To split lines at their first two spaces is right for most; where the parts are no terms of
        the right kinds, each line is read by the grammar.
        """
        line = 1
        for chunk in chunks:
            numbers = None if chunk.columns is None else self._terms(chunk.columns)
            if numbers is None:
                columns = _columns(self._relabel(self._split(chunk.text, line)))
                numbers = None if columns is None else self._terms(columns, are_terms=True)
            if numbers is None:
                raise self.lines.confusion()
            yield numbers
            line += chunk.lines

    def _terms(self, columns: _Columns, *, are_terms: bool = False) -> tuple[Ids, Ids, Ids] | None:
        """The numbers of parts; None unless all are terms, which the grammar may have said."""
        parts: list[Ids] = []
        for column in (columns.subjects, columns.predicates, columns.objects):
            size = len(self.terms)
            numbers = self.terms.numbers_of(column)
            if are_terms:
                self.terms.admit(numbers)
            else:
                rows = _first_rows(numbers, size)
                fresh = column.gather(rows).to_frame("t").select(_IS_TERM).to_series()
                self.terms.non_terms.update(numbers[rows][~fresh.to_numpy()].tolist())
                if self.terms.has_non_terms(numbers):
                    return None
            parts.append(numbers)
        return np.repeat(parts[0], columns.lengths), parts[1], parts[2]

    def _relabel(self, columns: pl.DataFrame) -> pl.DataFrame:
        """Columns in which blank nodes have labels of their own file."""
        prefix = self.lines.label_prefix
        if not prefix:
            return columns
        columns = columns.with_columns(pl.col("s", "o").str.replace("^_:", prefix))
        objects = columns["o"]
        if not objects.str.starts_with(TRIPLE_TERM_START).any():
            return columns
        from eakg.rdf import prefixed_nodes

        names = [prefixed_nodes(one, prefix) if is_triple_term(one) else one for one in objects]
        return columns.with_columns(pl.Series("o", names, dtype=pl.String))

    def _split(self, text: bytes, line: int) -> pl.DataFrame:
        """The parts of lines, read by the grammar; the first line has that number."""
        rows = self.lines.rows(text, line)
        return pl.DataFrame(rows, schema=dict.fromkeys("spo", pl.String), orient="row")


def _columns(parts: pl.DataFrame) -> _Columns | None:
    """The parts of lines as columns; None unless all are of the kinds that their places want.

    Most files say one after another what they say of a thing.
    """
    column = parts["s"]
    is_start = (column != column.shift(1)).fill_null(True)
    subjects = column.filter(is_start)
    if subjects.str.starts_with('"').any() or not parts["p"].str.starts_with("<").all():
        return None
    lengths = np.diff(is_start.arg_true().to_numpy(), append=len(column))
    return _Columns(subjects, lengths, parts["p"], parts["o"])


def _first_rows(numbers: Ids, size: int) -> Ids:
    """A row of each number that is not below a size."""
    rows = np.flatnonzero(numbers >= size)
    places = np.full(int(numbers[rows].max(initial=size - 1)) + 1 - size, -1)
    places[numbers[rows].astype(np.int64) - size] = rows
    return places[places >= 0]


def _is_large(path: Path) -> bool:
    try:
        return plain_size(path) >= LARGE
    except OSError:
        return False  # whoever opens it says why
