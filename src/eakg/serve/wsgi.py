"""The application as the web server imports it: settings from the environment."""

import contextlib
import os
import signal
import threading
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from eakg.serve.adapter import Adapter
from eakg.serve.application import create_app
from eakg.serve.settings import MAX_BODY, Settings
from eakg.store import StoreClient

_SPARE = 8  # threads for pages while every query's place is taken
_LOOK_SECONDS = 0.5
_TRY_SECONDS = 0.02
_TRIES = 3000


def application() -> Adapter:
    """The application over the store of the settings. The greeting follows when it answers.

    Errors: KeyError when no settings are in the environment.
    """
    settings = Settings.from_environment()
    store = StoreClient(Path(settings.address), settings.limits)
    for act, argument in ((_outlive_nobody, os.getppid()), (_greet, settings)):
        threading.Thread(target=act, args=(argument,), daemon=True).start()
    threads = settings.limits.quick + settings.limits.workers + settings.limits.queue + _SPARE
    return Adapter(create_app(settings, store), store, threads, settings.cache, MAX_BODY)


def _greet(settings: Settings) -> None:
    """Print the greeting once a query was answered at the address, which the server opens last."""
    if settings.greeting is None:
        return
    for _ in range(_TRIES):
        with contextlib.closing(HTTPConnection(settings.host, settings.port)) as connection:
            try:
                connection.request("GET", "/health")
                answers = connection.getresponse().status == HTTPStatus.OK
            except (OSError, HTTPException):
                answers = False
        if answers:
            print(settings.greeting, flush=True)
            return
        time.sleep(_TRY_SECONDS)


def _outlive_nobody(parent: int) -> None:
    """End this process when its parent was killed: the server does not, and keeps the port."""
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
