"""What is logged and counted of every request, whoever answers it."""

import time
from dataclasses import dataclass

from flask import Flask, Response, g, request

from eakg.serve.app import Logs, Settings
from eakg.serve.host.exchange import REQUEST_ID, Exchange, request_number
from eakg.serve.host.logs import log_exchange
from eakg.serve.host.metrics import KEY, NO_ROUTE, Metrics

EXCHANGE = "eakg.exchange"
"""Where the application leaves, in the environment of a request, what it was."""


@dataclass(frozen=True)
class Observation:
    """Where requests are counted, and how they are logged."""

    metrics: Metrics
    logs: Logs

    def observe(self, exchange: Exchange, seconds: float) -> None:
        """Count a request, and log it where that is wanted. Argument: the seconds until its answer
        was there."""
        self.metrics.count(exchange, seconds)
        if self.logs.format != "off":
            log_exchange(self.logs, exchange, seconds)


def register_observation(app: Flask, settings: Settings) -> None:
    """Number, count and log the requests of an application."""
    observation = Observation(Metrics(settings.folder), settings.logs)
    app.extensions[KEY] = observation.metrics
    app.extensions[EXCHANGE] = observation

    def begin() -> None:
        g.request_id = request_number(request.headers.get(REQUEST_ID))
        g.started = time.perf_counter()

    def end(response: Response) -> Response:
        response.headers[REQUEST_ID] = g.request_id
        request.environ[EXCHANGE] = exchange = _exchange(response)
        observation.observe(exchange, time.perf_counter() - g.started)
        return response

    # The first to begin and the last to end, whatever else there is.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)


def observation_of(app: Flask) -> Observation:
    """Where the requests of an application are logged and counted."""
    observation: Observation = app.extensions[EXCHANGE]
    return observation


def _exchange(response: Response) -> Exchange:
    return Exchange(
        g.request_id,
        request.remote_addr or "",
        request.method,
        request.path,
        request.url_rule.rule if request.url_rule else NO_ROUTE,
        response.status_code,
        response.content_length,
        g.get("query"),
        g.get("query_seconds"),
        g.get("problem"),
    )
