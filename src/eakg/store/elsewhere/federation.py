"""Asking other endpoints for what a query calls SERVICE for, where their hosts are on a list.

The processes that answer queries can open no socket. So the process in front asks, before the
query runs: only hosts that are listed, at addresses of the public internet (unless an address
itself is listed), and of a redirect the same is asked again. The connection is made to the very
address that was looked at, so that no second answer of a name server leads elsewhere.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import replace
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, quote, urlencode, urljoin, urlsplit

from eakg.rdf import JSON
from eakg.sparql import (
    NOTHING,
    BadAnswerError,
    QueryRefusedError,
    ServiceCall,
    TimeLimitExceededError,
    service_calls,
    values_of,
    with_values,
)
from eakg.store.request import QueryRequest

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = 3
_LARGEST = 8 << 20  # bytes of one answer
_PIECE = 1 << 16
_AGAIN = frozenset({301, 302, 303, 307, 308})
_OK = 200
_URI = "/?:@!$&'()*+,;=~-._%"


def with_services(request: QueryRequest, hosts: Sequence[str], seconds: float) -> QueryRequest:
    """The request with what its SERVICE calls give in their place, and what is left of its time.

    Arguments: the request; the hosts that may be asked, each a name or an address, with a port
    where no other may be asked; the seconds that it has.
    Raises: QueryRefusedError for another host or an address that is not public; BadAnswerError
    when an endpoint fails and the call is not SILENT; TimeLimitExceededError.
    Specification: SPARQL 1.1 Federated Query sections 2.4 and 4.
    """
    ends = time.monotonic() + seconds
    calls = service_calls(request.text, request.base_iri or "")
    values = [_values(call, hosts, ends) for call in calls]
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeLimitExceededError(f"the query was ended after {seconds:g} s", seconds)
    return replace(request, text=with_values(request.text, calls, values), timeout=left)


def _values(call: ServiceCall, hosts: Sequence[str], ends: float) -> str:
    if call.endpoint is None:
        raise QueryRefusedError("SERVICE with a variable is not offered; name the endpoint")
    try:
        return values_of(_answer(call.endpoint, call.query, hosts, ends))
    except (BadAnswerError, OSError, HTTPException) as error:
        if call.silent:
            return NOTHING
        if isinstance(error, BadAnswerError):
            raise
        raise BadAnswerError(f"<{call.endpoint}> does not answer") from None


def _answer(endpoint: str, query: str, hosts: Sequence[str], ends: float) -> bytes:
    separator = "&" if _split(endpoint).query else "?"
    target = f"{endpoint}{separator}{urlencode({'query': query})}"
    for _ in range(_REDIRECTS + 1):
        parts = _split(target)
        connection = _connection(parts, hosts, ends)
        try:
            # An IRI as a URI, RFC 3987 section 3.1.
            path = quote(f"{parts.path or '/'}?{parts.query}", safe=_URI)
            connection.request("GET", path, headers={"Accept": JSON.media_type})
            response = connection.getresponse()
            if response.status == _OK:
                return _read(response, ends)
            location = response.headers.get("Location")
            if response.status not in _AGAIN or location is None:
                raise BadAnswerError(f"<{endpoint}> answers with status {response.status}")
            target = _redirected(endpoint, target, location)
        finally:
            connection.close()
    raise BadAnswerError(f"<{endpoint}> redirects more than {_REDIRECTS} times")


def _redirected(endpoint: str, target: str, location: str) -> str:
    try:
        return urljoin(target, location)
    except ValueError:
        raise BadAnswerError(f"<{endpoint}> redirects to what is no address") from None


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise QueryRefusedError(f"SERVICE cannot ask <{address}>, which is no address") from None


def _read(response: HTTPResponse, ends: float) -> bytes:
    data = b""
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > _LARGEST:
            raise BadAnswerError("what the endpoint of SERVICE answers is too large")
        _left(ends)
    return data


def _connection(parts: SplitResult, hosts: Sequence[str], ends: float) -> HTTPConnection:
    """A connection to an address that may be asked. Raises: QueryRefusedError."""
    try:
        usual = _PORTS[parts.scheme]
        host, port = parts.hostname or "", parts.port or usual
    except (KeyError, ValueError):
        raise QueryRefusedError(
            f"SERVICE asks over http and https only, not <{parts.geturl()}>"
        ) from None
    if not {host, f"{host}:{port}"} & {one.lower() for one in hosts}:
        raise QueryRefusedError(
            f"SERVICE may not ask {host}:{port}, which is not on the list of hosts"
        )
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not _is_address(host):
        for address in addresses:
            if not _is_public(address):
                raise QueryRefusedError(
                    f"SERVICE may not ask {host}: its address is not a public one"
                )
    if parts.scheme == "https":
        return _PinnedTLS(host, port, addresses[0], _left(ends))
    return _Pinned(host, port, addresses[0], _left(ends))


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise BadAnswerError("the endpoint of SERVICE took too long")
    return left


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        within = found.ipv4_mapped or found.sixtofour
        if within is not None:
            return within.is_global and not within.is_multicast
    return found.is_global and not found.is_multicast


class _Pinned(HTTPConnection):
    """A connection to one address of the host."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address = address

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _PinnedTLS(HTTPSConnection):
    """The same over TLS; the certificate is that of the host's name."""

    def __init__(self, host: str, port: int, address: str, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.address = address

    def connect(self) -> None:
        """Connect to the address."""
        raw = socket.create_connection((self.address, self.port), self.timeout)
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(raw, server_hostname=self.host)
