"""A result that the disk does not take: never the fault of the query."""

import errno
import io
import os
from http import HTTPStatus
from typing import Any

import pytest

from eakg.serve.app.codings import CODINGS, encode
from eakg.serve.app.problems import problem_of
from eakg.sparql.failures import SpoolError, from_message, to_message
from eakg.store.graphs.evaluation import evaluate
from eakg.store.graphs.graph_load import load
from eakg.store.request import QueryRequest
from helpers.holdings import small_contents

TEN = " ".join(f"VALUES ?v{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(5))
FORMATS = ("json", "csv", "xml")


class FullDisk(io.RawIOBase):
    """A file that may not grow further."""

    def __init__(self, number: int) -> None:
        self.number = number

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        raise OSError(self.number, os.strerror(self.number))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_full_disk_is_no_fault_of_the_query(format_name: str, number: int) -> None:
    store = load(small_contents())
    request = QueryRequest(f"SELECT * {{ {TEN} }}", format_name)
    disk: Any = FullDisk(number)
    with pytest.raises(SpoolError, match=os.strerror(number)) as caught:
        evaluate(store, request, disk)
    problem = problem_of(caught.value, "/sparql")
    assert (problem.status, problem.code) == (HTTPStatus.INSUFFICIENT_STORAGE, "spool-full")
    assert isinstance(from_message(to_message(caught.value)), SpoolError)


@pytest.mark.parametrize("coding", CODINGS, ids=lambda coding: coding.name)
def test_a_full_disk_at_coding_too(coding: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "eakg.serve.app.codings.spool_file", lambda: os.open("/dev/full", os.O_RDWR)
    )
    with pytest.raises(SpoolError):
        encode(coding, (os.urandom(1 << 16) for _ in range(64)), 64 << 16)  # type: ignore[arg-type]  # a coding


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_no_room_anywhere_in_the_application_is_507(number: int) -> None:
    error = OSError(number, os.strerror(number))
    assert problem_of(error, "/graphs").status == HTTPStatus.INSUFFICIENT_STORAGE
