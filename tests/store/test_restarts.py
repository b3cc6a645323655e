"""When a process that ended is started anew: after pauses that double, and then no more."""

import pytest

from eakg.store.workers.restarts import Restarts


def test_pauses_double_up_to_half_a_minute_and_then_there_are_none() -> None:
    restarts = Restarts(limit=12)
    pauses = [restarts.pause(0.0) for _ in range(13)]
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0, 30.0, None]


def test_a_longer_life_begins_anew() -> None:
    restarts = Restarts(limit=3)
    lives = [0.0, 0.5, 0.99, 1.0, 0.0, 7200.0, 0.0, 0.0, 0.0]
    assert [restarts.pause(life) for life in lives] == [
        0.1,
        0.2,
        0.4,
        0.1,
        0.2,
        0.1,
        0.2,
        0.4,
        None,
    ]


@pytest.mark.parametrize("life", [0.0, 3600.0])
def test_none_at_all(life: float) -> None:
    assert Restarts(limit=0).pause(life) is None
