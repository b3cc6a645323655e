"""Values of the dates and times of XSD 1.1 (https://www.w3.org/TR/xmlschema11-2/ section 3.3)."""

import re
from calendar import monthrange
from collections.abc import Hashable
from decimal import Decimal

from rdflib.namespace import XSD
from rdflib.term import Node

_YEAR = r"(?P<year>-?(?:[1-9]\d{3,}|0\d{3}))"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DAY = r"(?P<day>0[1-9]|[12]\d|3[01])"
_TIME = (
    r"(?:(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d(?:\.\d+)?)"
    r"|(?P<midnight>24:00:00(?:\.0+)?))"
)
_ZONE = r"(?P<zone>Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"

_PATTERNS: dict[Node, re.Pattern[str]] = {
    datatype: re.compile(pattern, re.ASCII)
    for datatype, pattern in {
        XSD.dateTime: f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}?",
        XSD.dateTimeStamp: f"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}{_ZONE}",
        XSD.date: f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
        XSD.time: f"{_TIME}{_ZONE}?",
        XSD.gYearMonth: f"{_YEAR}-{_MONTH}{_ZONE}?",
        XSD.gYear: f"{_YEAR}{_ZONE}?",
        XSD.gMonthDay: f"--{_MONTH}-{_DAY}{_ZONE}?",
        XSD.gDay: f"---{_DAY}{_ZONE}?",
        XSD.gMonth: f"--{_MONTH}{_ZONE}?",
    }.items()
}
INSTANT_DATATYPES = frozenset(_PATTERNS)


def instant(lexical: str, datatype: Node) -> Hashable | None:
    """Value of a date or time, or None where the lexical form is none of its datatype.

    Two values are the same when they are identical, not when they are equal. The offset of the time
    zone is one of the seven properties of a value (XSD 1.1 part 2 sections 3.3.7 and D.2.1), so the
    same moment in two zones is two values that are equal (2.2.1, 2.2.2;
    https://www.w3.org/TR/owl2-syntax/ section 4.7), and no offset is another value again.
    """
    match = _PATTERNS[datatype].fullmatch(lexical)
    if match is None:
        return None
    part = match.groupdict()
    year, month, day = (int(part[name]) if part.get(name) else None for name in _CALENDAR)
    if month and day and day > _days(year, month):
        return None
    clock: Hashable = None
    if part.get("midnight"):
        clock = (0, 0, Decimal(0))
        if year is not None and month and day:
            year, month, day = _next_day(year, month, day)
    elif part.get("hour"):
        clock = (int(part["hour"]), int(part["minute"]), Decimal(part["second"]))
    return (year, month, day, clock, _minutes(part.get("zone")))


_CALENDAR = ("year", "month", "day")


def _days(year: int | None, month: int) -> int:
    leap_cycle = 2000 if year is None else 2000 + year % 400
    return monthrange(leap_cycle, month)[1]


def _next_day(year: int, month: int, day: int) -> tuple[int, int, int]:
    if day < _days(year, month):
        return year, month, day + 1
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)


def _minutes(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes
