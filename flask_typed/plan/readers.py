"""From arguments to readers: the schema of each part of the request, and the order of reading.

Registration time.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from marshmallow import Schema, fields
from werkzeug.routing import Rule

from ..declare.markers import Body, Location
from ..declare.patches import JsonPatch
from ..exceptions import DeclarationError
from ..schemas.deep_objects import DeepObject
from ..schemas.factory import FieldMaker, SchemaFactory
from ..schemas.families.containers import is_scalar
from ..schemas.families.model_schemas import SpreadSchema, entering_fields
from ..schemas.fields import TypedField
from ..schemas.formats import find_format, find_item, reject_deep_columns
from ..schemas.hints import read_hint
from ..schemas.json_texts import is_json_text
from ..schemas.metadata import ARGUMENT, reject_unread
from ..schemas.patches import JSON_PATCH, MERGE_PATCH, is_patch_field, make_operations
from .arguments import Argument, is_item_stream
from .meaning import reject_places_inside, reject_whole
from .operation import JSON, UNREAD_SHAPES, Payload, PayloadKind, Reader, ReaderShape
from .parameters import (
    make_arguments,
    make_options,
    make_parameter_readers,
    make_spread_schema,
    naming,
    reject_same_names,
    reject_unfit_for_bytes,
)
from .streams import LINES, ON_CHUNK, is_chunk
from .unknown import UnknownPolicies

#: The order in which the locations are read: the body last, because it costs most.
READING_ORDER: tuple[Location, ...] = ("path", "query", "header", "cookie", "form", "file", "body")

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
FORM_MEDIA_TYPES = (URLENCODED, MULTIPART)
OCTET_STREAM = "application/octet-stream"
PLAIN_TEXT = "text/plain"


class Bytes(TypedField):
    """A body of unchanged bytes."""

    json_schema = {"type": "string", "format": "binary"}
    expected = "bytes"
    samples = (b"",)

    def load(self, value: Any) -> bytes:
        data: bytes = value
        return data


def make_readers(
    arguments: Sequence[Argument], rule: Rule, factory: SchemaFactory
) -> tuple[Reader, ...]:
    """Return the readers of values, in the order in which they run."""
    readers: list[Reader] = []
    for location in READING_ORDER:
        here = [argument for argument in arguments if argument.location == location]
        if here and location == "body":
            readers.extend(make_body_readers(here, rule, factory))
        elif here:
            readers.extend(make_parameter_readers(location, here, rule, factory))
    return tuple(readers)


def make_body_readers(
    arguments: Sequence[Argument], rule: Rule, factory: SchemaFactory
) -> Iterator[Reader]:
    """Yield the reader of the body, after those of a form that is accepted in its place."""
    raw = [argument for argument in arguments if argument.is_raw]
    if not raw:
        if takes_form(arguments):
            yield from make_form_readers(arguments, rule, factory)
        yield from make_json_readers(arguments, factory)
    elif len(arguments) > 1:
        raise DeclarationError(
            f"{raw[0].name!r} is the whole body, but the view takes other arguments from it too.",
            instead="Take one argument from the body, or take all of them from JSON or a form.",
        )
    elif is_item_stream(raw[0].hint):
        yield make_stream_reader(raw[0], factory)
    else:
        yield make_raw_reader(raw[0], factory)


def make_json_readers(arguments: Sequence[Argument], factory: SchemaFactory) -> Iterator[Reader]:
    """Yield the reader of a JSON body, and that of a JSON Patch if it may be one."""
    reader = make_json_reader(arguments, factory)
    markers = arguments[0].hint.find(JsonPatch)
    if not markers:
        yield reader
        return
    yield replace(reader, json_patch=False)
    (patch,) = reader.fields.values()
    argument = arguments[0]
    operations = {argument.key: make_operations(patch, markers[-1], factory)}
    own = make_whole_reader("whole", argument, operations, (JSON_PATCH,), factory)
    yield replace(own, json_patch=True)


def make_json_reader(arguments: Sequence[Argument], factory: SchemaFactory) -> Reader:
    """Return the reader of a JSON body: one value, or an object with several."""
    made = {}
    for argument in arguments:
        with naming(argument):
            reject_other_format(argument)
            options = make_options(argument, factory)
            made[argument.key] = factory.json.at(ARGUMENT)(argument.annotation, **options)
            reject_body_markers(made[argument.key], arguments, factory)
    named = dict.fromkeys(name for argument in arguments for name in argument.media_types)
    is_partial = any(map(is_patch_field, made.values()))
    media_types = tuple(named) or ((JSON, MERGE_PATCH) if is_partial else (JSON,))
    embedded = any(isinstance(a.marker, Body) and a.marker.embed for a in arguments)
    if len(made) > 1 or embedded:
        reject_embedded_patch(arguments, is_partial=is_partial)
        reject_embedded_table(arguments)
        source = make_arguments("body", made, factory)
        return Reader("body", source, media_types=media_types)
    with naming(arguments[0]):
        reject_whole(arguments[0], raw=False)
        row = make_row_schema(arguments[0], made, media_types, factory)
    reader = make_whole_reader("whole", arguments[0], made, media_types, factory)
    return reader if row is None else replace(reader, row=row)


def reject_embedded_table(arguments: Iterable[Argument]) -> None:
    """Raise for a table that is one key of an object."""
    for argument in arguments:
        if "csv" in map(find_format, argument.media_types):
            with naming(argument):
                raise DeclarationError(
                    "A body in CSV is one table, but the argument is one key of an object.",
                    instead="Take one argument from the body, without `embed=True`.",
                )


def make_row_schema(
    argument: Argument,
    made: Mapping[str, fields.Field[Any]],
    media_types: Iterable[str],
    factory: SchemaFactory,
) -> Schema | None:
    """Return the schema that reads a row of a body in CSV by the rules of forms.

    :returns: ``None`` for a body that may not be in CSV.
    """
    if "csv" not in map(find_format, media_types):
        return None
    find_item(made[argument.key])
    item = argument.hint.args[0]
    hint = read_hint(item)
    row = argument._replace(annotation=item, hint=hint, location="form", marker=Body(form=True))
    schema = make_spread_schema(row, factory)
    columns = entering_fields(schema)
    deep = [name for name, column in columns.items() if not is_scalar(column)]
    reject_deep_columns(columns, deep, is_open=getattr(schema, "extra", None) == "allow")
    return schema


def reject_embedded_patch(arguments: Sequence[Argument], *, is_partial: bool) -> None:
    """Raise for a patch that is a key of an object.

    :param is_partial: whether one of the arguments is a patch.
    """
    if is_partial:
        names = ", ".join(repr(argument.name) for argument in arguments)
        raise DeclarationError(
            f"A patch is the whole body, but here it is a key of an object: {names}.",
            instead="Take the patch alone from the body, without `embed=True`.",
        )


def make_raw_reader(argument: Argument, factory: SchemaFactory) -> Reader:
    """Return the reader of a body that is passed on unchanged: text, bytes or a stream."""
    with naming(argument):
        reject_whole(argument, raw=True)
        options = make_options(argument, factory)
        annotation = argument.annotation
        if argument.hint.type is not str:
            annotation = Annotated[annotation, Bytes()]
        made = FieldMaker(factory, "text", position=ARGUMENT)(annotation, **options)
        if argument.hint.type is not str:
            reject_unfit_for_bytes(argument.hint, made.validators)
    shape: ReaderShape = "raw" if argument.hint.type in (str, bytes) else "stream"
    media_types = argument.media_types or (OCTET_STREAM,)
    return make_whole_reader(shape, argument, {argument.key: made}, media_types, factory)


def make_stream_reader(argument: Argument, factory: SchemaFactory) -> Reader:
    """Return the reader of a body whose chunks or lines the view takes one by one.

    :raises DeclarationError: for text that is not JSON Lines.
    """
    with naming(argument):
        reject_whole(argument, raw=True)
        (item,) = argument.hint.args
        options = make_options(argument, factory)
        media_types = argument.media_types
        shape: ReaderShape = "chunks" if is_chunk(read_hint(item)) else "lines"
        if shape == "chunks":
            reject_unread(read_hint(item), ON_CHUNK, factory.registry)
            made = FieldMaker(factory, "text")(Annotated[item, Bytes()], **options)
            media_types = media_types or (OCTET_STREAM,)
        else:
            reject_other_lines(argument)
            made = factory.json(item, **options)
            media_types = media_types or LINES[:2]
    reader = make_whole_reader(shape, argument, {argument.key: made}, media_types, factory)
    return replace(reader, is_async=argument.hint.origin is abc.AsyncIterator)


def reject_other_lines(argument: Argument) -> None:
    """Raise for a media type of an iterator of values that is not JSON Lines."""
    others = [name for name in argument.media_types if name not in LINES]
    if others:
        raise DeclarationError(
            f"The items of {argument.hint} are read from JSON Lines, but {others[0]} is another"
            " format.",
            instead=(
                f"Name one of {', '.join(LINES)}, or take the unchanged body: `Iterator[bytes]`."
            ),
        )


def make_whole_reader(
    shape: ReaderShape,
    argument: Argument,
    made: Mapping[str, fields.Field[Any]],
    media_types: tuple[str, ...],
    factory: SchemaFactory,
) -> Reader:
    """Return the reader of a body that is one value."""
    made[argument.key].data_key = None
    source = make_arguments("body", made, factory)
    optional = not argument.required
    return Reader("body", source, shape, argument.key, optional, media_types)


def make_form_readers(
    arguments: Sequence[Argument], rule: Rule, factory: SchemaFactory
) -> Iterator[Reader]:
    """Yield the readers of a form with the same fields as the JSON body."""
    fields_of_form = [argument._replace(location="form") for argument in arguments]
    for reader in make_parameter_readers("form", fields_of_form, rule, factory):
        yield replace(reader, alternative=True)


def takes_form(arguments: Iterable[Argument]) -> bool:
    """Return whether a form is accepted in place of a JSON body."""
    return any(isinstance(a.marker, Body) and a.marker.form for a in arguments)


def reject_body_markers(
    field: fields.Field[Any], arguments: Iterable[Argument], factory: SchemaFactory
) -> None:
    """Raise for fields of models in a body whose markers name another location."""
    if factory.has_marks:  # most apps have none
        locations: tuple[Location, ...] = ("body", "form") if takes_form(arguments) else ("body",)
        reject_places_inside(field, locations, set())


def reject_other_format(argument: Argument) -> None:
    """Raise for a media type whose format is not known, on a type that has a schema."""
    for name in argument.media_types:
        if find_format(name) is None and name != PLAIN_TEXT:  # some clients send JSON as plain text
            raise DeclarationError(
                f"{argument.hint} is read from JSON, MessagePack or CSV, but {name} is another"
                " format.",
                instead="Take the unchanged body: `str` or `bytes`.",
            )


def make_payload(readers: Iterable[Reader], policies: UnknownPolicies) -> Payload | None:
    """Return the kind of body that the readers need.

    A form without files, or whose files are optional, may be urlencoded.
    """
    bodies = [reader for reader in readers if reader.location in ("form", "file", "body")]
    if not bodies:
        return None
    required = any(is_required(reader) for reader in bodies)
    own = [reader for reader in bodies if reader.location == "body"]
    forms = [reader for reader in bodies if reader.location != "body"]
    media_types = tuple(name for reader in own for name in reader.media_types)
    if own and not forms:
        return Payload(name_kind(own[0]), media_types, required)
    names: frozenset[tuple[Location, str]] = frozenset(
        (location, name)
        for reader in forms
        for name, field in reader.fields.items()
        for location in find_part_locations(reader, field)
    )
    files = [reader for reader in forms if reader.location == "file"]
    needs_files = any(map(is_required, files)) or files == forms
    media_types += (MULTIPART,) if files else ()
    media_types += () if needs_files else (URLENCODED,)
    known = None if policies.unknown_form_fields == "exclude" else names
    schemas = [reader.schema for reader in forms if reader.location == "form"]
    is_open = any(isinstance(s, SpreadSchema) and s.extra is not None for s in schemas)
    return Payload("either" if own else "form", media_types, required, known, is_open)


def find_part_locations(reader: Reader, field: fields.Field[Any]) -> tuple[Location, ...]:
    """Return where a value of a form may be: a part in JSON may have the name of a file too."""
    is_part = reader.location == "form" and is_json_text(field)
    return ("form", "file") if is_part else (reader.location,)


def name_kind(reader: Reader) -> PayloadKind:
    """Return the kind of a body that is not a form."""
    if reader.shape in UNREAD_SHAPES:
        return "stream"
    if reader.shape != "raw":
        return "json"
    (field,) = reader.fields.values()
    return "bytes" if isinstance(field, Bytes) else "text"


def is_required(reader: Reader) -> bool:
    """Return whether a request without the values of a reader is rejected."""
    if reader.shape != "fields" and reader.optional:
        return False
    return reader.is_whole or any(field.required for field in reader.fields.values())


def reject_clashes(readers: Sequence[Reader]) -> None:
    """Raise for two arguments with one name, and for a JSON body beside a form."""
    kinds: set[Location] = {reader.location for reader in readers}
    for location in kinds:
        here = [r for r in readers if r.location == location and not r.json_patch]
        reject_same_names(location, [name for reader in here for name in reader.fields])
        for reader in here:
            reject_clashing_keys(reader, here)
    forms = [r for r in readers if r.location in ("form", "file") and not r.alternative]
    if "body" in kinds and forms:
        raise DeclarationError(
            "The view takes a JSON body and a form, but a request has one body.",
            instead=(
                "Take each argument of the JSON body from a part of the form,"
                " `Annotated[Json[…], Form()]`, or remove the form and files."
            ),
        )


def reject_clashing_keys(deep: Reader, readers: Iterable[Reader]) -> None:
    """Raise for a parameter that has the name of a key of another parameter, an object."""
    if deep.shape != "deep":
        return
    names = [name for reader in readers for name in reader.fields]
    for field in deep.fields.values():
        keys = [name for name in names if isinstance(field, DeepObject) and field.key_of(name)]
        if keys:
            raise DeclarationError(
                f"{keys[0]!r} is also a key of the argument {deep.argument!r}.",
                instead="Give one of them another alias.",
            )
