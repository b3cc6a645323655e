"""What the web application needs to know, and how it travels to the process that runs it."""

import json
import os
from dataclasses import asdict, dataclass, field
from typing import Self

from eakg.store.request import Limits

VARIABLE = "EAKG_SERVE_SETTINGS"
MAX_BODY = 1 << 20  # bytes


@dataclass(frozen=True)
class Settings:
    """Settings of the service.

    `address` is the path of the store's Unix socket, `data_version` the version of its contents,
    `limits` what queries may use. `public_url` is the address that the world knows the service
    by; without it addresses are relative or taken from the request. `greeting` is printed once
    the service answers at `host` and `port`. `files` are the names and paths of the graphs, for
    what is proved from them. `writable` takes updates from the bearer of `token`.
    """

    address: str
    data_version: str
    limits: Limits = field(default_factory=Limits)
    public_url: str | None = None
    greeting: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    files: tuple[tuple[str, str], ...] = ()
    writable: bool = False
    token: str | None = None

    def to_environment(self) -> None:
        """Leave the settings in the environment, for the processes started after."""
        os.environ[VARIABLE] = json.dumps(asdict(self))

    @classmethod
    def from_environment(cls) -> Self:
        """The settings that `to_environment` left. Errors: KeyError when there are none."""
        fields = json.loads(os.environ[VARIABLE])
        fields["files"] = tuple(map(tuple, fields["files"]))
        return cls(**{**fields, "limits": Limits(**fields["limits"])})
