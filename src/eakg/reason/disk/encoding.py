"""Files of RDF made into files of keys, a hash of 60 bits and the kind of each term, and a
dictionary of terms.

Terms of one hash would be one thing. They are found when all is read, and then all is read again,
with keys of their own, above all hashes, for each of them but the first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import polars as pl

from eakg.rdf import canonicalize_term, write_term
from eakg.reason.disk.database import TERMS_OF_A_GROUP, Database, sql_literal, write_frame
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
            size = self._read(files, words, keys, progress)
            self._write_facts(keys.of(words[TYPE : TYPE + 1])[0])
            self._write_terms(size)
            clashing = self._clashing_terms()
            if not clashing:
                break
            start = OWN_KEYS + 4 * len(keys.extra)
            kinds = _kinds(pl.Series(clashing, dtype=pl.String))
            extra = {
                word: start + 4 * place + kind
                for place, (word, kind) in enumerate(zip(clashing, kinds, strict=True))
            }
            keys = TermKeys(self._bits, {**keys.extra, **extra})
            self._work.clean()

    def _read(
        self, files: Sequence[Path], words: pl.Series, keys: TermKeys, progress: Progress
    ) -> int:
        """Write the parts of files. Result: the bytes that their terms take in a table."""
        folder = self._work.path / "parts-terms"
        facts = self._work.path / "parts-facts"
        for path in (folder, facts):
            path.mkdir()
        size = self._write_part(words, keys, folder / "0.parquet")
        count = 0
        for batch in _batches(files, progress):
            count += 1
            spelled = pl.concat([batch[name].rename("") for name in "spo"]).unique()
            mask = spelled.str.contains("\\", literal=True) | spelled.str.ends_with(_XSD_STRING)
            odd = spelled.filter(mask)
            if len(odd):
                forms = pl.Series([canonicalize_term(word) for word in odd], dtype=pl.String)
                batch = batch.with_columns(pl.all().replace(odd, forms))
                spelled = pl.concat([batch[name].rename("") for name in "spo"]).unique()
            size += self._write_part(spelled, keys, folder / f"{count}.parquet")
            columns = [keys.of(batch[name]).rename(name) for name in "spo"]
            write_frame(pl.DataFrame(columns), facts / f"{count}.parquet")
        if not count:
            none = dict.fromkeys("spo", pl.Int64)
            write_frame(pl.DataFrame(schema=none), facts / "1.parquet")
        return size

    @staticmethod
    def _write_part(words: pl.Series, keys: TermKeys, path: Path) -> int:
        frame = pl.DataFrame({"id": keys.of(words), "term": words}).sort("id")
        write_frame(frame, path, TERMS_OF_A_GROUP)
        return int(words.str.len_bytes().sum()) + BYTES_OF_A_TERM * len(words)

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

    def _write_facts(self, type_: int) -> None:
        """Write the facts of all parts. Argument: the key of rdf:type."""
        facts = (
            f"select distinct case when p = {type_} then ~o else p end as k, s,"
            f" case when p = {type_} then 0 else o end as o from {self._source('parts-facts')}"
        )
        self._database.write(facts, self._work.file(FACTS), "kso")

    def _write_terms(self, size: int) -> None:
        """Write the terms of all parts. Argument: the bytes that they take in a table."""
        builtin = " or ".join(f"term like {sql_literal(f'<{space}%')}" for space in NAMESPACES)
        folder = self._work.path / TERMS
        folder.mkdir()
        for place, condition in enumerate(key_ranges(self._database.shares(2 * size))):
            objects = (
                f"select distinct o from {self._source(FACTS)}"
                f" where k >= 0 and {is_literal('o')} and o {condition}"
            )
            words = (
                f"select id, term, ({builtin}) as builtin,"
                f" ({is_literal('id')} and o is null) as hidden from"
                f" (select distinct id, term from {self._source('parts-terms')}"
                f" where id {condition}) left join ({objects}) on id = o"
            )
            path = str(folder / f"{place}.parquet")
            self._database.write(words, path, ["id"], TERMS_OF_A_GROUP)


def _batches(files: Iterable[Path], progress: Progress) -> Iterable[pl.DataFrame]:
    """The triples of files, many at once."""
    frames: list[pl.DataFrame] = []
    size = 0
    for place, path in enumerate(files):
        for frame in triple_frames(path, place, progress):
            frames.append(frame.select("s", "p", "o"))
            size += len(frame)
            if size >= _ROWS:
                yield pl.concat(frames)
                frames, size = [], 0
    if size:
        yield pl.concat(frames)
