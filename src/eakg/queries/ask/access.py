"""How an endpoint is asked: its method, its dataset, and what is told about who asks."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2
_VALUE = re.compile(r"[\x20-\x7e\x80-\xff]+")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_HEADERS_OF_CLIENT = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host"}
    | {"transfer-encoding"}
)
"""Headers that say what the client does, and so are its own."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EndpointAccess:
    """How an endpoint is asked.

    `method` is GET, POST, or AUTO: GET where the whole address stays short, so that caches on the
    way help; None is POST. The graphs are those whose merge is the default graph, and the named
    ones, where they are not the endpoint's own (SPARQL 1.1 Protocol section 2.1.4). `retries` is
    how often it is asked again, None as is usual; `headers` are sent to the endpoint and nowhere
    else; redirects are followed to `other_hosts` or not. `version` is that of the data that is
    asked, as EAKG names it, None for the present one.
    """

    method: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    retries: int | None = None
    headers: Headers = field(default=(), repr=False)
    other_hosts: bool = False
    version: str | None = None

    def before(self, usual: "EndpointAccess") -> "EndpointAccess":
        """This one where it says something, else what is usual at the endpoint."""
        names = {name.lower() for name, _ in self.headers}
        headers = tuple(one for one in usual.headers if one[0].lower() not in names)
        graphs = self if self.dataset else usual
        return EndpointAccess(
            self.method or usual.method,
            graphs.default_graphs,
            graphs.named_graphs,
            usual.retries if self.retries is None else self.retries,
            headers + self.headers,
            self.other_hosts or usual.other_hosts,
            self.version or usual.version,
        )

    @property
    def dataset(self) -> list[tuple[str, str]]:
        """The parameters of the protocol for its graphs."""
        graphs = [("default-graph-uri", name) for name in self.default_graphs]
        return graphs + [("named-graph-uri", name) for name in self.named_graphs]


def read_headers(lines: Sequence[str], environment: Mapping[str, str] | None = None) -> Headers:
    """Headers from `Name: value`, in which `$NAME` and `${NAME}` are variables of the environment,
    so that no secret has to stand in a file or on a command line.

    Raises: ValueError, of which the message does not hold a value, for what is no header.
    """
    variables = os.environ if environment is None else environment
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not _NAME.fullmatch(name):
            raise ValueError("a header is written 'Name: value'")
        if name.lower() in _HEADERS_OF_CLIENT:
            raise ValueError(f"the header {name} says what is sent, and cannot be given")
        missing = [
            match[1] or match[2]
            for match in _VARIABLE.finditer(value)
            if (match[1] or match[2]) not in variables
        ]
        if missing:
            raise ValueError(f"the header {name} takes ${missing[0]}, which is not set; set it")
        value = _VARIABLE.sub(lambda match: variables[match[1] or match[2]], value).strip()
        if not _VALUE.fullmatch(value):
            raise ValueError(f"the value of the header {name} is empty, or no line of Latin 1")
        headers.append((name, value))
    return tuple(headers)


def secrets(headers: Headers) -> frozenset[str]:
    """What of headers may not stand in a message: their values, and the words of these."""
    words = {word for _, value in headers for word in (value, *value.split())}
    return frozenset(word for word in words if len(word) >= _SHORTEST_SECRET)


_SHORTEST_SECRET = 6  # "Bearer" is the longest word that a message would miss
