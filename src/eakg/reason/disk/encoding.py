"""Files of RDF made into files of keys, a hash of 60 bits and the kind of each term, and a
dictionary of terms.

Terms of one hash would be one thing. They are found when all is read, and then all is read again,
with keys of their own, above all hashes, for each of them but the first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import polars as pl

from eakg.problems import Problem, ProblemsError
from eakg.rdf import canonicalize_term, write_term
from eakg.reason.databases import TERMS_OF_A_GROUP, Database, sql_literal, write_frame
from eakg.reason.disk.work import WorkFolder
from eakg.reason.files import Progress, triple_frames
from eakg.reason.rules import NAMESPACES, TYPE, RuleSet, vocabulary_of

BITS = 60
OWN_KEYS = 1 << (BITS + 2)
"""From here on are keys of terms whose hash another one has."""
NO_KEY = (1 << 63) - 1
"""In place of the key of a term that no file and no rule speaks of."""
TERMS, FACTS = "terms-0", "asserted-0.parquet"
"""The folder of the dictionary, in files by ranges of keys, and the file of asserted facts."""
_REMOVAL = "parts-removal"
BYTES_OF_A_TERM = 56
"""That a table takes for each term beside its letters, about."""
_ROWS = 1 << 17
ASSERTED = -1
"""In place of the number of a rule: that a fact was asserted."""
IRI_KIND, BLANK_KIND, LITERAL_KIND, TRIPLE_KIND = range(4)
"""The last two bits of a key. Literals and triple terms have 2 in common."""
_XSD_STRING = "^^<http://www.w3.org/2001/XMLSchema#string>"


@dataclass(frozen=True)
class TermKeys:
    """The keys of terms. Arguments: how many bits of the hash count; terms with keys of their
    own."""

    bits: int = BITS
    extra: Mapping[str, int] = field(default_factory=dict)

    def of(self, words: pl.Series) -> pl.Series:
        """The keys of spelled terms."""
        hashes = (words.hash(0) & ((1 << self.bits) - 1)).cast(pl.Int64)
        keys = hashes * 4 + _kinds(words)
        if self.extra:
            names = list(self.extra)
            keys = words.replace_strict(
                names, list(self.extra.values()), default=keys, return_dtype=pl.Int64
            )
        return keys

    def with_own(self, words: Sequence[str]) -> "TermKeys":
        """The same, with keys of their own for further terms, above all hashes."""
        start = OWN_KEYS + 4 * len(self.extra)
        kinds = _kinds(pl.Series(words, dtype=pl.String))
        keys = {
            word: start + 4 * place + kind
            for place, (word, kind) in enumerate(zip(words, kinds, strict=True))
        }
        return TermKeys(self.bits, {**self.extra, **keys})


def key_ranges(count: int) -> list[str]:
    """Conditions on a key, of which it meets one; about as many terms meet each."""
    edges = [OWN_KEYS * place // count for place in range(count)]
    return [f"between {low} and {high - 1}" for low, high in pairwise([*edges, NO_KEY])]


def is_literal(column: str) -> str:
    """The condition on a key that it is of a literal or of a triple term."""
    return f"{column} & {LITERAL_KIND} <> 0"


def _kinds(words: pl.Series) -> pl.Series:
    beginnings = {BLANK_KIND: "_", LITERAL_KIND: '"', TRIPLE_KIND: "<<("}
    kinds = (
        words.str.starts_with(start).cast(pl.Int64) * kind for kind, start in beginnings.items()
    )
    return sum(kinds, pl.repeat(0, len(words), dtype=pl.Int64, eager=True))


def vocabulary_words(rules: RuleSet) -> pl.Series:
    """The terms that rules speak of, spelled."""
    return pl.Series([write_term(node) for node in vocabulary_of(rules)], dtype=pl.String)


@dataclass(frozen=True)
class _PartWriter:
    """What writes parts, in a process of its own where a database has workers.

    Arguments: the folder of work; the keys of terms.
    """

    folder: Path
    keys: TermKeys

    @property
    def terms(self) -> Path:
        """The folder of the parts of the dictionary."""
        return self.folder / "parts-terms"

    @property
    def facts(self) -> Path:
        """The folder of the parts of facts."""
        return self.folder / "parts-facts"

    def begin(self) -> None:
        """Make the folders, with parts of nothing."""
        for folder in (self.terms, self.facts):
            folder.mkdir(parents=True)
        write_frame(pl.DataFrame(schema=dict.fromkeys("spo", pl.Int64)), self.facts / "0.parquet")
        self.write_terms(pl.Series(dtype=pl.String), "0")

    def write(
        self, files: Sequence[tuple[int, Path]], progress: Progress
    ) -> int | tuple[Problem, ...]:
        """Write the parts of files.

        Arguments: places of files among all, and they; what to tell of the bytes read. Result: the
        bytes that their terms take in a table, or what is wrong with them.
        """
        size = 0
        try:
            for count, batch in enumerate(_batches(files, progress)):
                size += self._write_batch(batch, f"{files[0][0]}-{count}")
        except ProblemsError as error:
            return error.problems
        return size

    def _write_batch(self, batch: pl.DataFrame, name: str) -> int:
        spelled = pl.concat([batch[column].rename("") for column in "spo"]).unique()
        mask = spelled.str.contains("\\", literal=True) | spelled.str.ends_with(_XSD_STRING)
        odd = spelled.filter(mask)
        if len(odd):
            forms = pl.Series([canonicalize_term(word) for word in odd], dtype=pl.String)
            batch = batch.with_columns(pl.all().replace(odd, forms))
            spelled = pl.concat([batch[column].rename("") for column in "spo"]).unique()
        columns = [self.keys.of(batch[column]).rename(column) for column in "spo"]
        write_frame(pl.DataFrame(columns), self.facts / f"{name}.parquet")
        return self.write_terms(spelled, name)

    def write_terms(self, words: pl.Series, name: str) -> int:
        """Write a part of the dictionary. Result: the bytes that it takes in a table."""
        frame = pl.DataFrame({"id": self.keys.of(words), "term": words}).sort("id")
        write_frame(frame, self.terms / f"{name}.parquet", TERMS_OF_A_GROUP)
        return int(words.str.len_bytes().sum()) + BYTES_OF_A_TERM * len(words)


class TermEncoder:
    """What makes files of keys.

    Arguments: where they go; the database; how many bits of the hash count.
    """

    def __init__(self, work: WorkFolder, database: Database, bits: int = BITS) -> None:
        self._work = work
        self._database = database
        self._bits = bits

    def encode(self, files: Sequence[Path], rules: RuleSet, progress: Progress) -> None:
        """Write the dictionary and the asserted facts of files. Raises: ProblemsError."""
        keys = TermKeys(self._bits)
        words = vocabulary_words(rules)
        while True:
            writer = _PartWriter(self._work.path.resolve(), keys)
            size = self._write_parts(writer, files, 0, progress)
            size += writer.write_terms(words, "words")
            self._write_facts(keys.of(words[TYPE : TYPE + 1])[0])
            self._write_terms(size, TERMS, self._source("parts-terms"), self._source(FACTS))
            clashing = self._clashing_terms()
            if not clashing:
                break
            keys = keys.with_own(clashing)
            self._work.clean()

    def encode_change(
        self, added: Sequence[Path], removed: Sequence[Path], place: int, progress: Progress
    ) -> None:
        """Write the parts of files of triples that are added and removed, in keys that agree with
        those there are.

        Arguments: the files; the place of the first one among all that were read; what to tell of
        the bytes read. Raises: ProblemsError.
        """
        query = f"select term, id from {self._dictionary} where id >= {OWN_KEYS}"
        keys = TermKeys(self._bits, dict(self._database.rows(query)))
        folder = self._work.path.resolve()
        while True:
            self._write_parts(_PartWriter(folder, keys), added, place, progress)
            removal = _PartWriter(folder / _REMOVAL, keys)
            self._write_parts(removal, removed, place + len(added), progress)
            clashing = self._fresh_clashing_terms()
            if not clashing:
                break
            keys = keys.with_own(clashing)
            self._work.clean()

    @property
    def changed_facts(self) -> Mapping[str, str]:
        """Sources of the triples that are added and removed: `s`, `p` and `o`."""
        return {
            "added": self._source("parts-facts"),
            "removed": self._source(f"{_REMOVAL}/parts-facts"),
        }

    def write_changed_terms(self, name: str, asserted: str) -> None:
        """Write the terms that there are with those that are added.

        Arguments: the folder; a source of the facts that are asserted then.
        """
        fresh = self._source("parts-terms")
        terms = f"(select id, term from {self._dictionary} union all select id, term from {fresh})"
        size = self._database.value(f"select sum(length(term) + {BYTES_OF_A_TERM}) from {terms}")
        self._write_terms(int(size), name, terms, asserted)

    @property
    def _dictionary(self) -> str:
        return self._source(self._work.manifest.terms)

    def _write_parts(
        self, writer: "_PartWriter", files: Sequence[Path], start: int, progress: Progress
    ) -> int:
        """Write the parts of files. Result: the bytes that their terms take in a table. Raises:
        ProblemsError."""
        writer.begin()
        # Workers may be elsewhere; what is told of files has the names that were given.
        paths = [path.absolute() for path in files]
        names = dict(zip(map(str, paths), map(str, files), strict=True))
        answers = self._database.spread(writer.write, [*enumerate(paths, start)], progress)
        problems = [line for one in answers if isinstance(one, tuple) for line in one]
        if problems:
            raise ProblemsError(
                replace(line, file=names.get(line.file, line.file)) for line in problems
            )
        return sum(one for one in answers if isinstance(one, int))

    def _source(self, name: str) -> str:
        return self._database.source([self._work.file(name)])

    def _clashing_terms(self) -> list[str]:
        """Terms whose key another one has, but for the first one of each key."""
        terms = self._source(TERMS)
        self._database.table("clashes", f"select id from {terms} group by id having count(*) > 1")
        rows = self._database.rows(
            f"select t.id, t.term from {terms} t join clashes c on t.id = c.id order by 1, 2"
        )
        firsts = dict(reversed(rows))
        return [term for id_, term in rows if firsts[id_] != term]

    def _fresh_clashing_terms(self) -> list[str]:
        """Terms of parts whose key another one has, which was there or is the first one."""
        parts = " union ".join(
            f"select id, term from {self._source(name)}"
            for name in ("parts-terms", f"{_REMOVAL}/parts-terms")
        )
        fresh = (
            f"select p.id, p.term from ({parts}) p anti join {self._dictionary} t"
            " on p.id = t.id and p.term = t.term"
        )
        rows = self._database.rows(
            "select term from (select n.id, n.term, min(n.term) over (partition by n.id) as least,"
            f" t.id as taken from ({fresh}) n left join (select id from {self._dictionary}) t"
            " on n.id = t.id) where taken is not null or term <> least order by term"
        )
        return [term for (term,) in rows]

    def _write_facts(self, type_: int) -> None:
        """Write the facts of all parts. Argument: the key of rdf:type."""
        facts = (
            f"select distinct case when p = {type_} then ~o else p end as k, s,"
            f" case when p = {type_} then 0 else o end as o from {self._source('parts-facts')}"
        )
        self._database.write(facts, self._work.file(FACTS), "kso")

    def _write_terms(self, size: int, name: str, terms: str, asserted: str) -> None:
        """Write a dictionary.

        Arguments: the bytes that it takes in a table; its folder; a source of `id` and `term`; one
        of the asserted facts.
        """
        builtin = " or ".join(f"term like {sql_literal(f'<{space}%')}" for space in NAMESPACES)
        folder = self._work.path / name
        folder.mkdir()
        for place, condition in enumerate(key_ranges(self._database.shares(2 * size))):
            objects = (
                f"select distinct o from {asserted}"
                f" where k >= 0 and {is_literal('o')} and o {condition}"
            )
            words = (
                f"select id, term, ({builtin}) as builtin,"
                f" ({is_literal('id')} and o is null) as hidden from"
                f" (select distinct id, term from {terms}"
                f" where id {condition}) left join ({objects}) on id = o"
            )
            path = str(folder / f"{place}.parquet")
            self._database.write(words, path, ["id"], TERMS_OF_A_GROUP)


def _batches(files: Iterable[tuple[int, Path]], progress: Progress) -> Iterator[pl.DataFrame]:
    """The triples of files, many at once."""
    frames: list[pl.DataFrame] = []
    size = 0
    for place, path in files:
        for frame in triple_frames(path, place, progress):
            frames.append(frame.select("s", "p", "o"))
            size += len(frame)
            if size >= _ROWS:
                yield pl.concat(frames)
                frames, size = [], 0
    if size:
        yield pl.concat(frames)
