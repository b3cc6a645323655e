"""What has literals as values: as it was asserted, or as it was found before they were made the
same as others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from eakg.reason.contradictions.wording import Wording
from eakg.reason.engine import ClosureState, Expansion
from eakg.reason.plan import NumberTriple
from eakg.reason.relations import EMPTY, Ids, first, second


@dataclass(frozen=True)
class ValueUse:
    """That something has a value of a property: the fact as it was found, what stands for its
    subject now, whether it was asserted, and its rank."""

    fact: NumberTriple
    holder: int
    is_asserted: bool
    rank: int


@dataclass(frozen=True)
class _ValueTable:
    """The facts of a property in the order of their values; `names` and `is_asserted` are of the
    places that they come from."""

    values: Ids
    subjects: Ids
    ranks: Ids
    places: Ids
    names: list[int]
    is_asserted: list[bool]


class ValueUses:
    """The uses of literals in a complete state.

    Arguments: the state, the facts as they come out of it, and how to name terms.
    """

    def __init__(self, state: ClosureState, expansion: Expansion, wording: Wording) -> None:
        self.facts = state.facts
        self.expansion = expansion
        self.wording = wording
        self._tables: dict[int, _ValueTable] = {}

    def of(self, property_: int, literals: Iterable[int], rank: int) -> Iterator[ValueUse]:
        """What has some literals as values of a property.

        Arguments: the property, by its representative; the literals; the rank from which on a
        literal may stand for another one in facts that were not asserted.
        """
        table = self._table(property_)
        for literal in literals:
            low, high = np.searchsorted(table.values, [literal, literal + 1])
            for row in range(int(low), int(high)):
                place, row_rank = table.places[row], int(table.ranks[row])
                if table.is_asserted[place] or row_rank < rank:
                    subject = int(table.subjects[row])
                    fact = subject, table.names[place], literal
                    holder = self.facts.equal.representative(subject)
                    yield ValueUse(fact, holder, table.is_asserted[place], row_rank)

    def _table(self, property_: int) -> _ValueTable:
        table = self._tables.get(property_)
        if table is None:
            table = self._tables[property_] = self._make_table(property_)
        return table

    def _make_table(self, property_: int) -> _ValueTable:
        _, members = self.expansion.rows(np.array([property_], np.int64))
        names = members.tolist()
        assertions = [self.facts.asserted.get(name, EMPTY) for name in names]
        relations = [self.facts.lookup(property_)]
        relations += [one for name in names for one in self.facts.history.get(name, ())]
        parts = [*assertions, *(relation.facts for relation in relations)]
        ranks = [np.zeros(len(facts), np.int64) for facts in assertions]
        ranks += [relation.rank_of(relation.facts) for relation in relations]
        facts = np.concatenate(parts)
        order = np.argsort(second(facts), kind="stable")
        return _ValueTable(
            second(facts)[order],
            first(facts)[order],
            np.concatenate(ranks)[order],
            np.repeat(np.arange(len(parts)), [len(part) for part in parts])[order],
            names + [self.wording.number(property_)] * len(relations),
            [True] * len(assertions) + [False] * len(relations),
        )
