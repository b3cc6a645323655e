"""Imagined things: what would follow if something were in a class, or had a property."""

from dataclasses import dataclass
from functools import cached_property

from rdflib.term import Node

from eakg.rdf import Triple
from eakg.reason.closure import Closure
from eakg.reason.contradictions import Inconsistency


@dataclass(frozen=True)
class Imagination:
    """A closure, and what follows beside it from something imagined.

    Arguments: the closure; triples of what is imagined; the blank nodes that stand for it.
    """

    basis: Closure
    assumptions: tuple[Triple, ...]
    things: frozenset[Node]

    @cached_property
    def closure(self) -> Closure:
        """The closure of both."""
        return self.basis.update(self.assumptions)

    @cached_property
    def inconsistencies(self) -> list[Inconsistency]:
        """The contradictions that were not there before. Those that speak of what is imagined come
        first, and among these that it is in owl:Nothing: then it is in everything, too."""
        former = set(self.basis.inconsistencies)
        fresh = [one for one in self.closure.inconsistencies if one not in former]
        return sorted(
            fresh, key=lambda clash: (not self.mentions_in(clash), clash.rule != "cls-nothing2")
        )

    def mentions_in(self, inconsistency: Inconsistency) -> set[Node]:
        """What is imagined and spoken of in a contradiction."""
        return {term for triple in inconsistency.triples for term in triple} & self.things

    def suspects(self) -> set[Node]:
        """Of what is imagined at once, that without which some of the contradictions may not be:
        what they speak of; all of it where one speaks of none, or where things became the same."""
        mentions = [self.mentions_in(inconsistency) for inconsistency in self.inconsistencies]
        if mentions and not (all(mentions) and self.makes_no_equal):
            return set(self.things)
        return set().union(*mentions)

    @property
    def makes_no_equal(self) -> bool:
        """Whether nothing is the same that was not before."""
        equal, former = self.closure.state.facts.equal, self.basis.state.facts.equal
        return len(equal.synonyms) == len(former.synonyms)
