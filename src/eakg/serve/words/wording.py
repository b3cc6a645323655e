"""Days, periods and numbers in words."""

from datetime import date

from eakg.serve.content import Bounds

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


def day(value: str) -> str:
    """A date in words; what is none stays as it is."""
    try:
        when = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


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


def pluralize(singular: str, plural: str, number: int) -> str:
    """The words for a number of things, with `{number}` in them replaced by it."""
    return (singular if number == 1 else plural).format(number=number)
