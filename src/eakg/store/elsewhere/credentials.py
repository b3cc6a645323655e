"""Who asks an endpoint: by its address, by the environment, or by netrc."""

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from netrc import NetrcParseError, netrc
from urllib.parse import unquote, urlsplit, urlunsplit

SCHEME = "sparql+"
BEARER, BASIC = "EAKG_BEARER_", "EAKG_BASIC_"
"""How the names of variables begin that hold a token, or `user:password`, for one host."""


@dataclass(frozen=True)
class Endpoint:
    """The address of a SPARQL endpoint, and who asks there."""

    address: str
    user: str = ""
    password: str = field(default="", repr=False)

    def authorization(self, environment: Mapping[str, str] | None = None) -> str:
        """The value of the header `Authorization` (RFC 7617, RFC 6750), or "".

        It is made from the user and password of the address, else from a variable of its host
        (`BEARER` or `BASIC`, then the host in capitals, with `_` for a dot and `__` for a hyphen,
        so that no variable is of two hosts), else from the file of netrc.
        """
        if self.user:
            return basic(self.user, self.password)
        variables = os.environ if environment is None else environment
        host = urlsplit(self.address).hostname or ""
        name = re.sub(r"\W", "_", host.replace("-", "__")).upper()
        if token := variables.get(f"{BEARER}{name}"):
            return f"Bearer {token.strip()}"
        if pair := variables.get(f"{BASIC}{name}"):
            user, _, password = pair.partition(":")
            return basic(user, password)
        return _from_netrc(host, variables)


def basic(user: str, password: str) -> str:
    """The value of a header that says who asks (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _from_netrc(host: str, variables: Mapping[str, str]) -> str:
    try:
        login = netrc(variables.get("NETRC")).hosts.get(host)
    except (OSError, NetrcParseError, UnicodeError):
        return ""
    return basic(login[0], login[2] or "") if login else ""


def endpoint_at(address: str) -> Endpoint:
    """The endpoint at `http[s]://[user:password@]host/path`. Raises: ValueError, of which the
    message does not hold the address, when it is not of this form."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not of the form http(s)://host/path")
    plain = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="")
    return Endpoint(urlunsplit(plain), unquote(parts.username or ""), unquote(parts.password or ""))


def endpoint_of(store: str) -> Endpoint:
    """The endpoint that a store is named after, `sparql+http[s]://[user:password@]host/path`.

    Raises: ValueError when it is not of this form.
    """
    try:
        if store.startswith(SCHEME):
            return endpoint_at(store.removeprefix(SCHEME))
    except ValueError:
        pass  # its message has no scheme
    raise ValueError("it is not of the form sparql+http://host/path")
