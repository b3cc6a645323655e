"""What the views of one application share."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self, cast
from urllib.parse import urlsplit

from flask import current_app, g, request
from werkzeug.sansio.request import Request
from werkzeug.sansio.utils import get_current_url

from eakg.serve.app.dumps import Dumps
from eakg.serve.app.proofs import Proofs
from eakg.serve.app.settings import Settings
from eakg.serve.content import Catalogue, Shelf
from eakg.serve.register import Register
from eakg.serve.words import graph_path, href, local_path, thing_path
from eakg.store import QueryService
from eakg.store.changes import UpdateService
from eakg.store.client import TextReader
from eakg.store.versions import PastStores, Version

KEY = "eakg"


@dataclass(frozen=True)
class AppContext:
    """The settings, the store, the counts over it, the register of its things, what is made of
    it once and kept, the proofs of what is in it, the dumps. `past` are the stores of past
    versions, where any are kept, and `past_version` is the one that is looked at where it is one of
    them."""

    settings: Settings
    store: QueryService
    catalogue: Catalogue
    register: Register
    shelf: Shelf
    proofs: Proofs
    dumps: Dumps
    past: PastStores | None = None
    past_version: Version | None = None

    @classmethod
    def over(
        cls,
        settings: Settings,
        store: QueryService,
        past: PastStores | None = None,
        past_version: Version | None = None,
    ) -> Self:
        """The state of views over a store. Its files are shared with other processes where they are
        of the present."""
        folder = settings.folder if past_version is None else None
        shelf = Shelf(store, folder, settings.limits.patience)
        is_ours = settings.remote is None
        catalogue = Catalogue(store, shelf, is_ours, settings.project)
        register, dumps = Register(store, catalogue, shelf), Dumps(store, catalogue, shelf)
        return cls(
            settings, store, catalogue, register, shelf, Proofs(store), dumps, past, past_version
        )

    @property
    def version(self) -> str:
        """The version of the data that a query sent now is answered from.

        Raises: StoreUnreachableError.
        """
        return self.store.version

    @property
    def reader(self) -> TextReader:
        """What reads the texts of queries within the limits."""
        return TextReader(self.store, self.settings.limits)

    @property
    def writer(self) -> UpdateService:
        """The store as what takes changes, where the settings say that it does."""
        return cast(UpdateService, self.store)


def state() -> AppContext:
    """The state of the application that answers the request at hand: that of the version which it
    names, else of the present."""
    return cast(AppContext, g.get(KEY) or current_app.extensions[KEY])


def absolute(path: str) -> str:
    """The whole address of a path: under the public address, or else the one that was asked."""
    return address_at(state().settings, request, path)


def address_at(settings: Settings, request: Request, path: str) -> str:
    """The whole address of a path of the service with these settings, as `absolute`."""
    base = settings.public_url or _root(request.scheme, request.host, request.root_path)
    return base.rstrip("/") + path


@lru_cache(256)
def _root(scheme: str, host: str, prefix: str) -> str:
    return get_current_url(scheme, host, prefix)


def address(path: str) -> str:
    """The address of a path for headers and links: relative where no public one is set."""
    public = state().settings.public_url
    return (public.rstrip("/") if public else request.root_path) + path


def page_path(path: str) -> str:
    """The path for links in pages, below that of the public address, or else of a proxy."""
    public = state().settings.public_url
    return (urlsplit(public).path.rstrip("/") if public else request.root_path) + path


def page_href(iri: str) -> str | None:
    """What a page links an IRI to, or None."""
    target = page_path_of(iri) or href(iri)
    return page_path(target) if target and target.startswith("/") else target


def page_path_of(iri: str) -> str | None:
    """The path at which an IRI is described here, or None for those of others."""
    path = local_path(iri)
    if path is not None:
        return path
    catalogue = state().catalogue
    if catalogue.has_graph(iri):
        return graph_path(iri)
    return thing_path(iri) if catalogue.project().has(iri) else None
