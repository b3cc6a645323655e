"""What queries are asked of: an endpoint, RDF files, or the graph that comes with the package."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import URIRef

from eakg.dataset import shipped_layout
from eakg.queries.ask.endpoint import QueryEndpoint, RemoteEndpoint, StoreEndpoint
from eakg.queries.contract import SavedQuery
from eakg.store import GraphFile, Limits, read_contents
from eakg.store.workers import KeeperProcess

_PATIENCE = 600.0  # seconds that a query may wait for those asked before it


@dataclass(frozen=True)
class QueryTarget:
    """An endpoint's address, the HTTP method it is asked by and the dataset it is asked for; or RDF
    files; or, with neither, the graph that comes with the package."""

    address: str | None = None
    method: str = "POST"
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    data: tuple[Path, ...] = ()

    @property
    def is_shipped(self) -> bool:
        """Whether it is the graph that comes with the package."""
        return self.address is None and not self.data


def target_of(query: SavedQuery, preference: QueryTarget) -> QueryTarget:
    """What a query is asked of: what is given, or else what its header names."""
    if preference.address is not None:
        return replace(preference, method=query.method or preference.method)
    if preference.data:
        return preference
    if query.endpoint is not None:
        return QueryTarget(query.endpoint, query.method or preference.method)
    return QueryTarget(data=query.data)


@contextmanager
def open_target(target: QueryTarget, timeout: float) -> Iterator[QueryEndpoint]:
    """The endpoint of a target, for as long as the context lasts; files are loaded once.

    Arguments: the target; seconds that a query may run. Raises: ProblemsError when a file cannot be
    loaded. What of them the engine does not keep as it is written is told on standard error. Each
    file is a graph under its address; the shipped ones have their names.
    """
    if target.address is not None:
        yield RemoteEndpoint(
            target.address, timeout, target.method, target.default_graphs, target.named_graphs
        )
        return
    files = (
        [GraphFile(URIRef(path.absolute().as_uri()), path) for path in target.data]
        if target.data
        else [GraphFile(name, path) for name, path in shipped_layout().named_graphs()]
    )
    limits = Limits(timeout=timeout, patience=_PATIENCE)
    with KeeperProcess(read_contents(files), limits) as keeper:
        for notice in keeper.notices if target.data else ():
            print(f"{notice} (warning)", file=sys.stderr)
        yield StoreEndpoint(keeper.client())
