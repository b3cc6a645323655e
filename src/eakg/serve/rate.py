"""How many requests a client may send in a minute.

The web processes share a table of counts. A client has one place in it, which two clients have in
common once in a million.
"""

import mmap
import os
import struct
import time
from hashlib import blake2b
from http import HTTPStatus
from ipaddress import ip_address
from pathlib import Path

from flask import Flask, Request, Response, request

from eakg.serve.problems import Problem

_PLACES = 1 << 20
_ENTRY = struct.Struct("<II")
_MINUTE = 60
_FREE = frozenset({"/health", "/ready", "/metrics"})


class Rates:
    """Counts of requests by client and minute.

    Arguments: requests that a client may send in a minute; the folder that processes share, None
    for one process.
    """

    def __init__(self, limit: int, folder: str | None = None) -> None:
        self.limit = limit
        size = _PLACES * _ENTRY.size
        if folder is None:
            self._table = mmap.mmap(-1, size)
            return
        descriptor = os.open(Path(folder) / "rates", os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(descriptor, size)
        self._table = mmap.mmap(descriptor, size)
        os.close(descriptor)

    def excess(self, client: str, now: float) -> int | None:
        """Count a request; the seconds until the next is welcome, None where this one is."""
        minute, second = divmod(int(now), _MINUTE)
        digest = blake2b(client.encode(), digest_size=8).digest()
        place = int.from_bytes(digest) % _PLACES * _ENTRY.size
        counted_in, count = _ENTRY.unpack_from(self._table, place)
        count = count + 1 if counted_in == minute else 1
        _ENTRY.pack_into(self._table, place, minute, count)
        return None if count <= self.limit else _MINUTE - second


def register(app: Flask, limit: int | None, folder: str | None) -> None:
    """Refuse what a client sends beyond the limit; without one, nothing."""
    if limit is None:
        return
    rates = Rates(limit, folder)

    def check() -> Response | None:
        if request.path in _FREE:
            return None
        seconds = rates.excess(client_of(request), time.time())
        if seconds is None:
            return None
        detail = f"this client may send {limit} requests in a minute"
        headers = {"Retry-After": str(seconds)}
        status = HTTPStatus.TOO_MANY_REQUESTS
        return Problem(status, "too-many-requests", detail, {}, headers).response()

    app.before_request(check)


def client_of(request: Request) -> str:
    """The address of the client: where a proxy on this machine passes the request on, the one that
    it says last in X-Forwarded-For."""
    address = request.remote_addr or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        local = ip_address(address).is_loopback
        return str(ip_address(forwarded)) if local and forwarded else address
    except ValueError:
        return address
