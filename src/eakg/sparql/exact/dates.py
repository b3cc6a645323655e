"""Dates with and without a time zone by order, and dates with durations added.

Which of two is earlier is known where they are more than 14 hours apart (XML Schema 1.1 Datatypes
section D.2.1, F&O section 10.4); the engine takes all of them for unequal, and puts none in order.
It takes durations away from dates, and adds few of them.
"""

import re
from collections.abc import Sequence

from eakg.sparql.syntax import Expression, FunctionCall, Operand, TermKind

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPES = {f"{_XSD}date", f"{_XSD}dateTime"}
_TIMES = {f"{_XSD}{name}" for name in ("date", "dateTime", "dateTimeStamp", "time")}
_DURATIONS = {f"{_XSD}{name}" for name in ("duration", "dayTimeDuration", "yearMonthDuration")}
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")
_ERROR = "(1/0 = 1)"


def dates_compared(
    operator: str, operands: Sequence[Expression], wordings: tuple[str, str]
) -> str | None:
    """A comparison with a date that is written in the query without a time zone; None where none
    is.

    Arguments: one of = != < > <= >=; both sides, and how they are worded.
    """
    for place, operand in enumerate(operands):
        if isinstance(operand, Operand) and _is_local_date(operand):
            date, other = operand, wordings[1 - place]
            sign = operator if place == 1 else operator.translate(str.maketrans("<>", "><"))
            return _comparison(other, sign, date, f"{wordings[0]} {operator} {wordings[1]}")
    return None


def date_moved(operands: Sequence[Expression], wordings: tuple[str, str]) -> str | None:
    """A sum of a date or a time and a duration, in either order (F&O section 9.7), as a difference;
    None where it is of something else.

    Arguments: both sides, and how they are worded.
    """
    first, second = (f"({wording})" for wording in wordings)
    types = [_datatype(operand) for operand in operands]
    if types[0] in _DURATIONS or types[1] in _TIMES:
        return f"{second} - (-{first})"
    if types[1] in _DURATIONS or types[0] in _TIMES:
        return f"{first} - (-{second})"
    if all(_is_variable(operand) for operand in operands):
        return f"COALESCE({first} + {second}, {first} - (-{second}), {second} - (-{first}))"
    return None


def _datatype(operand: Expression) -> str | None:
    """The datatype that a value has, where the query tells it."""
    if isinstance(operand, Operand):
        return operand.term.iri if operand.term.kind is TermKind.LITERAL else None
    if isinstance(operand, FunctionCall):
        return f"{_XSD}dateTime" if operand.name == "NOW" else operand.name
    return None


def _is_variable(operand: Expression) -> bool:
    return isinstance(operand, Operand) and operand.term.kind is TermKind.VARIABLE


def _is_local_date(operand: Operand) -> bool:
    term = operand.term
    if term.kind is not TermKind.LITERAL or term.iri not in _TYPES:
        return False
    return not _ZONE.search(_lexical(operand))


def _lexical(operand: Operand) -> str:
    return operand.term.text.rpartition("^^")[0].strip().strip("\"'")


def _comparison(other: str, sign: str, date: Operand, plain: str) -> str:
    lexical = _lexical(date)
    first, last = (f'"{lexical}{zone}"^^<{date.term.iri}>' for zone in ("+14:00", "-14:00"))
    after, before = f"{other} > {last}", f"{other} < {first}"
    if sign in {">", ">="}:
        return f"COALESCE({plain}, IF({after}, true, IF({before}, false, {_ERROR})))"
    if sign in {"<", "<="}:
        return f"COALESCE({plain}, IF({before}, true, IF({after}, false, {_ERROR})))"
    zoned = f'REGEX(STR({other}), "(Z|[+-][0-9][0-9]:[0-9][0-9])$")'
    is_date = f"isLITERAL({other}) && DATATYPE({other}) = <{date.term.iri}>"
    answer = "false" if sign == "=" else "true"
    apart = f"IF({after} || {before}, {answer}, {_ERROR})"
    return f"IF({is_date} && {zoned}, {apart}, {plain})"
