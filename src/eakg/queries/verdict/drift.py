"""How an answer differs from that of the last time, where it may have changed in some ways only."""

from dataclasses import replace
from decimal import Decimal

from rdflib import BNode, Graph
from rdflib.term import Node

from eakg.queries.contract import Drift, Tolerance
from eakg.queries.verdict.comparison import Difference, compare_rows
from eakg.rdf import Blank, CellTable, write_term

TRIPLE = ("subject", "predicate", "object")


def drift_beyond(
    drift: Drift, earlier: CellTable, actual: CellTable, tolerance: Tolerance | None = None
) -> Difference | None:
    """How rows changed more than they may, or None where they did not.

    Rows that may only become more all come again, each as often, any blank node as good as another;
    their number is compared with that of the last time.
    """
    difference = None
    if drift.grows:
        difference = compare_rows(earlier, actual, "contains", tolerance)
    note = _number_note(drift.number, len(earlier.rows), len(actual.rows))
    if not note:
        return difference
    if difference is None:
        return Difference(actual.columns, note=note)
    return replace(difference, note="; ".join(filter(None, (difference.note, note))))


def table_of_triples(graph: Graph) -> CellTable:
    """The triples of a graph as rows."""
    return CellTable(TRIPLE, tuple(tuple(map(_cell, triple)) for triple in graph))


def _cell(term: Node) -> str:
    text = write_term(term)
    return Blank(text) if isinstance(term, BNode) else text


def _number_note(tolerance: Tolerance | None, earlier: int, actual: int) -> str:
    if tolerance is None or tolerance.covers(Decimal(earlier), Decimal(actual)):
        return ""
    unit = " %" if tolerance.is_percent else ""
    bound = f"{tolerance.amount.normalize():f}{unit}"
    return f"{actual} came, {earlier} the last time; by the contract they differ by {bound} at most"
