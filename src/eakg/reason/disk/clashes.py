"""The contradictions of a closure on disk.

What clashes is found by queries. What there is to say of it is said by the closure in memory of
these few facts and of the axioms, so that it is said in the same words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import polars as pl
from rdflib import Literal
from rdflib.namespace import OWL

from eakg.rdf import Triple, read_term, write_term
from eakg.reason.closure import Closure, closure_of_facts
from eakg.reason.contradictions import Inconsistency
from eakg.reason.disk.encoding import LITERAL_KIND
from eakg.reason.disk.fitting import FittedTables
from eakg.reason.disk.literal_values import LiteralValues
from eakg.reason.disk.workspace import Workspace
from eakg.reason.engine import DATATYPE_NUMBERS, DIFFERENT_FROM, Facts, facts_by_key
from eakg.reason.files import TextTerms
from eakg.reason.literals import comparable_value, is_well_formed, out_of_value_space
from eakg.reason.relational import premise_query
from eakg.reason.rules import SAME_AS, TYPE, vocabulary_of

MOST = 100_000
"""Clashes of which something is said; of more the first."""
_FINDINGS = ("clashing", "same")
_NO_CLASHES = (
    "select cast(0 as bigint) as k, cast(0 as bigint) as s, cast(0 as bigint) as o where false"
)


@dataclass(frozen=True)
class SchemaPart:
    """The axioms of a closure and what is imported, closed in memory."""

    closure: Closure

    @property
    def terms(self) -> TextTerms:
        """Their terms."""
        return cast(TextTerms, self.closure.state.facts.terms)

    @property
    def facts(self) -> Facts:
        """They as facts."""
        return self.closure.state.facts.asserted


class Clashes:
    """The contradictions of a closure.

    Arguments: the workspace; the program that ran last.
    """

    def __init__(self, workspace: Workspace, fitted: FittedTables) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._dictionary = workspace.dictionary
        self._rules = workspace.rules
        self._fitted = fitted
        self._room = MOST
        self._is_cut = False

    @cached_property
    def inconsistencies(self) -> list[Inconsistency]:
        """They, in a stable order; empty means consistent."""
        return self.closure.inconsistencies if self._are_found else []

    @property
    def are_cut(self) -> bool:
        """Whether more clashes than are told."""
        return self._are_found and self._is_cut

    @cached_property
    def _are_found(self) -> bool:
        self._database.table("clashing", _NO_CLASHES)
        self._database.table("same", "select cast(0 as bigint) as id where false")
        self._collect_premises()
        self._collect_loops()
        self._collect_literals()
        self._database.settle(*_FINDINGS)
        return any(self._database.rows(f"select 1 from {name} limit 1") for name in _FINDINGS)

    def _match(self, query: str) -> None:
        """Make the table `matches` of the rows of a query, as many as there is room for. A row has
        all premises of a clash, so that what is cut leaves no clash in part."""
        table = self._database.table
        table("matches", f"select * from ({query}) limit {self._room + 1}")
        count = int(self._database.value("select count(*) from matches"))
        if count > self._room:
            self._is_cut = True
            table("matches", f"select * from matches limit {self._room}")
        self._room -= min(count, self._room)

    def _match_facts(self, query: str) -> None:
        """Have the facts of a query among those that clash."""
        self._match(query)
        self._database.append("clashing", "select k, s, o from matches")

    def _key(self, number: int) -> int:
        return int(self._fitted.vocabulary[number])

    def _collect_premises(self) -> None:
        """The facts that rules conclude false from."""
        append = self._database.append
        for table in self._fitted.constraints:
            if table.shape.rule == "eq-diff1":
                continue
            self._database.give("constraint_rows", table.columns)
            keys = self._fitted.keys_of(table)
            query = premise_query(table.shape, "constraint_rows", self._key, keys)
            self._match(query)
            places = [
                place for place, pattern in enumerate(table.shape.body) if pattern.key != SAME_AS
            ]
            for place in places:
                columns = ", ".join(f"{name}{place} as {name}" for name in "kso")
                append("clashing", f"select distinct {columns} from matches")
            if len(places) < len(table.shape.body):
                member = f"c{len(table.shape.columns) - 1}"
                append(
                    "same",
                    f"select c.{member} as id from constraint_rows c"
                    " join matches m on c.row = m.row or c.row = m.other",
                )

    def _collect_loops(self) -> None:
        """What differs from itself."""
        if "eq-diff1" in self._rules:
            key = self._key(DIFFERENT_FROM)
            self._match_facts(
                f"select k, s, o from {self._workspace.facts} where k = {key} and s = o"
            )

    def _collect_literals(self) -> None:
        """The facts with literals that are no values, or that are the same and differ."""
        if "dt-not-type" in self._rules:
            values = LiteralValues(self._workspace).values
            self._database.table("literals", f"select id from {values} where ill")
            self._match_facts(
                f"select k, s, o from {self._workspace.asserted}"
                " where k >= 0 and o in (select id from literals)"
            )
            self._collect_misuses()
        if self._dictionary.representatives is not None and "dt-diff" in self._rules:
            self._collect_uses(self._unequal_groups())

    def _collect_misuses(self) -> None:
        """Literals that follow to be of a datatype that they have no value in."""
        terms = self._dictionary.terms
        numbers = {~self._key(number): number for number in DATATYPE_NUMBERS}
        keys = ", ".join(map(str, numbers))
        query = (
            f"select f.k, f.s, t.term from {self._workspace.facts} f join ({self._names()}) n"
            f" on f.s = n.rep join {terms} t on n.id = t.id where f.k in ({keys})"
            f" and n.id & 3 = {LITERAL_KIND}"
        )
        misused = [
            (key, literal)
            for rows in self._database.batches(query)
            for key, literal, term in rows
            if self._is_misused(term, numbers[key])
        ]
        if misused:
            types, literals = (list(column) for column in zip(*misused, strict=True))
            self._give_clashing(types, literals, [0] * len(misused))
            self._collect_uses(literals)

    @staticmethod
    def _is_misused(term: str, datatype: int) -> bool:
        node = DATATYPE_NUMBERS[datatype]
        if term.endswith(f"^^<{node}>"):
            return False
        literal = cast(Literal, read_term(term))
        return is_well_formed(literal) and out_of_value_space(literal, node)

    def _unequal_groups(self) -> list[int]:
        """What stands for literals that differ in value."""
        terms = self._dictionary.terms
        groups: dict[int, set[object]] = {}
        query = (
            f"select n.rep, t.term from ({self._names()}) n join {terms} t on n.id = t.id"
            f" where n.id & 3 = {LITERAL_KIND} and n.rep in"
            f" (select rep from {self._dictionary.representatives})"
        )
        for rows in self._database.batches(query):
            for rep, term in rows:
                value = comparable_value(cast(Literal, read_term(term)))
                if value is not None:
                    groups.setdefault(rep, set()).add(value)
        return [rep for rep, values in groups.items() if len(values) > 1]

    def _collect_uses(self, literals: Sequence[int]) -> None:
        """The facts with literals as objects, and that these are the same as others."""
        if not literals:
            return
        numbers = np.array(literals, np.int64)
        self._database.give("uses", {"id": np.unique(numbers)})
        self._database.append("same", "select id from uses")
        self._match_facts(
            f"select k, s, o from {self._workspace.facts} where k >= 0"
            " and o in (select id from uses)"
        )

    def _give_clashing(self, keys: list[int], subjects: list[int], objects: list[int]) -> None:
        columns = (np.array(column, np.int64) for column in (keys, subjects, objects))
        table = dict(zip("kso", columns, strict=True))
        self._database.give("misuses", table)
        self._database.append("clashing", "select k, s, o from misuses")

    def _names(self) -> str:
        """All names of what a term stands for."""
        source = self._dictionary.representatives
        if source is None:
            return f"select id, id as rep from {self._dictionary.terms}"
        singletons = f"select t.id, t.id as rep from {self._dictionary.terms} t"
        singletons += f" anti join {source} x on t.id = x.id"
        return f"{singletons} union all select id, rep from {source}"

    @cached_property
    def closure(self) -> Closure:
        """The closure in memory of what clashes and of the axioms."""
        return self._in_memory(
            f"select * from clashing union {self._axioms(self._workspace.facts)}"
        )

    @cached_property
    def schema(self) -> SchemaPart:
        """The axioms as they were asserted, what is imported, and their closure."""
        return SchemaPart(
            self._closure_of(self._dictionary.triples(self._axioms(self._workspace.asserted)))
        )

    def _axioms(self, facts: str) -> str:
        ontology = self._dictionary.keys_of(map(write_term, (OWL.imports, OWL.versionIRI)))
        classes = self._dictionary.keys_of([write_term(OWL.Ontology)])
        extra = [*ontology.values(), *(~key for key in classes.values())]
        keys = ", ".join(map(str, sorted({*self._fitted.schema, *extra})))
        return f"select k, s, o from {facts} where k in ({keys})"

    def _in_memory(self, facts: str) -> Closure:
        """The closure in memory of facts, as they were asserted."""
        # What follows of a literal contradicts as what follows of a thing does.
        triples = set(self._dictionary.triples(self._originals(facts), are_generalized=True))
        return self._closure_of(triples | set(self._dictionary.triples(self._equalities(facts))))

    def _closure_of(self, triples: Iterable[tuple[str, str, str]]) -> Closure:
        terms = TextTerms(vocabulary_of(self._rules))
        words = [word for triple in sorted(triples) for word in triple]
        numbers = terms.numbers_of(pl.Series(words, dtype=pl.String)).astype(np.int64)
        columns = numbers.reshape(-1, 3)
        facts_ = facts_by_key(columns[:, 0], columns[:, 1], columns[:, 2])
        return closure_of_facts(terms, facts_, rules=self._rules)

    def _originals(self, facts: str) -> str:
        """Facts as they were asserted; those that were not, of representatives."""
        source = self._dictionary.representatives
        if source is None:
            return facts
        originals = (
            "select x.k as ok, x.s as os, x.o as oo,"
            " case when x.k < 0 then ~coalesce(a.rep, ~x.k) else coalesce(a.rep, x.k) end as k,"
            " coalesce(b.rep, x.s) as s,"
            " case when x.k < 0 then 0 else coalesce(c.rep, x.o) end as o"
            f" from {self._workspace.asserted} x"
            f" left join {source} a on case when x.k < 0 then ~x.k else x.k end = a.id"
            f" left join {source} b on x.s = b.id left join {source} c on x.o = c.id"
        )
        return (
            "select coalesce(w.ok, f.k) as k, coalesce(w.os, f.s) as s, coalesce(w.oo, f.o) as o"
            f" from ({facts}) f left join ({originals}) w on f.k = w.k and f.s = w.s and f.o = w.o"
        )

    def _equalities(self, facts: str) -> str:
        """What the terms of facts are the same as."""
        source = self._dictionary.representatives
        if source is None:
            return _NO_CLASHES
        bases = f"select case when k < 0 then ~k else k end as id from ({facts})"
        names = (
            f"{bases} union select s from ({facts}) union select o from ({facts}) where k >= 0"
            " union select id from same"
        )
        same = int(self._dictionary.vocabulary[SAME_AS])
        return (
            f"select cast({same} as bigint) as k, rep as s, id as o from {source}"
            f" where rep in ({names})"
        )

    def is_asserted(self, triple: Triple) -> bool:
        """Whether a triple is one of the files."""
        words = [write_term(term) for term in triple]
        keys = self._dictionary.keys_of(words)
        if not set(words) <= keys.keys():
            return False
        s, p, o = (keys[word] for word in words)
        is_type = p == int(self._dictionary.vocabulary[TYPE])
        k, o = (~o, 0) if is_type else (p, o)
        facts = self._workspace.asserted
        query = f"select 1 from {facts} where k = {k} and s = {s} and o = {o} limit 1"
        return bool(self._database.rows(query))
