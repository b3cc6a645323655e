"""Asking other endpoints for what a query calls SERVICE for, where their hosts are on a list.

The processes that answer queries can open no socket. So the process in front asks, before the
query runs: only hosts that are listed, at addresses of the public internet (unless an address
itself is listed), and of a redirect the same is asked again. The connection is made to one of the
very addresses that were looked at, so that no second answer of a name server leads elsewhere.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from eakg.rdf import JSON
from eakg.sparql import (
    JOIN_IDENTITY,
    BadAnswerError,
    QueryRefusedError,
    ServiceCall,
    StoreError,
    service_calls,
    values_of,
    with_values,
)
from eakg.store.elsewhere.bodies import read_json
from eakg.store.elsewhere.connection import Deadline, ascii_host, resolve, target_of
from eakg.store.elsewhere.http import HttpClient
from eakg.store.elsewhere.protocol import check_result, failure_of, query_request
from eakg.store.request import QueryRequest

_LARGEST = 8 << 20  # bytes of one answer


OwnServices = Mapping[str, Callable[[str], bytes]]
"""What answers in this process by the IRI that SERVICE calls: a query, in SPARQL JSON."""


def with_services(
    request: QueryRequest, hosts: Sequence[str], seconds: float, services: OwnServices
) -> QueryRequest:
    """The request with what its SERVICE calls give in their place, and what is left of its time.
    Where no host is listed and one is called, nothing is asked, and the request is as it was.

    Arguments: the request; the hosts that may be asked, each a name or an address, with a port
    where no other may be asked; the seconds that it has; what answers here.
    Raises: QueryRefusedError for another host or an address that is not public; BadAnswerError
    when an endpoint fails and the call is not SILENT; TimeLimitExceededError.
    Specification: SPARQL 1.1 Federated Query sections 2.4 and 4.
    """
    deadline = Deadline.from_now(seconds)
    calls = service_calls(request.text, request.base_iri or "")
    if not hosts and not all(call.endpoint in services for call in calls):
        return request
    values = [_values(call, ListedHosts(hosts), deadline, services) for call in calls]
    text = with_values(request.text, calls, values)
    return replace(request, text=text, timeout=deadline.remaining())


@dataclass(frozen=True)
class ListedHosts:
    """The hosts that SERVICE may ask, each a name or an address, alone or with a port."""

    hosts: Sequence[str]

    def addresses(self, host: str, port: int, deadline: Deadline) -> Sequence[str]:
        """The IP addresses of a host that is listed.

        Raises: QueryRefusedError for another host, and for one of which an address is not public
        and not itself what is listed; OSError; TimeLimitExceededError.
        """
        if not {host, f"{host}:{port}"} & set(map(ascii_host, self.hosts)):
            raise QueryRefusedError(
                f"SERVICE may not ask {host}:{port}, which is not on the list of hosts"
            )
        addresses = resolve(host, port, deadline)
        if not _is_address(host) and not all(map(is_public, addresses)):
            raise QueryRefusedError(f"SERVICE may not ask {host}: its address is not a public one")
        return addresses


def _values(
    call: ServiceCall, hosts: ListedHosts, deadline: Deadline, services: OwnServices
) -> str:
    if call.endpoint is None:
        raise QueryRefusedError("SERVICE with a variable is not offered; name the endpoint")
    if call.endpoint in services:
        return values_of(services[call.endpoint](call.query))
    try:
        return values_of(_answer(call.endpoint, call.query, hosts, deadline))
    except QueryRefusedError:
        raise
    except StoreError as error:
        if call.silent:
            return JOIN_IDENTITY
        raise BadAnswerError(f"SERVICE <{call.endpoint}>: {error}") from error


def _answer(endpoint: str, query: str, hosts: ListedHosts, deadline: Deadline) -> bytes:
    try:
        target_of(endpoint)
    except ValueError:
        raise QueryRefusedError(
            f"SERVICE asks over http and https only, not <{endpoint}>"
        ) from None
    output = BytesIO()
    # Whoever asks must not speak in the name of this service: no credentials, no proxy.
    client = HttpClient(_LARGEST, other_hosts=True, addresses=hosts.addresses, uses_proxy=False)
    answer = client.send(query_request(endpoint, query, [JSON], "GET"), deadline, output)
    if not answer.is_success:
        # What another service refuses is no refusal of this one.
        raise BadAnswerError(str(failure_of(answer, deadline.seconds)))
    check_result(answer, [JSON])
    body = output.getvalue()
    read_json(answer, body)
    return body


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded_ipv4 = ip.ipv4_mapped or ip.sixtofour
        if embedded_ipv4 is not None:
            return embedded_ipv4.is_global and not embedded_ipv4.is_multicast
    return ip.is_global and not ip.is_multicast
