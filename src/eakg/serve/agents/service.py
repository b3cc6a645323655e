"""A service as a program asks it: in this process, or at an address."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Flask

from eakg.sparql import StoreError
from eakg.store import Limits
from eakg.store.elsewhere import Deadline, HttpClient, HttpRequest, endpoint_at

Query = Sequence[tuple[str, str]]
"""The parameters of an address, by name."""
_VERSION = "eakg-data-version"
_CLOSURE = "eakg-closure"
_SECONDS = 120.0
_JSON = "application/json"


@dataclass(frozen=True)
class ServiceReply:
    """What a service answered: the body, the version of the data and the closure, where it tells
    them."""

    body: bytes
    version: str
    closure: str

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class ServiceRefusalError(Exception):
    """A service refuses a request.

    Arguments: the status; the word for programs; what is wrong, in words; further members.
    """

    def __init__(self, status: int, code: str, detail: str, members: Mapping[str, Any]) -> None:
        self.status = status
        self.code = code
        self.members = members
        super().__init__(detail)


class Service(Protocol):
    """Whatever answers at the paths of a service of EAKG; `address` is where, without a slash at
    the end."""

    @property
    def address(self) -> str:
        """Where it answers."""
        ...

    def get(self, path: str, query: Query = (), accept: str = _JSON) -> ServiceReply:
        """What is at a path. Raises: ServiceRefusalError; StoreError where nobody answers."""
        ...


@dataclass(frozen=True)
class OwnService:
    """The application of this process, asked within it as by whoever asks for this.

    Arguments: the application; the address that links are made with; headers and other parts of the
    request that is answered with its help, as WSGI has them; the most bytes of an answer.
    """

    app: Flask
    address: str
    environ: Mapping[str, Any] = field(default_factory=dict)
    largest: int = Limits.result

    def get(self, path: str, query: Query = (), accept: str = _JSON) -> ServiceReply:
        """As `Service`."""
        response = self.app.test_client().get(
            path,
            query_string=urlencode(query),
            headers={"Accept": accept},
            environ_overrides=dict(self.environ),
        )
        with response:
            if (response.content_length or 0) > self.largest:
                raise ServiceRefusalError(403, "result-too-large", _too_large(self.largest), {})
            headers = {name.lower(): value for name, value in response.headers.items()}
            return _reply(response.status_code, headers, response.get_data())


@dataclass(frozen=True)
class ServiceElsewhere:
    """A service at an address.

    Arguments: the address of its front page or of its endpoint, with who asks there or not.
    Raises: ValueError where it is no address.
    """

    place: str = field(repr=False)

    def __post_init__(self) -> None:
        endpoint_at(self.place)

    @property
    def address(self) -> str:
        """As `Service`."""
        plain, _, _ = endpoint_at(self.place).address.partition("?")
        return plain.removesuffix("/").removesuffix("/sparql")

    def get(self, path: str, query: Query = (), accept: str = _JSON) -> ServiceReply:
        """As `Service`."""
        client = HttpClient(Limits.result, endpoint_at(self.place).authorization())
        address = f"{self.address}{path}"
        if query:
            address += f"?{urlencode(query)}"
        body = BytesIO()
        request = HttpRequest("GET", address, {"Accept": accept})
        answer = client.send(request, Deadline.from_now(_SECONDS), body)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return _reply(answer.status, headers, body.getvalue() or answer.refusal)


def _too_large(largest: int) -> str:
    return f"the answer has more than {largest >> 20} MiB; ask for less, by LIMIT or a condition"


def _reply(status: int, headers: Mapping[str, str], body: bytes) -> ServiceReply:
    if status == HTTPStatus.OK:
        return ServiceReply(body, headers.get(_VERSION, ""), headers.get(_CLOSURE, ""))
    try:
        problem = json.loads(body)
        detail, code = problem["detail"], problem["code"]
    except (ValueError, KeyError, TypeError):
        detail, code, problem = f"the service answers {status}", "not-answered", {}
    raise ServiceRefusalError(status, code, detail, problem)


Failure = (ServiceRefusalError, StoreError)
"""What is raised where a service gives no answer."""
