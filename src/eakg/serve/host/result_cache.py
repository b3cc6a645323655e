"""Responses kept for those who ask the same again, bounded in bytes.

The version of the data is a part of every key. No version comes again: what was kept of one is let
go when another is asked of.
"""

from collections import OrderedDict
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from eakg.serve.app import VARIANTS
from eakg.serve.host.exchange import CACHE, REQUEST_ID
from eakg.serve.host.reply import Reply

_LARGEST = 8  # one response takes at most this part of the room
_OVERHEAD = 512  # bytes of an entry besides its key and body
_VARY = ", ".join(VARIANTS)


class CacheKey(NamedTuple):
    """A request that changes nothing, and the version of the data that it is asked of."""

    version: str
    method: str
    scheme: str
    prefix: str
    host: str
    path: str
    accept: str
    coding: str
    content_type: str
    query_string: str
    content: bytes


class ResultCache:
    """The last used responses, at most so many bytes of them. For one thread.

    Argument: the bytes; 0 keeps nothing.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self._version = ""
        self._entries: OrderedDict[CacheKey, Reply] = OrderedDict()

    def get(self, key: CacheKey) -> Reply | None:
        """The response that was put under the key, where it is still there."""
        if key.version != self._version:
            self._version = key.version
            self._entries.clear()
            self.size = 0
        reply = self._entries.get(key)
        if reply is not None:
            self._entries.move_to_end(key)
        return reply

    def put(self, key: CacheKey, reply: Reply) -> None:
        """Keep the response where it is one that may be kept, of the version last asked of, and
        there is room; those that were not used for longest give way."""
        if reply.exchange is None or reply.status != HTTPStatus.OK or key in self._entries:
            return
        if key.version != self._version:
            return
        headers = {name.lower(): value for name, value in reply.headers}
        if not _storable(reply, headers):
            return
        headers.pop(REQUEST_ID.lower(), None)
        headers["server-timing"] = "cache"
        exchange = reply.exchange._replace(route=CACHE)
        entry = Reply(reply.status, list(headers.items()), reply.body, exchange)
        size = _size(key, entry)
        if size > self.room // _LARGEST:
            return
        self._entries[key] = entry
        self.size += size
        while self.size > self.room:
            self.size -= _size(*self._entries.popitem(last=False))


def _size(key: CacheKey, reply: Reply) -> int:
    body = b"" if isinstance(reply.body, int) else reply.body
    return _OVERHEAD + len(body) + sum(map(len, key))


def _storable(reply: Reply, headers: Mapping[str, str]) -> bool:
    """RFC 9111 section 3, narrowed: a success with a strong entity tag that says nothing against
    it and depends on no header that is not in the key; no file, and no header twice."""
    return (
        reply.status == HTTPStatus.OK
        and isinstance(reply.body, bytes)
        and len(headers) == len(reply.headers)
        and headers.get("etag", "W/").startswith('"')
        and "no-store" not in headers.get("cache-control", "")
        and "set-cookie" not in headers
        and headers.get("vary", _VARY) == _VARY
    )
