"""What the service does at signals: it ends in order, or goes on with other data."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from eakg.problems import ProblemsError
from eakg.sparql import StoreError
from eakg.store import Contents
from eakg.store.workers import KeeperProcess

_CLOSING = "closing"
_PATIENCE = 5.0  # seconds
_LOOK_SECONDS = 0.05


def is_closing(folder: str | None) -> bool:
    """Whether the service is about to end. Argument: the folder of its state."""
    return folder is not None and (Path(folder) / _CLOSING).exists()


@dataclass
class Signals:
    """Signals to the first process of the service.

    Arguments: the folder that its processes share; what holds the store, if one of ours does; what
    reads the files anew; the seconds between SIGTERM and the end of listening, in which `/ready`
    tells a proxy to send no more requests.
    """

    folder: str
    keeper: KeeperProcess | None
    renew: Callable[[], Contents] | None
    drain: float = 0.0
    _reloading: threading.Lock = field(default_factory=threading.Lock)

    def take(self, stop: Callable[[], None]) -> None:
        """Act at SIGHUP, SIGTERM and SIGINT from now on. Argument: what ends the web server."""

        pid = os.getpid()

        def end(number: int, frame: FrameType | None) -> None:
            if os.getpid() != pid:
                self._leave()
                return
            at_once = number == signal.SIGINT or is_closing(self.folder) or not self.drain
            (Path(self.folder) / _CLOSING).touch()
            if at_once:
                stop()
            else:
                timer = threading.Timer(self.drain, stop)
                timer.daemon = True
                timer.start()

        def reload(number: int, frame: FrameType | None) -> None:
            if os.getpid() == pid:
                threading.Thread(target=self.reload, daemon=True).start()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        signal.signal(signal.SIGHUP, reload)

    def _leave(self) -> None:
        """End a web process that has only begun to start, and has no handlers of its own yet.

        At a signal to all of the service, the first process has to know of it before: to it, one
        that ends unasked has failed. It asks by another signal, or else is taken to be at its end.
        """
        if is_closing(self.folder):
            os._exit(0)

        def wait() -> None:
            ends = time.monotonic() + _PATIENCE
            while not is_closing(self.folder) and time.monotonic() < ends:
                time.sleep(_LOOK_SECONDS)
            time.sleep(self.drain + _PATIENCE)
            os._exit(0)

        threading.Thread(target=wait, daemon=True).start()

    def reload(self) -> None:
        """Read the files anew and have another process answer from them; says how that went."""
        if self.keeper is None or self.renew is None:
            print("there are no files to be read anew", file=sys.stderr)
            return
        with self._reloading:
            try:
                contents = self.renew()
                self.keeper.reload(contents)
            except (ProblemsError, StoreError) as error:
                print(f"{error}\nthe service goes on with the data that it had", file=sys.stderr)
            else:
                print(f"the data are of version {contents.version} now", file=sys.stderr)
