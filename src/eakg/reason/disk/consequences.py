"""What a program concludes in one step from facts on disk, as queries."""

from collections.abc import Iterator

import numpy as np

from eakg.reason.disk.fitting import FittedTables
from eakg.reason.disk.workspace import Workspace
from eakg.reason.relational import (
    ShapeTable,
    join_queries,
    map_rederivation_queries,
    projection_query,
    rederivation_queries,
    typed_view,
)
from eakg.reason.relations import Ids

NO_CANDIDATES = (
    "select cast(0 as bigint) as k, cast(0 as bigint) as s, cast(0 as bigint) as o,"
    " cast(0 as integer) as rule where false"
)
"""A query for conclusions, of which there are none."""
_SHAPE = "shape_rows"


class Consequences:
    """What a program concludes.

    Arguments: the workspace; the program.
    """

    def __init__(self, workspace: Workspace, fitted: FittedTables) -> None:
        self._database = workspace.database
        self._rules = workspace.rules
        self._fitted = fitted

    def from_fresh(self, facts: str, delta: str, *, is_delta: bool) -> Iterator[str]:
        """Queries for what follows from facts, by rows that are fresh, and from fresh facts, by all
        rows. Each is to be run before the next one is asked for.

        Arguments: a source of all facts; one of fresh facts; whether there are any.
        """
        fitted, give = self._fitted, self._database.give
        self._view("known", facts)
        self._view("delta", delta)
        if is_delta and len(fitted.old_map["k"]):
            give("old_map", fitted.old_map)
            yield projection_query("old_map", "delta")
        if len(fitted.fresh_map["k"]):
            give("fresh_map", fitted.fresh_map)
            yield projection_query("fresh_map", "known")
        keys, fresh_keys = self._keys_in("known"), self._keys_in("delta")
        for table in fitted.old if is_delta else ():
            yield from self._joins(table, keys, fresh_keys)
        for table in fitted.fresh:
            yield from self._joins(table, keys, None)

    def of_losses(self, facts: str, losses: str) -> Iterator[str]:
        """Queries for those lost facts that follow from facts. Each is to be run before the next
        one is asked for. Arguments: a source of facts; one of lost facts."""
        fitted = self._fitted
        self._view("known", facts)
        # A conclusion may be about a class that only its premises say.
        self._database.view("lost", f"select k, s, o from ({typed_view(losses, self._key)})")
        if len(fitted.map["k"]):
            self._database.give("all_map", fitted.map)
            yield from map_rederivation_queries("all_map", fitted.map)
        keys = self._keys_in("known")
        for table in fitted.shapes.values():
            present = [np.intersect1d(one, keys) for one in fitted.keys_of(table)]
            rule = self._rules.order[table.shape.rule]
            queries = [*rederivation_queries(table.shape, _SHAPE, rule, self._key, present)]
            if queries:
                self._database.give(_SHAPE, table.columns)
            yield from queries

    def _joins(self, table: ShapeTable, present: Ids, delta: Ids | None) -> Iterator[str]:
        """The queries of a shape. Arguments: it; the keys of all facts, and of fresh ones where
        these count."""
        keys = self._fitted.keys_of(table)
        all_keys = [np.intersect1d(relations, present) for relations in keys]
        delta_keys = (
            None if delta is None else [np.intersect1d(relations, delta) for relations in keys]
        )
        rule = self._rules.order[table.shape.rule]
        queries = [*join_queries(table.shape, _SHAPE, rule, self._key, all_keys, delta_keys)]
        if queries:
            self._database.give(_SHAPE, table.columns)
        yield from queries

    def _view(self, name: str, facts: str) -> None:
        if self._fitted.reads_types:
            facts = f"({typed_view(facts, self._key)})"
        self._database.view(name, f"select k, s, o from {facts}")

    def _keys_in(self, facts: str) -> Ids:
        """The keys that facts have."""
        return np.array(self._database.rows(f"select distinct k from {facts}"), np.int64).ravel()

    def _key(self, number: int) -> int:
        return int(self._fitted.vocabulary[number])
