"""The service as tests run it, and requests to it as they are written."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from eakg.serve.application import create_app
from eakg.serve.settings import Access, Settings
from eakg.store import EmbeddedStore, StoreOptions, contents

TOKEN = "token-of-the-tests"  # noqa: S105 - of the tests' own services
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@dataclass(frozen=True)
class Answer:
    """A response: the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


def send(
    address: str,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Send a request with these headers and no others that matter."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port)
    try:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


@contextmanager
def plain_store() -> Iterator[str]:
    """The address of an empty SPARQL 1.1 store that takes updates."""
    options = StoreOptions(reasoning="none", default_graph="strict", writable=True)
    settings = Settings("", "1", options=options, access=Access(Access.digest(TOKEN)))
    server = make_server("127.0.0.1", 0, create_app(settings, EmbeddedStore(contents([]), options)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
