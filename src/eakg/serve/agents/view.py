"""The Model Context Protocol at the path /mcp of a service."""

from http import HTTPStatus
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from eakg.problems import missing_package
from eakg.serve.agents.service import OwnService
from eakg.serve.app import ProblemDetails, absolute, check_access, forbid_storing, state

blueprint = Blueprint("agents", __name__)
LIBRARY = "mcp"
MISSING = missing_package("the Model Context Protocol", LIBRARY, "eakg[mcp]")
_LARGEST = 8 << 20  # bytes, as of a result that a page is made from
_PARTS = (
    *("HTTP_HOST", "HTTP_AUTHORIZATION", "HTTP_X_REQUEST_ID"),
    *("REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme"),
)
"""What of a request says who asks, by which name."""


@blueprint.post("/mcp")
def model_context_protocol() -> Response:
    """One exchange of the protocol over streamable HTTP: a message in JSON, answered in JSON. There
    is no stream to listen to (GET) and no session to end (DELETE)."""
    _check_origin()
    if find_spec(LIBRARY) is None:
        return ProblemDetails(HTTPStatus.NOT_IMPLEMENTED, "not-installed", str(MISSING)).response()
    # It brings much along, which a service that no agent asks does without.
    from eakg.serve.agents.exchange import HttpMessage, exchange
    from eakg.serve.agents.protocol_server import protocol_server

    environ = {name: request.environ[name] for name in _PARTS if name in request.environ}
    service = OwnService(current_app, absolute(""), environ, _LARGEST)
    server = protocol_server(service, _at_once, state().settings.project.brand)
    message = HttpMessage(
        request.method, request.path, tuple(request.headers.items()), request.get_data()
    )
    reply = exchange(server, message)
    response = Response(reply.body, reply.status, list(reply.headers))
    forbid_storing(response.headers)
    return response


def _check_origin() -> None:
    """A page in a browser asks a private service only where that served it. Raises:
    MisdirectedError."""
    origin = request.headers.get("Origin")
    if origin is not None:
        authorization = request.headers.get("Authorization")
        check_access(state().settings, urlsplit(origin).netloc, request.path, authorization)


async def _at_once(work: Any) -> Any:
    """The thread is that of the request, which waits for nothing else."""
    return work()
