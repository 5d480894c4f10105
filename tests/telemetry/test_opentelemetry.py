"""Spans and measurements, as the SDK of OpenTelemetry exports them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.bridge.current import get_bridge
from flask_typed.telemetry.opentelemetry import GETTER, OpenTelemetry
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from .conftest import Observe

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Exported:
    """An observer, and what it exports."""

    def __init__(self, **options: Any) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(**options)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        meters = MeterProvider([self.reader])
        self.observer = OpenTelemetry(
            tracer_provider=self.provider, meter_provider=meters, exclude=["/health"]
        )

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        """The spans, in the order of their ends."""
        return self.exporter.get_finished_spans()

    @property
    def request(self) -> ReadableSpan:
        """The last span of a request."""
        return self.spans[-1]

    def read_metrics(self) -> dict[str, list[tuple[dict[str, Any], Any]]]:
        """Return the points of each metric: attributes, and the value or the count."""
        data = self.reader.get_metrics_data()
        assert data is not None
        (resource,) = data.resource_metrics
        (scope,) = resource.scope_metrics
        return {
            metric.name: [
                (dict(point.attributes or {}), getattr(point, "count", getattr(point, "value", 0)))
                for point in metric.data.data_points
            ]
            for metric in scope.metrics
        }


@pytest.fixture
def exported() -> Exported:
    """Return an observer."""
    return Exported()


@pytest.fixture
def client(observe: Observe, exported: Exported) -> FlaskClient:
    """Return a client of the observed app."""
    return observe(exported.observer)


BASE = {"http.request.method": "GET", "url.scheme": "http"}
READ = {
    **BASE,
    "http.route": "/books/<int:book_id>",
    "code.function.name": "observe.make.read_book",
    "flask_typed.operation.id": "read_book",
}


def test_spans_of_a_request(client: FlaskClient, exported: Exported) -> None:
    """Its parts are children of its span, which belongs to the trace of the client."""
    client.get("/books/1?limit=7", headers={"traceparent": PARENT, "X-Name": "Emma"})
    names = [span.name for span in exported.spans]
    work = ["validation", "provider open_store", "view observe.make.read_book"]
    assert names == [*work, "writing", "closing", "GET /books/<int:book_id>"]
    request = exported.request
    assert request.kind is SpanKind.SERVER
    assert dict(request.attributes or {}) == {**READ, "http.response.status_code": 200}
    assert request.parent is not None
    assert (request.parent.trace_id, request.parent.span_id) == (
        int(PARENT[3:35], 16),
        int(PARENT[36:52], 16),
    )
    assert request.context is not None
    for part in exported.spans[:-1]:
        assert part.parent == request.context
        assert (part.kind, dict(part.attributes or {})) == (SpanKind.INTERNAL, {})
        assert request.start_time <= part.start_time <= part.end_time <= request.end_time  # type: ignore[operator]  # ended


@pytest.mark.parametrize(
    ("path", "attributes", "error", "status"),
    [
        pytest.param(
            "/books/2",
            {**READ, "http.response.status_code": 404, "flask_typed.problem.type": "BookNotFound"},
            "BookNotFound",
            StatusCode.UNSET,
            id="problem",
        ),
        pytest.param(
            "/books/3",
            {**READ, "http.response.status_code": 500, "error.type": "LookupError"},
            "LookupError",
            StatusCode.ERROR,
            id="error of the program",
        ),
        pytest.param(
            "/books/1?limit=secret",
            {
                **READ,
                "http.response.status_code": 422,
                "flask_typed.problem.type": "RequestInvalid",
            },
            "RequestInvalid",
            StatusCode.UNSET,
            id="invalid request",
        ),
        pytest.param(
            "/secret", {**BASE, "http.response.status_code": 404}, None, StatusCode.UNSET, id="none"
        ),
    ],
)
def test_errors(
    client: FlaskClient,
    exported: Exported,
    path: str,
    attributes: dict[str, Any],
    error: str | None,
    status: StatusCode,
) -> None:
    """Only errors of the server are errors of the span; no message is exported."""
    assert client.get(path).data
    assert dict(exported.request.attributes or {}) == attributes
    assert exported.request.status.status_code is status
    failed = [dict(span.attributes or {}).get("error.type") for span in exported.spans[:-1]]
    assert [one for one in failed if one] == ([error] if error else [])
    assert "secret" not in "".join(span.to_json() for span in exported.spans)


def test_errors_that_the_app_answers_itself(exported: Exported) -> None:
    """A 500 without an exception is an error too; the method may be unknown to HTTP."""
    app = Flask("shop")
    Typed(app, observers=[exported.observer])
    app.route("/broken", methods=["GET", "BREW"])(lambda: ("broken", 503))
    app.test_client().open("/broken", method="BREW")
    assert exported.request.name == "HTTP /broken"
    known = dict(exported.request.attributes or {})
    assert (known["error.type"], known["http.request.method"]) == ("503", "_OTHER")


def test_an_error_that_reaches_the_server(client: FlaskClient, exported: Exported) -> None:
    """There is no response then."""
    client.application.testing = True
    with pytest.raises(LookupError):
        client.get("/books/3")
    assert dict(exported.request.attributes or {}) == {**READ, "error.type": "LookupError"}


def test_streams_end_with_their_last_byte(client: FlaskClient, exported: Exported) -> None:
    """The generator has the span of the request as the current one."""
    with client.get("/books") as response:
        assert "GET /books" not in [span.name for span in exported.spans]
        assert response.data == b'{"id":1}\n{"id":2}\n'
    assert [span.name for span in exported.spans][-1] == "GET /books"


def test_generators_and_async_views_are_in_the_trace(exported: Exported) -> None:
    """Spans that they start are children of the request's spans."""
    app = Flask("shop")
    typed = Typed(app, observers=[exported.observer])
    tracer = exported.provider.get_tracer("shop")

    @typed.get("/lines")
    def read_lines() -> Iterator[int]:
        for number in range(2):
            with tracer.start_as_current_span(f"item {number}"):
                pass
            yield number

    @typed.get("/async")
    async def read_async() -> None:
        with tracer.start_as_current_span("query"):
            pass

    client = app.test_client()
    with client.get("/lines") as response:
        assert response.data == b"0\n1\n"
    client.get("/async")
    by_name = {span.name: span for span in exported.spans}
    lines, asynchronous = by_name["GET /lines"], by_name["GET /async"]
    traces = {span.name: span.context.trace_id for span in exported.spans if span.context}
    assert traces["item 0"] == traces["item 1"] == traces["GET /lines"]
    parent = by_name["query"].parent
    view = by_name["view test_generators_and_async_views_are_in_the_trace.read_async"]
    assert parent == view.context
    assert view.parent == asynchronous.context
    assert lines.context != asynchronous.context
    assert not trace.get_current_span().get_span_context().is_valid
    assert get_bridge().is_alive


