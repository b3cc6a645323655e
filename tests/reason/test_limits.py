"""What follows within limits is what follows; beyond them nothing has changed."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, Graph, URIRef

from eakg.rdf.terms import Triple
from eakg.reason.closure import Closure, closure_of, materialize
from eakg.reason.relations.allowance import (
    Allowance,
    ReasoningLimitError,
    ReasoningTimeError,
    TooManyFactsError,
)
from eakg.reason.relations.relation import pack
from eakg.reason.relations.relation import relation as relation_of
from eakg.reason.relations.transitive import additions, transitive_closure
from helpers.tries import tries

P = URIRef("http://e.org/p")
TRANSITIVE = (P, RDF.type, OWL.TransitiveProperty)
PAST = Allowance(ends=-1.0)


def node(number: int) -> URIRef:
    return URIRef(f"http://e.org/x{number}")


def chain(length: int, start: int = 0) -> list[Triple]:
    return [(node(n), P, node(n + 1)) for n in range(start, start + length)]


def triples_of(closure: Closure) -> set[Triple]:
    return set(closure.asserted) | set(closure.inferred)


edges = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=60)


@pytest.mark.slow
@settings(deadline=None, max_examples=tries(200))
@given(edges, st.integers(0, 200))
def test_the_pairs_of_a_transitive_relation_are_all_or_none(
    pairs: list[tuple[int, int]], most: int
) -> None:
    """Compared with a search from each node; a path through a cycle leads back."""
    reached = set()
    for start in range(31):
        waiting = [right for left, right in pairs if left == start]
        while waiting:
            place = waiting.pop()
            if (start, place) not in reached:
                reached.add((start, place))
                waiting += [right for left, right in pairs if left == place]
    columns = np.array(pairs, np.int64).reshape(-1, 2)
    facts = pack(columns[:, 0], columns[:, 1])
    expected = sorted(left << 32 | right for left, right in reached)
    if len(reached) <= most:
        assert transitive_closure(facts, Allowance(most)).tolist() == expected
    else:
        with pytest.raises(TooManyFactsError):
            transitive_closure(facts, Allowance(most))


@pytest.mark.slow
def test_long_paths_are_bounded_too() -> None:
    """They are walked by components, and not joined step by step."""
    numbers = np.arange(3000, dtype=np.int64)
    facts = pack(numbers, numbers + 1)
    with pytest.raises(TooManyFactsError):
        transitive_closure(facts, Allowance(100_000))
    with pytest.raises(ReasoningTimeError):
        transitive_closure(facts, PAST)
    closed = relation_of(transitive_closure(facts[:1000]))
    fresh = facts[1000:1001]
    with pytest.raises(TooManyFactsError):
        additions(closed.merge(fresh, 0), fresh, Allowance(len(closed) + 500))


@pytest.mark.slow
@pytest.mark.parametrize(
    "added",
    [
        chain(200),
        # Everything is done anew where things are the same.
        [*chain(200), (node(0), OWL.sameAs, node(50))],
        # A class of which all that is in another class is: as many facts as there are things.
        [(RDF.Property, RDFS.subClassOf, node(1)), *chain(200)],
    ],
)
@pytest.mark.parametrize("allowance", [Allowance(facts=1000), PAST])
def test_a_change_beyond_the_limits_leaves_the_closure_as_it_was(
    added: list[Triple], allowance: Allowance
) -> None:
    first = closure_of([TRANSITIVE, *chain(20, 1000)])
    before = triples_of(first)
    with pytest.raises(ReasoningLimitError):
        first.update(added, (), allowance)
    assert triples_of(first) == before
    # And a small one is made of it as if nothing had been.
    small = [(node(5000), P, node(1000))]
    graph = Graph()
    for triple in (TRANSITIVE, *chain(20, 1000), *small):
        graph.add(triple)
    after = first.update(small, (), Allowance(1000, time.monotonic() + 600))
    assert triples_of(after) == triples_of(materialize(graph))
    # The limits of one change are not those of the next.
    assert len(after.update(added).inferred) > 1000


def test_a_removal_has_as_long_as_it_has() -> None:
    first = closure_of([TRANSITIVE, *chain(50)])
    before = triples_of(first)
    with pytest.raises(ReasoningTimeError):
        first.update((), chain(50)[:30], PAST)
    assert triples_of(first) == before


def test_the_difference_is_counted_before_it_is_made() -> None:
    first = closure_of([TRANSITIVE])
    second = first.update(chain(100))
    added, removed = second.difference(first, Allowance(facts=4950))
    assert (len(added), len(removed)) == (4950, 0)
    with pytest.raises(TooManyFactsError):
        second.difference(first, Allowance(facts=4949))
    with pytest.raises(ReasoningTimeError):
        second.difference(first, PAST)
