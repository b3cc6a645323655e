"""A service within the process, over what a store holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from eakg.serve import ServeOptions, create_app
from eakg.serve.agents import OwnService
from eakg.store import Contents
from eakg.store.workers import KeeperProcess

_PATIENCE = 600.0  # seconds for what is made once of all the data
_ADDRESS = "http://localhost:8000"
"""Where `eakg serve` is by default: what is asked within the process has no address."""


@contextmanager
def own_service(contents: Contents, options: ServeOptions) -> Iterator[OwnService]:
    """The service of `eakg serve` over the contents of a store, asked within the process, for as
    long as the context lasts. Raises: ProblemsError for what cannot be loaded."""
    limits = replace(options.limits, patience=max(options.patience, _PATIENCE))
    files = tuple((str(file.name), str(file.path)) for file in contents.files)
    with KeeperProcess(contents, limits, options.store_options) as keeper:
        settings = replace(
            options.settings(None),
            address=str(keeper.address),
            limits=limits,
            files=files,
        )
        app = create_app(settings, keeper.client())
        yield OwnService(app, (options.public_url or _ADDRESS).rstrip("/"))
