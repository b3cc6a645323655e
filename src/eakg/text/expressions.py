"""Days and quantities as English texts write them.

Days are intervals of days (ISO 8601), as a normalization writes them: `2020-07-20/2020-07-21`;
months and years are from their first day to their last. Quantities are a number and a unit:
`5.6_percent`.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

_NEAR = 40  # characters behind a number in which its unit stands
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("january jan", "february feb", "march mar", "april apr", "may", "june jun"),
            *("july jul", "august aug", "september sep sept", "october oct", "november nov"),
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DAYS = rf"(?P<first>{_DAY})(?:\s*(?:-|–|\bto\b|\band\b)\s*(?P<last>{_DAY}))?"
_YEAR = r"(?P<year>[12]\d{3})"
_DATES = tuple(
    re.compile(rf"\b{pattern}\b", re.IGNORECASE)
    for pattern in (
        rf"{_DAYS}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?",
        rf"{_MONTH}\s+{_DAYS}(?:,?\s+{_YEAR})?(?!\d)",
        r"(?P<iso>\d{4}-\d\d-\d\d)",
        rf"{_MONTH}\s+{_YEAR}",
    )
)
_YEARS = re.compile(r"(?<=\b[Ii]n )(?P<year>(?:19|20)\d\d)\b(?![-\u2013,.]?\d)")
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SCALE = rf"(?P<scale>{'|'.join(_SCALES)})\b"
_WORDS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?:(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?P<word>a|{'|'.join(_WORDS)})(?=\s+(?:{'|'.join(_SCALES)})\b))"
    rf"(?:\s+{_SCALE})?\s*",
    re.IGNORECASE,
)
"""A number in digits, or in words where *thousand* or more stands behind them."""
_UNIT = re.compile(r"%|(?:U\.S\.|[^\W\d]+)(?: [^\W\d]+){0,2}", re.IGNORECASE)
_UNIT_NAMES = {
    **dict.fromkeys(("per cent", "%"), "percent"),
    **dict.fromkeys(("us dollar", "u.s. dollar", "usd"), "united states dollar"),
    **dict.fromkeys(("yuan", "renminbi", "rmb", "cny"), "yuan renminbi"),
}
"""Other names of units in English texts, in the singular."""


class Expression(NamedTuple):
    """Words with a value: their span in code points, the value as a normalization writes it, and
    the value in words."""

    start: int
    end: int
    value: str
    words: str


def quantities_in(text: str, units: Mapping[str, str]) -> Iterator[Expression]:
    """The quantities in a text. Argument: the units by their names, without case."""
    for match in _NUMBER.finditer(text):
        rest = text[match.end() : match.end() + _NEAR]
        unit_words = _unit(rest, units)
        if unit_words is None:
            continue
        name, unit = unit_words
        scale = _SCALES.get((match["scale"] or "").lower(), 0)
        number = _number(match["digits"], match["word"]).scaleb(scale)
        value = format(number.normalize(), "f")
        end = match.end() + len(name)
        words = " ".join(text[match.start() : end].split())
        yield Expression(match.start(), end, f"{value}_{unit}", words)


def _number(digits: str | None, word: str | None) -> Decimal:
    if digits is not None:
        return Decimal(digits.replace(",", ""))
    return Decimal(_WORDS.index(word.lower()) + 1 if word and word.lower() in _WORDS else 1)


def _unit(text: str, units: Mapping[str, str]) -> tuple[str, str] | None:
    """The words with which a text begins that are a unit, as many as are one, and the unit."""
    match = _UNIT.match(text)
    words = match[0] if match else ""
    while words:
        name = words.casefold()
        for form in (name, name.removesuffix("s")):
            unit = units.get(form) or units.get(_UNIT_NAMES.get(form, ""))
            if unit is not None:
                return words, unit
        words = words.rpartition(" ")[0]
    return None


def days_in(text: str, year: int | None = None) -> Iterator[Expression]:
    """The days, months and years in an English text. Argument: the year of days without one."""
    ends = 0
    matches = (match for pattern in (*_DATES, _YEARS) for match in pattern.finditer(text))
    for match in sorted(matches, key=lambda match: (match.start(), -match.end())):
        if match.start() < ends:
            continue
        ends = match.end()
        days = _days(match.groupdict(), year)
        if days is None:
            continue
        first, last = days
        words = first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
        yield Expression(match.start(), match.end(), words.replace(" to ", "/"), words)


def _days(parts: Mapping[str, str | None], year: int | None) -> tuple[date, date] | None:
    try:
        if iso := parts.get("iso"):
            return date.fromisoformat(iso), date.fromisoformat(iso)
        year_digits = parts.get("year")
        number = int(year_digits) if year_digits else year
        if number is not None and "month" not in parts:
            return date(number, 1, 1), date(number, 12, 31)
        month = _MONTHS[(parts.get("month") or "").lower().rstrip(".")]
        if number is not None and "first" not in parts:
            return date(number, month, 1), date(number, month, monthrange(number, month)[1])
        first = int(re.sub(r"\D", "", parts.get("first") or ""))
        last = int(re.sub(r"\D", "", parts.get("last") or "") or first)
        if number is None or last < first:
            return None
        return date(number, month, first), date(number, month, last)
    except (KeyError, ValueError):
        return None
