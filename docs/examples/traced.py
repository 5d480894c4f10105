from collections.abc import Iterator
from typing import Annotated

from flask import Flask
from flask_typed import Depends, Typed
from flask_typed.telemetry.opentelemetry import OpenTelemetry
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))

app = Flask(__name__)
typed = Typed(app, observers=[OpenTelemetry(tracer_provider=provider)])


def open_session() -> Iterator[str]:
    yield "session"


@typed.get("/books/<int:book_id>")
def read_title(book_id: int, session: Annotated[str, Depends(open_session)]) -> str:
    return "Emma"
