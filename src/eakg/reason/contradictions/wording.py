"""Terms and triples of contradictions, as they are written in the graph."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import cast

import numpy as np
from rdflib import Graph, Literal

from eakg.rdf import PrefixedNames, Triple, spelling
from eakg.reason.engine import LITERAL, ClosureState, Expansion
from eakg.reason.plan import NumberTriple
from eakg.reason.relations import CLASS, EMPTY, Ids, distinct, first, pack, second, within

NumberInconsistency = tuple[str, str, tuple[NumberTriple, ...], tuple[NumberTriple, ...]]
"""A rule, a message, the facts and the axioms."""
_MOST = 12


class Wording:
    """How to name terms.

    Arguments: a complete state, the facts as they come out of it, and what gives a graph with the
    prefixes and the class expressions that messages name.
    """

    def __init__(
        self, state: ClosureState, expansion: Expansion, graph: Callable[[], Graph]
    ) -> None:
        self.facts = state.facts
        self.expansion = expansion
        self._graph = graph

    @cached_property
    def short(self) -> PrefixedNames:
        """The names of terms in messages. Most closures have none, and axioms may be many."""
        return PrefixedNames(self._graph())

    @cached_property
    def _mentions(self) -> Ids:
        """The terms that asserted triples speak of."""
        parts = [EMPTY]
        for key, facts in self.facts.asserted.items():
            base = key - CLASS if key >= CLASS else key
            parts.append(np.array([base], np.int64))
            parts += [facts] if key >= CLASS else [first(facts), second(facts)]
        return distinct(np.concatenate(parts))

    def mentioned_terms(self, numbers: Ids) -> Ids:
        """Those of some terms that are written somewhere; all of them where none is: the rules have
        words of their own, which may be the same as what is written."""
        mask = within(numbers, self._mentions)
        return numbers[mask] if mask.any() else numbers

    def number(self, number: int) -> int:
        """Of what is the same, the one to show in place of a representative."""
        if self.facts.equal.representative(number) != number:
            return number
        name = int(self.expansion.display_names[number])
        names = np.array([name], np.int64)
        if not within(names, self._mentions)[0]:
            _, members = self.expansion.rows(np.array([number], np.int64))
            name = min(self.mentioned_terms(members).tolist(), key=self._spelling)
        return name

    def triple(self, triple: NumberTriple) -> NumberTriple:
        """A triple with what there is to show in place of representatives; a value as it was
        asserted there, where it was."""
        subject, predicate, object_ = map(self.number, triple)
        if self.facts.terms.kinds[object_] == LITERAL and self.expansion.groups:
            assertions = self.facts.asserted.get(predicate, EMPTY)
            representative = self.facts.equal.representative(object_)
            _, forms = self.expansion.rows(np.array([representative], np.int64))
            spelled = forms[within(pack(np.full(len(forms), subject, np.int64), forms), assertions)]
            if len(spelled) and object_ not in spelled:
                object_ = self.sorted(spelled.tolist())[0]
        return subject, predicate, object_

    def nodes(self, triple: NumberTriple) -> Triple:
        """A triple in terms."""
        node = self.facts.terms.node
        return node(triple[0]), node(triple[1]), node(triple[2])

    def literal(self, number: int) -> Literal:
        """A term that is a literal."""
        return cast(Literal, self.facts.terms.node(number))

    def word(self, number: int) -> str:
        """A term in prefixed form."""
        return self.short(self.facts.terms.node(number))

    def words(self, numbers: Iterable[int]) -> str:
        """Terms in a row, of many the first and how many more there are."""
        items = list(numbers)
        words = [self.word(number) for number in items[:_MOST]]
        if len(items) > _MOST:
            words.append(f"{len(items) - _MOST:,} more")
        return f"{', '.join(words[:-1])} and {words[-1]}"

    def sorted(self, numbers: Iterable[int]) -> list[int]:
        """Terms in the order of their spelling."""
        return sorted(numbers, key=self._spelling)

    def spellings(self, triple: NumberTriple) -> list[tuple[str, ...]]:
        """What a triple is ordered by."""
        return [self._spelling(number) for number in triple]

    def _spelling(self, number: int) -> tuple[str, ...]:
        return spelling(self.facts.terms.node(number))
