"""Plain queries answered past the framework, which takes longer than most of them.

A plain query is alone in the address of a GET. The responses to two of them that ask with the
same headers for the same kind of result differ in the body and in the headers that say something
about it. So the application makes the first response, and the next ones take from it what is the
same. Whatever is not plain, fails, or takes longer is the application's.
"""

import os
from dataclasses import dataclass
from urllib.parse import parse_qsl

from eakg.serve.app import etag_of, timing
from eakg.serve.host.cache_key import CacheKey
from eakg.sparql import StoreError, inspect_query
from eakg.store import QueryRequest, QueryService
from eakg.store.workers import ATTEMPT, INLINE, Attempt, Postponed

ASKED = "eakg.asked"
"""Where the application leaves, in the environment of a request, what it asked the store."""
_OF_ONE = frozenset({"content-length", "etag", "server-timing", "x-request-id", "date"})
_MODELS = 256

Headers = list[tuple[str, str]]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What the application asked the store, and the name of the representation it sends."""

    request: QueryRequest
    representation: str


@dataclass(frozen=True)
class Plain:
    """A plain query, and what its response has in common with others."""

    text: str
    key: Key


@dataclass(frozen=True)
class Model:
    """A response of the application: what it asked, and the headers that others have too."""

    asked: Asked
    headers: Headers


@dataclass(frozen=True)
class Shortened:
    """A response: the headers, the bytes or the descriptor of a file, and the seconds it took."""

    headers: Headers
    body: bytes | int
    seconds: float


class Shortcut:
    """Answers plain queries like those that the application has answered. For one thread.

    Argument: the store.
    """

    def __init__(self, store: QueryService) -> None:
        self._store = store
        self._models: dict[Key, Model] = {}

    def answer(self, plain: Plain, attempt: Attempt) -> Shortened | None:
        """The response to the query, where there is one like it and it is there at once."""
        model = self._models.get(plain.key)
        if model is None:
            return None
        request = QueryRequest(
            plain.text, model.asked.request.format, base_iri=model.asked.request.base_iri
        )
        token = ATTEMPT.set(attempt)
        try:
            result = self._store.query(request)
        except (Postponed, StoreError):
            return None
        finally:
            ATTEMPT.reset(token)
        # The version is a part of the key.
        if result.version != plain.key[0]:
            result.file.close()
            return None
        if result.size <= INLINE:
            body: bytes | int = result.read()
        else:
            with result:
                body = os.dup(result.file.fileno())
        tag = etag_of(result.version, request, model.asked.representation)
        own = [
            ("content-length", str(result.size)),
            ("etag", f'"{tag}"'),
            ("server-timing", timing(result)),
        ]
        return Shortened([*model.headers, *own], body, result.seconds)

    def learn(self, plain: Plain, asked: Asked | None, headers: Headers) -> None:
        """Take the application's response to a plain query as the model for others."""
        if asked is None or asked.request != QueryRequest(
            plain.text, asked.request.format, base_iri=asked.request.base_iri
        ):
            return
        if len(self._models) >= _MODELS:
            self._models.clear()
        common = [one for one in headers if one[0].lower() not in _OF_ONE]
        self._models[plain.key] = Model(asked, common)


def plain_query(question: CacheKey) -> Plain | None:
    """The plain query that a request is."""
    try:
        pairs = parse_qsl(
            question.query_string, keep_blank_values=True, errors="strict", max_num_fields=1
        )
    except ValueError:
        return None
    if question.method != "GET" or len(pairs) != 1 or pairs[0][0] != "query":
        return None
    text = pairs[0][1]
    inspection = inspect_query(text)
    if inspection.kind is None or inspection.volatile:
        return None
    return Plain(text, (*question.manner, inspection.kind))
