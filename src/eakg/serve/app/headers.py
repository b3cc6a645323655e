"""Headers that every response has: CORS, security, what the bytes depend on."""

import re

from flask import Flask, Request, Response, request

from eakg.serve.app.etags import MutableHeaders

VARIANTS = ("Accept", "Accept-Encoding")
"""The headers of a request that any response may differ by."""
_EXPOSED = (
    "Allow, Content-Length, EAKG-By-Value, EAKG-Closure, EAKG-Data-Version, EAKG-Not-Computed,"
    " ETag, Link, Location, Memento-Datetime, Retry-After, Server-Timing, WWW-Authenticate,"
    " X-Request-Id"
)
_REQUEST_HEADERS = "Accept, Accept-Datetime, Authorization, Content-Type, If-Match, If-None-Match"
_FIELD_NAME = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
"""RFC 9110 section 5.6.2."""
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)


_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
}
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_EVERY_OPEN = {**_OPEN, **_EVERYWHERE}
_VARY = ", ".join(VARIANTS)


def register_headers(app: Flask, *, cors: bool) -> None:
    """Put the headers on every response of the application. Argument: whether pages from elsewhere
    may read it."""

    def complete(response: Response) -> Response:
        complete_headers(response.headers, cors=cors)
        if cors and request.method == "OPTIONS":
            headers = response.headers
            headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
            headers["Access-Control-Allow-Headers"] = _header_names(request)
            _vary(headers, "Access-Control-Request-Headers")
            headers["Access-Control-Max-Age"] = "86400"
        return response

    app.after_request(complete)


def complete_headers(headers: MutableHeaders, *, cors: bool) -> None:
    """Add what every response has. Argument: whether pages from elsewhere may read it."""
    headers.update(_EVERY_OPEN if cors else _EVERYWHERE)
    headers.setdefault("Content-Security-Policy", _POLICY)
    # What an error looks like depends on Accept too.
    if "Vary" not in headers:
        headers["Vary"] = _VARY
        return
    for name in VARIANTS:
        _vary(headers, name)


def _header_names(preflight: Request) -> str:
    """The headers that a browser may send: those that it asks for, as none of them gives a page
    elsewhere what its own client would not be given."""
    field_list = preflight.headers.get("Access-Control-Request-Headers", "")
    names = [name for name in map(str.strip, field_list.split(",")) if _FIELD_NAME.fullmatch(name)]
    return ", ".join(names) or _REQUEST_HEADERS


def _vary(headers: MutableHeaders, name: str) -> None:
    vary = headers.get("Vary")
    if vary is None:
        headers["Vary"] = name
    elif name.lower() not in {part.strip().lower() for part in vary.split(",")}:
        headers["Vary"] = f"{vary}, {name}"
