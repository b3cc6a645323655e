"""Headers that every response has: CORS, security, what the bytes depend on."""

from flask import Flask, Response, request

_EXPOSED = (
    "Allow, Content-Length, EAKG-Closure, EAKG-Data-Version, ETag, Link, Location,"
    " Retry-After, Server-Timing, WWW-Authenticate, X-Request-Id"
)
_SENT = "Accept, Authorization, Content-Type, If-Match, If-None-Match"
_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)


def register_headers(app: Flask) -> None:
    """Put the headers on every response of the application."""
    app.after_request(_complete)


def _complete(response: Response) -> Response:
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = _EXPOSED
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    # What an error looks like depends on Accept too.
    response.vary.add("Accept")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = _SENT
        headers["Access-Control-Max-Age"] = "86400"
    return response
