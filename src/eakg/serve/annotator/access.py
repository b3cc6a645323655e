"""Who may annotate: whoever has the token, from a page of this service.

The token comes once with the address, as notebooks do it, and is kept by the browser in a cookie
that no script reads and no other site sends (RFC 6265bis, `SameSite=Strict`). Cookies do not tell
ports apart, so a form also has to come from a page of this very address: `Sec-Fetch-Site` of Fetch
Metadata, or else `Origin` (RFC 6454), says so.
"""

import hmac

from flask import Request, Response
from werkzeug.exceptions import Forbidden

from eakg.serve.app import LOCAL_HOSTS, Access, MisdirectedError, is_named

PARAMETER = "token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})
_STATIC = "/static/"


class AnnotatorAccess:
    """Lets pass who may annotate. Argument: the token."""

    def __init__(self, token: str) -> None:
        self._digest = Access.digest(token)

    def check(self, request: Request) -> None:
        """Raises: MisdirectedError for a host that is not this machine; Forbidden without the
        token, or for a form of another site."""
        if not is_named(request.host, LOCAL_HOSTS):
            words = f"the annotator does not answer as {request.host!r}; ask it as localhost"
            raise MisdirectedError(words)
        if request.path.startswith(_STATIC):
            return
        token = request.args.get(PARAMETER) or request.cookies.get(cookie_name(request), "")
        if not hmac.compare_digest(Access.digest(token), self._digest):
            raise Forbidden("open the address that `eakg annotate` printed; it has the token")
        if request.method not in _SAFE and not _is_own(request):
            raise Forbidden("this form is not of a page of the annotator; send it from there")

    def keep(self, request: Request, response: Response) -> None:
        """Have the browser keep the token that came with the address."""
        response.set_cookie(
            cookie_name(request),
            request.args[PARAMETER],
            httponly=True,
            samesite="Strict",
            secure=request.is_secure,
        )


def cookie_name(request: Request) -> str:
    """The name of the cookie: each annotator of a machine, at its port, has one of its own."""
    port = request.host.rpartition(":")[2]
    return f"eakg-annotate-{port if port.isdecimal() else 80}"


def _is_own(request: Request) -> bool:
    """Whether a form comes from a page of this service, or from a program that is no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN_SITE
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")
