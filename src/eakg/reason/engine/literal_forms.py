"""Literals that are one value in several forms, as 1.50 and 1.5.

By dt-eq and eq-rep-o what holds of one form holds of each. A sum over what follows would count such
a value several times, and a page would tell it so; so what is stored tells it once.
"""

from functools import cached_property

import numpy as np

from eakg.reason.engine.facts import FactBase
from eakg.reason.engine.terms import LITERAL
from eakg.reason.relations import CLASS, EMPTY, Ids, Mask, distinct, first, pack, second


class LiteralForms:
    """The literals of a state that are one value in several forms.

    Arguments: its facts; the terms that are the same as others.
    """

    def __init__(self, facts: FactBase, synonyms: Ids) -> None:
        self._facts = facts
        self._forms = EMPTY
        self._is_form = np.zeros(len(facts.terms), np.bool_)
        literals = synonyms[facts.terms.kinds[synonyms] == LITERAL]
        if len(literals) > 1:
            _, inverse, counts = np.unique(
                facts.equal.representatives(literals), return_inverse=True, return_counts=True
            )
            self._forms = literals[counts[inverse] > 1]
            self._is_form[self._forms] = True

    def without_restatements(self, key: int, facts: Ids) -> tuple[int, Ids]:
        """Inferred facts without those that tell a value again that is told in another form."""
        return key, facts[~self._restating(key, facts)]

    def _restating(self, key: int, facts: Ids) -> Mask:
        """Which facts tell a value again. Of the forms of a value that no asserted fact has with
        their subject and property those count that their subject has elsewhere, else the first in
        alphabetical order."""
        mask = np.zeros(len(facts), np.bool_)
        if not len(self._forms) or key >= CLASS:
            return mask
        places = np.flatnonzero(self._is_form[second(facts)])
        subjects, literals = first(facts[places]), second(facts[places])
        values = pack(subjects, self._values(literals))
        is_asserted = np.isin(values, self._valued(self._facts.asserted.get(key, EMPTY)))
        is_own = np.isin(pack(subjects, literals), self._own_forms)
        has_own = np.isin(values, self._valued(self._own_forms))
        is_first = np.isin(literals, self._first_forms)
        mask[places] = is_asserted | ~np.where(has_own, is_own, is_first)
        return mask

    def _values(self, literals: Ids) -> Ids:
        return self._facts.equal.representatives(literals)

    def _valued(self, facts: Ids) -> Ids:
        """Facts with values in place of the literals that have several forms."""
        facts = facts[self._is_form[second(facts)]]
        return pack(first(facts), self._values(second(facts)))

    @cached_property
    def _own_forms(self) -> Ids:
        """Subjects with the literals of several forms that asserted facts give them."""
        relations = [
            facts[self._is_form[second(facts)]]
            for key, facts in self._facts.asserted.items()
            if key < CLASS
        ]
        return distinct(np.concatenate([EMPTY, *relations]))

    @cached_property
    def _first_forms(self) -> Ids:
        node = self._facts.terms.node
        first_forms: dict[int, int] = {}
        numbers = self._forms.tolist()
        values = self._values(self._forms).tolist()
        for number, value in sorted(
            zip(numbers, values, strict=True), key=lambda pair: node(pair[0]).n3()
        ):
            first_forms.setdefault(value, number)
        return np.array(sorted(first_forms.values()), np.int64)
