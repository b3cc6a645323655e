"""The names of terms, and which of some classes is above which."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import numpy as np
from rdflib import URIRef
from rdflib.term import Node

from eakg.rdf import spelling
from eakg.reason.closure import Closure
from eakg.reason.engine import IRI
from eakg.reason.relations import Ids, distinct, ends, first, pack, second, within, without


def names_of(closure: Closure, numbers: Iterable[int]) -> dict[int, list[URIRef]]:
    """The names of terms that have any and are not of the vocabulary, in their order.

    Arguments: a closure; what stands for the terms.
    """
    terms, expansion = closure.state.facts.terms, closure.expansion
    heads = np.sort(np.array([*numbers], np.int64))
    # The others stand for what was imagined.
    heads = heads[heads < len(expansion.names.is_group)]
    rows, members = expansion.rows(heads)
    is_name = (terms.kinds[members] == IRI) & ~terms.builtin[members]
    names: dict[int, list[URIRef]] = defaultdict(list)
    for row, member in zip(rows[is_name].tolist(), members[is_name].tolist(), strict=True):
        names[int(heads[row])].append(URIRef(str(terms.node(member))))
    return {number: sorted(words) for number, words in names.items()}


def highest(below: Ids, numbers: Ids, node: Callable[[int], Node]) -> dict[int, int]:
    """For classes that are below others of them, one that is below none; of those that are below
    each other the first by name is above the others.

    Arguments: pairs of a class and one that it is below, transitive; the classes, sorted; the
    term of a number.
    """
    pairs = below[within(first(below), numbers) & within(second(below), numbers)]
    pairs = pairs[first(pairs) != second(pairs)]
    is_mutual = within(pack(second(pairs), first(pairs)), pairs)
    followers = [
        left
        for left, right in map(ends, pairs[is_mutual].tolist())
        if spelling(node(right)) < spelling(node(left))
    ]
    lower = distinct(np.array([*followers, *first(pairs[~is_mutual]).tolist()], np.int64))
    tops = without(numbers, lower)
    order = sorted(tops.tolist(), key=lambda number: spelling(node(number)))
    ranks = {top: rank for rank, top in enumerate(order)}
    heads: dict[int, int] = {}
    for left, right in map(ends, pairs[within(second(pairs), tops)].tolist()):
        if left not in ranks and ranks[right] <= ranks[heads.get(left, right)]:
            heads[left] = right
    return heads
