"""Who may write: the bearer of the token, RFC 6750."""

import hmac

from flask import Request

from eakg.serve.app import Access, ReadOnlyError, Settings, UnauthorizedError

_SCHEME = "bearer"


def check_writer(request: Request, settings: Settings) -> None:
    """Let pass who may write. It looks at headers only, so that no body is read before.

    Raises: ReadOnlyError where nobody may write; UnauthorizedError without the token or with
    another.
    Specification: RFC 6750 sections 2.1 and 3.
    """
    if not settings.options.writable:
        raise ReadOnlyError(
            "this service is read-only; eakg serve --writable makes it take updates"
        )
    if not settings.access.token:
        raise ReadOnlyError("this service has no token for writers; set EAKG_TOKEN or --token-file")
    header = request.headers.get("Authorization")
    if header is None:
        raise UnauthorizedError("writing needs the header Authorization: Bearer <token>")
    # The server reads headers as Latin-1.
    scheme, _, token = header.encode("latin-1").decode(errors="replace").partition(" ")
    if scheme.lower() != _SCHEME:
        raise UnauthorizedError("writing needs a bearer token, not another kind of authorization")
    if not hmac.compare_digest(Access.digest(token.strip()), settings.access.token):
        raise UnauthorizedError("this is not the token of this service", "invalid_token")


def may_write(request: Request, settings: Settings) -> bool:
    """Whether a request shows that its sender may write."""
    try:
        check_writer(request, settings)
    except (ReadOnlyError, UnauthorizedError):
        return False
    return True
