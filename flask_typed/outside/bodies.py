"""The bodies of requests: values → bytes, and bytes → values.

Development time.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from webargs.core import is_json

from ..contract.texts import find_types
from ..review.references import JSONObject, follow
from ..schemas.factory import find_examples
from .operations import ApiBody, ApiInput
from .texts import TextPairs, write_named_texts
from .values import ApiSchemas

#: How the value of a body is written.
BodyKind = Literal["json", "lines", "form", "multipart", "text", "bytes"]

FORM_TYPES: Mapping[str, BodyKind] = {
    "application/x-www-form-urlencoded": "form",
    "multipart/form-data": "multipart",
}
#: The media types of JSON Lines.
LINE_TYPES = frozenset({"application/jsonl", "application/x-ndjson", "application/x-jsonlines"})
#: What separates the parts of a form. It is no secret, and the same in each run.
BOUNDARY = "flask-typed-0123456789"
#: The bytes of a file: a picture of one pixel, which is a valid file where pictures are expected.
FILE_BYTES = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class BodyBytes:
    """A body as it is sent."""

    content_type: str
    data: bytes


def find_body_kind(media_type: str) -> BodyKind | None:
    """Return how a body is written; ``None`` for formats that are not known."""
    name = media_type.partition(";")[0].strip()
    if is_json(name) or name == "*/*":
        return "json"
    if name in LINE_TYPES:
        return "lines"
    if name in FORM_TYPES:
        return FORM_TYPES[name]
    if name.startswith("text/"):
        return None if name == "text/csv" else "text"
    is_binary = name.startswith(("image/", "audio/", "video/")) or name.endswith("octet-stream")
    return "bytes" if is_binary else None


def list_fields(schemas: ApiSchemas, body: ApiBody) -> Iterator[ApiInput]:
    """Yield the fields of a form. Those that are files have a format of bytes."""
    schema = follow(schemas.document, body.schema)
    for name, keywords in schema.get("properties", {}).items():
        kinds = set(find_types(keywords, schemas.document))
        is_object = "object" in kinds or "json" in str(body.encoding.get(name, {}))
        examples = tuple(find_examples(keywords)) if isinstance(keywords, Mapping) else ()
        is_required = name in schema.get("required", ())
        yield ApiInput("form", name, is_required, keywords, "form", True, is_object, examples)


def is_file_field(schemas: ApiSchemas, field: ApiInput) -> bool:
    """Return whether a field of a form is a file, or a list of files."""
    schema = follow(schemas.document, field.schema)
    branches = (*schema.get("anyOf", ()), *schema.get("oneOf", ()), schema.get("items", {}))
    return any(has_bytes(follow(schemas.document, part)) for part in (schema, *branches))


def has_bytes(schema: JSONObject) -> bool:
    """Return whether the values of a schema are bytes."""
    media_type = schema.get("contentMediaType", "application/json")
    return schema.get("format") == "binary" or not is_json(media_type)


def encode_body(schemas: ApiSchemas, body: ApiBody, value: Any) -> BodyBytes:
    """Return the bytes of a value, in a media type of a known kind."""
    kind = find_body_kind(body.media_type)
    if kind in ("form", "multipart"):
        fields = {field.name: field for field in list_fields(schemas, body)}
        return FORM_WRITERS[kind](write_fields(fields, value), find_files(schemas, fields, value))
    media_type = "application/json" if body.media_type == "*/*" else body.media_type
    return BodyBytes(media_type, SINGLE_WRITERS[str(kind)](value))


def write_fields(fields: Mapping[str, ApiInput], value: JSONObject) -> TextPairs:
    """Return the names and texts of a form, in their order."""
    pairs: TextPairs = []
    for name, inner in value.items():
        unknown = ApiInput("form", name, False, {}, "form", True)
        pairs.extend(write_named_texts(fields.get(name, unknown), inner))
    return pairs


def find_files(
    schemas: ApiSchemas, fields: Mapping[str, ApiInput], value: JSONObject
) -> frozenset[str]:
    """Return the names of the fields that are files."""
    named = (fields[name] for name in value if name in fields)
    return frozenset(field.name for field in named if is_file_field(schemas, field))


def write_form(pairs: TextPairs, files: frozenset[str]) -> BodyBytes:
    """Return a form in the format of query strings, which has no files."""
    return BodyBytes(
        "application/x-www-form-urlencoded", urlencode(pairs, errors="replace").encode()
    )


def write_multipart(pairs: TextPairs, files: frozenset[str]) -> BodyBytes:
    """Return a form in parts."""
    parts = [encode_part(name, FILE_BYTES if name in files else text) for name, text in pairs]
    data = b"".join((*parts, f"--{BOUNDARY}--\r\n".encode()))
    return BodyBytes(f"multipart/form-data; boundary={BOUNDARY}", data)


def encode_part(name: str, content: str | bytes) -> bytes:
    """Return a part of a form: a field, or a file."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(content, str):
        return f"{head}\r\n\r\n{content}\r\n".encode(errors="replace")
    head = f'{head}; filename="file.png"\r\nContent-Type: image/png'
    return f"{head}\r\n\r\n".encode() + content + b"\r\n"


FORM_WRITERS: Mapping[str, Callable[[TextPairs, frozenset[str]], BodyBytes]] = {
    "form": write_form,
    "multipart": write_multipart,
}
#: What writes the value of a body that is no form.
SINGLE_WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    "json": lambda value: json.dumps(value).encode(),
    "lines": lambda value: json.dumps(value).encode() + b"\n",
    "text": lambda value: str(value).encode(errors="replace"),
    "bytes": lambda value: FILE_BYTES,
}
