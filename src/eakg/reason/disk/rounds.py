"""The rounds in which a program runs over files of facts, until nothing is new."""

from collections.abc import Callable

import numpy as np

from eakg.reason.disk.consequences import NO_CANDIDATES, Consequences
from eakg.reason.disk.encoding import is_literal
from eakg.reason.disk.equality import Merger
from eakg.reason.disk.fitting import FittedTables, SchemaFitter
from eakg.reason.disk.literal_values import LiteralValues
from eakg.reason.disk.work import WorkManifest
from eakg.reason.disk.workspace import IN_ORDER, Workspace
from eakg.reason.engine import DATATYPE_NUMBERS, DIFFERENT_FROM
from eakg.reason.relational import Table
from eakg.reason.relations import Ids
from eakg.reason.rules import SAME_AS, TYPE

Observe = Callable[[int, int], None]
"""Told of the round that begins, and of how many facts there are."""
SCHEMA, DT_TYPE, DT_DIFF = -2, -3, -4
"""In place of the number of a rule: that a fact is from the schema, or by a rule about values."""


class Rounds:
    """The rounds of a closure.

    Arguments: the workspace; who is told; the program by which the facts were closed before some of
    them came, where there is one.
    """

    def __init__(
        self, workspace: Workspace, observe: Observe, former: FittedTables | None = None
    ) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._dictionary = workspace.dictionary
        self._rules = workspace.rules
        self._observe = observe
        self._literals = LiteralValues(workspace)
        self._fitter = SchemaFitter(workspace)
        self._fitted = former or FittedTables()
        self._datatypes: set[int] = set()
        self._is_merged = False

    @property
    def fitted(self) -> FittedTables:
        """The tables of the program that ran last."""
        return self._fitted

    def run(self) -> None:
        """Go on until nothing is new."""
        # Fresh literals may differ from those that are the same as things.
        self._is_merged = bool(self._dictionary.representatives)
        while True:
            manifest = self._manifest
            self._observe(manifest.round, manifest.size)
            if manifest.pairs:
                Merger(self._workspace).merge()
                self._is_merged = True
            if not self._round():
                return
            self._is_merged = False

    def _round(self) -> bool:
        """Whether there was anything new."""
        self._database.table("candidates", NO_CANDIDATES)
        former = self._fitted
        if former.is_empty or self._is_merged or self._touches_schema():
            self._fitted = self._fitter.fit(former)
            self._insert(self._fitted.facts, SCHEMA)
        else:
            self._fitted = former.settled()
        self._value_facts()
        facts, delta = self._workspace.facts, self._workspace.delta
        consequences = Consequences(self._workspace, self._fitted)
        for query in consequences.from_fresh(facts, delta, is_delta=bool(self._manifest.delta)):
            self._database.append("candidates", query)
        return self._take_in()

    @property
    def _manifest(self) -> WorkManifest:
        return self._workspace.manifest

    def _key(self, number: int) -> int:
        return int(self._fitted.vocabulary[number])

    def _touches_schema(self) -> bool:
        if not self._manifest.delta:
            return False
        keys = ", ".join(map(str, self._fitted.schema))
        delta = self._workspace.delta
        return bool(self._database.rows(f"select 1 from {delta} where k in ({keys}) limit 1"))

    def _value_facts(self) -> None:
        """What follows from the values of literals, as far as something reads it."""
        if "dt-type2" in self._rules:
            for number in DATATYPE_NUMBERS:
                key = ~self._key(number)
                if number in self._datatypes or not self._fitted.reads(key):
                    continue
                self._datatypes.add(number)
                members = np.array(self._literals.of_type(number), np.int64)
                self._insert_terms(np.full(len(members), key), members, None, DT_TYPE)
        if self._is_merged:
            self._values_of_things()

    def _values_of_things(self) -> None:
        """What follows for what is the same as a literal: its datatypes, and the literals that it
        differs from."""
        representatives = self._dictionary.representatives
        rows = self._database.rows(
            f"with names as (select id, rep from {representatives}"
            f" union select rep, rep from {representatives})"
            f" select id from names where {is_literal('id')} and rep in"
            f" (select rep from names where not ({is_literal('id')}))"
        )
        only = frozenset(id_ for (id_,) in rows)
        if not only:
            return
        if "dt-type2" in self._rules:
            for number in DATATYPE_NUMBERS:
                members = np.array(self._literals.of_type(number, only), np.int64)
                keys = np.full(len(members), ~self._key(number))
                self._insert_terms(keys, members, None, DT_TYPE)
        if "dt-diff" in self._rules:
            pairs = np.array(self._literals.differences(only), np.int64).reshape(-1, 2)
            keys = np.full(len(pairs), self._key(DIFFERENT_FROM))
            for left, right in ((0, 1), (1, 0)):
                self._insert_terms(keys, pairs[:, left], pairs[:, right], DT_DIFF)

    def _insert_terms(self, keys: Ids, subjects: Ids, objects: Ids | None, rule: int) -> None:
        """Conclude facts about terms that something else may stand for."""
        represented = self._dictionary.representatives_of
        columns = {
            "k": keys.astype(np.int64),
            "s": represented(subjects),
            "o": np.zeros(len(keys), np.int64) if objects is None else represented(objects),
        }
        self._insert(columns, rule)

    def _insert(self, columns: Table, rule: int) -> None:
        if len(columns["k"]):
            self._database.give("conclusions", columns)
            self._database.append("candidates", f"select k, s, o, {rule} as rule from conclusions")
            self._database.drop("conclusions")

    def _take_in(self) -> bool:
        """Write what is new among the candidates; whether there is any."""
        workspace, manifest = self._workspace, self._manifest
        self._database.settle("candidates")
        number = manifest.round + 1
        type_, same = self._key(TYPE), self._key(SAME_AS)
        is_equality = f"k = {same}" if self._rules.equality else "false"
        fresh = (
            "select c.k, c.s, c.o, cast(min(c.rule) as integer) as rule from"
            f" (select case when k = {type_} then ~o else k end as k, s,"
            f" case when k = {type_} then 0 else o end as o, rule from candidates"
            f" where not ({is_equality})) c anti join {workspace.facts} f"
            " on c.k = f.k and c.s = f.s and c.o = f.o group by c.k, c.s, c.o"
        )
        facts, pairs = f"facts-{number}.parquet", f"pairs-{number}.parquet"
        workspace.write(f"select k, s, o, {number} as r, rule from ({fresh})", facts, IN_ORDER)
        workspace.write(
            "select distinct least(s, o) as a, greatest(s, o) as b from candidates"
            f" where {is_equality} and s <> o",
            pairs,
        )
        self._database.drop("candidates")
        counts = dict(manifest.counts)
        for rule, count in self._database.rows(
            f"select rule, count(*) from {workspace.source([facts])} group by rule"
        ):
            name = self._rule_name(rule)
            counts[name] = counts.get(name, 0) + count
        size, equalities = workspace.count(facts), workspace.count(pairs)
        is_new = bool(size or equalities)
        workspace.work.reach(
            facts=(*manifest.facts, facts) if size else manifest.facts,
            delta=(facts,) if size else (),
            pairs=pairs if equalities else "",
            round=number,
            size=manifest.size + size,
            counts=counts,
            is_closed=not is_new,
        )
        return is_new

    def _rule_name(self, number: int) -> str:
        names = {SCHEMA: "schema", DT_TYPE: "dt-type2", DT_DIFF: "dt-diff"}
        return names.get(number) or self._rules.rules[number].name
