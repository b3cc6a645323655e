"""Who may write: the bearer of the token, RFC 6750."""

import hashlib
import hmac

from flask import Request

from eakg.serve.errors import ReadOnly, Unauthorized
from eakg.serve.settings import Settings

_SCHEME = "bearer"


def check_writer(request: Request, settings: Settings) -> None:
    """Let pass who may write. It looks at headers only, so that no body is read before.

    Errors: ReadOnly where nobody may write; Unauthorized without the token or with another.
    Specification: RFC 6750 sections 2.1 and 3.
    """
    if not settings.writable:
        raise ReadOnly("this service is read-only; eakg serve --writable makes it take updates")
    if not settings.token:
        raise ReadOnly("this service has no token for writers; set EAKG_TOKEN or --token-file")
    header = request.headers.get("Authorization")
    if header is None:
        raise Unauthorized("writing needs the header Authorization: Bearer <token>")
    scheme, _, given = header.partition(" ")
    if scheme.lower() != _SCHEME:
        raise Unauthorized("writing needs a bearer token, not another kind of authorization")
    if not _same(given.strip().encode("latin-1"), settings.token.encode()):
        raise Unauthorized("this is not the token of this service", "invalid_token")


def _same(given: bytes, token: bytes) -> bool:
    """Compared in a time that tells neither where they differ nor how long the token is."""
    return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(token).digest())
