"""When a thing was: the latest beginning and the earliest end of all that sources give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import XSD, Literal

from eakg.names import EAKG
from eakg.serve.content.presentation import shipped_presentation
from eakg.serve.words.wording import time_of
from helpers.tries import tries

START, END = EAKG.notBefore, EAKG.notAfter
TIME = shipped_presentation().time
bounds_of = TIME.bounds_of
DAYS = st.lists(st.dates().map(lambda day: day.isoformat()), max_size=4)


def literals(predicate: object, days: list[str]) -> list[tuple[object, Literal]]:
    return [(predicate, Literal(day, datatype=XSD.date)) for day in days]


@pytest.mark.slow
@settings(max_examples=tries(200))
@given(DAYS, DAYS)
def test_the_tightest_bounds_count(starts: list[str], ends: list[str]) -> None:
    bounds = bounds_of([*literals(START, starts), *literals(END, ends)])
    assert bounds.start == max(starts, default=None)
    assert bounds.end == min(ends, default=None)
    if starts and ends:
        nothing_fits = not any(
            all(start <= day for start in starts) and all(day <= end for end in ends)
            for day in (*starts, *ends)
        )
        assert bounds.crossed == nothing_fits
        assert ("do not agree" in time_of(bounds)) == nothing_fits


def test_a_year_and_a_month_reach_to_their_last_day() -> None:
    year = bounds_of([(START, Literal("2020-07-20")), (END, Literal("2020"))])
    assert (year.start, year.end, year.crossed) == ("2020-07-20", "2020", False)
    month = bounds_of([(END, Literal("2020-07")), (END, Literal("2020"))])
    assert month.end == "2020-07"
    assert bounds_of([(START, Literal("2020-08")), (END, Literal("2020-07"))]).crossed
    assert time_of(bounds_of([(START, Literal("2020-07")), (END, Literal("2020-07-20"))]))
