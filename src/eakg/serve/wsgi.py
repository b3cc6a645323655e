"""The application as the web server imports it: settings from the environment."""

from pathlib import Path

from flask import Flask

from eakg.serve.application import create_app
from eakg.serve.settings import Settings
from eakg.store import QueryRequest, StoreClient


def application() -> Flask:
    """The application over the store of the settings.

    The greeting is printed after a first query was answered; the server's socket takes
    connections by then. Errors: StoreUnreachable when the store does not answer.
    """
    settings = Settings.from_environment()
    store = StoreClient(Path(settings.address), settings.limits)
    store.query(QueryRequest("ASK {}")).read()
    app = create_app(settings, store)
    if settings.greeting:
        print(settings.greeting, flush=True)
    return app
