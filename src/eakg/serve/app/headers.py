"""Headers that every response has: CORS, security, what the bytes depend on."""

from flask import Flask, Response, request

from eakg.serve.app.etags import MutableHeaders

_EXPOSED = (
    "Allow, Content-Length, EAKG-By-Value, EAKG-Closure, EAKG-Data-Version, ETag, Link, Location,"
    " Retry-After, Server-Timing, WWW-Authenticate, X-Request-Id"
)
_REQUEST_HEADERS = "Accept, Authorization, Content-Type, If-Match, If-None-Match"
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)


_EVERYWHERE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def register_headers(app: Flask) -> None:
    """Put the headers on every response of the application."""

    def complete(response: Response) -> Response:
        complete_headers(response.headers)
        if request.method == "OPTIONS":
            headers = response.headers
            headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
            headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
            headers["Access-Control-Max-Age"] = "86400"
        return response

    app.after_request(complete)


def complete_headers(headers: MutableHeaders) -> None:
    """Add what every response has."""
    for name, value in _EVERYWHERE.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", _POLICY)
    # What an error looks like depends on Accept too.
    vary = headers.get("Vary")
    if vary is None:
        headers["Vary"] = "Accept"
    elif "accept" not in {name.strip().lower() for name in vary.split(",")}:
        headers["Vary"] = f"{vary}, Accept"
