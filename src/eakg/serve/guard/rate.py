"""How many requests a client may send in a minute.

The web processes share a table of counts. A client has one place in it, which two clients have in
common once in a million.
"""

import mmap
import os
import struct
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

_PLACES = 1 << 20
_ENTRY = struct.Struct("<II")
_MINUTE = 60
_CLIENTS = 1024  # whose networks are remembered
_IPV6_BITS = 64
FREE = frozenset({"/health", "/ready", "/metrics"})
"""Paths of those who run the service, which are not counted."""


class Rates:
    """Counts of requests by client and minute.

    Arguments: requests that a client may send in a minute; the folder that processes share, None
    for one process.
    """

    def __init__(self, limit: int, folder: str | None = None) -> None:
        self.limit = limit
        size = _PLACES * _ENTRY.size
        if folder is None:
            self._table = mmap.mmap(-1, size)
            return
        descriptor = os.open(Path(folder) / "rates", os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(descriptor, size)
        self._table = mmap.mmap(descriptor, size)
        os.close(descriptor)

    def excess(self, client: str, now: float) -> int | None:
        """Count a request; the seconds until the next is welcome, None where this one is."""
        minute, second = divmod(int(now), _MINUTE)
        digest = blake2b(client.encode(), digest_size=8).digest()
        place = int.from_bytes(digest) % _PLACES * _ENTRY.size
        counted_in, count = _ENTRY.unpack_from(self._table, place)
        count = count + 1 if counted_in == minute else 1
        _ENTRY.pack_into(self._table, place, minute, count)
        return None if count <= self.limit else _MINUTE - second


def address_of(peer: str) -> str:
    """The address of `address:port`, as the server says it; IPv6 without its brackets."""
    return peer.rpartition(":")[0].strip("[]")


@lru_cache(_CLIENTS)
def network_of(client: str) -> str:
    """What counts as one client: an address of IPv4, and of IPv6 the network of its first 64 bits,
    as whoever has one address there has them all (RFC 6177)."""
    address = ip_address_of(client)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _IPV6_BITS), strict=False))
    return client if address is None else str(address)


def is_local(client: str) -> bool:
    """Whether an address is one of loopback."""
    address = ip_address_of(client)
    return address is not None and address.is_loopback


def ip_address_of(client: str) -> IPv4Address | IPv6Address | None:
    """The address without its zone; one of IPv4 in IPv6 as what it is (RFC 4291 section
    2.5.5.2)."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped
