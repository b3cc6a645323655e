"""Days, periods and numbers in words."""

import re
from datetime import date
from decimal import Decimal

from eakg.serve.content import Bounds

_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")
_SIZES = (("trillion", 10**12), ("billion", 10**9), ("million", 10**6))
_LEAST_IN_GROUPS = 10_000


def day(value: str) -> str:
    """A date in words; what is none stays as it is."""
    try:
        when = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def days_in_words(text: str) -> str:
    """A text whose dates are in words."""
    return _DATE.sub(lambda match: day(match[0]), text)


def period(first: str | None, last: str | None) -> str:
    """A period in words, of which either end may be open."""
    if first and last:
        if first == last:
            return day(first)
        if first[:7] == last[:7] and first[8:10].isdigit():
            return f"{int(first[8:10])}–{day(last)}"
        return f"{day(first)} to {day(last)}"
    if first:
        return f"from {day(first)}"
    return f"until {day(last)}" if last else ""


def time_of(bounds: Bounds) -> str:
    """When a thing was, in words; empty where nothing bounds it."""
    if bounds.crossed:
        first, last = day(bounds.start or ""), day(bounds.end or "")
        return f"not before {first}, not after {last}: the sources do not agree"
    return period(bounds.start, bounds.end)


def moment(bounds: Bounds) -> str:
    """When a thing was, as a sentence goes on with it: a day with its preposition."""
    if bounds.crossed or not (bounds.start and bounds.end):
        return time_of(bounds)
    words = period(bounds.start, bounds.end)
    if " to " in words:
        return f"in the time from {words}"
    return f"on {words}" if len(bounds.start) == len("2020-07-23") else f"in {words}"


def amount(number: str) -> str:
    """A number as people read it: from a million on by its name where that is exact with four
    digits behind the point, from ten thousand on in groups; what is none stays as it is."""
    if not _DECIMAL.fullmatch(number):
        return number
    value = Decimal(number)
    for name, size in _SIZES:
        short = value / size
        if abs(short) >= 1 and short == round(short, 4):
            return f"{short.normalize():f} {name}"
    if abs(value) < _LEAST_IN_GROUPS:
        return number
    return f"{value.quantize(Decimal(1)) if value == int(value) else value:,}"


def digits(number: str) -> str:
    """All digits of a number, from ten thousand on in groups, without a fraction of nothing; what
    is no number in plain digits stays as it is."""
    if not _DECIMAL.fullmatch(number):
        return number
    value = Decimal(number)
    if value == int(value):
        value = Decimal(int(value))
    return f"{value:,}" if abs(value) >= _LEAST_IN_GROUPS else f"{value:f}"


def pluralize(singular: str, plural: str, number: int) -> str:
    """The words for a number of things, with `{number}` in them replaced by it."""
    return (singular if number == 1 else plural).format(number=number)
