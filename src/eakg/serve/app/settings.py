"""What the web application needs to know, and how it travels to the process that runs it."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self

from eakg.serve.content import Project
from eakg.serve.guard import LOOPBACK, Quotas
from eakg.store import Limits, StoreOptions
from eakg.store.messages import CODEC
from eakg.store.versions import JournaledVersions, PastStores, Releases, VersionSource

VARIABLE = "EAKG_SERVE_SETTINGS"
_FILE = "settings"
MAX_BODY = 1 << 20  # bytes
QUERY_SIZE = 1 << 16  # bytes
_FORM = 4  # times as many bytes of a form, where three stand for one

HttpVersions = Literal["1", "auto", "2"]
LogFormat = Literal["off", "text", "json"]
LogQueries = Literal["off", "hash", "text"]


@dataclass(frozen=True)
class Access:
    """Who may do what, and how often.

    `token` is the SHA-256 of the token that a writer must show, in hexadecimal; without one
    nobody may write. `rate_limit` is how many requests a client may send in a minute.
    `services` are the hosts that SERVICE may ask. `read_token` is the SHA-256 of the token that a
    reader must show, None where anyone may read. `hosts` are the names that the service may be
    asked by, None where any will do. `cors` is whether pages from elsewhere may read answers.
    `query_size` is how many bytes the text of a query may have that does not come with the token.
    `proxies` are the addresses and networks of those who pass on what clients send.
    """

    token: str | None = None
    rate_limit: int | None = None
    services: tuple[str, ...] = ()
    read_token: str | None = None
    hosts: tuple[str, ...] | None = None
    cors: bool = True
    query_size: int = QUERY_SIZE
    proxies: tuple[str, ...] = LOOPBACK

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
    from the request. The service listens at `host` and `port`, for the versions of HTTP that
    `http` names; `pages_ahead` is of how many things it makes the pages before anybody asks, and 0
    where it makes none at all. `files` are the names and paths of
    the graphs, beside which their tables lie.
    `remote` is the SPARQL endpoint that answers instead of a store of ours, and `folder` the one
    in which web processes share their counts. `cache` is how many bytes each web process keeps of
    what it answered. `quotas` are how much may be held at once. `project` is whose data are served.
    `versions` is the folder of releases.
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
    quotas: Quotas = field(default_factory=Quotas)
    http: HttpVersions = "1"
    pages_ahead: int = 8
    project: Project = field(default_factory=Project)
    versions: str | None = None

    def past_stores(self) -> PastStores | None:
        """The stores of past versions, where any are kept."""
        source: VersionSource
        if self.options.directory is not None:
            source = JournaledVersions(self.options.directory, self.options)
        elif self.versions is not None:
            source = Releases(Path(self.versions))
        else:
            return None
        return PastStores(source, self.limits, Path(self.folder) if self.folder else None)

    def hand_on(self) -> None:
        """Leave the settings, for the processes started after, in a file of `folder` that only
        this user may read: what is in the environment of a process is told to others."""
        path = Path(self.folder or "") / _FILE
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(CODEC.text(self))
        os.environ[VARIABLE] = str(path)

    @classmethod
    def handed_on(cls) -> Self:
        """The settings that `hand_on` left. Raises: KeyError when there are none."""
        return CODEC.value(cls, Path(os.environ[VARIABLE]).read_text("utf-8"))
