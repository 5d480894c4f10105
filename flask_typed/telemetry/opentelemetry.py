"""Traces and metrics by OpenTelemetry. The extra ``opentelemetry`` installs its API.

Setup time makes the observer; request time makes spans and records measurements.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import metrics, propagate, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider
from werkzeug.exceptions import HTTPException

from ..declare.observing import NO_CONTEXT, ObservedRequest, Observer, PartKind, RequestWatch

#: The version of the semantic conventions whose names are used here.
SCHEMA_URL = "https://opentelemetry.io/schemas/1.37.0"
#: The boundaries of durations that the semantic conventions recommend, in seconds.
BOUNDARIES = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

Attributes = dict[str, str | int]


class EnvironGetter(Getter[dict[str, Any]]):
    """Reads the headers of a request that tell of the trace it belongs to."""

    def get(self, carrier: dict[str, Any], key: str) -> list[str] | None:
        """Return the values of a header."""
        value = carrier.get(f"HTTP_{key.upper().replace('-', '_')}")
        return None if value is None else [value]

    def keys(self, carrier: dict[str, Any]) -> list[str]:
        """Return the names of all headers."""
        names = (key[5:] for key in carrier if key.startswith("HTTP_"))
        return [name.lower().replace("_", "-") for name in names]


GETTER = EnvironGetter()


class OpenTelemetry(Observer):
    """Makes a span of each request, with child spans of its parts, and records metrics.

    ::

        Typed(app, observers=[OpenTelemetry()])

    A span ends with the last byte of the response. Names are those of the semantic conventions for
    HTTP; no attribute has a path, a query, an address or a value that the client sent.

    :param tracer_provider: the global one by default.
    :param meter_provider: the global one by default.
    :param exclude: the URL rules of routes that are not observed, such as ``/health``.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        exclude: Collection[str] = (),
    ) -> None:
        self.tracer = trace.get_tracer("flask_typed", None, tracer_provider, SCHEMA_URL)
        self._exclude = frozenset(exclude)
        self.instruments = Instruments(meter_provider)

    def start(self, request: ObservedRequest) -> RequestWatch | None:
        """Start the span of a request."""
        if request.route in self._exclude:
            return None
        attributes: Attributes = {
            "http.request.method": request.method,
            "url.scheme": request.environ["wsgi.url_scheme"],
        }
        self.instruments.active.add(1, attributes)
        return TracedRequest(request, attributes, self._open(request, attributes), self)

    def _open(self, request: ObservedRequest, attributes: Attributes) -> OpenSpan:
        """Return the span of a request: a new one, unless middleware has started one."""
        current = trace.get_current_span()
        if current.get_span_context().is_valid:
            return OpenSpan(current, is_own=False)
        method = "HTTP" if request.method == "_OTHER" else request.method
        span = self.tracer.start_span(
            f"{method} {request.route}" if request.route else method,
            propagate.extract(request.environ, getter=GETTER),
            SpanKind.SERVER,
            {**attributes, **describe_request(request)},
            start_time=request.began,
        )
        return OpenSpan(span, is_own=True)


class Instruments:
    """The metrics of requests, by the semantic conventions.

    :param provider: the global one by default.
    """

    def __init__(self, provider: MeterProvider | None) -> None:
        meter = metrics.get_meter("flask_typed", "", provider, SCHEMA_URL)
        self.active = meter.create_up_down_counter(
            "http.server.active_requests", "{request}", "Requests in progress."
        )
        self.duration = meter.create_histogram(
            "http.server.request.duration",
            "s",
            "The duration of requests, until the last byte of the response.",
            explicit_bucket_boundaries_advisory=BOUNDARIES,
        )


class OpenSpan:
    """The span of a request.

    :ivar is_own: whether it ends with the request. That of middleware ends there.
    """

    __slots__ = ("context", "is_own", "is_recording", "span")

    def __init__(self, span: Span, *, is_own: bool) -> None:
        self.span = span
        self.is_own = is_own
        self.is_recording = span.is_recording()
        self.context = trace.set_span_in_context(span)


class TracedRequest(RequestWatch):
    """The span and the measurements of one request."""

    def __init__(
        self,
        request: ObservedRequest,
        attributes: Attributes,
        opened: OpenSpan,
        observer: OpenTelemetry,
    ) -> None:
        self._request = request
        self._attributes = attributes
        self._opened = opened
        self._observer = observer

    def activate(self) -> AbstractContextManager[Any]:
        """Return a context in which the span of the request is the current one."""
        return Attached(self._opened.context)

    def part(self, kind: PartKind, name: str) -> AbstractContextManager[Any]:
        """Return the context of a child span."""
        if not self._opened.is_recording:
            return NO_CONTEXT
        return PartSpan(self._observer.tracer, f"{kind} {name}" if name else kind)

    def end(self) -> None:
        """End the span, and record the measurements."""
        request, span = self._request, self._opened.span
        end = conclude(request)
        known = {**self._attributes, **describe_request(request), **end}
        if self._opened.is_recording:
            span.set_attributes(end if self._opened.is_own else known)
            if request.problem is not None:
                span.set_attribute("flask_typed.problem.type", request.problem)
            if "error.type" in end:
                span.set_status(Status(StatusCode.ERROR))
        self._measure(known)
        if self._opened.is_own:
            span.end()

    def _measure(self, known: Attributes) -> None:
        """Record the metrics of the request."""
        instruments = self._observer.instruments
        labels = {name: known[name] for name in LABELS if name in known}
        instruments.active.add(-1, self._attributes)
        instruments.duration.record(self._request.seconds, labels, self._opened.context)


#: The attributes of measurements.
LABELS = (
    "http.request.method",
    "url.scheme",
    "http.route",
    "http.response.status_code",
    "error.type",
)


def describe_request(request: ObservedRequest) -> Attributes:
    """Return the attributes of a request's route."""
    known = {
        "http.route": request.route,
        "code.function.name": request.view,
        "flask_typed.operation.id": request.operation_id,
    }
    return {name: value for name, value in known.items() if value is not None}


def conclude(request: ObservedRequest) -> Attributes:
    """Return the attributes of a request's end."""
    known: Attributes = {}
    if request.status is not None:
        known["http.response.status_code"] = request.status
    if request.error is not None:
        known["error.type"] = request.error.__qualname__
    elif request.status is not None and request.status >= 500:
        known["error.type"] = str(request.status)
    return known


class Attached:
    """Makes a context of OpenTelemetry the current one."""

    __slots__ = ("_context", "_token")

    def __init__(self, context: otel_context.Context) -> None:
        self._context = context
        self._token: Any = None

    def __enter__(self) -> None:
        self._token = otel_context.attach(self._context)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        otel_context.detach(self._token)


class PartSpan:
    """The span of a part of a request's work, a child of the current span."""

    __slots__ = ("_name", "_span", "_token", "_tracer")

    def __init__(self, tracer: Tracer, name: str) -> None:
        self._tracer = tracer
        self._name = name

    def __enter__(self) -> None:
        self._span = self._tracer.start_span(self._name)
        self._token = otel_context.attach(trace.set_span_in_context(self._span))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the span; the message of an error may hold what a client sent, so it is left out."""
        otel_context.detach(self._token)
        if kind is not None:
            self._span.set_attribute("error.type", kind.__qualname__)
            if not issubclass(kind, HTTPException):
                self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()
