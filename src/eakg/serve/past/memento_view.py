"""Memento: the links of things and documents to their versions, and what finds them by date.

Specification: RFC 7089, its second pattern: a TimeGate for each resource, at an address of its own,
that redirects.
"""

import json
from email.utils import parsedate_to_datetime

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import NotFound

from eakg.problems import ProblemsError
from eakg.serve.app import (
    PLAIN_JSON,
    BadParameterError,
    Page,
    absolute,
    forbid_storing,
    name_in_path,
    negotiate,
    query_string,
    state,
)
from eakg.serve.past.choice import VERSION
from eakg.serve.past.mementos import LINK_FORMAT, Mementos, mementos_of

blueprint = Blueprint("memento", __name__)
_RESOURCES = ("id", "doc")
_LINKS = Page("link", LINK_FORMAT, "link", LINK_FORMAT)


def register_mementos(app: Flask) -> None:
    """Link things and documents to their versions, where versions are kept."""
    app.after_request(_mark)


@blueprint.get("/timegate/<path:original>")
def timegate(original: str) -> Response:
    """The version of a thing or a document that was there at the date in Accept-Datetime; without
    one, the newest that has a date."""
    mementos = _mementos(_resource(original))
    text = request.headers.get("Accept-Datetime")
    instant = None
    if text is not None:
        try:
            instant = parsedate_to_datetime(text)
        except ValueError:
            words = "Accept-Datetime is no date of HTTP, as Thu, 23 Jul 2020 00:00:00 GMT"
            raise BadParameterError(words) from None
        if instant.tzinfo is None:
            raise BadParameterError("Accept-Datetime is a date in GMT")
    memento = mementos.at(instant)
    if memento is None:
        raise NotFound("no version of it has a date")
    response = Response(status=302, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = memento.address
    response.headers["Link"] = ", ".join(mementos.gate_links())
    response.headers["Vary"] = "accept-datetime"
    forbid_storing(response.headers)
    return response


@blueprint.get("/timemap/<path:original>")
def timemap(original: str) -> Response:
    """The versions of a thing or a document that have a date."""
    mementos = _mementos(_resource(original))
    representation = negotiate(request, (_LINKS, PLAIN_JSON))
    if representation is PLAIN_JSON:
        body = json.dumps(mementos.document(), indent=1)
    else:
        body = mementos.link_format()
    response = Response(body, content_type=representation.content_type)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _resource(original: str) -> str:
    """The path and parameters of a resource, of the address of its list or its TimeGate. Raises:
    NotFound for what has no versions."""
    path = name_in_path(request.environ, original)
    if path.partition("/")[0] not in _RESOURCES:
        words = "things and documents have versions, at /timegate/id/... and /timegate/doc/..."
        raise NotFound(words)
    return f"/{path}{_parameters()}"


def _parameters() -> str:
    """The parameters of the request but for the version, as they were written."""
    pairs = request.query_string.decode("latin-1").split("&")
    text = "&".join(one for one in pairs if one and not one.startswith(f"{VERSION}="))
    return f"?{text}" if text else ""


def _mementos(path: str, *, is_listed: bool = True) -> Mementos:
    """The versions of a resource, or its links alone. Raises: NotFound where no versions are kept;
    ProblemsError."""
    past = state().past
    if past is None:
        raise NotFound("no versions are kept here")
    gate, timemap = (absolute(f"/{name}{path}") for name in ("timegate", "timemap"))
    versions = past.source.versions() if is_listed else ()
    return mementos_of(absolute(path), gate, timemap, versions)


def _mark(response: Response) -> Response:
    """The response with its links to versions, where it is of a resource that has them."""
    first, _, rest = request.path.removeprefix("/").partition("/")
    if first not in _RESOURCES or state().past is None or response.status_code >= 500:
        return response
    spelled = f"/{first}/{name_in_path(request.environ, rest)}" if rest else request.path
    try:
        names = query_string(request).all(VERSION)
        mementos = _mementos(spelled + _parameters(), is_listed=bool(names))
    except (BadParameterError, ProblemsError):
        return response  # which says what is wrong, or is of the present and needs no past
    items = (one for one in mementos.items if one.address.endswith(f"{VERSION}={names[0]}"))
    memento = next(items, None)
    if memento is not None:
        response.headers["Memento-Datetime"] = memento.date
    elif names:
        return response
    links = [response.headers["Link"]] if "Link" in response.headers else []
    response.headers["Link"] = ", ".join((*links, *mementos.links(memento)))
    return response
