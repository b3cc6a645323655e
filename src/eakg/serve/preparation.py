"""What is made of the data before anybody asks for it.

In: the application of a web process. Out: what its first pages would wait for, on the shelf that
processes share and in its own memory.
"""

import contextlib

from flask import Flask

from eakg.serve.app import KEY, AppContext
from eakg.sparql import StoreError

_PATHS = ("/", "/search?q=a", "/things")
_PAGE = {"Accept": "text/html"}


def prepare(app: Flask) -> None:
    """Make the pages that visitors begin with once, and let them go, so that what they are made of
    is there; of data that are not counted within a moment nothing is made before it is asked for.
    What fails here is told to whoever asks."""
    context: AppContext = app.extensions[KEY]
    with contextlib.suppress(StoreError):
        if context.catalogue.known_triples() is None:
            return
        for path in (*_PATHS, *_things(context)):
            with app.test_request_context(path, headers=_PAGE):
                app.dispatch_request()
