"""A past version of the data, asked in a store of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from eakg.queries.ask.endpoint import QueryEndpoint, StoreEndpoint
from eakg.queries.ask.targets import QueryTarget, open_target, target_contents
from eakg.sparql import UnknownVersionError
from eakg.store import Limits
from eakg.store.versions import PastStores, VersionSource

_OPENING_SECONDS = 600.0


@contextmanager
def open_version(
    name: str, source: VersionSource | None, timeout: float
) -> Iterator[QueryEndpoint]:
    """The endpoint of a version, for as long as the context lasts.

    Arguments: its name; what knows past versions, None where only the shipped graph as it is now is
    at hand; seconds that a query may run. Raises: UnknownVersionError and its kinds; ProblemsError.
    """
    if source is None:
        target = QueryTarget()
        with target_contents(target) as contents:
            present = contents.version
        if name != present:
            words = f"the shipped graph is at version {present}, and not {name}"
            remedy = "name what has it with --versions, --store or --endpoint"
            raise UnknownVersionError(f"{words}; {remedy}")
        with open_target(target, timeout) as endpoint:
            yield endpoint
        return
    stores = PastStores(source, Limits(timeout=timeout, patience=_OPENING_SECONDS))
    try:
        with stores.lease(name) as client:
            yield StoreEndpoint(client)
    finally:
        stores.close()
