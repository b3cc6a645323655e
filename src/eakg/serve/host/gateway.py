"""From a request of the server to the WSGI application and back.

Specification: PEP 3333; https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import os
import sys
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import chain
from typing import IO, Any
from wsgiref.util import FileWrapper

from granian.rsgi import Scope

from eakg.serve.app import REFUSAL
from eakg.serve.guard import Approach
from eakg.serve.host.observation import EXCHANGE
from eakg.serve.host.reply import Headers, Reply
from eakg.sparql import SpoolError
from eakg.store import spool_file

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_LARGEST_IN_MEMORY = 8 << 20  # bytes up to which the body of a response stays there


def environ_of(scope: Scope, approach: Approach, body: IO[bytes] | None) -> dict[str, Any]:
    """PEP 3333, "environ Variables"; text is the bytes of the request read as Latin-1."""
    name, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": approach.prefix,
        "PATH_INFO": _raw(scope.path),
        "QUERY_STRING": _raw(scope.query_string),
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": approach.client,
        "REMOTE_PORT": scope.client.rpartition(":")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": approach.scheme,
        "wsgi.input": body or BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        key = header.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
            if key in environ:
                value = f"{environ[key]}{';' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    environ["HTTP_HOST"] = host_of(scope)
    return environ


def host_of(scope: Scope) -> str:
    """The host that is asked; all of them where the request names several."""
    headers: Any = scope.headers
    return ",".join(headers.get_all("host")) or scope.authority or ""


def call(application: WSGIApplication, environ: dict[str, Any]) -> Reply:
    """What the application answers, and that there is no room on the disk where there is none for
    its body. Raises: whatever it raises, also from within the body."""
    start: list[tuple[str, Headers]] = []
    chunks: list[bytes] = []

    def start_response(status: str, headers: Headers, error: Any = None) -> Callable[..., None]:
        start[:] = [(status, headers)]
        return chunks.append

    parts = application(environ, start_response)
    try:
        if isinstance(parts, FileWrapper):
            body: bytes | int = os.dup(parts.filelike.fileno())
        else:
            body = _whole(chain(chunks, parts))
    except OSError as error:
        if REFUSAL in environ:
            raise
        return call(application, {**environ, REFUSAL: SpoolError.of(error)})
    finally:
        if hasattr(parts, "close"):
            parts.close()
    ((status, headers),) = start
    return Reply(int(status[:3]), headers, body, environ.get(EXCHANGE))


def _raw(text: str) -> str:
    # The server has put a replacement character for what was not UTF-8. It shall not pass for one.
    return text.replace("\ufffd", "\udcff").encode("utf-8", "surrogateescape").decode("latin-1")


def _whole(pieces: Iterable[bytes]) -> bytes | int:
    """The bytes, or the descriptor of a file with them where they are many, as a range of a file
    may be. Raises: OSError."""
    memory = bytearray()
    rest = iter(pieces)
    for piece in rest:
        memory += piece
        if len(memory) > _LARGEST_IN_MEMORY:
            with os.fdopen(spool_file(), "wb") as file:
                file.write(memory)
                file.writelines(rest)
                file.flush()
                return os.dup(file.fileno())
    return bytes(memory)
