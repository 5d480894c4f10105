"""A typed request with telemetry compared with the one without, and with Flask's instrumentation.

All apps run in one process without a server, with the same routes. Rounds are interleaved, and each
figure is the median of the CPU times of its rounds::

    pip install ".[opentelemetry,prometheus]" opentelemetry-sdk opentelemetry-instrumentation-flask
    python benchmarks/telemetry/run.py

Spans are recorded, and dropped by their processor: how they are exported is the same for all.
"""

from __future__ import annotations

import gc
import logging
import statistics
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Depends, Observer, Typed
from flask_typed.telemetry.access_log import AccessLog
from flask_typed.telemetry.opentelemetry import OpenTelemetry
from flask_typed.telemetry.prometheus import Prometheus
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from prometheus_client import CollectorRegistry

TRACES = TracerProvider()
TRACES.add_span_processor(SpanProcessor())
METERS = MeterProvider()


@dataclass
class Book:
    """A book."""

    id: int
    title: str
    price: Annotated[int, Ge(0)]


def open_store() -> Iterator[str]:
    """Provide a store."""
    yield "store"


def make_app(*observers: Observer) -> Flask:
    """Return an app with one typed route."""
    app = Flask("benchmark")
    typed = Typed(app, observers=observers)

    @typed.put("/books/<int:book_id>")
    def replace_book(book_id: int, book: Book, store: Annotated[str, Depends(open_store)]) -> Book:
        return book

    return app


def make_instrumented() -> Flask:
    """Return the app with Flask's instrumentation."""
    app = make_app()
    FlaskInstrumentor().instrument_app(app, tracer_provider=TRACES, meter_provider=METERS)
    return app


def make_logged() -> Flask:
    """Return the app with an access log that is written to nowhere."""
    logger = logging.getLogger("benchmark")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    return make_app(AccessLog(logger))


#: What is compared; the first is without telemetry, the second the same again.
WAYS: dict[str, Callable[[], Flask]] = {
    "none": make_app,
    "none again": make_app,
    "instrumentation of Flask": make_instrumented,
    "OpenTelemetry": lambda: make_app(OpenTelemetry(tracer_provider=TRACES, meter_provider=METERS)),
    "Prometheus": lambda: make_app(Prometheus(CollectorRegistry())),
    "access log": make_logged,
}


def ask(client: FlaskClient, count: int) -> float:
    """Return the CPU time of one of several requests, in microseconds."""
    begin = time.process_time()
    for _ in range(count):
        client.put("/books/1", data=b'{"id":1,"title":"Emma","price":7}', content_type=JSON)
    return (time.process_time() - begin) / count * 1e6


JSON = "application/json"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--count", type=int, default=200, help="the requests of a round")
    options = parser.parse_args()
    clients = {name: make().test_client() for name, make in WAYS.items()}
    for client in clients.values():
        ask(client, 20)
    times: dict[str, list[float]] = {name: [] for name in WAYS}
    gc.collect()
    gc.disable()
    for _ in range(options.rounds):
        for name, client in clients.items():
            times[name].append(ask(client, options.count))
    plain = statistics.median(times["none"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:25} {median:7.0f} µs {median / plain:6.2f} {median - plain:+7.0f} µs")


if __name__ == "__main__":
    main()
