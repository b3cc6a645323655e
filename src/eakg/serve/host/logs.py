"""A line on standard error for each request, in text or JSON.

The text of a query may tell more of who asks than they like, so a line has a hash
of it unless something else is wanted.
"""

import hashlib
import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from flask import g, has_request_context

from eakg.serve.app import Logs
from eakg.serve.host.exchange import Exchange

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


def log_exchange(logs: Logs, exchange: Exchange, seconds: float) -> None:
    """Write the line of a request. Argument: the seconds until its answer was there."""
    fields = {
        **exchange.fields(),
        **_query(logs, exchange.query),
        "ms": round(seconds * 1000, 1),
    }
    _log.info("request", extra={"exchange": fields})


def _query(logs: Logs, text: str | None) -> dict[str, str]:
    if text is None or logs.queries == "off":
        return {}
    hashed = hashlib.sha256(text.encode()).hexdigest()[:16]
    return {"query": hashed if logs.queries == "hash" else text}


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says; anything but a request, such as a failure, with its message."""
    fields: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
    }
    exchange: dict[str, Any] | None = getattr(record, "exchange", None)
    if exchange is not None:
        return fields | exchange
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
        words += [f"{name}={_quote(value)}" for name, value in fields.items()]
        line = " ".join(words)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _quote(value: object) -> str:
    text = str(value)
    plain = text.isascii() and text.isprintable() and not re.search(r'[\s"=]', text)
    return text if plain and text else json.dumps(text)
