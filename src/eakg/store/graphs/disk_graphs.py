"""Graphs that the engine has on disk."""

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from eakg.sparql import StoreFailedError


@dataclass(frozen=True)
class DiskGraphs:
    """The folder of an engine that nobody writes to, not open. Any number of processes may open it
    at once; whoever forks cannot, as the engine starts threads."""

    path: Path

    def open(self) -> pyoxigraph.Store:
        """The engine. Raises: StoreFailedError."""
        try:
            return pyoxigraph.Store.read_only(str(self.path))
        except (OSError, RuntimeError, ValueError) as error:
            raise StoreFailedError(
                "what the store has on disk cannot be opened; who runs the service is to check it"
                " (eakg store check)"
            ) from error
