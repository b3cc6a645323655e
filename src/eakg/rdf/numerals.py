"""Numbers of texts and literals that others wrote, of whatever length."""

from math import isfinite

from rdflib import Literal


def whole_number(text: str, most: int) -> int | None:
    """The number that ASCII digits write, from 0 to the most; None for any other text.

    A text of more digits than Python turns into a number (4,300) is one of them.
    """
    digits = text.lstrip("0") or text[:1]
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(most)):
        return None
    return value if (value := int(digits)) <= most else None


def finite_number(term: Literal) -> float | None:
    """The value of a numeric literal as a double; None where it has none that is finite."""
    if term.value is None:
        return None
    value = float(str(term))
    return value if isfinite(value) else None
