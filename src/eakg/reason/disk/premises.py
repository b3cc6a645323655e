"""The premises of facts of a closure on disk, found by look-ups in its files."""

from collections.abc import Iterator

import numpy as np

from eakg.reason.disk.fitting import FittedTables, SchemaFitter
from eakg.reason.disk.workspace import Workspace
from eakg.reason.proofs import ProofNotFoundError
from eakg.reason.relational import (
    CONSTANT,
    OBJECT,
    SUBJECT,
    WILDCARD,
    ShapeTable,
    link_premise_query,
    support_query,
    typed_view,
)
from eakg.reason.relations import Ids, Mask
from eakg.reason.rules import TYPE

Fact = tuple[int, int, int]
"""The key of a property or (as its complement) of a class, subject and object."""


class PremiseSearch:
    """Finds the premises of facts, in terms of representatives.

    Arguments: the workspace of a closure that is whole; how many facts to look for at most.
    """

    def __init__(self, workspace: Workspace, most: int) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._most = most
        self.fitted: FittedTables = SchemaFitter(workspace).fit(FittedTables())
        self._facts = workspace.facts

    def rank(self, fact: Fact) -> tuple[int, int] | None:
        """The round in which a fact was found, and the number of the rule."""
        key, subject, object_ = fact
        rows = self._database.rows(
            f"select r, rule from {self._facts} where k = {key} and s = {subject}"
            f" and o = {object_} order by r limit 1"
        )
        return rows[0] if rows else None

    def plain(self, fact: Fact) -> Fact:
        """A fact about a class where it was one of rdf:type."""
        key, subject, object_ = fact
        return (~object_, subject, 0) if key == int(self.fitted.vocabulary[TYPE]) else fact

    def premises(self, fact: Fact, number: int, rule: int) -> list[Fact]:
        """The premises, of earlier rounds, from which a rule concludes a fact. Raises:
        ProofNotFoundError."""
        self._look_at(f"r < {number}")
        name = self._workspace.rules.rules[rule].name
        premises = self._by_map(fact, self.fitted.map["rule"] == rule, 1)
        for table in self.fitted.shapes.values():
            if not premises and table.shape.rule == name:
                premises = self._by_shape(fact, table, 1)
        if not premises:
            raise ProofNotFoundError(f"it follows by {name}, but no premises of it were found")
        return premises

    def all_premises(self, fact: Fact) -> list[Fact]:
        """The premises from which any rule concludes a fact. Of one about a term that stands for
        several each may be that of another name."""
        self._look_at("true")
        premises = self._by_map(fact, np.ones(len(self.fitted.map["k"]), np.bool_), self._most)
        for table in self.fitted.shapes.values():
            if table.shape.linked is None:
                premises += self._by_shape(fact, table, self._most)
        return premises

    def premises_of_name(self, term: int) -> Iterator[Fact]:
        """The premises from which rules conclude that a term, which stands for several, is the same
        as something."""
        self._look_at("true")
        for table in self.fitted.shapes.values():
            if table.shape.linked is None:
                continue
            self._database.give("shape_rows", table.columns)
            keys = self.fitted.keys_of(table)
            query = link_premise_query(table.shape, "shape_rows", self._key, term, keys)
            for values in self._database.rows(f"{query} limit {self._most}"):
                yield from self._facts_of(values)

    def _look_at(self, condition: str) -> None:
        """Have facts that meet a condition for the known ones."""
        facts = f"(select k, s, o, r from {self._facts} where {condition})"
        if self.fitted.reads_types:
            facts = f"({typed_view(facts, self._key, 'r')})"
        self._database.view("known", f"select k, s, o, r from {facts}")

    def _key(self, number: int) -> int:
        return int(self.fitted.vocabulary[number])

    def _by_map(self, fact: Fact, rows: Mask, most: int) -> list[Fact]:
        """The premises by some rows of the map, each by one."""
        key, subject, object_ = fact
        table = self.fitted.map
        mask = rows & (table["hk"] == key)
        mask &= (table["si"] != CONSTANT) | (table["sc"] == subject)
        mask &= (table["oi"] != CONSTANT) | (table["oc"] == object_)
        if subject != object_:
            mask &= (table["si"] == CONSTANT) | (table["si"] != table["oi"])
        if not mask.any():
            return []
        keys, only, si, oi = (table[column][mask] for column in ("k", "only", "si", "oi"))
        is_one = only != WILDCARD
        subjects = np.where(si == SUBJECT, subject, object_)
        objects = np.where(is_one, only, np.where(oi == OBJECT, object_, subject))
        has_subject = (si == SUBJECT) | (oi == SUBJECT)
        has_object = is_one | (si == OBJECT) | (oi == OBJECT)
        queries = []
        forms = np.stack([has_subject, has_object, subjects, objects])
        for form in np.unique(forms, axis=1).T:
            relations = keys[(forms == form[:, None]).all(axis=0)]
            condition = _among("k", relations)
            condition += f" and s = {form[2]}" if form[0] else ""
            condition += f" and o = {form[3]}" if form[1] else ""
            queries.append(f"select k, s, o, r from known where {condition}")
        premises = self._database.rows(
            f"select k, s, o from ({' union all '.join(queries)}) order by r limit {most}"
        )
        return [self.plain((k, s, o)) for k, s, o in premises]

    def _by_shape(self, fact: Fact, table: ShapeTable, most: int) -> list[Fact]:
        """The premises by some rows of a shape."""
        self._database.give("shape_rows", table.columns)
        keys = self.fitted.keys_of(table)
        premises: list[Fact] = []
        for query in support_query(table.shape, "shape_rows", self._key, fact, keys):
            for values in self._database.rows(f"{query} limit {most}"):
                premises += self._facts_of(values)
        return premises

    def _facts_of(self, values: tuple[int, ...]) -> Iterator[Fact]:
        for place in range(0, len(values), 3):
            yield self.plain((values[place], values[place + 1], values[place + 2]))


def _among(column: str, values: Ids) -> str:
    return f"{column} in ({', '.join(map(str, np.unique(values).tolist()))})"
