"""What is made once: for one version, for all processes, and never told before it is whole."""

import threading
from pathlib import Path

import pytest

from eakg.serve.content import Shelf
from eakg.sparql import NotPreparedError, TimeLimitExceededError
from eakg.store import Contents, EmbeddedStore

STORE = EmbeddedStore(Contents((), "0" * 16))


def test_what_one_process_has_made_is_there_for_another(tmp_path: Path) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("whole")

    first, second = (Shelf(STORE, str(tmp_path)) for _ in range(2))
    assert first.get("it", make).read_text() == "whole"
    assert second.get("it", make).read_text() == "whole"
    assert len(made) == 1


def test_who_asks_for_what_takes_long_is_told_to_come_again(tmp_path: Path) -> None:
    may_end = threading.Event()

    def make(path: Path) -> None:
        path.write_text("a part")
        assert may_end.wait(60)
        path.write_text("whole")

    shelf = Shelf(STORE, str(tmp_path), patience=0.01)
    with pytest.raises(NotPreparedError):
        shelf.get("it", make)
    may_end.set()
    assert Shelf(STORE, str(tmp_path), patience=60).get("it", make).read_text() == "whole"


def test_an_error_is_told_and_it_is_tried_again(tmp_path: Path) -> None:
    errors = [TimeLimitExceededError("too long", 10.0)]

    def make(path: Path) -> None:
        if errors:
            raise errors.pop()
        path.write_text("whole")

    shelf = Shelf(STORE, str(tmp_path), patience=60)
    with pytest.raises(TimeLimitExceededError):
        shelf.get("it", make)
    assert shelf.get("it", make).read_text() == "whole"
