"""What queries are asked of: an endpoint, RDF files, or the graph that comes with the package."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from eakg.dataset import shipped_layout
from eakg.files import TemporaryFolder
from eakg.keyed_files import nearest
from eakg.problems import ExitStatus, ProblemsError, whole_package
from eakg.queries.ask.access import EndpointAccess, read_headers
from eakg.queries.ask.endpoint import QueryEndpoint, StoreEndpoint
from eakg.queries.ask.remote import RemoteEndpoint
from eakg.queries.contract import SavedQuery
from eakg.rdf.inputs import rdf_inputs
from eakg.store import Contents, GraphFile, Limits, read_contents
from eakg.store.workers import KeeperProcess

_PATIENCE = 600.0  # seconds that a query may wait for those asked before it


@dataclass(frozen=True)
class QueryTarget:
    """An endpoint's address and how it is asked; or RDF, as `rdf_inputs` takes it, and whether what
    follows from it is asked too, None as the query says; or, with neither, the graph that comes
    with the package."""

    address: str | None = None
    access: EndpointAccess = field(default_factory=EndpointAccess)
    data: tuple[Path, ...] = ()
    reasons: bool | None = None


@dataclass(frozen=True)
class EndpointBook:
    """Endpoints by name, each its address and how it is asked, and the name of the one that queries
    are asked at which say nothing.

    Headers are as a project file has them, with `$NAME` for variables of the environment, which are
    looked at when the endpoint is.
    """

    endpoints: Mapping[str, QueryTarget] = field(default_factory=dict)
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    usual: str | None = None

    def target(self, name: str) -> QueryTarget:
        """The endpoint of a name or at an address. Raises: ValueError where it is neither, or has a
        header that cannot be sent."""
        if name in self.endpoints:
            target = self.endpoints[name]
            headers = read_headers(self.headers.get(name, ()))
            return replace(target, access=replace(target.access, headers=headers))
        if "://" in name or not self.endpoints:
            return QueryTarget(name)
        match = nearest(name, self.endpoints)
        hint = f"did you mean {match}?" if match else f"there is {', '.join(self.endpoints)}"
        raise ValueError(f"{name!r} is no address, and no endpoint of the project; {hint}")


@dataclass(frozen=True)
class OpenTarget:
    """A target, and what answers queries over it."""

    target: QueryTarget
    endpoint: QueryEndpoint = field(compare=False)


def target_of(
    query: SavedQuery, preference: QueryTarget, book: EndpointBook | None = None
) -> QueryTarget:
    """What a query is asked of: what is given, or else what its header names, or else what queries
    of the project are.

    Raises: ProblemsError when there is no endpoint of the name in the header.
    """
    book = book or EndpointBook()
    access = preference.access
    if query.method:
        access = replace(access, method=query.method)
    if preference.address is not None:
        return replace(preference, access=access)
    reasons = preference.reasons
    if reasons is None:
        reasons = query.closure == "full" or bool(query.inference and query.closure is None)
    if preference.data:
        return replace(preference, reasons=reasons)
    name = query.endpoint if query.data or query.endpoint else book.usual
    if name is None:
        return QueryTarget(data=query.data, reasons=bool(query.data) and reasons)
    try:
        own_target = book.target(name)
    except ValueError as error:
        raise ProblemsError([query.header.problem(str(error), "endpoint")]) from error
    # What is given for one endpoint, graphs and headers, is not meant for another.
    own_access = replace(access, default_graphs=(), named_graphs=(), headers=())
    return replace(own_target, access=own_access.before(own_target.access))


def model_of(query: SavedQuery, target: QueryTarget) -> QueryTarget | None:
    """What else a query is asked of, where its answer is to be the same there, in the manner in
    which a target is asked."""
    place = query.expect.same_as if query.expect else ()
    if not place:
        return None
    if isinstance(place, str):
        # Graphs and headers are of the endpoint that they are given for.
        access = replace(target.access, default_graphs=(), named_graphs=(), headers=())
        return QueryTarget(place, access)
    return QueryTarget(data=place, reasons=target.reasons)


@contextmanager
def open_target(target: QueryTarget, timeout: float) -> Iterator[QueryEndpoint]:
    """The endpoint of a target, for as long as the context lasts; files are loaded once.

    Arguments: the target; seconds that a query may run. Raises: ProblemsError when a file cannot be
    loaded, or contradicts the others where what follows from them is asked. What of them the engine
    does not keep as it is written is told on standard error. Each file is a graph under its
    address; the shipped ones have their names.
    """
    if target.address is not None:
        yield RemoteEndpoint(target.address, timeout, target.access)
        return
    limits = Limits(timeout=timeout, patience=_PATIENCE)
    with target_contents(target) as contents, KeeperProcess(contents, limits) as keeper:
        for notice in keeper.notices if target.data else ():
            print(f"{notice} (warning)", file=sys.stderr)
        yield StoreEndpoint(keeper.client())


@contextmanager
def target_contents(target: QueryTarget) -> Iterator[Contents]:
    """What a store of a target without an address holds, for as long as the context lasts. Raises:
    ProblemsError when a file cannot be loaded, or contradicts the others where what follows is
    asked."""
    if not target.data:
        yield read_contents(GraphFile(*one) for one in shipped_layout().named_graphs())
        return
    with rdf_inputs(target.data) as inputs, TemporaryFolder("data") as folder:
        files = [GraphFile(one.name, one.path) for one in inputs]
        if not target.reasons:
            yield read_contents(files)
            return
        # It brings the reasoner along, which asking alone does without.
        with whole_package("what follows from data"):
            from eakg.store.graphs import ingest_named

        ingestion = ingest_named(files, folder)
        if ingestion.contradictions:
            raise ProblemsError(ingestion.contradictions, ExitStatus.INCONSISTENT)
        yield ingestion.contents
