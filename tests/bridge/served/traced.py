"""An app whose requests are traced; it tells whether each span is in the trace of its request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from flask import Flask
from flask_typed import EventStream, Typed
from flask_typed.telemetry.opentelemetry import OpenTelemetry
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
tracer = provider.get_tracer("served")

app = Flask(__name__)
typed = Typed(app, observers=[OpenTelemetry(tracer_provider=provider, exclude=["/spans"])])


async def query(number: int) -> None:
    """Wait in a task of its own, in a span."""
    with tracer.start_as_current_span(f"work {number}"):
        await asyncio.sleep(0.02)


def work(number: int) -> None:
    """Wait in a span."""
    with tracer.start_as_current_span(f"work {number}"):
        time.sleep(0.02)


@typed.get("/sync/<int:number>")
def serve_sync(number: int) -> None:
    work(number)


@typed.get("/async/<int:number>")
async def serve_async(number: int) -> None:
    await asyncio.gather(query(number), query(number))


@typed.get("/lines/<int:number>")
def serve_lines(number: int) -> Iterator[int]:
    for _ in range(3):
        work(number)
        yield number


@typed.get("/events/<int:number>")
async def serve_events(number: int) -> EventStream[int]:
    for _ in range(3):
        await query(number)
        yield number


@app.get("/plain")
def serve_plain() -> str:
    return "plain"


@app.get("/spans")
def tell_spans() -> dict[str, list[str]]:
    """Return the names of the spans of work in each trace, by the name of its request's span."""
    found: dict[str, list[str]] = {}
    spans = exporter.get_finished_spans()
    for span in spans:
        if span.context is not None and span.name.startswith("work"):
            roots = [
                one.name
                for one in spans
                if one.parent is None
                and one.context is not None
                and one.context.trace_id == span.context.trace_id
            ]
            key = f"{span.context.trace_id:x} {' '.join(roots)}"
            found.setdefault(key, []).append(span.name)
    return found
