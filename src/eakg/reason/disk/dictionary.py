"""The keys of terms that rules and axioms speak of."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import numpy as np
import polars as pl

from eakg.reason.databases import Database, sql_literal
from eakg.reason.disk.encoding import LITERAL_KIND, OWN_KEYS, TermKeys, vocabulary_words
from eakg.reason.disk.work import WorkFolder
from eakg.reason.relations import Ids
from eakg.reason.rules import TYPE, RuleSet

FEW = 1 << 10
"""Keys that a query names one by one."""


class Dictionary:
    """Terms by key, and keys by term, looked up in the files of a closure.

    Arguments: the work; the database; the rules.
    """

    def __init__(self, work: WorkFolder, database: Database, rules: RuleSet) -> None:
        self._work = work
        self._database = database
        self._rules = rules

    @property
    def terms(self) -> str:
        """A source of `id`, `term`, `builtin` and `hidden`."""
        return self._database.source([self._work.file(self._work.manifest.terms)])

    @property
    def representatives(self) -> str | None:
        """A source of `id` and `rep`; None where every term stands for itself."""
        name = self._work.manifest.representatives
        return self._database.source([self._work.file(name)]) if name else None

    @cached_property
    def vocabulary(self) -> Ids:
        """The keys of the terms that rules speak of, in their order."""
        words = vocabulary_words(self._rules).to_list()
        keys = self.keys_of(words)
        return np.array([keys[word] for word in words], np.int64)

    def keys_of(self, words: Iterable[str]) -> dict[str, int]:
        """The keys of spelled terms, as far as there are such."""
        spelled = pl.Series([*words], dtype=pl.String)
        literals = ", ".join(map(sql_literal, spelled))
        query = f"select term, id from {self.terms} where term in ({literals})"
        if self._work.is_hashed_so:
            # By statistics of keys most of the file is not read.
            hashes = ", ".join(map(str, TermKeys(self._work.bits).of(spelled)))
            query += f" and (id in ({hashes}) or id >= {OWN_KEYS})"
        return dict(self._database.rows(query)) if len(spelled) else {}

    def words_of(self, keys: Ids) -> Mapping[int, str]:
        """The spellings of terms by key."""
        if not len(keys):
            return {}
        if len(keys) <= FEW:
            numbers = ", ".join(map(str, keys.tolist()))
            query = f"select id, term from {self.terms} where id in ({numbers})"
            return dict(self._database.rows(query))
        self._database.give("wanted", {"id": np.unique(keys)})
        return dict(
            self._database.rows(f"select id, term from {self.terms} join wanted using (id)")
        )

    def triples(
        self, facts: str, *, are_generalized: bool = False
    ) -> Iterator[tuple[str, str, str]]:
        """The triples of facts, spelled. Arguments: a query for the facts; whether those about
        literals are among them."""
        type_ = int(self.vocabulary[TYPE])
        rows = [
            (subject, type_, ~key) if key < 0 else (subject, key, object_)
            for key, subject, object_ in self._database.rows(f"select k, s, o from ({facts})")
            if are_generalized or not subject & LITERAL_KIND
        ]
        words = self.words_of(np.unique(np.array(rows, np.int64)))
        for triple in rows:
            if words.keys() >= set(triple):
                subject, predicate, object_ = (words[key] for key in triple)
                yield subject, predicate, object_

    def represented(self, facts: str) -> str:
        """A source of facts in terms of representatives. Argument: a source of facts."""
        source = self.representatives
        if source is None:
            return facts
        return (
            "(select distinct"
            " case when x.k < 0 then ~coalesce(a.rep, ~x.k) else coalesce(a.rep, x.k) end as k,"
            " coalesce(b.rep, x.s) as s,"
            " case when x.k < 0 then 0 else coalesce(c.rep, x.o) end as o"
            f" from {facts} x"
            f" left join {source} a on case when x.k < 0 then ~x.k else x.k end = a.id"
            f" left join {source} b on x.s = b.id left join {source} c on x.o = c.id)"
        )

    def representatives_of(self, keys: Ids) -> Ids:
        """What stands for each of some terms."""
        if self.representatives is None or not len(keys):
            return keys
        distinct, places = np.unique(keys, return_inverse=True)
        self._database.give("wanted", {"id": distinct})
        rows = self._database.columns(
            f"select w.id as id, coalesce(r.rep, w.id) as rep from wanted w"
            f" left join {self.representatives} r on w.id = r.id order by w.id"
        )
        column: Ids = np.asarray(rows["rep"]).astype(np.int64)
        return column[places]
