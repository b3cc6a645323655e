"""How rows differ from the rows expected, and triples from the triples expected."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import graph_diff, to_isomorphic
from rdflib.term import Node

from eakg.queries.contract import Compare
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
    expected: CellTable, actual: CellTable, compare: Compare, tolerance: Decimal | None = None
) -> Difference | None:
    """How the actual rows differ from the expected ones, or None where they do not.

    As a bag, each row must come as often as expected; as a set, at least once; ordered, in the same
    order too; with `contains`, others may come besides. Numbers are compared by value: an expected
    cell that comes in no row of its column is read as a number; with a tolerance, numbers are the
    same that differ by no more. Blank nodes are compared by how they stand together, except with
    `contains`, where any one is as good as another.
    """
    if expected.columns != actual.columns:
        note = (
            f"the columns are {', '.join(actual.columns) or 'none'}, "
            f"not {', '.join(expected.columns) or 'none'}"
        )
        return Difference(actual.columns, note=note)
    wanted, came = _alike(expected, actual), actual.rows
    if compare == "set":
        wanted, came = tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(came))
    plain, present = _without_labels(wanted), _without_labels(came)
    missing, unexpected = _unmatched(plain, present, tolerance)
    if compare == "contains":
        unexpected = ()
    if missing or unexpected:
        return Difference(actual.columns, missing, unexpected)
    if compare == "ordered" and not all(
        _same(one, other, tolerance) for one, other in zip(plain, present, strict=True)
    ):
        return Difference(actual.columns, note="the rows are as expected, but their order is not")
    if compare != "contains" and not _same_structure(wanted, came, compare == "ordered"):
        note = "the rows are as expected, but not which of them have the same blank nodes"
        return Difference(actual.columns, note=note)
    return None


def _alike(expected: CellTable, actual: CellTable) -> tuple[Cells, ...]:
    """The expected rows, their cells read as those that came in the column are."""
    known = [set(cells) for cells in zip(*actual.rows, strict=True)] or [set()] * len(
        actual.columns
    )
    blank = [any(isinstance(cell, Blank) for cell in cells) for cells in known]

    def read(cell: str, cells: set[str], may_be_blank: bool) -> str:
        if may_be_blank and cell.startswith("_:"):
            return Blank(cell)
        return cell if cell in cells else number(cell)

    return tuple(tuple(map(read, row, known, blank)) for row in expected.rows)


def _without_labels(rows: Sequence[Cells]) -> tuple[Cells, ...]:
    return tuple(tuple(_BLANK if isinstance(c, Blank) else c for c in row) for row in rows)


def _unmatched(
    wanted: Sequence[Cells], came: Sequence[Cells], tolerance: Decimal | None
) -> tuple[tuple[Cells, ...], tuple[Cells, ...]]:
    if not tolerance:
        bag, other = Counter(wanted), Counter(came)
        missing = tuple(sorted((bag - other).elements()))
        return missing, tuple(sorted((other - bag).elements()))
    groups: dict[Cells, tuple[list[Cells], list[Cells]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((wanted, came)):
        for row in rows:
            groups[tuple("" if _decimal(c) is not None else c for c in row)][side].append(row)
    lost: list[Cells] = []
    new: list[Cells] = []
    for left, right in groups.values():
        matched = _matching(left, right, tolerance)
        lost += [row for n, row in enumerate(left) if n not in matched.values()]
        new += [row for n, row in enumerate(right) if n not in matched]
    return tuple(sorted(lost)), tuple(sorted(new))


def _matching(left: list[Cells], right: list[Cells], tolerance: Decimal) -> dict[int, int]:
    """A greatest matching of rows, from numbers of the right to numbers of the left: augmenting
    paths, breadth first."""
    near = [[m for m, other in enumerate(right) if _same(row, other, tolerance)] for row in left]
    matched: dict[int, int] = {}
    for start in range(len(left)):
        came_from: dict[int, int] = {}
        pending = [start]
        free = None
        while pending and free is None:
            one = pending.pop(0)
            for other in near[one]:
                if other in came_from:
                    continue
                came_from[other] = one
                if other not in matched:
                    free = other
                    break
                pending.append(matched[other])
        partner = {one: other for other, one in matched.items()}
        while free is not None:
            one = came_from[free]
            following = partner.get(one)
            matched[free] = one
            free = following
    return matched


def _same(one: Cells, other: Cells, tolerance: Decimal | None) -> bool:
    return all(
        left == right or (tolerance is not None and _near(left, right, tolerance))
        for left, right in zip(one, other, strict=True)
    )


def _near(left: str, right: str, tolerance: Decimal) -> bool:
    one, other = _decimal(left), _decimal(right)
    return one is not None and other is not None and abs(one - other) <= tolerance


def _decimal(cell: str) -> Decimal | None:
    """The number that a cell is, in a table of values or of terms."""
    text = cell[1:].partition('"')[0] if cell.startswith('"') else cell
    return Decimal(text) if is_number(text) else None


def _same_structure(wanted: Sequence[Cells], came: Sequence[Cells], ordered: bool) -> bool:
    if not any(isinstance(cell, Blank) for row in came for cell in row):
        return True
    one, other = _as_graph(wanted, ordered), _as_graph(came, ordered)
    return bool(to_isomorphic(one) == to_isomorphic(other))


def _as_graph(rows: Sequence[Cells], ordered: bool) -> Graph:
    """Rows as a graph that is isomorphic to that of other rows where they have the same structure.

    As in the W3C's vocabulary of result sets; numbers are left to the comparison of the rows.
    """
    graph = Graph()
    for place, row in enumerate(rows):
        node = BNode()
        if ordered:
            graph.add((node, URIRef("urn:row"), Literal(place)))
        graph.add((node, URIRef("urn:columns"), Literal(len(row))))
        for column, cell in enumerate(row):
            blank = isinstance(cell, Blank)
            value: Node = BNode(f"c{cell[2:]}") if blank else Literal(_masked(cell))
            graph.add((node, URIRef(f"urn:column:{column}"), value))
    return graph


def _masked(cell: str) -> str:
    return "" if _decimal(cell) is not None else cell


def compare_graphs(expected: Graph, actual: Graph) -> Difference | None:
    """How the actual triples differ from the expected ones, or None where the graphs are
    isomorphic (RDF 1.1 Concepts, section 3.6)."""
    one, other = to_isomorphic(expected), to_isomorphic(actual)
    if one == other:
        return None
    _, missing, unexpected = graph_diff(one, other)
    columns = ("subject", "predicate", "object")
    return Difference(columns, _triples(missing), _triples(unexpected))


def _triples(graph: Graph) -> tuple[Cells, ...]:
    return tuple(sorted(tuple(map(write_term, triple)) for triple in graph))
