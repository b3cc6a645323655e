"""The application as the web server imports it: settings from the environment."""

import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path

from eakg.serve.app import Settings
from eakg.serve.application import create_app
from eakg.serve.host import Adapter, FastLane, Rates, Threads, configure_logs, observation_of
from eakg.store import QueryService
from eakg.store.client import StoreClient
from eakg.store.elsewhere import RemoteStore, endpoint_of

_SPARE = 8  # threads for pages while every query's place is taken
_LOOK_SECONDS = 0.5


def application() -> Adapter:
    """The application over the store of the settings.

    Raises: KeyError when no settings are in the environment.
    """
    settings = Settings.from_environment()
    configure_logs(settings.logs)
    store: QueryService = StoreClient(Path(settings.address), settings.limits)
    if settings.remote:
        endpoint = endpoint_of(settings.remote)
        store = RemoteStore(endpoint, settings.limits, settings.options.default_graph)
    # Signals to the group of the first process are for it alone; it ends this one.
    os.setsid()
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        threading.Thread(target=_outlive_nobody, args=(parent.pid,), daemon=True).start()
    return adapter_over(settings, store)


def adapter_over(settings: Settings, store: QueryService) -> Adapter:
    """The application over a store, with the fast lane where the store can be asked at once."""
    limits, access = settings.limits, settings.access
    rate = access.rate_limit
    app = create_app(settings, store)
    observation = observation_of(app)
    lane = FastLane(store, settings, observation) if isinstance(store, StoreClient) else None
    threads = Threads(limits.quick + limits.workers + limits.queue + _SPARE)
    rates = None if rate is None else Rates(rate, settings.folder)
    return Adapter(app, store, lane, observation, threads, settings.cache, rates, access.body_size)


def _outlive_nobody(parent: int) -> None:
    """End this process when its parent was killed: the server does not, and keeps the port."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
