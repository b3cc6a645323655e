"""Answers to SELECT by rdflib, an engine that shares nothing with the store, and answers in a form
in which those of two engines can be compared."""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import pyoxigraph
import rdflib
from rdflib import BNode, Dataset, Literal, URIRef
from rdflib.namespace import XSD

from helpers.random_patterns import TAG

Cell: TypeAlias = tuple[str, ...]
Rows: TypeAlias = Counter[frozenset[tuple[str, Cell]]]
"""How often each solution comes; of a solution, the variables that are bound."""
_EXACT = {str(XSD.integer), str(XSD.decimal)}
_PLACES = 10


@contextmanager
def rdflib_as_written() -> Iterator[None]:
    """rdflib writes literals anew unless it is told not to."""
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = True


class IndependentEngine:
    """rdflib over the graphs of a dataset.

    Arguments: graphs in Turtle by name, None for the default one.
    """

    def __init__(self, graphs: Mapping[str | None, str]) -> None:
        self._dataset = Dataset(default_union=False)
        self._names: dict[BNode, str] = {}
        for name, turtle in graphs.items():
            graph = self._dataset.graph(URIRef(name)) if name else self._dataset.default_graph
            with rdflib_as_written():
                graph.parse(data=turtle, format="turtle")
            self._names.update((node, str(tag)) for node, tag in graph.subject_objects(URIRef(TAG)))

    def select(self, text: str) -> Rows | None:
        """The solutions; None where it gives up, as it does with much that is valid."""
        try:
            with warnings.catch_warnings():
                # It uses what it calls deprecated.
                warnings.simplefilter("ignore")
                rows = self._rows(text)
        except Exception:  # it has no kind of its own for what it cannot do
            return None
        if "GROUP BY" in text:
            # Its solution of no group at all; in those that it groups, a key is bound.
            rows = [row for row in rows if row]
        return Counter(frozenset(row.items()) for row in rows)

    def _rows(self, text: str) -> list[dict[str, Cell]]:
        with rdflib_as_written():
            result = self._dataset.query(text)
            names = set(result.vars or ())
            return [
                {str(name): self._cell(term) for name, term in row.items() if name in names}
                for row in result.bindings
            ]

    def _cell(self, term: Any) -> Cell:
        if isinstance(term, Literal):
            return literal_cell(str(term), str(term.datatype or XSD.string), term.language)
        if isinstance(term, BNode):
            return ("blank node", self._names.get(term, ""))
        return ("IRI", str(term))


def rows_of(document: bytes, names: Mapping[pyoxigraph.BlankNode, str]) -> Rows:
    """The solutions in SPARQL results as JSON.

    Arguments: the document; the tags of the blank nodes.
    """
    results = pyoxigraph.parse_query_results(document, format=pyoxigraph.QueryResultsFormat.JSON)
    assert isinstance(results, pyoxigraph.QuerySolutions)
    variables = [variable.value for variable in results.variables]
    return Counter(
        frozenset((name, _cell(row[name], names)) for name in variables if row[name] is not None)
        for row in results
    )


def _cell(term: Any, names: Mapping[pyoxigraph.BlankNode, str]) -> Cell:
    if isinstance(term, pyoxigraph.Literal):
        return literal_cell(term.value, term.datatype.value, term.language)
    if isinstance(term, pyoxigraph.BlankNode):
        return ("blank node", names.get(term, ""))
    return ("IRI", str(term.value))


def literal_cell(value: str, datatype: str, language: str | None) -> Cell:
    """A literal, a number by its value."""
    if language:
        return ("literal", value, language)
    if datatype in _EXACT:
        try:
            number = round(Decimal(value), _PLACES).normalize() + 0
        except InvalidOperation:
            return ("literal", value, datatype)
        # What is whole may be an integer or a decimal: engines differ in how they compute.
        return ("number", str(number))
    if datatype == str(XSD.dateTime):
        value = value.replace("+00:00", "Z")
    return ("literal", value, datatype)
