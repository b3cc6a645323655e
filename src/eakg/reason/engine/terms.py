"""Terms by number, as they come from an rdflib graph.

Every dictionary of terms begins with those that its rules speak of
(`eakg.reason.rules.vocabulary_of`).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from eakg.rdf import Triple
from eakg.reason.relations import CLASS, EMPTY, Ids, Mask, distinct, pack
from eakg.reason.rules import NAMESPACES, TYPE, VOCABULARY

IRI, BLANK, LITERAL, NO_TERM = 0, 1, 2, 3
Kinds = np.ndarray[tuple[Any, ...], np.dtype[np.uint8]]
Facts = dict[int, Ids]
"""Sorted facts by the key of their relation."""


class Terms(Protocol):
    """Terms by number, and numbers by term."""

    @property
    def kinds(self) -> Kinds:
        """IRI, BLANK or LITERAL for each number; NO_TERM for what is none and in no triple."""

    @property
    def builtin(self) -> Mask:
        """Which terms are IRIs of the RDF, RDFS, OWL and XSD vocabularies."""

    def __len__(self) -> int: ...

    def node(self, number: int) -> Node:
        """The term of a number."""

    def number(self, node: Node) -> int | None:
        """The number of a term; None where it is unknown."""

    def encode(self, triples: Iterable[Triple]) -> "Facts":
        """Facts for triples; unknown terms get new numbers."""

    def comparable_literals(self, start: int = 0) -> Sequence[int]:
        """Numbers of the literals from a number on, leaving out those that are certain to be
        well-formed and to have a value that no other literal has; with those before that are not
        certain any more."""


class NodeTerms:
    """Terms of rdflib graphs. Argument: those that the rules speak of."""

    def __init__(self, vocabulary: Sequence[Node] = VOCABULARY) -> None:
        self.nodes: list[Node] = list(vocabulary)
        self.numbers: dict[Node, int] = {node: number for number, node in enumerate(vocabulary)}
        self._kinds: Kinds = np.empty(0, np.uint8)
        self._builtin: Mask = np.empty(0, np.bool_)

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def kinds(self) -> Kinds:
        new = self.nodes[len(self._kinds) :]
        if new:
            kinds = np.fromiter(map(_kind, new), np.uint8, len(new))
            self._kinds = np.concatenate([self._kinds, kinds])
        return self._kinds

    @property
    def builtin(self) -> Mask:
        new = self.nodes[len(self._builtin) :]
        if new:
            values = (isinstance(n, URIRef) and str(n).startswith(NAMESPACES) for n in new)
            flags = np.fromiter(values, np.bool_, len(new))
            self._builtin = np.concatenate([self._builtin, flags])
        return self._builtin

    def node(self, number: int) -> Node:
        return self.nodes[number]

    def number(self, node: Node) -> int | None:
        return self.numbers.get(node)

    def comparable_literals(self, start: int = 0) -> Sequence[int]:
        fresh = enumerate(self.nodes[start:], start)
        return [number for number, node in fresh if isinstance(node, Literal)]

    def encode(self, triples: Iterable[Triple]) -> Facts:
        """Facts for triples; unknown terms get new numbers."""
        numbers, nodes = self.numbers, self.nodes
        numbers_of_terms: list[int] = []
        for triple in triples:
            for term in triple:
                number = numbers.get(term)
                if number is None:
                    # In this order: where there is no memory for a number, a term too many is no
                    # harm, and a number without a term would be.
                    number = len(nodes)
                    nodes.append(term)
                    numbers[term] = number
                numbers_of_terms.append(number)
        columns = np.array(numbers_of_terms, np.int64).reshape(-1, 3)
        return facts_by_key(columns[:, 0], columns[:, 1], columns[:, 2])


def _kind(node: Node) -> int:
    return LITERAL if isinstance(node, Literal) else BLANK if isinstance(node, BNode) else IRI


def facts_by_key(subjects: Ids, predicates: Ids, objects: Ids) -> Facts:
    """Facts by relation, for triples in three columns; repetitions fall together."""
    facts: Facts = {}
    for predicate, rows in _groups(predicates):
        left, right = subjects[rows].astype(np.int64), objects[rows].astype(np.int64)
        if predicate == TYPE:
            facts |= {CLASS + n: distinct(left[members]) for n, members in _groups(right)}
        else:
            facts[predicate] = distinct(pack(left, right))
    return facts


def _groups(numbers: Ids) -> Iterator[tuple[int, Ids]]:
    """The different numbers of an array, each with the places where it stands."""
    if not len(numbers):
        return
    counts = np.bincount(numbers)
    present = np.flatnonzero(counts)
    codes = np.zeros(len(counts), np.uint16 if len(present) < 1 << 16 else np.uint32)
    codes[present] = np.arange(len(present))
    order = np.argsort(codes[numbers], kind="stable")
    stops = np.cumsum(counts[present])
    for number, stop, count in zip(present.tolist(), stops, counts[present], strict=True):
        yield number, order[stop - count : stop]


def union_of(left: Facts, right: Facts) -> Facts:
    """The facts of both."""
    result = dict(left)
    for key, facts in right.items():
        values = np.concatenate([result.get(key, EMPTY), facts])
        result[key] = distinct(values)
    return result
