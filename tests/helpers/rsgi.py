"""A server in the place of granian, which hands requests to the adapter and takes its answers."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eakg.serve.host.adapter import Adapter


class FakeHeaders:
    """The headers of a request, their names in lower case; some may be there twice."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return self._pairs

    def keys(self) -> list[str]:
        return [name for name, _ in self._pairs]

    def get(self, name: str, default: str | None = None) -> str | None:
        return next((value for key, value in self._pairs if key == name), default)

    def get_all(self, name: str) -> list[str]:
        return [value for key, value in self._pairs if key == name]

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self._pairs)

    def __iter__(self) -> Iterator[str]:
        return (key for key, _ in self._pairs)


@dataclass
class FakeScope:
    """A request before its body."""

    method: str
    path: str
    query_string: str
    headers: FakeHeaders
    scheme: str = "http"
    http_version: str = "1.1"
    server: str = "localhost:80"
    client: str = "127.0.0.1:50000"
    authority: str | None = None


@dataclass
class FakeProtocol:
    """The connection of a client who stays, and what it was answered."""

    body: bytes
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    content: bytes = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.body

    async def client_disconnect(self) -> None:
        await asyncio.Event().wait()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert not self.status, "a request is answered once"
        self.status, self.headers, self.content = status, headers, body

    def response_file(self, status: int, headers: list[tuple[str, str]], file: str) -> None:
        self.response_bytes(status, headers, Path(file).read_bytes())


def run_apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives, in a thread of its own: a browser that is open has the loop of the
    tests' own thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


class FakeServer:
    """Sends requests to an adapter, one after another. A context manager."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self._runner = asyncio.Runner()
        # A browser that is open has the loop of the tests' own thread.
        self._thread = ThreadPoolExecutor(1)

    def send(
        self,
        method: str,
        path: str,
        query_string: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> FakeProtocol:
        pairs = [("host", "localhost")] if "Host" not in (headers or {}) else []
        pairs += [(name.lower(), value) for name, value in (headers or {}).items()]
        if body is not None:
            pairs.append(("content-length", str(len(body))))
        scope: Any = FakeScope(method, path, query_string, FakeHeaders(pairs))
        protocol: Any = FakeProtocol(body or b"")
        self._thread.submit(self._run, scope, protocol).result()
        sent: FakeProtocol = protocol
        return sent

    def _run(self, scope: Any, protocol: Any) -> None:
        self._runner.run(self.adapter.__rsgi__(scope, protocol))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._thread:
            self._thread.submit(self._runner.close).result()
