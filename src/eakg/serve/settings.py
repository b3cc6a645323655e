"""What the web application needs to know, and how it travels to the process that runs it."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import Self

from eakg.store.options import StoreOptions
from eakg.store.request import Limits

VARIABLE = "EAKG_SERVE_SETTINGS"
MAX_BODY = 1 << 20  # bytes


@dataclass(frozen=True)
class Access:
    """Who may do what, and how often.

    `token` is the SHA-256 of the token that a writer must show, in hexadecimal; without one
    nobody may write.
    """

    token: str | None = None

    @staticmethod
    def digest(token: str) -> str:
        """What is kept of a token, so that no process but the first ever holds it."""
        return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Settings:
    """Settings of the service.

    `address` is the path of the store's Unix socket, `data_version` the version of its contents,
    `limits` what queries may use. `public_url` is the address that the world knows the service
    by; without it addresses are relative or taken from the request. `greeting` is printed once
    the service answers at `host` and `port`. `files` are the names and paths of the graphs, for
    what is proved from them.
    """

    address: str
    data_version: str
    limits: Limits = field(default_factory=Limits)
    public_url: str | None = None
    greeting: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    files: tuple[tuple[str, str], ...] = ()
    options: StoreOptions = field(default_factory=StoreOptions)
    access: Access = field(default_factory=Access)

    def to_environment(self) -> None:
        """Leave the settings in the environment, for the processes started after."""
        os.environ[VARIABLE] = json.dumps({**asdict(self), "options": self.options.to_json()})

    @classmethod
    def from_environment(cls) -> Self:
        """The settings that `to_environment` left. Errors: KeyError when there are none."""
        fields = json.loads(os.environ[VARIABLE])
        fields["files"] = tuple(map(tuple, fields["files"]))
        return cls(
            **{
                **fields,
                "limits": Limits(**fields["limits"]),
                "options": StoreOptions.from_json(fields["options"]),
                "access": Access(**fields["access"]),
            }
        )
