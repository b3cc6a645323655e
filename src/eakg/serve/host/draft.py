"""What the answer of the fast lane is made of, before it is one."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import BinaryIO

from eakg.serve.app import (
    PROBLEM,
    Coding,
    ProblemDetails,
    ProtocolQuery,
    annotate,
    forbid_storing,
    mark,
    mark_coded,
    tell_query,
)
from eakg.store import INLINE, Result

_PIECE = 1 << 16  # bytes


@dataclass
class ReplyDraft:
    """What an answer becomes: status, headers, body and its bytes, and what is logged and counted
    of it."""

    headers: dict[str, str] = field(default_factory=dict)
    status: int = HTTPStatus.OK
    body: bytes | int = b""
    size: int | None = None
    query: str | None = None
    query_seconds: float | None = None
    problem: str | None = None
    version: str | None = None

    def carry(self, query: ProtocolQuery, result: Result) -> None:
        """Take the result of a query for the body."""
        if result.size <= INLINE:
            self.body = result.read()
        else:
            with result:
                self.body = os.dup(result.file.fileno())
        self.size = result.size
        self.version = result.version
        self.headers["Content-Type"] = query.representation.content_type
        self.headers["Content-Length"] = str(result.size)
        annotate(self.headers, result)
        tell_query(self.headers, query.request, calls=query.calls)

    def fail(self, problem: ProblemDetails) -> None:
        """Take a problem for the body."""
        self.status = problem.status
        self.problem = problem.code
        self.version = None
        self.body = problem.document.encode()
        self.size = len(self.body)
        self.headers = {"Content-Type": PROBLEM, "Content-Length": str(self.size)}
        problem.complete(self.headers)

    def mark(self, tag: str | None) -> None:
        """Say what the representation is known by, None for one that is not to be stored."""
        if tag is None:
            forbid_storing(self.headers)
        else:
            mark(self.headers, tag)

    def pieces(self) -> Iterator[bytes]:
        """What there is of the body, whose file is closed at the end."""
        if isinstance(self.body, bytes):
            yield self.body
            return
        with os.fdopen(self.body, "rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def code(self, coding: Coding, body: bytes | BinaryIO, size: int) -> None:
        """Take the body in a coding, and its bytes, for what it was without."""
        if isinstance(body, bytes):
            self.body = body
        else:
            with body:
                self.body = os.dup(body.fileno())
        self.size = size
        mark_coded(self.headers, coding, size)
