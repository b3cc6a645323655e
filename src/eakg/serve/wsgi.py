"""The application as the web server imports it: settings from where the first process left them."""

import atexit
import gc
import multiprocessing
import os
import signal
from pathlib import Path
from typing import cast

from flask import Flask

from eakg.serve.app import Settings
from eakg.serve.application import create_app
from eakg.serve.guard import Guard, Rates, TrustedProxies
from eakg.serve.host import Adapter, FastLane, Threads, configure_logs, observation_of
from eakg.serve.preparation import prepare_later
from eakg.serve.web_server import note_readiness
from eakg.store import QueryService, outlive_nobody
from eakg.store.client import StoreClient
from eakg.store.elsewhere import RemoteStore, endpoint_of

_YOUNG_OBJECTS = 2_000  # until those that nobody uses any more are looked for, which hold memory
_SPARE = 8  # threads for pages while every query's place is taken


def application() -> Adapter:
    """The application over the store of the settings.

    Raises: KeyError when the environment does not tell where they are.
    """
    settings = Settings.handed_on()
    configure_logs(settings.logs)
    store: QueryService = StoreClient(Path(settings.address), settings.limits)
    if settings.remote:
        endpoint = endpoint_of(settings.remote)
        store = RemoteStore(endpoint, settings.limits, settings.options.default_graph)
    # Signals to the group of the first process are for it alone; it ends this one.
    os.setpgid(0, 0)
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        # The server does not end it when that process was killed, and keeps the port.
        outlive_nobody(parent.pid, lambda: os.kill(os.getpid(), signal.SIGTERM))
    adapter = adapter_over(settings, store)
    adapter.guard.start()
    _spare_collector()
    note_readiness(settings.folder)
    prepare_later(cast(Flask, adapter.application))
    return adapter


def _spare_collector() -> None:
    """Have what is there now, and stays, not looked through again and again for what is unused."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)


def adapter_over(settings: Settings, store: QueryService) -> Adapter:
    """The application over a store, with the fast lane where the store can be asked at once."""
    limits, access = settings.limits, settings.access
    rate = access.rate_limit
    past = settings.past_stores()
    if past is not None:
        atexit.register(past.close)
    app = create_app(settings, store, past)
    observation = observation_of(app)
    lane = FastLane(store, settings, observation) if isinstance(store, StoreClient) else None
    threads = Threads(limits.quick + limits.workers + limits.queue + _SPARE)
    rates = None if rate is None else Rates(rate, settings.folder)
    proxies = TrustedProxies(access.proxies)
    guard = Guard(settings.quotas, settings.port, settings.folder, proxies)
    return Adapter(app, store, settings, lane, observation, threads, guard, rates)
