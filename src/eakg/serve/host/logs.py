"""A line on standard error for each request, in text or JSON, and the number that every answer has.

The number of a request is the one that a proxy in front gave it, in the header X-Request-Id, or
else a new one. The text of a query may tell more of who asks than they like, so a line has a hash
of it unless something else is wanted.
"""

import hashlib
import json
import logging
import re
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from eakg.serve.app import Logs
from eakg.serve.host.rate import FORWARDED, client_of

REQUEST_ID = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._:=/+-]{1,128}")
_log = logging.getLogger("eakg.requests")


def configure_logs(logs: Logs) -> None:
    """Write the log of this process to standard error, in the wanted format."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if logs.format == "json" else _Text())
    root = logging.getLogger("eakg")
    root.handlers = [handler]
    root.propagate = False
    root.setLevel(logging.INFO)
    # It would write what clients send as it is, where that is no IRI.
    logging.getLogger("rdflib").setLevel(logging.ERROR)


def register_logs(app: Flask, logs: Logs) -> None:
    """Number the requests of the application, and log them where that is wanted."""

    def begin() -> None:
        g.request_id = number(request.headers.get(REQUEST_ID))
        g.started = time.perf_counter()

    def end(response: Response) -> Response:
        response.headers[REQUEST_ID] = g.request_id
        if logs.format != "off":
            told = _told(response, logs)
            started = g.started
            # A stream is at its end only then.
            response.call_on_close(lambda: _log.info("request", extra=_timed(told, started)))
        return response

    # The first to begin and the last to end, whatever else there is.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)


def number(given: str | None) -> str:
    """The number that a request was given, where it is one to keep, or else a new one."""
    return given if given and _GIVEN.fullmatch(given) else uuid.uuid4().hex


def log_unseen(logs: Logs, told: dict[str, Any], query: str | None) -> None:
    """Log a request that the application did not see."""
    if logs.format != "off":
        _log.info("request", extra={"told": {**told, **_query(logs, query)}})


def _told(response: Response, logs: Logs) -> dict[str, Any]:
    told: dict[str, Any] = {
        "request": g.request_id,
        "client": client_of(request.remote_addr or "", request.headers.get(FORWARDED, "")),
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "bytes": response.content_length,
    }
    return told | _query(logs, g.get("query"))


def _query(logs: Logs, text: str | None) -> dict[str, str]:
    if text is None or logs.queries == "off":
        return {}
    hashed = hashlib.sha256(text.encode()).hexdigest()[:16]
    return {"query": hashed if logs.queries == "hash" else text}


def _timed(told: dict[str, Any], started: float) -> dict[str, Any]:
    return {"told": {**told, "ms": round((time.perf_counter() - started) * 1000, 1)}}


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a record tells; anything but a request, such as a failure, with its message."""
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
    }
    told: dict[str, Any] | None = getattr(record, "told", None)
    if told is not None:
        return fields | told
    if has_request_context() and "request_id" in g:
        fields["request"] = g.request_id
    fields["message"] = record.getMessage()
    return fields


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        words = [str(fields.pop("time")), str(fields.pop("level"))]
        # One line for each record, whatever a client puts into a path or a query.
        words += [f"{name}={_quoted(value)}" for name, value in fields.items()]
        line = " ".join(words)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _quoted(value: object) -> str:
    text = str(value)
    plain = text.isascii() and text.isprintable() and not re.search(r'[\s"=]', text)
    return text if plain and text else json.dumps(text)
