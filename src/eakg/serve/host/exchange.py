"""A request and its answer, as they are logged and counted.

The number of a request is the one that a proxy in front gave it, in the header X-Request-Id, or
else a new one.
"""

import os
import re
from typing import Any, NamedTuple

REQUEST_ID = "X-Request-Id"
CACHE = "(cache)"
"""The route of what was answered from the cache."""
_BYTES = 16  # of a new number
_NUMBER = re.compile(r"[A-Za-z0-9._:=/+-]{1,128}")


class Exchange(NamedTuple):
    """A request and its answer.

    `client` is the address of who sent it, `route` the pattern that the path fits, `size` the bytes
    of the body. `query` is the text of the query, `query_seconds` how long the store took for it,
    and `problem` the code of what was wrong.
    """

    request_id: str
    client: str
    method: str
    path: str
    route: str
    status: int
    size: int | None
    query: str | None = None
    query_seconds: float | None = None
    problem: str | None = None

    @property
    def cached(self) -> bool:
        """Whether the answer was made for another request."""
        return self.route == CACHE

    def again(self, request_id: str, client: str) -> "Exchange":
        """The same for another request like it."""
        return Exchange(request_id, client, *self[2:])

    def fields(self) -> dict[str, Any]:
        """What a line of the log says of it, but for the query."""
        return {
            "request": self.request_id,
            "client": self.client,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "bytes": self.size,
            **({"cached": True} if self.cached else {}),
        }


def request_number(number: str | None) -> str:
    """The number that a request brought, where it is one to keep, or else a new one."""
    return number if number and _NUMBER.fullmatch(number) else os.urandom(_BYTES).hex()
