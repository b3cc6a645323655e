"""The version of the data that a request is answered from."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import cast
from urllib.parse import urlencode

from flask import Flask, current_app, g, request

from eakg.serve.app import KEY, AppContext, Parameters, Settings, address, state
from eakg.sparql import UnknownVersionError
from eakg.store import QueryService
from eakg.store.client import StoreClient
from eakg.store.versions import PastStores, Version, find_version

VERSION = "version"
"""The parameter that names a version, as `EAKG-Data-Version` does."""
_LEASES = "eakg.leases"
_STATES = 4  # of past versions, with what was found out about them


def register_versions(app: Flask) -> None:
    """Have past versions let go when a request is answered, and templates know of them."""
    app.teardown_request(_let_go)
    app.jinja_env.globals.update(
        past_version=_past_version, present_address=_present_address, keeps_versions=_keeps_versions
    )


def choose_version(parameters: Parameters) -> None:
    """Have the rest of the request answered from the version that its parameters name.

    Raises: BadParameterError where they name two; UnknownVersionError, VersionDroppedError;
    StoreError and its kinds where it cannot be opened.
    """
    name = parameters.single(VERSION)
    present = state()
    if name is None or name == present.version:
        return
    g.setdefault(_LEASES, ExitStack()).enter_context(_answering(present, name))


@contextmanager
def store_at(name: str) -> Iterator[QueryService]:
    """The store of a version, the present one or a past one, as long as the context lasts. Raises:
    as `choose_version`."""
    present = state()
    if name == present.version or present.past is None:
        yield present.store
        return
    with present.past.lease(name) as client:
        yield client


@contextmanager
def _answering(present: AppContext, name: str) -> Iterator[None]:
    """Views look at a version, which stays open as long as the context lasts."""
    try:
        version = _find(present, name)
    except UnknownVersionError as error:
        raise type(error)(f"{error}; {address('/versions')} tells those that are kept") from None
    past = cast(PastStores, present.past)
    with past.lease(name) as client:
        setattr(g, KEY, _state(present.settings, client, past, version))
        yield


def _find(present: AppContext, name: str) -> Version:
    if present.past is None:
        raise UnknownVersionError(f"there is no version {name}")
    return find_version(present.past.source, name)


def version_query() -> Mapping[str, str]:
    """The parameters by which an address of this service leads to the version that is looked at."""
    version = state().past_version
    return {} if version is None else {VERSION: version.name}


@lru_cache(_STATES)
def _state(
    settings: Settings, client: StoreClient, past: PastStores, version: Version
) -> AppContext:
    return AppContext.over(settings, client, past, version)


def _let_go(_: BaseException | None) -> None:
    leases = g.pop(_LEASES, None)
    if leases is not None:
        leases.close()


def _past_version() -> Version | None:
    """The past version that a page is about."""
    is_past = KEY in g and KEY in current_app.extensions
    return state().past_version if is_past else None


def _keeps_versions() -> bool:
    return state().past is not None


def _present_address() -> str:
    """The address of the same page over the present data."""
    pairs = [(name, one) for name, one in request.args.items(multi=True) if name != VERSION]
    return address(request.path) + (f"?{urlencode(pairs)}" if pairs else "")
