"""Numbers that others wrote, of whatever length."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Literal
from rdflib.namespace import XSD

from eakg.rdf import finite_number, whole_number

LONG = "9" * 5000
"""More digits than Python turns into a number."""


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 30))
def test_digits_are_a_number_up_to_the_most(number: int, most: int, zeros: int) -> None:
    assert whole_number("0" * zeros + str(number), most) == (number if number <= most else None)


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1_0", "١", "²", "1e3", LONG])
def test_what_is_no_such_number_is_none(text: str) -> None:
    assert whole_number(text, 10**9) is None


def test_zeros_without_end_are_zero() -> None:
    assert whole_number("0" * 5000, 1) == 0


@pytest.mark.parametrize(
    ("lexical", "datatype", "value"),
    [
        ("12", XSD.integer, 12.0),
        ("1.50", XSD.decimal, 1.5),
        ("1e2", XSD.double, 100.0),
        ("9" * 400, XSD.integer, None),
        (LONG, XSD.integer, None),
        ("1e999", XSD.double, None),
        ("INF", XSD.double, None),
        ("NaN", XSD.double, None),
        ("x", XSD.integer, None),
    ],
)
def test_a_literal_is_a_double_where_it_is_finite(
    lexical: str, datatype: str, value: float | None
) -> None:
    number = finite_number(Literal(lexical, datatype=datatype))
    assert number == value
    assert number is None or math.isfinite(number)
