"""What is made once: for one version, for all processes, and never told before it is whole."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from eakg.serve.content import Shelf
from eakg.sparql import NotPreparedError, TimeLimitExceededError
from eakg.store import UNKNOWN, Contents, EmbeddedStore, QueryService

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


class Stranger:
    """A store of which nobody knows the version, or one that changes each time it is asked."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._number = 0

    @property
    def version(self) -> str:
        self._number += 1
        return f"{self._prefix}{self._number}"


def test_a_file_outlasts_those_that_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.serve.content.shelf._REST_SECONDS", -1.0)
    shelf = Shelf(cast(QueryService, Stranger(UNKNOWN)), str(tmp_path))

    def make_part(path: Path) -> None:
        path.write_text("part")

    def make(path: Path) -> None:
        path.write_text("begun")
        for number in range(9):
            assert shelf.get(f"part{number}", make_part).read_text() == "part"
        path.write_text("whole")

    assert shelf.get("it", make).read_text() == "whole"
    assert len(list((tmp_path / "shelf").iterdir())) <= 3


def test_what_was_given_to_be_read_stays_for_a_while(tmp_path: Path) -> None:
    store = SimpleNamespace(version="0")
    shelf = Shelf(cast(QueryService, store), str(tmp_path))

    def make(path: Path) -> None:
        path.write_text(store.version)

    first = shelf.get("it", make)
    use = first.with_name(".use")
    use.write_text("-1000")
    assert shelf.get("it", make) == first
    for number in range(1, 5):
        store.version = str(number)
        assert shelf.get("it", make).read_text() == str(number)
    assert first.read_text() == "0"
    use.write_text("-1000")
    store.version = "5"
    shelf.get("it", make)
    assert not first.exists()


def test_what_is_being_made_stays_while_the_data_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of other processes too, and whatever clock is set meanwhile."""
    monkeypatch.setattr("eakg.serve.content.shelf._REST_SECONDS", -1.0)
    store = SimpleNamespace(version="0")
    first, second = (Shelf(cast(QueryService, store), str(tmp_path), 60) for _ in range(2))

    def make(path: Path) -> None:
        path.write_text("begun")
        version = store.version
        for number in range(5):
            store.version = f"later {number}"
            second.get("another", Path.touch)
        assert path.read_text() == "begun"
        store.version = version

    assert first.get("it", make).read_text() == "begun"


@pytest.mark.slow
def test_files_are_made_and_removed_by_several_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eakg.serve.content.shelf._REST_SECONDS", 0.02)
    errors: list[Exception] = []

    def ask(prefix: str) -> None:
        store = SimpleNamespace(version="")
        shelf = Shelf(cast(QueryService, store), str(tmp_path), 60)
        for number in range(150):
            store.version = f"{prefix}{number}"
            try:
                shelf.get("it", Path.touch)
            except Exception as error:
                errors.append(error)

    threads = [
        threading.Thread(target=ask, args=(prefix,))
        for prefix in (f"{UNKNOWN}a", f"{UNKNOWN}b", "c", "c")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
