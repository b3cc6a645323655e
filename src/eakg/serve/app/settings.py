"""What the web application needs to know, and how it travels to the process that runs it."""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Literal, Self

from eakg.store import Limits, StoreOptions
from eakg.store.messages import CODEC

VARIABLE = "EAKG_SERVE_SETTINGS"
MAX_BODY = 1 << 20  # bytes
QUERY_SIZE = 1 << 16  # bytes
_FORM = 4  # times as many bytes of a form, where three stand for one

LogFormat = Literal["off", "text", "json"]
LogQueries = Literal["off", "hash", "text"]


@dataclass(frozen=True)
class Access:
    """Who may do what, and how often.

    `token` is the SHA-256 of the token that a writer must show, in hexadecimal; without one
    nobody may write. `rate_limit` is how many requests a client may send in a minute.
    `services` are the hosts that SERVICE may ask. `query_size` is how many bytes the text of a
    query may have that does not come with the token.
    """

    token: str | None = None
    rate_limit: int | None = None
    services: tuple[str, ...] = ()
    query_size: int = QUERY_SIZE

    @property
    def body_size(self) -> int:
        """How many bytes a body may have that does not come with the token."""
        return min(_FORM * self.query_size, MAX_BODY)

    @staticmethod
    def digest(token: str) -> str:
        """What is kept of a token, and handed on to other processes."""
        return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Logs:
    """How requests are logged to standard error, and what of their queries: nothing, a hash by
    which the same query is known again, or the text."""

    format: LogFormat = "off"
    queries: LogQueries = "hash"


@dataclass(frozen=True)
class Settings:
    """Settings of the service.

    `address` is the path of the store's Unix socket, `limits` what queries may use. `public_url`
    is the address that the world knows the service by; without it addresses are relative or taken
    from the request. The service listens at `host` and `port`. `files` are the names and paths of
    the graphs, beside which their tables lie.
    `remote` is the SPARQL endpoint that answers instead of a store of ours, and `folder` the one
    in which web processes share their counts. `cache` is how many bytes each web process keeps of
    what it answered.
    """

    address: str
    limits: Limits = field(default_factory=Limits)
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    files: tuple[tuple[str, str], ...] = ()
    options: StoreOptions = field(default_factory=StoreOptions)
    access: Access = field(default_factory=Access)
    logs: Logs = field(default_factory=Logs)
    remote: str | None = None
    folder: str | None = None
    cache: int = 64 << 20

    def to_environment(self) -> None:
        """Leave the settings in the environment, for the processes started after."""
        os.environ[VARIABLE] = CODEC.text(self)

    @classmethod
    def from_environment(cls) -> Self:
        """The settings that `to_environment` left. Raises: KeyError when there are none."""
        return CODEC.value(cls, os.environ[VARIABLE])
