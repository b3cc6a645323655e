"""What is logged and counted of the answers that the application itself does not see."""

from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qs

from flask import Flask
from granian.rsgi import Scope

from eakg.serve.app import FORM, QUERY, Logs
from eakg.serve.host.adapter import Headers, Observer
from eakg.serve.host.logs import REQUEST_ID, log_unseen, number
from eakg.serve.host.metrics import KEY, Metrics
from eakg.serve.host.rate import FORWARDED, address_of, client_of
from eakg.serve.host.result_cache import Stored


def observer(app: Flask, logs: Logs) -> Observer:
    """What the adapter tells of answers from its cache. Arguments: the application that counts
    requests; how they are logged."""
    metrics: Metrics = app.extensions[KEY]

    def observe(
        scope: Scope, stored: Stored, body: IO[bytes] | None, seconds: float | None
    ) -> Headers:
        if seconds is None:
            metrics.count_cached(scope.method, stored.status)
        else:
            metrics.count_query(scope.path, stored.status, seconds)
        request_id = number(scope.headers.get(REQUEST_ID.lower()))
        if logs.format != "off":
            told: dict[str, Any] = {
                "request": request_id,
                "client": client_of(
                    address_of(scope.client), scope.headers.get(FORWARDED.lower()) or ""
                ),
                "method": scope.method,
                "path": scope.path,
                "status": stored.status,
                "bytes": len(stored.body),
                "ms": round((seconds or 0.0) * 1000, 1),
            }
            if seconds is None:
                told["cached"] = True
            log_unseen(logs, told, _query(scope, body))
        return [(REQUEST_ID, request_id)]

    return observe


def _query(scope: Scope, body: IO[bytes] | None) -> str | None:
    """The text of the query, which was in the address, a form or the body itself."""
    content = body.getvalue().decode() if isinstance(body, BytesIO) else ""
    media_type = (scope.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if scope.method == "POST" and media_type == QUERY:
        return content
    words = content if media_type == FORM else scope.query_string
    found = parse_qs(words).get("query")
    return found[0] if found else None
