"""How much of the service may be held at once, by all and by each client."""

from dataclasses import dataclass

_KIBIBYTE, _MEBIBYTE = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Quotas:
    """How much may be held at once.

    `spool` bytes of disk that results may take while they wait for their readers, in all web
    processes together; `pace` bytes a second that a reader takes at least, 0 where it may take any
    time. A client may have `connections` from where it is, unless that is this machine, where a
    proxy has those of all; and `requests` under way and `volume` bytes of results on their way.
    """

    spool: int = 1024 * _MEBIBYTE
    pace: int = 16 * _KIBIBYTE
    connections: int = 256
    requests: int = 128
    volume: int = 512 * _MEBIBYTE
