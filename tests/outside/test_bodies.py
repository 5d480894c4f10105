"""The bodies of requests."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from flask_typed.outside.bodies import (
    FILE_BYTES,
    encode_body,
    find_body_kind,
    is_file_field,
    list_fields,
)
from flask_typed.outside.operations import ApiBody
from flask_typed.outside.values import ApiSchemas
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from .documents import make_document

SCHEMAS = ApiSchemas(make_document({}), "readOnly")
FORM = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "example": "Emma"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "book": {"type": "object"},
        "cover": {"type": "string", "format": "binary"},
        "pages": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
        },
        "text": {"type": "string", "contentMediaType": "application/json"},
        "spine": {"anyOf": [{"type": "string", "format": "binary"}, {"type": "null"}]},
        "any": True,
    },
    "required": ["name"],
}


def make_body(media_type: str, schema: Any = None) -> ApiBody:
    """Return a body."""
    return ApiBody(media_type, schema, (), {"text": {"contentType": "application/json"}})


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/json", "json"),
        ("application/merge-patch+json; charset=utf-8", "json"),
        ("*/*", "json"),
        ("application/x-ndjson", "lines"),
        ("multipart/form-data", "multipart"),
        ("text/plain", "text"),
        ("text/csv", None),
        ("image/png", "bytes"),
        ("application/octet-stream", "bytes"),
        ("application/xml", None),
    ],
)
def test_kinds(media_type: str, kind: str | None) -> None:
    """A media type is written in a way that is known, or not at all."""
    assert find_body_kind(media_type) == kind


@pytest.mark.parametrize(
    ("media_type", "value", "data"),
    [
        ("application/json", {"a": 1}, b'{"a": 1}'),
        ("application/jsonl", {"a": 1}, b'{"a": 1}\n'),
        ("text/plain", "a", b"a"),
        ("text/plain", "\ud800", b"?"),
        ("image/png", "", FILE_BYTES),
    ],
)
def test_encode(media_type: str, value: Any, data: bytes) -> None:
    """A value is written in its media type."""
    written = encode_body(SCHEMAS, make_body(media_type), value)
    assert (written.content_type, written.data) == (media_type, data)


def test_encode_any() -> None:
    """A body of any media type is JSON."""
    assert encode_body(SCHEMAS, make_body("*/*"), 1).content_type == "application/json"


def test_encode_form() -> None:
    """A form repeats the items of an array; an unknown field is a text."""
    body = make_body("application/x-www-form-urlencoded", FORM)
    written = encode_body(SCHEMAS, body, {"name": "a b", "tags": ["x", "y"], "other": 1})
    assert written.data == b"name=a+b&tags=x&tags=y&other=1"


def test_encode_multipart() -> None:
    """A form in parts is read by werkzeug: fields, JSON and files."""
    body = make_body("multipart/form-data", FORM)
    value = {"name": "Emma", "book": {"a": 1}, "text": "x", "cover": ""}
    written = encode_body(SCHEMAS, body, value)
    builder = EnvironBuilder(method="POST", data=written.data, content_type=written.content_type)
    with closing(builder), Request(builder.get_environ()) as request:
        fields, cover = request.form.to_dict(), request.files["cover"]
        assert (cover.mimetype, cover.read()) == ("image/png", FILE_BYTES)
    assert fields == {"name": "Emma", "book": '{"a": 1}', "text": '"x"'}


def test_fields() -> None:
    """The fields of a form have examples, and some are files."""
    fields = list(list_fields(SCHEMAS, make_body("multipart/form-data", FORM)))
    assert [field.name for field in fields if field.required] == ["name"]
    assert fields[0].examples == ("Emma",)
    files = [field.name for field in fields if is_file_field(SCHEMAS, field)]
    assert files == ["cover", "pages", "spine"]
