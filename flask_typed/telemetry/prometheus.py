"""Metrics for Prometheus. The extra ``prometheus`` installs its client library.

Setup time makes the observer; request time counts, and answers the requests of Prometheus.
"""

from __future__ import annotations

import os
from collections.abc import Collection

from flask import Response, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from ..declare.observing import EndWatch, ObservedRequest, Observer, RequestWatch

#: The variable that names the folder which the workers of a server share.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)


class Prometheus(Observer):
    """Counts requests and their durations by method, URL rule and status code.

    ::

        prometheus = Prometheus()
        Typed(app, observers=[prometheus])

        @app.get("/metrics")
        def read_metrics() -> Response:
            return prometheus.make_response()

    With several workers, set ``PROMETHEUS_MULTIPROC_DIR`` to an empty folder before the server
    starts: each response then has the sum of all workers.

    :param registry: that has the metrics.
    :param exclude: the URL rules of routes that are not counted, such as ``/metrics``.
    """

    def __init__(
        self, registry: CollectorRegistry = REGISTRY, *, exclude: Collection[str] = ("/metrics",)
    ) -> None:
        self._registry = registry
        self._exclude = frozenset(exclude)
        self._active = Gauge(
            "http_server_active_requests",
            "Requests in progress.",
            ["method"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._duration = Histogram(
            "http_server_request_duration_seconds",
            "The duration of requests, until the last byte of the response.",
            ["method", "route", "status"],
            registry=registry,
            buckets=BUCKETS,
        )
        self._problems = Counter(
            "http_server_problems",
            "Responses with a problem, by its type.",
            ["route", "problem"],
            registry=registry,
        )

    def start(self, request: ObservedRequest) -> RequestWatch | None:
        """Count a request as one in progress."""
        if request.route in self._exclude:
            return None
        self._active.labels(request.method).inc()
        return EndWatch(request, self.count)

    def count(self, request: ObservedRequest) -> None:
        """Count a request that has ended."""
        route = request.route or ""
        self._active.labels(request.method).dec()
        labels = request.method, route, str(request.status or 500)
        self._duration.labels(*labels).observe(request.seconds)
        if request.problem is not None:
            self._problems.labels(route, request.problem).inc()

    def make_response(self) -> Response:
        """Return the metrics as a response, in the format that the request accepts."""
        registry = self._registry
        if SHARED_FOLDER in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return Response(encode(registry), content_type=content_type)