def test_middleware_that_has_a_span(client: FlaskClient, exported: Exported) -> None:
    """It keeps its span, which gets the attributes, and the parts as children."""
    tracer = exported.provider.get_tracer("middleware")
    with tracer.start_as_current_span("outer") as outer:
        client.get("/books/1")
        assert outer.is_recording()
    assert exported.spans[-1].name == "outer"
    assert dict(exported.spans[-1].attributes or {}) == {**READ, "http.response.status_code": 200}
    assert all(span.parent == outer.get_span_context() for span in exported.spans[:-1])


def test_requests_that_are_not_sampled(observe: Observe) -> None:
    """They have no spans, and count in the metrics."""
    exported = Exported(sampler=ALWAYS_OFF)
    client = observe(exported.observer)
    client.get("/books/1")
    assert exported.spans == ()
    assert exported.read_metrics()["http.server.request.duration"][0][1] == 1


def test_metrics(client: FlaskClient, exported: Exported) -> None:
    """Their names and attributes are those of the semantic conventions."""
    client.post("/books", json={"id": 1})
    client.get("/books/3")
    client.get("/health")
    metrics = exported.read_metrics()
    added = {
        "http.request.method": "POST",
        "url.scheme": "http",
        "http.route": "/books",
        "http.response.status_code": 200,
    }
    failed = {
        **BASE,
        "http.route": "/books/<int:book_id>",
        "http.response.status_code": 500,
        "error.type": "LookupError",
    }
    assert metrics == {
        "http.server.active_requests": [({**BASE, "http.request.method": "POST"}, 0), (BASE, 0)],
        "http.server.request.duration": [(added, 1), (failed, 1)],
    }


def test_names_of_headers() -> None:
    """A propagator may ask for all of them."""
    environ = {"HTTP_TRACE_STATE": "a=1", "REQUEST_METHOD": "GET"}
    assert GETTER.keys(environ) == ["trace-state"]
    assert GETTER.get(environ, "Trace-State") == ["a=1"]
    assert GETTER.get(environ, "baggage") is None
