"""The bodies of requests: whose are taken, how large they may be, and where they wait."""

import asyncio
import contextlib
import os
from collections.abc import Callable
from io import BytesIO
from typing import IO, TYPE_CHECKING

from granian.rsgi import Scope

from eakg.serve.app import (
    MAX_BODY,
    MAX_WRITE,
    BodyNotKeptError,
    Settings,
    may_write,
)
from eakg.store import spool_file

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol

_IN_MEMORY = 1 << 20  # bytes up to which the body of a request stays in memory
_BODY_SECONDS = 10.0  # that a body may take
_BODY_PACE = 1 << 14  # bytes of a body for which it may take a second more
_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_WRITE_PATHS = ("/update", "/graphs")


def is_bodiless(scope: Scope) -> bool:
    """Whether a request has no body."""
    return scope.method in _BODILESS and not (
        "content-length" in scope.headers or "transfer-encoding" in scope.headers
    )


def largest_body(scope: Scope, settings: Settings) -> int:
    """Bytes of a body that are read at most: many only from who may write, and only to what is
    written; 0 where the application refuses the request by its head."""
    path = scope.path
    is_write = path.startswith(_WRITE_PATHS) and scope.method in _WRITING
    is_writer = may_write(settings, scope.headers.get("authorization"))
    if is_write:
        return MAX_WRITE if is_writer else 0
    return MAX_BODY if is_writer else settings.access.body_size


async def read_body(protocol: "RSGIHTTPProtocol", largest: int) -> IO[bytes]:
    """The body of the request, or so much of it that the application sees that it is too large.

    Raises: TimeoutError where it comes so slowly that it keeps others from a connection;
    BodyNotKeptError where the disk does not take it.
    """
    begun = asyncio.get_running_loop().time()
    async with asyncio.timeout_at(begun + _BODY_SECONDS) as limit:
        return await _pieces(
            protocol,
            largest,
            lambda size: limit.reschedule(begun + _BODY_SECONDS + size / _BODY_PACE),
        )


async def pass_over_body(protocol: "RSGIHTTPProtocol") -> None:
    """Read what a client sends to no end, after it was answered, and keep nothing of it: it reads
    the answer once it has sent its body (RFC 9112 section 9.6)."""
    size = 0
    with contextlib.suppress(Exception):  # there is nobody to tell
        async with asyncio.timeout(_BODY_SECONDS):
            async for piece in protocol:
                size += len(piece)
                if size > MAX_BODY:
                    break


async def _pieces(
    protocol: "RSGIHTTPProtocol", largest: int, received: Callable[[int], None]
) -> IO[bytes]:
    body: IO[bytes] = BytesIO()
    size = 0
    try:
        async for piece in protocol:
            if size <= _IN_MEMORY < size + len(piece):
                memory, body = body, os.fdopen(spool_file(), "w+b")
                body.write(memory.getvalue() if isinstance(memory, BytesIO) else b"")
            size += len(piece)
            received(size)
            body.write(piece)
            if size > largest:
                break
        body.seek(0)
    except OSError as error:
        with contextlib.suppress(OSError):
            body.close()
        raise BodyNotKeptError(
            f"the body was not taken: {error.strerror or error}; nothing was changed"
        ) from error
    except BaseException:
        body.close()
        raise
    return body
