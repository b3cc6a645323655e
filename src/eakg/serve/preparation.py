"""What is made of the data before anybody asks for it.

In: the application of a web process. Out: what its first pages would wait for, on the shelf that
processes share and in its own memory.
"""

import contextlib
import fcntl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from werkzeug.exceptions import HTTPException

from eakg.problems import ProblemsError
from eakg.serve.app import KEY, AppContext
from eakg.serve.words import thing_path
from eakg.sparql import StoreError

_BEFORE_SECONDS = 2.0  # so that a service that ends soon does nothing
_FIRST = ("/", "/search?q=a", "/things")
_PAGE = {"Accept": "text/html"}
_REST = 3.0  # times as long as a page took, in which others are not disturbed
_MOST_USED = "SELECT iri FROM thing WHERE has_page ORDER BY uses DESC, iri LIMIT ?"


def prepare_later(app: Flask) -> None:
    """Prepare an application in a thread of its own, a while after it began."""
    timer = threading.Timer(_BEFORE_SECONDS, prepare, (app,))
    timer.daemon = True
    timer.start()


def prepare(app: Flask, rest: float = _REST) -> None:
    """Ask for the pages that visitors begin with, and for those of the things to which most leads,
    so that what they are made of is there, unless the settings want none. What fails is told to
    whoever asks for it.

    Of data that are not counted within a moment, and of an engine elsewhere, nothing is made before
    somebody asks.
    Arguments: the application; how long others have their turn after the page of one thing, as a
    multiple of the time that it took.
    """
    context: AppContext = app.extensions[KEY]
    things = context.settings.pages_ahead
    if context.settings.remote or not things:
        return
    with contextlib.suppress(StoreError, ProblemsError, HTTPException):
        if context.catalogue.known_triples() is None:
            return
        for path in _FIRST:
            _make(app, path)
        with _alone(context.settings.folder) as is_alone:
            for path in _things(context, things) if is_alone else ():
                time.sleep(rest * _make(app, path))


def _make(app: Flask, path: str) -> float:
    """The seconds that a page took."""
    start = time.monotonic()
    with app.test_request_context(path, headers=_PAGE):
        app.dispatch_request()
    return time.monotonic() - start


def _things(context: AppContext, most: int) -> Iterator[str]:
    """The paths of the things to which most leads."""
    with context.register.open() as database:
        rows = database.execute(_MOST_USED, (most,)).fetchall()
    return (thing_path(iri) for (iri,) in rows)


@contextlib.contextmanager
def _alone(folder: str | None) -> Iterator[bool]:
    """Whether no other of the processes that share a folder makes pages of things now."""
    if folder is None:
        yield True
        return
    with (Path(folder) / "preparation.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
