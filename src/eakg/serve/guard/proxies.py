"""Who passes requests on for others, and what is believed of what they say.

Whoever sends a request may write what it likes into headers that proxies write. They count where
the one that sent the request is a proxy that the settings name: of the client, of the scheme by
which it came to the proxy, and of the path below which the proxy has the service. What is said of
the host never counts.

Headers: X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Prefix, of which the last value is that
of the nearest proxy (https://werkzeug.palletsprojects.com/en/stable/deployment/proxy_fix/).
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import ip_network
from typing import NamedTuple

from eakg.serve.guard.rate import address_of, ip_address_of

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""The networks of this machine for itself."""
FOR, PROTO, PREFIX = "x-forwarded-for", "x-forwarded-proto", "x-forwarded-prefix"
_SCHEMES = ("http", "https")
_CLIENTS = 1024  # that are remembered
_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~!$&'()*+,;=:@%-]+)+", re.ASCII)
HeaderValues = Callable[[str], Iterable[str]]
"""The values of a header by its name in lower case, as often as it came."""


class Approach(NamedTuple):
    """By which way a request came: the address of its client, the scheme that the client spoke, and
    the path below which it sees the service."""

    client: str
    scheme: str
    prefix: str = ""


class TrustedProxies:
    """The proxies that are believed. Argument: their addresses and networks."""

    def __init__(self, networks: Iterable[str] = LOOPBACK) -> None:
        self._networks = [ip_network(network, strict=False) for network in networks]
        self.trust = lru_cache(_CLIENTS)(self._trust)
        """Whether an address is that of a proxy that is believed."""

    def _trust(self, address: str) -> bool:
        number = ip_address_of(address)
        return number is not None and any(number in network for network in self._networks)

    def approach(self, peer: str, scheme: str, values: HeaderValues) -> Approach:
        """The way of a request. Arguments: the address that it was sent from; the scheme by which;
        its headers."""
        if not self.trust(peer):
            return Approach(peer, scheme)
        told_scheme = _last(values(PROTO)).lower()
        prefix = _last(values(PREFIX)).rstrip("/")
        return Approach(
            self.client(peer, ",".join(values(FOR))),
            told_scheme if told_scheme in _SCHEMES else scheme,
            prefix if _PREFIX.fullmatch(prefix) else "",
        )

    def client(self, peer: str, forwarded_for: str) -> str:
        """The address of a client: the last one that no proxy which is believed has.

        Arguments: the address that the request was sent from; all of X-Forwarded-For.
        """
        address = peer
        entries = forwarded_for.split(",") if forwarded_for else []
        while entries and self.trust(address):
            entry = entries.pop().strip()
            number = ip_address_of(entry) or ip_address_of(address_of(entry))
            if number is None:
                break
            address = str(number)
        return address


def _last(values: Iterable[str]) -> str:
    return ",".join(values).rpartition(",")[2].strip()
