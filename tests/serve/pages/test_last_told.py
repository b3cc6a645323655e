"""What was told last is told again of the same version alone."""

from collections.abc import Callable

import pytest

from eakg.serve.pages.thing.last_told import LastAnswer
from eakg.store.request import UNKNOWN, QueryRequest, Result


class Versions:
    """A store of which only the version is asked."""

    def __init__(self, version: str) -> None:
        self.version = version

    def query(self, request: QueryRequest) -> Result:
        raise AssertionError(request)


def counted() -> Callable[[], int]:
    numbers = iter(range(100))
    return lambda: next(numbers)


def test_the_same_is_asked_for_once() -> None:
    last, make = LastAnswer[int](), counted()
    store = Versions("1")
    assert [last.get(store, key, make) for key in "aabba"] == [0, 0, 1, 1, 2]


def test_another_version_is_asked_for_anew() -> None:
    last, make = LastAnswer[int](), counted()
    assert last.get(Versions("1"), "a", make) == 0
    assert last.get(Versions("2"), "a", make) == 1


def test_what_is_of_two_versions_is_not_kept() -> None:
    last, make, store = LastAnswer[int](), counted(), Versions("1")

    def changing() -> int:
        store.version += "1"
        return make()

    assert last.get(store, "a", changing) == 0
    assert last.get(store, "a", make) == 1


@pytest.mark.parametrize("version", [UNKNOWN, f"{UNKNOWN}1"])
def test_of_an_unknown_version_nothing_is_kept(version: str) -> None:
    last, make, store = LastAnswer[int](), counted(), Versions(version)
    assert [last.get(store, "a", make) for _ in range(2)] == [0, 1]
