"""Counts for Prometheus, over all web processes of the service.

With a folder, each process writes its counts there, so that any of them tells those of all, and
none is lost when a process is replaced. The folder is to be known before the library is imported,
which is why nothing else imports it.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, current_app

from eakg import __version__
from eakg.serve.app import state
from eakg.serve.host.exchange import Exchange
from eakg.sparql import StoreError
from eakg.store import LoadReporter

metrics_blueprint = Blueprint("metrics", __name__)
KEY = "eakg-metrics"
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
NO_ROUTE = "(none)"
"""The route of paths that clients think of, which are without number too."""
_OTHER = "(other)"
_SERIES = 1024
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})


class Metrics:
    """The counters of this process. Argument: the folder that it shares with others, or None."""

    def __init__(self, folder: str | None = None) -> None:
        if folder:
            os.environ[_VARIABLE] = folder
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self._folder = folder
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "eakg_requests",
            "Requests answered.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self.problems = Counter(
            "eakg_problems",
            "Requests not answered as they were meant, by the code of the problem.",
            ("code",),
            registry=self._registry,
        )
        self.seconds = Histogram(
            "eakg_request_seconds",
            "Seconds until the answer to a request began.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.queries = Histogram(
            "eakg_query_seconds",
            "Seconds that the evaluation and serialisation of a query took.",
            buckets=_BUCKETS,
            registry=self._registry,
        )

        # The library looks them up under a lock.
        self._requests_of = lru_cache(_SERIES)(self.requests.labels)
        self._seconds_of = lru_cache(_SERIES)(self.seconds.labels)

    def count(self, exchange: Exchange, seconds: float) -> None:
        """Count a request. Argument: the seconds until its answer was there."""
        # Methods that clients think of are without number; each would be a series.
        method = exchange.method if exchange.method in _METHODS else _OTHER
        self._requests_of(exchange.route, method, str(int(exchange.status))).inc()
        if exchange.cached:
            return
        self._seconds_of(exchange.route).observe(seconds)
        if exchange.problem is not None:
            self.problems.labels(exchange.problem).inc()
        if exchange.query_seconds is not None:
            self.queries.observe(exchange.query_seconds)

    def exposition(self, gauges: Iterable["Gauge"]) -> tuple[bytes, str]:
        """The counts of all processes and the gauges, in the text format, and its media type."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_LATEST
        from prometheus_client.multiprocess import MultiProcessCollector

        counts = self._registry
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


@metrics_blueprint.get("/metrics")
def get() -> Response:
    """The state of the service, for Prometheus."""
    metrics: Metrics = current_app.extensions[KEY]
    body, media_type = metrics.exposition(_gauges())
    response = Response(body, content_type=media_type)
    response.headers["Cache-Control"] = "no-store"
    return response


def _gauges() -> Iterator[Gauge]:
    store = state().store
    version, load = "", None
    with contextlib.suppress(StoreError):
        load = store.load() if isinstance(store, LoadReporter) else None
        version = store.version
    yield Gauge("eakg_up", "Whether the store answers.", float(bool(version)))
    versions = {"version": __version__, "data": version}
    yield Gauge("eakg_info", "The versions of the software and of the data.", 1.0, versions)
    if load is not None:
        lanes = "Queries under way, by lane: those of a moment, and the longer ones."
        yield Gauge("eakg_queries_running", lanes, load.quick, {"lane": "quick"})
        yield Gauge("eakg_queries_running", lanes, load.long, {"lane": "long"})
        yield Gauge("eakg_queries_waiting", "Queries that wait for their turn.", load.waiting)
        yield Gauge("eakg_store_workers", "Processes that answer queries.", load.workers)
        failure = "Whether no snapshot of the store could be written when one was due."
        yield Gauge("eakg_store_snapshot_failed", failure, float(bool(load.snapshot_problem)))
        anew = "Queries that began anew, for want of memory, since the store's process began."
        yield Gauge("eakg_queries_restarted", anew, load.restarts)
