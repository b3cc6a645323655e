"""N-Triples files, split and numbered by the column."""

import gzip
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from eakg.files import ahead
from eakg.problems import Problem, ProblemsError
from eakg.rdf import (
    LINE,
    N_QUADS_SYNTAX,
    N_TRIPLES_SYNTAX,
    QUAD_END,
    QUAD_LINE,
    TERM,
    TRIPLE_TERM_START,
    is_triple_term,
    open_file,
    plain_size,
    size_of,
    syntax_of,
    utf8_stream,
)
from eakg.reason.engine import Facts, facts_by_key
from eakg.reason.files.text_terms import TextTerms
from eakg.reason.relations import Ids

CHUNK = 1 << 22
"""Bytes that are read at once: with fewer, what each call of Polars takes by itself counts, and the
memory for more would be new each time."""
LARGE = 1 << 24
"""Bytes of a file from which on lines are split while the terms of those before are numbered."""
THREADS = 2
"""That split lines of a large file, which takes somewhat longer than to number their terms."""
_ARE_TERMS = (pl.col("t").str.starts_with(TRIPLE_TERM_START) | pl.col("t").str.contains(TERM)).all()
Progress = Callable[[int], None]
"""Told of bytes that were read."""


def no_progress(_: int) -> None:
    """Tells nobody."""


def read_files(
    paths: Sequence[Path], terms: TextTerms, progress: Progress = no_progress
) -> list[Facts]:
    """The facts of RDF files, one collection for each.

    Arguments: files in any syntax that `eakg.rdf` reads; the terms, to which those of the
    files are added; what to tell of the bytes read. Blank nodes of different files are different.

    N-Triples are split in columns and never become objects of Python; other syntaxes are read by
    way of rdflib. Raises: ProblemsError, with file and line, when a file cannot be read.
    """
    collections: list[Facts] = []
    problems: list[Problem] = []
    for place, path in enumerate(paths):
        try:
            if syntax_of(path) is N_TRIPLES_SYNTAX:
                collections.append(_Reader(path, place, terms).facts(progress))
            else:
                # N-Triples without a fault do without the readers of documents.
                from eakg.rdf import parse_rdf

                collections.append(terms.encode(parse_rdf(path, rdf12=True)))
                progress(size_of(path))
        except ProblemsError as error:
            problems += error.problems
    if problems:
        raise ProblemsError(problems)
    return collections


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
        reader = _Reader(path, place, TextTerms(), has_quads=syntax is N_QUADS_SYNTAX)
        yield from reader.frames(progress)
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
        return bool(words.to_frame("t").select(_ARE_TERMS).item())


@dataclass(frozen=True)
class _Chunk:
    """Lines of a file: their text, how many there are, and the parts that they have where each is
    split at its first two spaces, None where these are no three parts in some line."""

    text: bytes
    lines: int
    columns: _Columns | None


class _Reader:
    def __init__(
        self, path: Path, place: int, terms: TextTerms, *, has_quads: bool = False
    ) -> None:
        self.path = path
        self.place = place
        self.terms = terms
        self.line = QUAD_LINE if has_quads else LINE
        self.has_quads = has_quads

    def facts(self, progress: Progress) -> Facts:
        pieces = self._pieces(progress)
        if _is_large(self.path):
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
            for chunk in ahead(threads, self._chunk, self._pieces(progress), THREADS):
                columns = chunk.columns
                if columns is None or not columns.are_terms:
                    columns = _columns(self._relabel(self._split(chunk.text, line)))
                    if columns is None or not columns.are_terms:
                        raise self._confusion()
                yield columns.frame
                line += chunk.lines

    def _confusion(self) -> ProblemsError:
        return self._problem(0, "has terms that cannot be told apart; check its syntax")

    def _pieces(self, progress: Progress) -> Iterator[list[bytes | memoryview]]:
        """The text in pieces that end with a line, each in parts."""
        rest: list[bytes | memoryview] = []
        with open_file(self.path) as stream:
            source = stream.fileobj if isinstance(stream, gzip.GzipFile) else stream
            text = utf8_stream(stream)
            position = 0
            while data := text.read(CHUNK):
                end = data.rfind(b"\n") + 1
                if end:
                    yield [*rest, memoryview(data)[:end]]
                    rest = []
                    progress(source.tell() - position)
                    position = source.tell()
                if end < len(data):
                    rest.append(data[end:])
            if rest:
                yield rest

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
        if self.has_quads:
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
                numbers = None if columns is None else self._terms(columns)
            if numbers is None:
                raise self._confusion()
            yield numbers
            line += chunk.lines

    def _terms(self, columns: _Columns) -> tuple[Ids, Ids, Ids] | None:
        """The numbers of parts; None unless all are terms."""
        parts: list[Ids] = []
        for column in (columns.subjects, columns.predicates, columns.objects):
            size = len(self.terms)
            numbers = self.terms.numbers_of(column)
            rows = _first_rows(numbers, size)
            if len(rows) and not column.gather(rows).to_frame("t").select(_ARE_TERMS).item():
                self.terms.has_non_terms = True
                return None
            parts.append(numbers)
        return np.repeat(parts[0], columns.lengths), parts[1], parts[2]

    def _relabel(self, columns: pl.DataFrame) -> pl.DataFrame:
        """Columns in which blank nodes have labels of their own file."""
        if not self.place:
            return columns
        prefix = f"_:f{self.place}_"
        columns = columns.with_columns(pl.col("s", "o").str.replace("^_:", prefix))
        objects = columns["o"]
        if not objects.str.starts_with(TRIPLE_TERM_START).any():
            return columns
        from eakg.rdf import prefixed_nodes

        names = [prefixed_nodes(one, prefix) if is_triple_term(one) else one for one in objects]
        return columns.with_columns(pl.Series("o", names, dtype=pl.String))

    def _split(self, text: bytes, line: int) -> pl.DataFrame:
        """The parts of lines, read by the grammar; the first line has that number."""
        try:
            lines = text.decode().split("\n")
        except UnicodeDecodeError as error:
            place = line + text.count(b"\n", 0, error.start)
            raise self._problem(place, "is not UTF-8; save it in that encoding") from error
        rows: list[tuple[str, str, str]] = []
        for number, triple in enumerate(lines, line):
            match = self.line.fullmatch(triple.removesuffix("\r"))
            if match is None:
                from eakg.rdf import rdf12_line

                row = None if self.has_quads else rdf12_line(triple)
                if row is None:
                    raise self._syntax_error(number, triple)
                rows.append(row)
            elif match.group(1) is not None:
                rows.append((match.group(1), match.group(2), match.group(3)))
        return pl.DataFrame(rows, schema=dict.fromkeys("spo", pl.String), orient="row")

    def _syntax_error(self, number: int, line: str) -> ProblemsError:
        if self.has_quads:
            return self._problem(number, "is no statement of N-Quads; correct it")
        from eakg.rdf import ntriples_fault

        return self._problem(number, ntriples_fault(line))

    def _problem(self, line: int, message: str) -> ProblemsError:
        return ProblemsError([Problem(str(self.path), line, message)])


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
