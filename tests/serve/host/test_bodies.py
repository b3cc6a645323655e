"""Whose bodies are taken, and what is said where the disk takes none."""

import errno
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from eakg.serve.app.errors import BodyNotKeptError
from eakg.serve.app.parameters import MAX_WRITE
from eakg.serve.app.settings import MAX_BODY, QUERY_SIZE, Access, Settings
from eakg.serve.host import bodies
from eakg.store.options import StoreOptions
from helpers.patience import PATIENT
from helpers.rsgi import FakeHeaders, FakeScope, run_apart

TOKEN = "token-of-writers"  # noqa: S105 - of these tests
BEARER = f"Bearer {TOKEN}"


def settings(*, writable: bool) -> Settings:
    access = Access(Access.digest(TOKEN) if writable else None)
    return Settings("", PATIENT, options=StoreOptions(writable=writable), access=access)


@pytest.mark.parametrize(
    ("method", "path", "writable", "authorization", "largest"),
    [
        ("POST", "/update", True, BEARER, MAX_WRITE),
        ("PUT", "/graphs", True, BEARER, MAX_WRITE),
        ("POST", "/graphs/a", True, BEARER, MAX_WRITE),
        ("POST", "/update", True, "Bearer other", 0),
        ("PUT", "/graphs", True, "Basic eDp5", 0),
        ("POST", "/update", True, None, 0),
        ("POST", "/update", False, BEARER, 0),
        ("PUT", "/graphs", False, BEARER, 0),
        ("POST", "/sparql", True, BEARER, MAX_BODY),
        ("POST", "/sparql", False, BEARER, 4 * QUERY_SIZE),
        ("PUT", "/things", True, BEARER, MAX_BODY),
    ],
)
def test_only_who_may_write_sends_much_and_only_to_what_is_written(
    method: str, path: str, writable: bool, authorization: str | None, largest: int
) -> None:
    pairs = [] if authorization is None else [("authorization", authorization)]
    scope: Any = FakeScope(method, path, "", FakeHeaders(pairs))
    assert bodies.largest_body(scope, settings(writable=writable)) == largest


@dataclass
class Sender:
    """A client who sends pieces of a body."""

    pieces: list[bytes]
    sent: int = 0
    closed: list[int] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self.sent += 1
            yield piece


def test_no_room_for_a_body_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """ENOSPC as Linux gives it: writing to /dev/full (null(4))."""
    monkeypatch.setattr(bodies, "spool_file", lambda: os.open("/dev/full", os.O_RDWR))
    sender: Any = Sender([b"x" * (1 << 19)] * 8)
    with pytest.raises(BodyNotKeptError, match=os.strerror(errno.ENOSPC)):
        run_apart(bodies.read_body(sender, MAX_WRITE))
    assert sender.sent < 8


def test_a_body_that_is_passed_over_is_not_read_for_ever() -> None:
    sender: Any = Sender([b"x" * (1 << 18)] * 100)
    run_apart(bodies.pass_over_body(sender))
    assert sender.sent <= (MAX_BODY >> 18) + 1
