"""A request as it came in: one that needs no framework, and what every request must be like."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, RequestHeaderFieldsTooLarge, RequestURITooLarge
from werkzeug.sansio.request import Request as RequestHead

from eakg.rdf import escaped

REFUSAL = "eakg.refusal"
"""In the environment of a request the error for which it is refused before it is read."""
_MAX_ADDRESS = 1 << 15  # bytes of path and parameters
_MAX_HEADERS = 1 << 15  # bytes of all of them
_HOST = re.compile(r"[\w.~!$&'()*+;=%:\[\]-]*", re.ASCII)


class PlainHeaders(Headers):
    """Headers that are read only. Argument: their values by their names in lower case."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self._values = values

    def __getitem__(self, key: str) -> str:  # type: ignore[override]  # nobody asks by place
        return self._values[key.lower()]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._values

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._values.items())

    def __len__(self) -> int:
        return len(self._values)

    def get(  # type: ignore[override]  # nobody gives a type
        self, key: str, default: str | None = None
    ) -> str | None:
        """The value of a header."""
        return self._values.get(key.lower(), default)


class PlainRequest(RequestHead):
    """A request beside the framework, with its whole body.

    Arguments: method, scheme, path, parameters in the address; the headers; the address of the
    client; the body; the path below which the client sees the service.
    """

    def __init__(
        self,
        method: str,
        scheme: str,
        path: str,
        query_string: bytes,
        headers: PlainHeaders,
        remote_address: str,
        content: bytes,
        prefix: str = "",
    ) -> None:
        super().__init__(method, scheme, None, prefix, path, query_string, headers, remote_address)
        self._content = content

    def get_data(self, cache: bool = True) -> bytes:
        """The body, as of a request of the framework."""
        return self._content


AnyRequest = Request | PlainRequest


def name_in_path(environ: Mapping[str, Any], name: str) -> str:
    """A name after the first segment of a path, as the client spelled it, with its percent-escapes.

    Servers tell of the path as it came under names of their own. Where ours does not, each
    character that may stand in a path stands for itself.
    Arguments: the environment of the request (PEP 3333); the name, decoded.
    """
    for key in ("RAW_URI", "REQUEST_URI"):
        # Text there is the bytes of the request read as Latin-1.
        whole = str(environ.get(key, "")).encode("latin-1", "replace").decode("utf-8", "replace")
        raw = whole.partition("?")[0]
        # Of an absolute address (RFC 9112 section 3.2.2) the path is what counts.
        path = urlsplit(raw).path if "://" in raw else raw
        tail = path.lstrip("/").partition("/")[2]
        if tail and unquote(tail) == name:
            return tail
    return escaped(name)


def check_head(address: int, headers: Iterable[tuple[str, str]], host: str) -> None:
    """What comes before the body is not too long, and there is one host (RFC 9112 section 3.2).

    Arguments: bytes of path and parameters; the headers; the header Host.
    Raises: HTTPException of the kind.
    """
    if address > _MAX_ADDRESS:
        raise RequestURITooLarge
    if sum(len(name) + len(value) for name, value in headers) > _MAX_HEADERS:
        raise RequestHeaderFieldsTooLarge
    if not _HOST.fullmatch(host):
        raise BadRequest("the header Host is not the name of one host")
