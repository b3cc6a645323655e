"""Counts for Prometheus, over all web processes of the service.

With a folder, each process writes its counts there, so that any of them tells those of all, and
none is lost when a process is replaced. The folder is to be known before the library is imported,
which is why nothing else imports it.
"""

import contextlib
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request

from eakg import __version__
from eakg.serve.app import state
from eakg.sparql import StoreError
from eakg.store import LoadReporter

metrics_blueprint = Blueprint("metrics", __name__)
KEY = "eakg-metrics"
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_NO_ROUTE, _CACHE, _OTHER = "(none)", "(cache)", "(other)"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Metrics:
    """The counters of this process. Argument: the folder that it shares with others, or None."""

    def __init__(self, folder: str | None = None) -> None:
        if folder:
            os.environ[_VARIABLE] = folder
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._folder = folder
        self._own = CollectorRegistry()
        self.requests = Counter(
            "eakg_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._own,
        )
        self.problems = Counter(
            "eakg_problems",
            "Requests not answered as they were meant, by the code of the problem.",
            ("code",),
            registry=self._own,
        )
        self.seconds = Histogram(
            "eakg_request_seconds",
            "Seconds until the answer to a request began.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._own,
        )
        self.queries = Histogram(
            "eakg_query_seconds",
            "Seconds that the evaluation and serialisation of a query took.",
            buckets=_BUCKETS,
            registry=self._own,
        )

    def count_cached(self, method: str, status: int) -> None:
        """Count a request that was answered from the cache of results."""
        self.requests.labels(_CACHE, method, str(status)).inc()

    def count_query(self, route: str, status: int, seconds: float) -> None:
        """Count a query that was answered past the application."""
        self.requests.labels(route, "GET", str(status)).inc()
        self.seconds.labels(route).observe(seconds)
        self.queries.observe(seconds)

    def exposition(self, gauges: Iterable["Gauge"]) -> tuple[bytes, str]:
        """The counts of all processes and the gauges, in the text format, and its media type."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_LATEST
        from prometheus_client.multiprocess import MultiProcessCollector

        counts = self._own
        if self._folder:
            counts = CollectorRegistry()
            MultiProcessCollector(counts, path=self._folder)  # type: ignore[no-untyped-call]  # no types
        now = CollectorRegistry()
        now.register(_Gauges(gauges))
        return generate_latest(counts) + generate_latest(now), CONTENT_TYPE_LATEST


@dataclass(frozen=True)
class Gauge:
    """What is so at the moment."""

    name: str
    meaning: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class _Gauges:
    """Gauges as the library collects them; its own would be files of each process."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = tuple(gauges)

    def collect(self) -> Iterator[Any]:
        from prometheus_client.metrics_core import GaugeMetricFamily

        families: dict[str, GaugeMetricFamily] = {}
        for gauge in self._gauges:
            labels = tuple(gauge.labels)
            family = families.setdefault(
                gauge.name, GaugeMetricFamily(gauge.name, gauge.meaning, labels=labels)
            )
            family.add_metric(tuple(gauge.labels.values()), gauge.value)
        yield from families.values()


def register_metrics(app: Flask, folder: str | None) -> None:
    """Count the requests of the application."""
    app.extensions[KEY] = metrics = Metrics(folder)
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)

    def count(response: Response) -> Response:
        # Addresses and methods that clients think of are without number; each would be a series.
        route = request.url_rule.rule if request.url_rule else _NO_ROUTE
        method = request.method if request.method in _METHODS else _OTHER
        metrics.requests.labels(route, method, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - g.counted_from)
        if code := g.get("problem"):
            metrics.problems.labels(code).inc()
        if (seconds := g.get("query_seconds")) is not None:
            metrics.queries.observe(seconds)
        return response

    app.after_request(count)


@metrics_blueprint.get("/metrics")
def get() -> Response:
    """The state of the service, for Prometheus."""
    metrics: Metrics = current_app.extensions[KEY]
    body, media_type = metrics.exposition(_gauges())
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def _begin() -> None:
    g.counted_from = time.perf_counter()


def _gauges() -> Iterator[Gauge]:
    store = state().store
    version, load = "", None
    with contextlib.suppress(StoreError):
        version = store.version
        load = store.load() if isinstance(store, LoadReporter) else None
    yield Gauge("eakg_up", "Whether the store answers.", float(bool(version)))
    told = {"version": __version__, "data": version}
    yield Gauge("eakg_info", "The versions of the software and of the data.", 1.0, told)
    if load is not None:
        lanes = "Queries under way, by lane: those of a moment, and the longer ones."
        yield Gauge("eakg_queries_running", lanes, load.quick, {"lane": "quick"})
        yield Gauge("eakg_queries_running", lanes, load.long, {"lane": "long"})
        yield Gauge("eakg_queries_waiting", "Queries that wait for their turn.", load.waiting)
        yield Gauge("eakg_store_workers", "Processes that answer queries.", load.workers)
