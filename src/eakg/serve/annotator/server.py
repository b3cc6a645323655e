"""The server of the annotator: one process, for this machine alone."""

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterable
from types import FrameType
from typing import TYPE_CHECKING

from werkzeug.serving import make_server

from eakg.problems import Problem, ProblemsError
from eakg.serve.annotator.application import create_annotator
from eakg.serve.annotator.workspace import AnnotationWorkspace, missing_text

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = "127.0.0.1"
_TOKEN_BYTES = 24


class RequestsUnderWay:
    """An application that can be waited for: a thread that is at work in an extension when the
    interpreter ends would abort the process. Argument: the application."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app
        self._count = 0
        self._condition = threading.Condition()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request."""
        with self._condition:
            self._count += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._condition:
                self._count -= 1
                self._condition.notify()

    def finish(self) -> None:
        """Wait until no request is being answered."""
        with self._condition:
            self._condition.wait_for(lambda: not self._count)


def run_annotator(workspace: AnnotationWorkspace, port: int, document: str = "") -> None:
    """Serve until SIGINT or SIGTERM. One line with the address, which has the token, goes to
    standard output.

    Arguments: the documents; the port, 0 for any that is free; the document that the address leads
    to, if it is one. Raises: ProblemsError where there is no document, what annotations refer to
    cannot be read, or the port is in use.
    """
    if not workspace.documents():
        raise missing_text(workspace.layout)
    workspace.vocabulary()
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    # It would log each request.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        listener = socket.create_server((_HOST, port))
    except OSError as error:
        words = f"cannot listen: {os.strerror(error.errno or 0)}; choose another with --port"
        raise ProblemsError([Problem(f"{_HOST}:{port}", 0, words)]) from None
    app = RequestsUnderWay(create_annotator(workspace, token))
    server = make_server(_HOST, port, app, threaded=True, fd=listener.fileno())
    signal.signal(signal.SIGTERM, _interrupt)
    path = f"/documents/{document}" if document else "/"
    print(f"Annotate at http://{_HOST}:{server.port}{path}?token={token}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        listener.close()
        app.finish()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
