"""How rows differ from the rows expected, and triples from the triples expected."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import graph_diff, to_isomorphic
from rdflib.term import Node

from eakg.queries.contract import Compare, Tolerance
from eakg.queries.verdict.skolem import graphs_with_blank_nodes, with_blank_nodes
from eakg.rdf import Blank, Cells, CellTable, is_number, number, write_term

_BLANK = Blank("_:")


@dataclass(frozen=True)
class Difference:
    """Rows that were expected and did not come, and rows that came and were not expected.

    `note` says what else is different: their order, or how blank nodes stand together.
    """

    columns: Cells
    missing: tuple[Cells, ...] = ()
    unexpected: tuple[Cells, ...] = ()
    note: str = ""


def compare_rows(
    expected: CellTable, actual: CellTable, compare: Compare, tolerance: Tolerance | None = None
) -> Difference | None:
    """How the actual rows differ from the expected ones, or None where they do not.

    As a bag, each row must come as often as expected; as a set, at least once; ordered, in the same
    order too; with `contains`, others may come besides. Numbers are compared by value: an expected
    cell that comes in no row of its column is read as a number; with a tolerance, numbers are the
    same that differ by no more. Blank nodes are compared by how they stand together, except with
    `contains`, where any one is as good as another; a skolem IRI is one where the other side has
    them.
    """
    if expected.columns != actual.columns:
        note = (
            f"the columns are {', '.join(actual.columns) or 'none'}, "
            f"not {', '.join(expected.columns) or 'none'}"
        )
        return Difference(actual.columns, note=note)
    expected_rows, actual_rows = with_blank_nodes(expected.rows, actual.rows)
    actual = CellTable(actual.columns, actual_rows)
    expected_rows = _expected_rows(CellTable(expected.columns, expected_rows), actual)
    if compare == "set":
        expected_rows = tuple(dict.fromkeys(expected_rows))
        actual_rows = tuple(dict.fromkeys(actual_rows))
    plain_expected, plain_actual = _without_labels(expected_rows), _without_labels(actual_rows)
    missing, unexpected = _unmatched(plain_expected, plain_actual, tolerance)
    if compare == "contains":
        unexpected = ()
    if missing or unexpected:
        return Difference(actual.columns, missing, unexpected)
    if compare == "ordered" and not all(
        _is_equal(row, counterpart, tolerance)
        for row, counterpart in zip(plain_expected, plain_actual, strict=True)
    ):
        return Difference(actual.columns, note="the rows are as expected, but their order is not")
    if compare != "contains" and not _same_structure(
        expected_rows, actual_rows, compare == "ordered"
    ):
        note = "the rows are as expected, but not which of them have the same blank nodes"
        return Difference(actual.columns, note=note)
    return None


def _expected_rows(expected: CellTable, actual: CellTable) -> tuple[Cells, ...]:
    """The expected rows, their cells read as those that came in the column are."""
    columns = [set(cells) for cells in zip(*actual.rows, strict=True)] or [set()] * len(
        actual.columns
    )
    blanks = [any(isinstance(cell, Blank) for cell in cells) for cells in columns]

    def read(cell: str, cells: set[str], may_be_blank: bool) -> str:
        if isinstance(cell, Blank):
            return cell
        if may_be_blank and cell.startswith("_:"):
            return Blank(cell)
        return cell if cell in cells else number(cell)

    return tuple(tuple(map(read, row, columns, blanks)) for row in expected.rows)


def _without_labels(rows: Sequence[Cells]) -> tuple[Cells, ...]:
    return tuple(tuple(_BLANK if isinstance(c, Blank) else c for c in row) for row in rows)


def _unmatched(
    expected: Sequence[Cells], actual: Sequence[Cells], tolerance: Tolerance | None
) -> tuple[tuple[Cells, ...], tuple[Cells, ...]]:
    if tolerance is None:
        expected_bag, actual_bag = Counter(expected), Counter(actual)
        missing = tuple(sorted((expected_bag - actual_bag).elements()))
        return missing, tuple(sorted((actual_bag - expected_bag).elements()))
    groups: dict[Cells, tuple[list[Cells], list[Cells]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((expected, actual)):
        for row in rows:
            groups[tuple("" if _decimal(c) is not None else c for c in row)][side].append(row)
    missing_rows: list[Cells] = []
    unexpected_rows: list[Cells] = []
    for left, right in groups.values():
        matching = _matching(left, right, tolerance)
        missing_rows += [row for n, row in enumerate(left) if n not in matching.values()]
        unexpected_rows += [row for n, row in enumerate(right) if n not in matching]
    return tuple(sorted(missing_rows)), tuple(sorted(unexpected_rows))


def _matching(left: list[Cells], right: list[Cells], tolerance: Tolerance) -> dict[int, int]:
    """A greatest matching of rows, from numbers of the right to numbers of the left: augmenting
    paths, breadth first."""
    neighbours = [
        [m for m, candidate in enumerate(right) if _is_equal(row, candidate, tolerance)]
        for row in left
    ]
    matching: dict[int, int] = {}
    for start in range(len(left)):
        predecessors: dict[int, int] = {}
        queue = [start]
        free = None
        while queue and free is None:
            left_number = queue.pop(0)
            for right_number in neighbours[left_number]:
                if right_number in predecessors:
                    continue
                predecessors[right_number] = left_number
                if right_number not in matching:
                    free = right_number
                    break
                queue.append(matching[right_number])
        partner = {left_number: right_number for right_number, left_number in matching.items()}
        while free is not None:
            left_number = predecessors[free]
            successor = partner.get(left_number)
            matching[free] = left_number
            free = successor
    return matching


def _is_equal(expected: Cells, actual: Cells, tolerance: Tolerance | None) -> bool:
    return all(
        left == right or (tolerance is not None and _near(left, right, tolerance))
        for left, right in zip(expected, actual, strict=True)
    )


def _near(left: str, right: str, tolerance: Tolerance) -> bool:
    first, second = _decimal(left), _decimal(right)
    return first is not None and second is not None and tolerance.covers(first, second)


def _decimal(cell: str) -> Decimal | None:
    """The number that a cell is, in a table of values or of terms."""
    text = cell[1:].partition('"')[0] if cell.startswith('"') else cell
    return Decimal(text) if is_number(text) else None


def _same_structure(expected: Sequence[Cells], actual: Sequence[Cells], is_ordered: bool) -> bool:
    if not any(isinstance(cell, Blank) for row in actual for cell in row):
        return True
    expected_graph, actual_graph = _as_graph(expected, is_ordered), _as_graph(actual, is_ordered)
    return bool(to_isomorphic(expected_graph) == to_isomorphic(actual_graph))


def _as_graph(rows: Sequence[Cells], is_ordered: bool) -> Graph:
    """Rows as a graph that is isomorphic to that of other rows where they have the same structure.

    As in the W3C's vocabulary of result sets; numbers are left to the comparison of the rows.
    """
    graph = Graph()
    for place, row in enumerate(rows):
        node = BNode()
        if is_ordered:
            graph.add((node, URIRef("urn:row"), Literal(place)))
        graph.add((node, URIRef("urn:columns"), Literal(len(row))))
        for column, cell in enumerate(row):
            blank = isinstance(cell, Blank)
            value: Node = BNode(f"c{cell[2:]}") if blank else Literal(_mask(cell))
            graph.add((node, URIRef(f"urn:column:{column}"), value))
    return graph


def _mask(cell: str) -> str:
    return "" if _decimal(cell) is not None else cell


def compare_graphs(expected: Graph, actual: Graph) -> Difference | None:
    """How the actual triples differ from the expected ones, or None where the graphs are
    isomorphic (RDF 1.1 Concepts, section 3.6)."""
    expected_graph, actual_graph = map(to_isomorphic, graphs_with_blank_nodes(expected, actual))
    if expected_graph == actual_graph:
        return None
    _, missing, unexpected = graph_diff(expected_graph, actual_graph)
    columns = ("subject", "predicate", "object")
    return Difference(columns, _triples(missing), _triples(unexpected))


def _triples(graph: Graph) -> tuple[Cells, ...]:
    return tuple(sorted(tuple(map(write_term, triple)) for triple in graph))
