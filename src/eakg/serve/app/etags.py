"""Validators of representations and conditions on them: RFC 9110 sections 8.8 and 13.

A strong tag is a promise that no other bytes go under it (section 8.8.1). What one query makes has
the version that answered it in its tag. What several make has one only where the version was the
same from the first to the last of them; else it is made anew, and where the data change all the
while it has no tag and is not to be stored.
"""

import hashlib
import re
from collections.abc import Callable, Collection, MutableMapping
from http import HTTPStatus
from importlib.metadata import version

from flask import Response
from werkzeug.datastructures import ETags, Headers
from werkzeug.exceptions import PreconditionFailed
from werkzeug.http import parse_etags
from werkzeug.sansio.request import Request

from eakg.serve.app.context import state
from eakg.store import UNKNOWN, QueryRequest, QueryService, Result

MutableHeaders = Headers | MutableMapping[str, str]

_ENGINE = f"{version('eakg')} {version('pyoxigraph')}"
_TRIES = 3
CODING_NAMES = ("br", "gzip", "zstd")
"""The codings that a tag may name at its end."""
_CODED = re.compile(rf'-(?:{"|".join(CODING_NAMES)})(?=")')
_READING = frozenset({"GET", "HEAD"})


def entity_tag(*parts: object) -> str:
    """A tag that differs when any part does; the software's versions are always among them."""
    text = "\0".join((_ENGINE, *map(str, parts)))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def publication_tag(*parts: object) -> str:
    """A tag that differs also when what the publisher says of the data does, which pages and
    descriptions repeat. To be asked for at a request."""
    return entity_tag(state().settings.project, *parts)


def coded_tag(tag: str, coding: str) -> str:
    """The tag, in its quotes, of a representation in a content coding."""
    return f'{tag[:-1]}-{coding}"'


def plain_tags(field: str) -> str:
    """A list of tags, each as that of the representation without a coding. One that holds for
    either holds for the other: they are made of the same."""
    return _CODED.sub("", field)


def held_tag(request: Request, tag: str, coding: str | None) -> str:
    """The tag, in its quotes, that a client which need not be sent a representation has for it.

    Arguments: the request; the tag of the representation without a coding, in its quotes; the
    coding that the client would get now.
    """
    field = request.headers.get("If-None-Match", "")
    codings = ([coding] if coding else []) + [None, *CODING_NAMES]
    tags = (tag if name is None else coded_tag(tag, name) for name in codings)
    return next((own_tag for own_tag in tags if own_tag in field), tag)


def has_representation(request: Request, tag: str) -> bool:
    """Whether the client has the representation of this tag, which it names (If-None-Match)."""
    matches = _tags(request, "If-None-Match")
    return not matches.star_tag and matches.contains_weak(tag)


def condition_status(
    request: Request, tags: Collection[str], exists: bool = True
) -> HTTPStatus | None:
    """The status that the conditions of a request give it instead of success, None where they hold.

    Arguments: the request; the tags of the representations that there are now; whether there is
    any, which is what `*` asks. There are no dates of change here, so that conditions on them are
    not looked at.
    Specification: RFC 9110 sections 13.1.1, 13.1.2 and 13.2.2.
    """
    if "If-Match" not in request.headers and "If-None-Match" not in request.headers:
        return None
    match, none_match = _tags(request, "If-Match"), _tags(request, "If-None-Match")
    # One that cannot be read holds for nothing, so that nothing is changed by it.
    is_given = request.headers.get("If-Match", "").strip()
    if is_given and not (exists and (match.star_tag or any(map(match.contains, tags)))):
        return HTTPStatus.PRECONDITION_FAILED
    if none_match and exists and (none_match.star_tag or any(map(none_match.contains_weak, tags))):
        is_read = request.method in _READING
        return HTTPStatus.NOT_MODIFIED if is_read else HTTPStatus.PRECONDITION_FAILED
    return None


def _tags(request: Request, name: str) -> ETags:
    return parse_etags(plain_tags(request.headers.get(name, "")))


def mark(headers: MutableHeaders, tag: str) -> None:
    """Give a representation its tag, to be stored but asked about before each use."""
    headers["ETag"] = f'"{tag}"'
    headers["Cache-Control"] = "no-cache"


def forbid_storing(headers: MutableHeaders) -> None:
    """Say of a response that it is for its client alone, now."""
    headers["Cache-Control"] = "no-store"


def not_modified(request: Request, tag: str) -> Response | None:
    """A 304 when the client has this representation, else None.

    Only what is known to be a success is judged here, before it is made: that which the client had
    already. Raises: PreconditionFailed where it wants anything but that.
    """
    if not has_representation(request, tag):
        return None
    if condition_status(request, (tag,)) is HTTPStatus.PRECONDITION_FAILED:
        raise PreconditionFailed
    return mark_response(Response(status=HTTPStatus.NOT_MODIFIED), tag)


def mark_response(response: Response, tag: str) -> Response:
    """The response with its tag."""
    mark(response.headers, tag)
    return response


def tagged(request: Request, parts: tuple[object, ...], make: Callable[[], Response]) -> Response:
    """What does not depend on the data, with its tag.

    Arguments: the request; all that the representation depends on; what makes it, where the
    client does not have it.
    """
    tag = publication_tag(*parts)
    return not_modified(request, tag) or mark_response(make(), tag)


def of_result(
    request: Request,
    store: QueryService,
    parts: tuple[object, ...],
    query: QueryRequest,
    make: Callable[[Result], Response],
) -> Response:
    """What one query makes, with the version that answered it in its tag.

    Arguments: the request; the store; what else the representation depends on; the query; what
    makes a response of its result, without another query.
    """
    response = not_modified(request, entity_tag(store.version, *parts))
    if response is not None:
        return response
    result = store.query(query)
    return mark_response(make(result), entity_tag(result.version, *parts))


def represented(
    request: Request, store: QueryService, parts: tuple[object, ...], make: Callable[[], Response]
) -> Response:
    """What several queries make, with a tag where all of them were answered from one version.

    Arguments: the request; the store that answers; what else the representation depends on, which
    no query said; what makes it, where the client does not have it, with all its queries. What is
    made and is no representation (a redirection, a problem) has no tag.
    """
    for tries_left in reversed(range(_TRIES)):
        before = store.version
        tag = publication_tag(before, *parts)
        unchanged = not_modified(request, tag)
        if unchanged is not None:
            return unchanged
        response = make()
        if response.status_code != HTTPStatus.OK:
            break
        if store.version == before:
            response.headers["EAKG-Data-Version"] = before
            return mark_response(response, tag)
        if not tries_left or before.startswith(UNKNOWN):
            forbid_storing(response.headers)
            break
        response.close()
    return response
