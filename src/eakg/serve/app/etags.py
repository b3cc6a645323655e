"""Validators of representations: strong entity tags, RFC 9110 sections 8.8 and 13.1.2."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version

from flask import Request, Response

from eakg.store import QueryRequest, QueryService

_ENGINE = f"{version('eakg')} {version('pyoxigraph')}"


def entity_tag(*parts: object) -> str:
    """A tag that differs when any part does; the software's versions are always among them."""
    text = "\0".join((_ENGINE, *(str(part) for part in parts)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def etag_of(version: str, asked: QueryRequest, representation: str) -> str:
    """The tag of the result of a query. Arguments: the version of the data; what was asked of the
    store; the name of the representation."""
    return entity_tag(
        version,
        asked.text,
        asked.closure,
        sorted(asked.default_graphs),
        sorted(asked.named_graphs),
        asked.base_iri,
        representation,
    )


def not_modified(request: Request, tag: str) -> Response | None:
    """A 304 when the client has this representation, else None."""
    matches = request.if_none_match
    if matches.star_tag or not matches.contains_weak(tag):
        return None
    return mark(Response(status=304), tag)


def mark(response: Response, tag: str) -> Response:
    """The response with its tag, to be stored but asked about before each use."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def tagged(request: Request, parts: tuple[object, ...], make: Callable[[], Response]) -> Response:
    """What does not depend on the data, with its tag.

    Arguments: the request; all that the representation depends on; what makes it, where the
    client does not have it.
    """
    tag = entity_tag(*parts)
    return not_modified(request, tag) or mark(make(), tag)


def represented(
    request: Request, store: QueryService, parts: tuple[object, ...], make: Callable[[], Response]
) -> Response:
    """What several queries make, with a tag where all of them were answered from one version.

    Arguments: the request; the store that answers; what else the representation depends on;
    what makes it, where the client does not have it.
    """
    before = store.version
    tag = entity_tag(before, *parts)
    response = not_modified(request, tag)
    if response is not None:
        return response
    response = make()
    if store.version == before:
        return mark(response, tag)
    response.headers["Cache-Control"] = "no-store"
    return response
