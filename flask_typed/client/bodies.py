"""Bodies of requests: JSON, MessagePack, CSV, forms, text, bytes and streams.

Where the client is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlencode

from marshmallow import Schema, fields
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from ..declare.patches import Patch, PatchField
from ..plan.operation import Reader
from ..plan.readers import MULTIPART, URLENCODED
from ..schemas.families.model_schemas import Arguments, entering_fields
from ..schemas.fields import dump_value
from ..schemas.formats import find_format
from ..schemas.searching import Enough
from ..serve.collecting import Faults
from ..serve.table_bodies import load_rows
from ..wire.encoding import encode
from ..wire.msgpack import json_to_msgpack
from ..wire.tables import json_to_csv
from .writing import TextPair, Unwritable, dump_sent

#: What a body is made of: its bytes, a file that is read, or its pieces.
Data = bytes | IO[bytes] | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class OutgoingBody:
    """The body of a request."""

    data: Data
    content_type: str

    @classmethod
    def of_form(
        cls, media_types: Iterable[str], pairs: list[TextPair], files: list[tuple[str, Any]]
    ) -> OutgoingBody:
        """Return a form."""
        if not files and URLENCODED in media_types:
            return cls(urlencode(pairs).encode(), URLENCODED)
        parts: MultiDict[str, Any] = MultiDict(pairs)
        for name, file in files:
            parts.add(name, open_file(name, file))
        stream, _, boundary = stream_encode_multipart(parts)
        return cls(stream, f'{MULTIPART}; boundary="{boundary}"')

    def read(self) -> bytes:
        """Return the bytes, for a transport that takes them at once."""
        if isinstance(self.data, bytes):
            return self.data
        read = getattr(self.data, "read", None)
        return read() if read else b"".join(self.data)


def open_file(name: str, file: Any) -> FileStorage:
    """Return a file to upload; bytes and open files get a name.

    :raises TypeError: for anything else.
    """
    if isinstance(file, FileStorage):
        return file if file.filename else FileStorage(file.stream, name, name)
    if isinstance(file, bytes):
        return FileStorage(BytesIO(file), name, name, "application/octet-stream")
    if hasattr(file, "read"):
        own = getattr(file, "name", name)
        return FileStorage(file, own if isinstance(own, str) else name, name)
    raise TypeError(f"{name!r} is not a FileStorage, bytes or an open file")


def write_body_of(
    strict: Reader, loose: Reader, given: Mapping[str, tuple[str, Any]]
) -> OutgoingBody | None:
    """Return the body of a reader; ``None`` if another reader writes it.

    :param given: the values by key, with the names of their arguments.
    :raises Unwritable: for a value that cannot be sent.
    """
    if loose.shape == "fields":
        return OutgoingBody(write_object(strict, loose, given), choose_type(loose))
    value: Any
    ((_, value),) = given.values()
    ((_, field),) = loose.source.made.items()  # type: ignore[union-attr]  # one argument
    ((_, exact),) = strict.source.made.items()  # type: ignore[union-attr]  # likewise
    if loose.json_patch is not None and has_operations(value) is not loose.json_patch:
        return None
    if loose.shape == "whole":
        return write_sent_value(loose, exact, field, value)
    if loose.shape == "lines":
        return OutgoingBody(write_lines(exact, field, value), choose_type(loose))
    data = value.encode() if isinstance(value, str) else value
    return OutgoingBody(data, choose_type(loose))


def has_operations(value: Any) -> bool:
    """Return whether a value is a JSON Patch."""
    return isinstance(value, Patch) and value.operations is not None


def write_object(strict: Reader, loose: Reader, given: Mapping[str, tuple[str, Any]]) -> bytes:
    """Return the JSON of an object with several arguments."""
    known, exact = made_of(loose), made_of(strict)
    return encode(
        {
            str(known[key].data_key): dump_body(exact[key], known[key], value)
            for key, (_, value) in given.items()
        }
    )


def made_of(reader: Reader) -> Mapping[str, fields.Field[Any]]:
    """Return the fields of a body by the keys of their arguments."""
    source = reader.source
    return source.made if isinstance(source, Arguments) else {}


def dump_body(strict: fields.Field[Any], loose: fields.Field[Any], value: Any) -> Any:
    """Return the JSON value of an argument in a body."""
    if not isinstance(loose, PatchField):
        return dump_sent(strict, loose, value)
    if not isinstance(value, Patch):
        raise Unwritable(f"it is a {type(value).__name__}, not a Patch")
    if value.operations is not None:
        return dump_sent(strict, loose, list(value.operations))
    return dump_sent(strict, loose, value.changes)


def write_sent_value(
    reader: Reader, strict: fields.Field[Any], loose: fields.Field[Any], value: Any
) -> OutgoingBody:
    """Return a body with a schema, in the simplest media type that the server accepts."""
    media_type = choose_type(reader)
    text = encode(dump_body(strict, loose, value))
    kind = find_format(media_type)
    if kind == "msgpack":
        return OutgoingBody(json_to_msgpack(text), media_type)
    if kind == "csv":
        return OutgoingBody(write_table(reader, loose, text, value), media_type)
    return OutgoingBody(text, media_type)


def write_table(reader: Reader, field: fields.Field[Any], text: bytes, value: Any) -> bytes:
    """Return a body in CSV.

    :raises Unwritable: for rows that a server would read as others.
    """
    schema = reader.row
    assert schema is not None  # noqa: S101  # the reader has one for CSV
    written = json_to_csv(text, [*entering_fields(schema)])
    read, fault = read_rows(schema, written)
    if fault or encode(dump_value(field, read)) != text:
        raise Unwritable("its rows would be read from CSV as others")
    return written


def read_rows(schema: Schema, data: bytes) -> tuple[list[Any], str]:
    """Return the rows of a table, and a fault if there is one.

    :raises werkzeug.exceptions.BadRequest: for a body that is not CSV.
    """
    faults = Faults(1)
    rows: list[Any] = []
    with suppress(Enough):
        rows += load_rows(schema, data, faults)
    return rows, str(faults.found[0]) if faults.found else ""


def write_lines(
    strict: fields.Field[Any], loose: fields.Field[Any], items: Iterable[Any]
) -> Iterator[bytes]:
    """Yield the lines of a body in JSON Lines."""
    for item in items:
        yield encode(dump_sent(strict, loose, item)) + b"\n"


def choose_type(reader: Reader) -> str:
    """Return the media type of a body: JSON if it is accepted."""
    json = [name for name in reader.media_types if find_format(name) == "json"]
    found = next(iter((*json, *reader.media_types)))
    return found if "*" not in found else "application/octet-stream"
