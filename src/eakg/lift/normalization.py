"""Values that the identifier of a normalization stands for."""

from datetime import date
from decimal import Decimal, InvalidOperation

from rdflib import Literal
from rdflib.namespace import XSD


def interval(identifier: str) -> tuple[Literal, Literal] | None:
    """The bounds of a day or an interval of days, or None where it is neither (ISO 8601)."""
    start, slash, end = identifier.partition("/")
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end if slash else start)
    except ValueError:
        return None
    if last < first:
        return None
    return (
        Literal(first.isoformat(), datatype=XSD.date),
        Literal(last.isoformat(), datatype=XSD.date),
    )


def quantity(identifier: str) -> tuple[Literal, str] | None:
    """The number and the word for the unit of `number_unit`, such as 5.6_percent, or None where it
    is none."""
    number, _, unit = identifier.partition("_")
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    if not value.is_finite() or not unit:
        return None
    return decimal_literal(format(value, "f")), unit


def decimal_literal(text: str) -> Literal:
    """A decimal with a fraction, which Turtle writes without quotes (RDF 1.1 Turtle, 2.5.2)."""
    return Literal(text if "." in text else f"{text}.0", datatype=XSD.decimal)
