"""The versions of the data: their list, what changed between two, and feeds of changes."""

import json
from collections.abc import Sequence
from itertools import pairwise

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from eakg.rdf import ResultKind
from eakg.serve.app import (
    HTML,
    PLAIN_JSON,
    Page,
    absolute,
    query_string,
    select_representation,
    state,
    tagged,
)
from eakg.serve.pages.versions.difference import MOST, difference_page
from eakg.serve.pages.versions.feeds import (
    ACTIVITY,
    ATOM,
    FeedEntry,
    activity_collection,
    atom_feed,
)
from eakg.sparql import ResultTooLargeError, UnknownVersionError
from eakg.store.changes import Change
from eakg.store.versions import Version, VersionSource, find_version, rdf_patch

blueprint = Blueprint("versions", __name__)
PATCH = Page("patch", "application/rdf-patch", "rdfp", "application/rdf-patch; charset=utf-8")
_ON_A_PAGE = 100
_IN_A_FEED = 50
_LARGEST = 250_000  # quads of a difference that is told


@blueprint.get("/versions")
def versions() -> Response:
    """The versions of the data that are kept, the newest first."""
    parameters = query_string(request)
    representation = select_representation(
        request, parameters, (HTML, PLAIN_JSON), ResultKind.SOLUTIONS
    )
    number = parameters.page()
    versions_here = _versions()
    pairs = [*reversed([*pairwise((None, *versions_here))])]
    rows = pairs[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
    if number > 1 and not rows:
        raise NotFound
    more = f"/versions?page={number + 1}" if number * _ON_A_PAGE < len(pairs) else None
    present = state().version

    def make() -> Response:
        if representation is HTML:
            page = render_template(
                "versions.html", pairs=rows, present=present, more=more, total=len(versions_here)
            )
            return Response(page, content_type=HTML.content_type)
        document = {
            "present": present,
            "total": len(versions_here),
            "versions": [_description(before, version) for before, version in rows if version],
            "next": absolute(more) if more else None,
        }
        return Response(json.dumps(document, indent=1), content_type=PLAIN_JSON.content_type)

    ends = tuple(version.name for version in (*versions_here[:1], *versions_here[-1:]))
    parts = (
        "versions",
        absolute("/"),
        present,
        ends,
        len(versions_here),
        number,
        representation.name,
    )
    return tagged(request, parts, make)


@blueprint.get("/versions/<old>..<new>")
def difference(old: str, new: str) -> Response:
    """What is asserted in one version and not in another: as RDF Patch, or as a page with the
    sentences and rows that changed it."""
    parameters = query_string(request)
    representation = select_representation(request, parameters, (PATCH, HTML), ResultKind.SOLUTIONS)

    def make() -> Response:
        change = _change(old, new)
        if representation is PATCH:
            data = rdf_patch(old, new, change)
            return Response(data, content_type=PATCH.content_type)
        source = _source()
        page = render_template(
            "difference.html",
            old=find_version(source, old),
            new=find_version(source, new),
            page=difference_page(old, new, change),
            most=MOST,
        )
        return Response(page, content_type=HTML.content_type)

    _change_ends(old, new)
    parts = ("difference", absolute("/"), state().version, old, new, representation.name)
    return tagged(request, parts, make)


@blueprint.get("/changes.atom")
def atom() -> Response:
    """The newest changes, for feed readers (RFC 4287)."""
    query_string(request).only()
    project = state().catalogue.project()
    title = f"{project.brand}: changes"
    author = project.publisher or project.brand
    address, home = absolute("/changes.atom"), absolute("/versions")
    data = atom_feed(title, author, address, home, _entries())
    return _fed(Response(data, content_type=f"{ATOM}; charset=utf-8"))


@blueprint.get("/changes.json")
def activities() -> Response:
    """The newest changes as a collection of ActivityStreams 2.0."""
    query_string(request).only()
    title = f"{state().catalogue.project().brand}: changes"
    document = activity_collection(title, absolute("/changes.json"), _entries())
    return _fed(Response(json.dumps(document, indent=1), content_type=ACTIVITY))


def _fed(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response


def _source() -> VersionSource:
    """Raises: UnknownVersionError where no versions are kept."""
    past = state().past
    if past is None:
        raise UnknownVersionError("no versions are kept here")
    return past.source


def _versions() -> Sequence[Version]:
    past = state().past
    return () if past is None else past.source.versions()


def _change_ends(old: str, new: str) -> None:
    """Raises: UnknownVersionError, VersionDroppedError."""
    for name in (old, new):
        find_version(_source(), name)


def _change(old: str, new: str) -> Change:
    change = _source().change(old, new)
    if len(change.added) + len(change.removed) > _LARGEST:
        words = f"more than {_LARGEST} triples changed; ask for versions nearer to each other"
        raise ResultTooLargeError(words)
    return change


def _entries() -> list[FeedEntry]:
    return [
        FeedEntry(
            new.name,
            new.title or f"Version {new.name}",
            new.instant,
            absolute(f"/versions/{old.name}..{new.name}"),
        )
        for old, new in [*pairwise(_versions()[-_IN_A_FEED - 1 :])][::-1]
        if new.instant is not None
    ]


def _description(before: Version | None, version: Version) -> dict[str, str | None]:
    instant = version.instant.isoformat() if version.instant else None
    changes = absolute(f"/versions/{before.name}..{version.name}") if before else None
    return {
        "version": version.name,
        "instant": instant,
        "origin": version.origin,
        "title": version.title or None,
        "changes": changes,
    }
