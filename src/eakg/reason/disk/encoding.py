"""Files of RDF made into files of keys: a 62-bit hash for each term, and a dictionary of terms.

Terms of one hash would be one thing. They are found when all is read, and then all is read again,
with keys of their own, above all hashes, for each of them but the first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from eakg.rdf import canonicalize_term, write_term
from eakg.reason.disk.database import Database, copy_query, parquet, sql_literal, write_frame
from eakg.reason.disk.work import WorkFolder
from eakg.reason.files import Progress, triple_frames
from eakg.reason.relations import Ids
from eakg.reason.rules import NAMESPACES, RuleSet, vocabulary_of

BITS = 62
_OWN_KEYS = 1 << BITS
_ROWS = 1 << 18
IRI_KIND, BLANK_KIND, LITERAL_KIND = 0, 1, 2
_XSD_STRING = "^^<http://www.w3.org/2001/XMLSchema#string>"


@dataclass(frozen=True)
class TermKeys:
    """The keys of terms. Arguments: how many bits of the hash count; terms with keys of their
    own."""

    bits: int = BITS
    extra: Mapping[str, int] = field(default_factory=dict)

    def of(self, words: pl.Series) -> pl.Series:
        """The keys of spelled terms."""
        keys = (words.hash(0) & ((1 << self.bits) - 1)).cast(pl.Int64)
        if self.extra:
            names = list(self.extra)
            keys = words.replace_strict(
                names, list(self.extra.values()), default=keys, return_dtype=pl.Int64
            )
        return keys

    def of_vocabulary(self, rules: RuleSet) -> Ids:
        """The keys of the terms that rules speak of, in their order."""
        return self.of(vocabulary_words(rules)).to_numpy().astype(np.int64)


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

    def encode(self, files: Sequence[Path], rules: RuleSet, progress: Progress) -> TermKeys:
        """Write the dictionary and the asserted facts of files. Raises: ProblemsError."""
        keys = TermKeys(self._bits)
        while True:
            self._read(files, rules, keys, progress)
            clashing = self._clashing_terms()
            if not clashing:
                break
            start = _OWN_KEYS + len(keys.extra)
            extra = {word: start + place for place, word in enumerate(clashing)}
            keys = TermKeys(self._bits, {**keys.extra, **extra})
            self._work.clean()
        self._finish(rules, keys)
        return keys

    def _read(
        self, files: Sequence[Path], rules: RuleSet, keys: TermKeys, progress: Progress
    ) -> None:
        folder = self._work.path / "parts-terms"
        facts = self._work.path / "parts-facts"
        for path in (folder, facts):
            path.mkdir()
        words = vocabulary_words(rules)
        self._write_terms(words, keys, folder / "0.parquet")
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
            self._write_terms(spelled, keys, folder / f"{count}.parquet")
            columns = [keys.of(batch[name]).rename(name) for name in "spo"]
            write_frame(pl.DataFrame(columns), facts / f"{count}.parquet")
        if not count:
            none = dict.fromkeys("spo", pl.Int64)
            write_frame(pl.DataFrame(schema=none), facts / "1.parquet")

    @staticmethod
    def _write_terms(words: pl.Series, keys: TermKeys, path: Path) -> None:
        write_frame(pl.DataFrame({"id": keys.of(words), "term": words}), path)

    def _source(self, name: str) -> str:
        return f"read_parquet({sql_literal(self._work.file(f'parts-{name}/*.parquet'))})"

    def _clashing_terms(self) -> list[str]:
        """Terms whose key another one has, but for the first one of each key."""
        query = (
            f"select id, min(term) as term from {self._source('terms')} group by id"
            " having min(term) <> max(term)"
        )
        self._database.run(f"create or replace temp table clashes as {query}")
        rows = self._database.rows(
            f"select distinct t.term from {self._source('terms')} t join clashes c"
            " on t.id = c.id and t.term <> c.term order by 1"
        )
        return [term for (term,) in rows]

    def _finish(self, rules: RuleSet, keys: TermKeys) -> None:
        run, file = self._database.run, self._work.file
        type_ = int(keys.of_vocabulary(rules)[1])
        facts = (
            f"select distinct case when p = {type_} then ~o else p end as k, s,"
            f" case when p = {type_} then 0 else o end as o from {self._source('facts')}"
        )
        run(copy_query(facts, file("asserted-0.parquet")))
        builtin = " or ".join(f"term like {sql_literal(f'<{space}%')}" for space in NAMESPACES)
        objects = f"select o from {parquet([file('asserted-0.parquet')])} where k >= 0"
        kind = (
            f"case when term[1] = '\"' or term[1:3] = '<<(' then {LITERAL_KIND}"
            f" when term[1] = '_' then {BLANK_KIND} else {IRI_KIND} end"
        )
        words = (
            f"select id, term, {kind} as kind, ({builtin}) as builtin,"
            f" ({kind} = {LITERAL_KIND} and id not in ({objects})) as hidden"
            f" from (select distinct id, term from {self._source('terms')})"
        )
        run(copy_query(words, file("terms-0.parquet")))


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
