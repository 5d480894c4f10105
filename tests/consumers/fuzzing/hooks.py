"""What schemathesis has to be told about JSON Lines: a line is what the schema describes."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

LINES = ("application/jsonl", "application/x-ndjson")


@schemathesis.serializer(*LINES)
def write_line(context: Any, value: Any) -> bytes:
    """Return a body of one line."""
    return json.dumps(value).encode()


@schemathesis.deserializer(*LINES)
def read_line(context: Any, response: Any) -> Any:
    """Return the value of the last line."""
    return json.loads(response.content.splitlines()[-1])
