"""What the answer to a request depends on."""

from typing import NamedTuple


class CacheKey(NamedTuple):
    """A request that changes nothing, and the version of the data that it is asked of."""

    version: str
    method: str
    scheme: str
    host: str
    path: str
    accept: str
    content_type: str
    query_string: str
    content: bytes

    @property
    def manner(self) -> tuple[str, ...]:
        """How it is asked, without what is asked."""
        return self[:7]
