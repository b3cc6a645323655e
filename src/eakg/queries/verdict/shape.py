"""The shape of a column's values: kind, datatype, language, pattern, choice, range."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from eakg.queries.contract import Column, iri
from eakg.queries.verdict.skolem import is_skolem
from eakg.rdf import Solutions, is_number, write_term
from eakg.sparql import ParameterError

_KINDS = {"iri": URIRef, "literal": Literal, "blank": BNode}
_EXAMPLES = 3


def misfits(
    columns: Sequence[Column], solutions: Solutions, prefixes: Mapping[str, str]
) -> Iterator[str]:
    """A message for each column, and each part of its shape, that values do not fit.

    Arguments: the shapes; the solutions; namespaces by prefix, for datatypes and IRIs.
    """
    for column in columns:
        if column.name not in solutions.variables:
            yield f"there is no column {column.name}; there is {', '.join(solutions.variables)}"
            continue
        values = [row.get(column.name) for row in solutions.rows]
        unbound = sum(value is None for value in values)
        if column.bound and unbound:
            yield f"{column.name} is unbound in {unbound} of {len(values)} rows"
        nodes = [value for value in values if value is not None]
        if column.unique:
            duplicates = [value for value, times in Counter(nodes).items() if times > 1]
            if duplicates:
                yield f"{column.name} is not unique: {_few(duplicates)}"
        for words, outliers in _column_misfits(column, nodes, prefixes):
            yield f"{column.name} {words}: {_few(outliers)}"


def _column_misfits(
    column: Column, values: Sequence[Node], prefixes: Mapping[str, str]
) -> Iterator[tuple[str, list[Node]]]:
    if column.kind is not None:
        kind = _KINDS[column.kind]
        outliers = [value for value in values if not isinstance(value, kind)]
        if column.kind == "blank":
            outliers = [value for value in outliers if not is_skolem(str(value))]
        yield from _misfit(f"is not of the kind {column.kind}", outliers)
    if column.datatype is not None:
        datatype = _iri(column.datatype, prefixes)
        outliers = [value for value in values if _datatype(value) != datatype]
        yield from _misfit(f"is not of the datatype {column.datatype}", outliers)
    if column.language is not None:
        language = column.language.lower()
        outliers = [v for v in values if (getattr(v, "language", None) or "").lower() != language]
        yield from _misfit(f"is not in the language {column.language}", outliers)
    if column.pattern is not None:
        pattern = re.compile(column.pattern)
        outliers = [value for value in values if not pattern.fullmatch(str(value))]
        yield from _misfit(f"does not match {column.pattern}", outliers)
    if column.values:
        choices = {*column.values, *(str(_iri(value, prefixes)) for value in column.values)}
        outliers = [value for value in values if str(value) not in choices]
        yield from _misfit(f"is not one of {', '.join(column.values)}", outliers)
    if column.minimum is not None:
        minimum = column.minimum
        outliers = [value for value in values if not _in_order(minimum, str(value))]
        yield from _misfit(f"is less than {minimum}", outliers)
    if column.maximum is not None:
        maximum = column.maximum
        outliers = [value for value in values if not _in_order(str(value), maximum)]
        yield from _misfit(f"is more than {maximum}", outliers)


def _misfit(words: str, outliers: list[Node]) -> Iterator[tuple[str, list[Node]]]:
    if outliers:
        yield words, outliers


def _iri(text: str, prefixes: Mapping[str, str]) -> URIRef:
    try:
        return iri(text, prefixes)
    except ParameterError:
        return URIRef("")


def _datatype(value: Node) -> URIRef | None:
    if not isinstance(value, Literal) or value.language:
        return None
    return value.datatype or XSD.string


def _in_order(low: str, high: str) -> bool:
    """Whether one value is not above another: as numbers where both are, else as text, as which
    dates of XML Schema without time zones compare. A number is not in order with what is none."""
    if is_number(low) != is_number(high):
        return False
    return Decimal(low) <= Decimal(high) if is_number(low) else low <= high


def _few(values: Sequence[Node]) -> str:
    remainder = f" and {len(values) - _EXAMPLES} more" if len(values) > _EXAMPLES else ""
    return ", ".join(map(write_term, values[:_EXAMPLES])) + remainder
