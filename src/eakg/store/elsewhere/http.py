"""The one HTTP client: requests to endpoints elsewhere, with redirects, credentials and limits."""

import gzip
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from typing import IO, BinaryIO, cast

from eakg import __version__
from eakg.names import BASE
from eakg.sparql import (
    BadAnswerError,
    ResultTooLargeError,
    StoreUnreachableError,
    TimeLimitExceededError,
)
from eakg.store.elsewhere.connection import (
    Addresses,
    Deadline,
    Target,
    open_connection,
    resolve,
    target_of,
    translate_errors,
)

USER_AGENT = f"eakg/{__version__} (+{BASE})"
_REDIRECTS = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
_MOST_REDIRECTS = 3
_PIECE = 1 << 16


@dataclass(frozen=True)
class HttpRequest:
    """A request: its method, its address, its own headers and its body."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


@dataclass(frozen=True)
class HttpAnswer:
    """An answer: its status and headers, who gave it, and of one that is no success the beginning
    of its body."""

    status: int
    headers: Message
    target: Target
    refusal: bytes = b""

    @property
    def is_success(self) -> bool:
        """Whether the status is one of success (2xx)."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True)
class HttpClient:
    """Sends requests.

    Arguments: the most bytes that the body of an answer may have when it is no more compressed; the
    value of `Authorization`, and further headers, which go before the usual ones, both of which go
    to the origin of the request's own address and nowhere else; whether redirects are followed to
    other hosts; what gives the IP addresses that may be connected to, asked anew for each redirect;
    whether the proxies of the environment are used.
    """

    largest: int
    authorization: str = field(default="", repr=False)
    other_hosts: bool = False
    addresses: Addresses = resolve
    uses_proxy: bool = True
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def send(self, request: HttpRequest, deadline: Deadline, output: BinaryIO) -> HttpAnswer:
        """Send a request, and write the body of a success to `output`.

        A redirect repeats the request as it was, also 301, 302 and 303, at which others send GET
        without the body (RFC 9110 section 15.4): what an endpoint says where no query comes is not
        its answer.

        Raises: StoreUnreachableError where nobody answers; TimeLimitExceededError when the deadline
        is over, in whatever it was; ResultTooLargeError; BadAnswerError for a body that was cut
        off, for what is no HTTP, and for a redirect that is not followed.
        """
        try:
            target = first = target_of(request.address)
        except ValueError:
            raise StoreUnreachableError(
                "what is to be asked is no address; give http(s)://host/path"
            ) from None
        sends_credentials = True
        for _ in range(_MOST_REDIRECTS + 1):
            sends_credentials = sends_credentials and target.takes_credentials_of(first)
            answer = self._answer(
                request, target, deadline, output, sends_credentials=sends_credentials
            )
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            target = self._redirect_target(target, location)
        raise BadAnswerError(f"{first} redirects more than {_MOST_REDIRECTS} times")

    def _redirect_target(self, target: Target, location: str) -> Target:
        try:
            next_target = target.redirect_target(location)
        except ValueError:
            raise BadAnswerError(f"{target} redirects to what is no address") from None
        if next_target.host != target.host and not self.other_hosts:
            raise BadAnswerError(f"{target} redirects to another host; ask {next_target} instead")
        return next_target

    def _answer(
        self,
        request: HttpRequest,
        target: Target,
        deadline: Deadline,
        output: BinaryIO,
        *,
        sends_credentials: bool,
    ) -> HttpAnswer:
        headers = {
            "Host": target.authority,
            "User-Agent": USER_AGENT,
            "Accept-Encoding": "gzip",
            "Connection": "close",
            **request.headers,
        }
        if self.authorization and sends_credentials:
            headers["Authorization"] = self.authorization
        if sends_credentials:
            own_names = {name.lower() for name, _ in self.headers}
            headers = {name: headers[name] for name in headers if name.lower() not in own_names}
            headers.update(self.headers)
        with open_connection(
            target, deadline, self.addresses, uses_proxy=self.uses_proxy
        ) as connection:
            try:
                with translate_errors(target, deadline):
                    connection.http.request(
                        request.method,
                        connection.resource,
                        request.body,
                        {**headers, **connection.headers},
                    )
                    response = connection.http.getresponse()
            except HTTPException as error:
                raise BadAnswerError(f"{target} speaks no HTTP: {error!r}") from error
            answer = HttpAnswer(response.status, response.headers, target)
            pieces = _body(response, target, deadline)
            if not answer.is_success:
                return replace(answer, refusal=_beginning(pieces))
            size = 0
            for piece in pieces:
                size += len(piece)
                if size > self.largest:
                    raise ResultTooLargeError(
                        "the result is larger than a result may be; use LIMIT"
                    )
                output.write(piece)
        return answer


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """As much of an error's words as there is, for the status says that it is one."""
    words = b""
    with suppress(BadAnswerError, TimeLimitExceededError):
        while len(words) < _PIECE and (piece := next(pieces, b"")):
            words += piece
    return words


def _body(response: HTTPResponse, target: Target, deadline: Deadline) -> Iterator[bytes]:
    """The body in pieces, no more compressed.

    Raises: BadAnswerError when it is not whole, TimeLimitExceededError.
    """
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise BadAnswerError(f"{target} answers in the encoding {encoding}, which nobody asked for")
    body: IO[bytes] = response
    if "gzip" in encoding:
        body = cast(IO[bytes], gzip.GzipFile(fileobj=response, mode="rb"))
    try:
        while piece := body.read1(_PIECE):  # type: ignore[attr-defined]  # both have it
            yield piece
    except TimeoutError:
        raise deadline.time_limit_error() from None
    except (OSError, EOFError, zlib.error, HTTPException) as error:
        raise BadAnswerError(f"no whole answer from {target}: {error!r}") from error
    if response.length:
        raise BadAnswerError(f"no whole answer from {target}: it was cut off")
