"""Quantities as English texts write them."""

import pytest

from eakg.text.expressions import quantities_in

UNITS = {"dose": "doses", "united states dollar": "usd", "percent": "percent"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("gave one million doses of", "1000000_doses"),
        ("1.5 million doses", "1500000_doses"),
        ("A billion US dollars", "1000000000_usd"),
        ("two thousand and 3,000 doses", "3000_doses"),
        ("rose 2.5 percent", "2.5_percent"),
        ("none million doses, one dose, a dose, twelve", ""),
        ("three thousand doses, twelve million doses", "3000_doses 12000000_doses"),
    ],
)
def test_numbers_in_digits_and_words(text: str, values: str) -> None:
    assert [one.value for one in quantities_in(text, UNITS)] == values.split()
