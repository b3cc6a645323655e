"""A response on its way to the server."""

from dataclasses import dataclass

from eakg.serve.host.exchange import Exchange

Headers = list[tuple[str, str]]


@dataclass
class Reply:
    """A response: status, headers, and the bytes of the body or the descriptor of a file with
    them, which whoever sends it closes; the exchange that it was made for, where it is known; the
    version of the data, where all of it is from one query."""

    status: int
    headers: Headers
    body: bytes | int
    exchange: Exchange | None = None
    version: str | None = None
