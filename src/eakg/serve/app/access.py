"""Who may read and who may write, and by which names the service may be asked.

A page of the web that a browser shows may ask a service on the same machine: by its own name, if it
has that name mean this machine (DNS rebinding). So a service that only this machine reaches
answers to the names of this machine alone.

Specification: RFC 6750; RFC 9110 sections 7.2 and 15.5.20.
"""

import hmac
import socket
from collections.abc import Iterable
from ipaddress import ip_address

from eakg.serve.app.errors import MisdirectedError, ReadOnlyError, UnauthorizedError
from eakg.serve.app.settings import Access, Settings

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
"""The names of this machine for itself."""
_SCHEME = "bearer"
_OPEN = frozenset({"/health", "/ready"})
_STATIC = "/static/"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens at a host, given by its name or address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        pass
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(addresses) and all(ip_address(address).is_loopback for address in addresses)


def check_access(settings: Settings, host: str, path: str, authorization: str | None) -> None:
    """Let pass who may ask for this.

    Arguments: the settings; the headers `Host` and `Authorization`, and the path.
    Raises: MisdirectedError, UnauthorizedError.
    """
    access = settings.access
    if access.hosts is not None and not is_named(host, access.hosts):
        raise MisdirectedError(
            f"this service does not answer as {host!r}; ask it as localhost:{settings.port}, or"
            " start it with --allowed-host or --public-url"
        )
    if access.read_token is None or path in _OPEN or path.startswith(_STATIC):
        return
    tokens = (access.read_token, access.token)
    _check_bearer(authorization, [token for token in tokens if token], "reading")


def check_writer(settings: Settings, authorization: str | None) -> None:
    """Let pass who may write, by the header `Authorization`.

    Raises: ReadOnlyError where nobody may write; UnauthorizedError without the token or with
    another.
    """
    if not settings.options.writable:
        raise ReadOnlyError(
            "this service is read-only; eakg serve --writable makes it take updates"
        )
    if not settings.access.token:
        raise ReadOnlyError("this service has no token for writers; set EAKG_TOKEN or --token-file")
    _check_bearer(authorization, [settings.access.token], "writing")


def may_write(settings: Settings, authorization: str | None) -> bool:
    """Whether the header `Authorization` shows that its sender may write."""
    try:
        check_writer(settings, authorization)
    except (ReadOnlyError, UnauthorizedError):
        return False
    return True


def _check_bearer(authorization: str | None, digests: Iterable[str], act: str) -> None:
    if authorization is None:
        raise UnauthorizedError(f"{act} needs the header Authorization: Bearer <token>")
    # The server reads headers as Latin-1.
    scheme, _, token = authorization.encode("latin-1").decode(errors="replace").partition(" ")
    if scheme.lower() != _SCHEME:
        raise UnauthorizedError(f"{act} needs a bearer token, not another kind of authorization")
    digest = Access.digest(token.strip())
    # All are compared, however soon one is found.
    matches = [hmac.compare_digest(digest, expected) for expected in digests]
    if not any(matches):
        raise UnauthorizedError("this is not the token of this service", "invalid_token")


def is_named(host: str, names: Iterable[str]) -> bool:
    """Whether a header `Host` has one of the names, with its port where the name has one. Without
    a name a request is no browser's."""
    host = host.lower()
    name = _without_port(host).removesuffix(".")
    return not host or any(one.lower() in (host, name) for one in names)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and (port.isdecimal() or not port) and not name.endswith(":") else host
