"""Responses kept for those who ask the same again, bounded in bytes.

The version of the data is a part of every key, so that no change of the data makes one stale.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from http import HTTPStatus

_LARGEST = 8  # one response takes at most this part of the room
_OVERHEAD = 512  # bytes of an entry besides its key and body
_VARIES_BY = frozenset({"accept"})
_OWN = frozenset({"server-timing", "x-request-id"})  # headers of one request alone


@dataclass(frozen=True)
class Stored:
    """A response: status, headers, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class ResultCache:
    """The last used responses, at most so many bytes of them. For one thread.

    Argument: the bytes; 0 keeps nothing.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self.size = 0
        self._entries: OrderedDict[Hashable, Stored] = OrderedDict()

    def get(self, key: Hashable) -> Stored | None:
        """The response that was put under the key, where it is still there."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: Hashable, response: Stored) -> None:
        """Keep the response where it is one that may be kept and there is room; those that were
        not used for longest give way."""
        size = _size(key, response)
        if size > self.room // _LARGEST or key in self._entries or not _storable(response):
            return
        headers = [one for one in response.headers if one[0].lower() not in _OWN]
        self._entries[key] = Stored(
            response.status, [*headers, ("server-timing", "cache")], response.body
        )
        self.size += size
        while self.size > self.room:
            old_key, old = self._entries.popitem(last=False)
            self.size -= _size(old_key, old)


def _size(key: Hashable, response: Stored) -> int:
    parts = key if isinstance(key, tuple) else (key,)
    return _OVERHEAD + len(response.body) + sum(len(part) for part in parts)


def _storable(response: Stored) -> bool:
    """RFC 9111 section 3, narrowed: a success with a strong entity tag that says nothing against
    it and depends on no header that is not in the key."""
    headers = {name.lower(): value for name, value in response.headers}
    return (
        response.status == HTTPStatus.OK
        and headers.get("etag", "W/").startswith('"')
        and "no-store" not in headers.get("cache-control", "")
        and "set-cookie" not in headers
        and _names(headers.get("vary", "")) <= _VARIES_BY
    )


def _names(listed: str) -> set[str]:
    return {name.strip().lower() for name in listed.split(",") if name.strip()}
