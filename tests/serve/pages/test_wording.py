"""Days and periods in words."""

import pytest

from eakg.serve.words.wording import day, period


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2020-07-20", "2020-07-20", "20 July 2020"),
        ("2020-07-20", "2020-07-21", "20–21 July 2020"),
        ("2020-07-20", "2020-08-01", "20 July 2020 to 1 August 2020"),
        ("2020-07-20", None, "from 20 July 2020"),
        (None, "2020-07-20", "until 20 July 2020"),
        (None, None, ""),
    ],
)
def test_periods_in_words(first: str | None, last: str | None, words: str) -> None:
    assert period(first, last) == words


def test_what_is_no_day_stays_as_it_is() -> None:
    assert [day(one) for one in ("2020", "2020-13-01", "soon")] == ["2020", "2020-13-01", "soon"]
