#!/usr/bin/env bash
# opentelemetry-instrumentation-flask 0.66b1: the span of a streamed response ends before its first chunk is made.
#
# The generator of the response runs when the server asks for chunks, after Flask's teardown functions, which end the
# span. A span that the generator starts begins after the end of the request's span, and belongs to another trace,
# unless the generator is wrapped in `stream_with_context`. The duration of the request is that of its headers.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q flask==3.1.3 opentelemetry-sdk==1.45.1 opentelemetry-instrumentation-flask==0.66b1
cat > "$folder/shop.py" <<'PROGRAM'
from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
tracer = provider.get_tracer("shop")
app = Flask("shop")
FlaskInstrumentor().instrument_app(app, tracer_provider=provider)


@app.get("/books")
def list_books():
    def make():
        with tracer.start_as_current_span("query"):
            yield "Emma\n"

    return make(), {"Content-Type": "text/plain"}


with app.test_client().get("/books", buffered=False) as response:
    print(response.text, end="")
spans = {span.name: span for span in exporter.get_finished_spans()}
request, query = spans["GET /books"], spans["query"]
print("ends before the query starts:", request.end_time < query.start_time)
print("in one trace:", request.context.trace_id == query.context.trace_id)
PROGRAM
seen=$("$folder/venv/bin/python" "$folder/shop.py")
# Seen on 2026-11-30.
expected="Emma
ends before the query starts: True
in one trace: False"
echo "$seen"
[ "$seen" = "$expected" ]
