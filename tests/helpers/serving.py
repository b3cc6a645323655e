"""The service as tests run it, and requests to it as they are written."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flask.testing import FlaskClient
from werkzeug.serving import make_server

from eakg.serve.app.settings import Access, Settings
from eakg.serve.application import create_app
from eakg.store.embedded import EmbeddedStore
from eakg.store.graph_files import read_contents
from eakg.store.options import StoreOptions
from helpers.endpoints import serve_in_thread
from helpers.holdings import FOLDER, small_contents
from helpers.patience import PATIENT

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
        header_map = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, header_map, response.read())
    finally:
        connection.close()


def writable_client(
    *, writable: bool = True, token: str | None = TOKEN, services: tuple[str, ...] = ()
) -> FlaskClient:
    """A client of a service over the small dataset that takes updates, in this process."""
    options = StoreOptions(writable=writable)
    access = Access(None if token is None else Access.digest(token), services=services)
    settings = Settings("", PATIENT, options=options, access=access)
    return create_app(settings, EmbeddedStore(small_contents(), options)).test_client()


@contextmanager
def plain_in_process(services: tuple[str, ...] = ()) -> Iterator[str]:
    """The address of an empty SPARQL 1.1 store in this process, whose SERVICE asks these hosts."""
    options = StoreOptions(reasoning="none", default_graph="strict", writable=True)
    settings = Settings(
        "", PATIENT, options=options, access=Access(Access.digest(TOKEN), None, services)
    )
    application = create_app(settings, EmbeddedStore(read_contents([]), options))
    server = make_server("127.0.0.1", 0, application)
    with serve_in_thread(server):
        yield f"http://127.0.0.1:{server.port}"


@contextmanager
def running(
    *options: str, wrapper: Sequence[str] = (), folder: Path | None = None
) -> Iterator[str]:
    """The address of `eakg serve` with these options, run by another command where one is given,
    and in a folder other than this one.

    Unless an option says how long, queries may take long and wait long: other work may have the
    processor.
    """
    eakg = str(Path(sys.executable).with_name("eakg"))
    patient = ("--timeout", "300", "--patience", "300")
    command = [*wrapper, eakg, "serve", "--port", "0", *patient, *options]
    environment = {**os.environ, "EAKG_TOKEN": TOKEN}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
        cwd=folder,
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            match = re.search(r"http://\S+(?=/)", line)
            assert match, line
            yield match[0]
        finally:
            # The whole group: who runs it for us may not pass a signal on.
            os.killpg(process.pid, signal.SIGTERM)


@contextmanager
def plain_store() -> Iterator[str]:
    """The address of an empty SPARQL 1.1 store that takes updates."""
    plain = ("--reasoning", "none", "--default-graph", "strict", "--writable", "--cors")
    with TemporaryDirectory() as folder, running(*plain, "--store", f"{folder}/store") as address:
        yield address


SMALL = """
import sys
from helpers.holdings import small_contents
from eakg.serve import ServeOptions, run
host, port, timeout = sys.argv[1:]
names = ("x", "good")
options = ServeOptions(host, int(port), allowed_host=names, timeout=float(timeout))
sys.exit(run(small_contents(), options))
"""


def start_small(
    host: str = "127.0.0.1", port: int = 0, timeout: float = 60.0
) -> subprocess.Popen[str]:
    """The service of the small dataset as a program of its own, with this time limit."""
    return subprocess.Popen(
        [sys.executable, "-c", SMALL, host, str(port), str(timeout)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(FOLDER.parent), *sys.path])},
    )


@contextmanager
def running_small(timeout: float) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """That service, and its address with the slash at the end."""
    with start_small(timeout=timeout) as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            match = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert match, line
            yield process, match[0]
        finally:
            process.terminate()
