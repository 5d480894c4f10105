"""Whether a default is valid against the schema that stands beside it."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.publish.fitting import is_valid


@pytest.mark.parametrize(
    ("schema", "valid", "invalid"),
    [
        (True, 1, None),
        ({"type": "integer"}, 3.0, 3.5),
        ({"type": "integer"}, 3, True),
        ({"type": ["string", "null"]}, None, 1),
        ({"type": "boolean"}, True, 1),
        ({"enum": [1]}, 1, True),
        ({"format": "date"}, "2020-01-01", "x"),
        ({"format": "date-time"}, "2020-01-01T00:00:00Z", "2020-01-01T00:00:00"),
        ({"format": "uuid"}, "00000000-0000-0000-0000-000000000000", "x"),
        ({"format": "ipv4"}, "127.0.0.1", "::1"),
        ({"format": "regex"}, "a+", "("),
        ({"format": "email"}, "a@b", "a"),
        ({"format": "word"}, "a", None),
        ({"format": "date"}, 5, "x"),
        ({"minimum": 1, "maximum": 2}, 1, 0),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 3}, 2, 3),
        ({"multipleOf": 0.1}, 0.3, 0.35),
        ({"minLength": 1, "maxLength": 2, "pattern": "^a"}, "ab", "ba"),
        ({"minLength": 1}, 0, ""),
        ({"minItems": 1, "maxItems": 2, "items": {"type": "string"}}, ["a"], [1]),
        ({"items": False}, [], [1]),
        ({"minProperties": 1, "maxProperties": 2, "required": ["a"]}, {"a": 1}, {"b": 1}),
        ({"properties": {"a": {"type": "string"}}}, {"a": "b", "c": 1}, {"a": 1}),
        ({"allOf": [{"minimum": 1}, {"maximum": 2}]}, 1, 3),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, 1),
        ({"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, None, ...),
        ({"not": {"enum": [1]}}, 2, 1),
        ({"not": {"$ref": "#/components/schemas/A"}}, 2, ...),
    ],
)
def test_keywords(schema: Any, valid: Any, invalid: Any) -> None:
    """Each keyword allows what JSON Schema says; what is behind a reference is not looked at."""
    assert is_valid(schema, valid)
    assert invalid in (None, ...) or not is_valid(schema, invalid)
