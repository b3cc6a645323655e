"""Skolem IRIs, by which some endpoints name blank nodes, taken for the blank nodes they stand for.

Specification: RDF 1.1 Concepts section 3.5. The same data give blank nodes when they are asked as
files and IRIs with `/.well-known/genid/` when they are asked at such an endpoint; a contract that
has one holds of the other. An IRI that both sides have is that IRI.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from rdflib import BNode, Graph, URIRef
from rdflib.term import Node

from eakg.rdf import Blank, Cells

_GENID = re.compile(r"<?https?://[^\s<>]+/\.well-known/genid/[^\s<>]+>?")


def is_skolem(text: str) -> bool:
    """Whether a text is a skolem IRI, in angle brackets or not."""
    return _GENID.fullmatch(text) is not None


def with_blank_nodes(
    expected: Sequence[Cells], actual: Sequence[Cells]
) -> tuple[tuple[Cells, ...], tuple[Cells, ...]]:
    """Expected and actual rows, in which skolem IRIs are blank nodes where the other side has blank
    nodes in the column."""
    names = _skolems(expected) & _skolems(actual)
    # In a file a blank node is a text, and there only.
    left = _columns_of(expected, lambda cell: cell.startswith("_:"))
    right = _columns_of(actual, lambda cell: isinstance(cell, Blank))
    return _unskolemized(expected, right, names), _unskolemized(actual, left, names)


def _skolems(rows: Sequence[Cells]) -> set[str]:
    return {cell for row in rows for cell in row if is_skolem(cell)}


def _columns_of(rows: Sequence[Cells], condition: Callable[[str], bool]) -> set[int]:
    return {number for row in rows for number, cell in enumerate(row) if condition(cell)}


def _unskolemized(rows: Sequence[Cells], columns: set[int], names: set[str]) -> tuple[Cells, ...]:
    # A node may be in another column too, and is the same there.
    blanks = {
        row[number]: Blank(f"_:{row[number].strip('<>')}")
        for row in rows
        for number in columns
        if is_skolem(row[number]) and row[number] not in names
    }
    if not blanks:
        return tuple(rows)
    return tuple(tuple(blanks.get(cell, cell) for cell in row) for row in rows)


def graphs_with_blank_nodes(expected: Graph, actual: Graph) -> tuple[Graph, Graph]:
    """Expected and actual triples, in which skolem IRIs are blank nodes where the other side has
    any."""
    expected_terms, actual_terms = _terms(expected), _terms(actual)
    names = expected_terms & actual_terms
    return (
        _without_skolems(expected, names) if _has_blanks(actual_terms) else expected,
        _without_skolems(actual, names) if _has_blanks(expected_terms) else actual,
    )


def _terms(graph: Graph) -> set[Node]:
    return {term for subject, _, object_ in graph for term in (subject, object_)}


def _has_blanks(terms: Iterable[Node]) -> bool:
    return any(isinstance(term, BNode) for term in terms)


def _without_skolems(graph: Graph, names: set[Node]) -> Graph:
    if not any(isinstance(term, URIRef) and is_skolem(term) for term in _terms(graph) - names):
        return graph
    nodes: dict[Node, BNode] = {}

    def blank(term: Node) -> Node:
        if isinstance(term, URIRef) and term not in names and is_skolem(term):
            return nodes.setdefault(term, BNode())
        return term

    result = Graph()
    for subject, predicate, object_ in graph:
        result.add((blank(subject), predicate, blank(object_)))
    return result
