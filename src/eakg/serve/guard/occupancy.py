"""What the web processes hold, which each of them tells the others in a file of the folder that
they share."""

import contextlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

_PREFIX = "occupancy-"
_FRESH_SECONDS = 10.0  # after which a process that says nothing has ended


@dataclass(frozen=True)
class Share:
    """What one client has: connections, requests under way, and bytes of results on their way."""

    connections: int = 0
    requests: int = 0
    volume: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(
            self.connections + other.connections,
            self.requests + other.requests,
            self.volume + other.volume,
        )


@dataclass(frozen=True)
class Occupancy:
    """What a process holds: bytes of disk, the bytes a second that its slowest reader takes, or
    None without any, and the share of each client."""

    volume: int = 0
    slowest: float | None = None
    shares: Mapping[str, Share] = field(default_factory=dict)

    @classmethod
    def together(cls, occupancies: Iterable["Occupancy"]) -> Self:
        """What several processes hold together."""
        volume, paces, shares = 0, [], dict[str, Share]()
        for occupancy in occupancies:
            volume += occupancy.volume
            paces += [] if occupancy.slowest is None else [occupancy.slowest]
            for client, share in occupancy.shares.items():
                shares[client] = shares.get(client, Share()) + share
        return cls(volume, min(paces, default=None), shares)


class OccupancyBoard:
    """Where processes tell what they hold. Argument: the folder, None for one process alone."""

    def __init__(self, folder: str | None) -> None:
        self._folder = None if folder is None else Path(folder)
        self._name = f"{_PREFIX}{os.getpid()}"

    def tell(self, occupancy: Occupancy) -> None:
        """Tell what this process holds. Where there is no room to say so, nobody hears of it."""
        if self._folder is None:
            return
        document = {"at": time.monotonic(), **asdict(occupancy)}
        new = self._folder / f"{self._name}.new"
        with contextlib.suppress(OSError):
            new.write_text(json.dumps(document))
            new.replace(self._folder / self._name)

    def neighbours(self) -> Occupancy:
        """What the others hold, as they told last."""
        folder = self._folder
        if folder is None:
            return Occupancy()
        places = [path for path in folder.glob(f"{_PREFIX}*") if path.name != self._name]
        notices = (_read(path) for path in places if not path.suffix)
        return Occupancy.together(occupancy for occupancy in notices if occupancy is not None)


def _read(path: Path) -> Occupancy | None:
    try:
        document: dict[str, Any] = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    # The clock that only goes on is that of the machine, one for all its processes.
    if time.monotonic() - document["at"] > _FRESH_SECONDS:
        path.unlink(missing_ok=True)
        return None
    shares = {client: Share(**share) for client, share in document["shares"].items()}
    return Occupancy(document["volume"], document["slowest"], shares)
