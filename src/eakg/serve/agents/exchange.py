"""One request of the Model Context Protocol over streamable HTTP, and its answer.

Specification: https://modelcontextprotocol.io/specification, "Transports", by its official SDK.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

HttpHeaders = tuple[tuple[str, str], ...]
# Who asks, and by which name, is looked at as for every other path of the service.
_SECURITY = TransportSecuritySettings(enable_dns_rebinding_protection=False)


@dataclass(frozen=True)
class HttpMessage:
    """A request: its method and path, its headers, its body."""

    method: str
    path: str
    headers: HttpHeaders
    body: bytes


@dataclass(frozen=True)
class MessageReply:
    """An answer: its status, its headers, its body."""

    status: int
    headers: HttpHeaders
    body: bytes


def exchange(server: Server[Any], message: HttpMessage) -> MessageReply:
    """What the server answers, in JSON and without a session, in this thread.

    Arguments: the server; the request.
    """
    return anyio.run(_exchange, server, message)


async def _exchange(server: Server[Any], message: HttpMessage) -> MessageReply:
    manager = StreamableHTTPSessionManager(
        server,
        json_response=True,
        stateless=True,
        security_settings=_SECURITY,
        max_request_body_size=len(message.body) + 1,
    )
    parts = [{"type": "http.request", "body": message.body, "more_body": False}]
    events: list[Mapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not parts:
            await anyio.sleep_forever()
        return parts.pop()

    async def send(event: Mapping[str, Any]) -> None:
        events.append(event)

    async with manager.run():
        await manager.handle_request(_scope(message), receive, send)
    start = next(event for event in events if event["type"] == "http.response.start")
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
    )
    body = b"".join(event.get("body", b"") for event in events)
    return MessageReply(start["status"], headers, body)


def _scope(message: HttpMessage) -> dict[str, Any]:
    """The request as ASGI has it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": message.method,
        "scheme": "http",
        "path": message.path,
        "raw_path": message.path.encode(),
        "query_string": b"",
        "headers": [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in message.headers
        ],
    }
