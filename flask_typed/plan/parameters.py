"""Readers of parameters, of form fields and of files.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from io import SEEK_END
from typing import Annotated, Any, Literal

from marshmallow import EXCLUDE, INCLUDE, RAISE, Schema, ValidationError, fields, validate
from typing_extensions import Doc
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from ..declare.markers import Body, Location, Marker
from ..declare.objects import reject_documentation
from ..declare.settings import UnknownKeys
from ..exceptions import DeclarationError, UnsupportedType, declared_in
from ..libraries.werkzeug import find_converters
from ..schemas.constraints import make_validators, reject_misplaced
from ..schemas.factory import (
    FieldMaker,
    PickRename,
    SchemaFactory,
    check_example,
    dump_default,
    find_examples,
)
from ..schemas.families.containers import is_textual
from ..schemas.families.model_schemas import (
    Arguments,
    ModelValue,
    Spreading,
    SpreadSchema,
    entering_fields,
    wire_name,
)
from ..schemas.fields import TypedField
from ..schemas.hints import Hint, read_hint
from ..schemas.json_texts import open_json
from ..schemas.metadata import ARGUMENT, write_name
from ..schemas.parameter_styles import is_collection, name_style
from ..schemas.registry import Text
from ..schemas.sentinels import is_sentinel, reject_required
from .arguments import (
    FILE_CONTENT,
    Argument,
    is_content_list,
    is_file,
    is_file_list,
    name_argument,
    same_name,
    with_dashes,
)
from .deep_objects import is_deep, make_deep_field
from .meaning import hidden_value, reject_places, reject_schema, reject_spread
from .operation import Reader, is_among
from .paths import make_path_field
from .spread_models import make_model_spread, reject_closed_headers

#: marshmallow's policy for unknown keys by that of an object with its own rules.
POLICIES: Mapping[str | None, UnknownKeys | Literal["include"]] = {
    "forbid": RAISE,
    "ignore": EXCLUDE,
    "allow": INCLUDE,
}
#: The names of headers and cookies, which the app's configuration does not rename.
PICKS: Mapping[Location | None, PickRename] = {
    "header": lambda own: with_dashes,
    "cookie": lambda own: own or str,
}


class Upload(TypedField):
    """An uploaded file, as werkzeug's object.

    :param media_types: the accepted media types and ranges; if empty, all are accepted.
    """

    json_schema = {"type": "string", "format": "binary"}

    def __init__(self, media_types: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.media_types = tuple(media_types)

    def load(self, value: Any) -> FileStorage:
        file: FileStorage = value
        if self.media_types and not is_among(file.mimetype, self.media_types):
            raise ValidationError(f"The file must be {' or '.join(self.media_types)}.")
        return file


class UploadedBytes(Upload):
    """The content of an uploaded file."""

    expected = "bytes"
    samples = (b"",)

    def load(self, value: Any) -> Any:
        return super().load(value).read()


class FileSize(validate.Length):
    """Validator of the size of an uploaded file, in bytes."""

    @property
    def words(self) -> str:
        """Sentences for the document."""
        bounds = (("At least", self.min), ("At most", self.max), ("Exactly", self.equal))
        return " ".join(f"{word} {bound} bytes." for word, bound in bounds if bound is not None)

    def __call__(self, value: Any) -> Any:
        """Compare the size. The position in the file stays."""
        stream = value.stream
        position = stream.tell()
        stream.seek(0, SEEK_END)
        size = stream.tell()
        stream.seek(position)
        super().__call__(range(size))  # has the length, and nothing else
        return value


def make_upload(
    hint: Hint, media_types: Sequence[str], metadata: Mapping[str, Any], **options: Any
) -> Upload:
    """Return the field of a file, whose constraints are lengths: no others are allowed on a file.

    The description has the size too: consumers of the document may count characters.
    """
    sizes = [
        FileSize(one.min, one.max, equal=one.equal, error=one.error)
        for one in make_validators(hint.metadata)
        if isinstance(one, validate.Length)
    ]
    words = (metadata.get("description"), *(size.words for size in sizes))
    if sizes:
        metadata = {**metadata, "description": " ".join(filter(None, words))}
    return Upload(media_types, validate=sizes, metadata=metadata, **options)


class Uploads(fields.List[Any]):
    """Several uploaded files under one name."""


def make_parameter_readers(
    location: Location, arguments: Sequence[Argument], rule: Rule, factory: SchemaFactory
) -> Iterator[Reader]:
    """Yield one reader for all single values, and one for each object."""
    single = {}
    for argument in arguments:
        with naming(argument):
            if is_deep(argument):
                field = make_deep_field(argument, factory, make_options(argument, factory))
                source = make_arguments(location, {argument.key: field}, factory)
                yield Reader(location, source, "deep", argument.key, not argument.required)
            elif spreads(argument, factory):
                schema = make_spread_schema(argument, factory)
                yield Reader(location, schema, "model", argument.key, not argument.required)
            else:
                single[argument.key] = make_parameter_field(argument, rule, factory)
    if single:
        yield Reader(location, make_arguments(location, single, factory))


def naming(argument: Argument) -> AbstractContextManager[None]:
    """Add an argument, and the chain that leads to it, to the places of errors in the block."""
    return declared_in(name_argument(argument.name), *argument.where)


def spreads(argument: Argument, factory: SchemaFactory) -> bool:
    """Return whether an argument is a model that spreads over one parameter for each field."""
    if argument.location not in ("query", "header", "cookie", "form"):
        return False
    if argument.marker is None:  # what has no marker is a scalar, or a collection of them
        return False
    field = text_maker(argument, factory)(argument.annotation)
    return isinstance(field, (fields.Nested, Spreading))


def make_spread_schema(argument: Argument, factory: SchemaFactory) -> Schema:
    """Return the schema of a model that spreads over several parameters."""
    make = text_maker(argument, factory)
    field = make(argument.annotation)
    schema: Schema
    if isinstance(field, Spreading):
        rename = with_dashes if argument.location == "header" else str
        schema = field.spread(argument.location or "query", rename)
        reject_hidden(schema, argument)
    elif isinstance(field, ModelValue):
        pick = PICKS.get(argument.location)
        made = factory.make_model_schema(argument.hint.type, make, pick)
        schema = make_model_spread(made, argument.location or "query")
        reject_places(schema, find_places(argument), hidden=argument.location != "form")
    else:
        schema = field.schema  # type: ignore[attr-defined]  # Nested, see spreads()
        reject_schema(argument, field)
    if isinstance(schema, SpreadSchema):
        schema.unknown = POLICIES.get(schema.extra, factory.unknown)
    if argument.location == "header":
        reject_closed_headers(schema, argument.hint.type)
    for name, parameter in entering_fields(schema).items():
        reject_untextual(parameter, argument, f"The field {name!r}")
    reject_spread(argument, field)
    return schema


def reject_hidden(schema: Schema, argument: Argument) -> None:
    """Raise for a hidden field that clients have to know."""
    for field in schema.fields.values():
        if field.metadata.get("hidden") and (field.required or argument.location == "form"):
            raise hidden_value("The field")


def find_places(argument: Argument) -> tuple[Location, ...]:
    """Return the locations that markers of a model's fields may name; a form may be a body too."""
    location: Location = argument.location or "query"
    return (location, "body") if isinstance(argument.marker, Body) else (location,)


def text_maker(argument: Argument, factory: SchemaFactory) -> FieldMaker:
    """Return the maker of fields for the text form of an argument's location."""
    forms: Mapping[Location | None, Text] = {"header": "header", "query": "query", "form": "form"}
    return FieldMaker(factory, forms.get(argument.location, "text"), position=ARGUMENT)


def make_parameter_field(
    argument: Argument, rule: Rule, factory: SchemaFactory
) -> fields.Field[Any]:
    """Return the field of a single parameter, form field or file."""
    options = make_options(argument, factory)
    if argument.location == "path":
        converter = find_converters(rule)[argument.wire_name]
        return make_path_field(argument.annotation, argument.hint, converter, factory, **options)
    if argument.location == "file" and not (is_file(argument.hint) or is_file_list(argument.hint)):
        return make_content_field(argument, factory, options)
    if is_file_list(argument.hint):
        inner = make_upload(read_hint(argument.hint.args[0]), argument.media_types, {})
        return Uploads(inner, validate=make_validators(argument.hint.metadata), **options)
    if is_file(argument.hint):
        return make_upload(argument.hint, argument.media_types, **options)
    field = text_maker(argument, factory)(argument.annotation, **options)
    reject_untextual(field, argument, str(argument.hint))
    return field


def make_content_field(
    argument: Argument, factory: SchemaFactory, options: Mapping[str, Any]
) -> fields.Field[Any]:
    """Return the field of the content of one or several files; constraints check its length."""
    make = FieldMaker(factory, "text", position=ARGUMENT)
    content = UploadedBytes(argument.media_types)
    if not is_content_list(argument.hint):
        field = make(Annotated[argument.annotation, content], **options)
        reject_unfit_for_bytes(argument.hint, field.validators)
        return field
    inner = make.at(FILE_CONTENT)(Annotated[argument.hint.args[0], content])
    reject_unfit_for_bytes(read_hint(argument.hint.args[0]), inner.validators)
    counts = make_validators(argument.hint.metadata)
    reject_unfit_for_bytes(argument.hint, counts, sample=[])
    return Uploads(inner, validate=counts, **options)


def reject_unfit_for_bytes(hint: Hint, validators: Sequence[Any], sample: Any = b"") -> None:
    """Raise for a field or a constraint that cannot be applied to bytes that are passed unchanged.

    :param sample: the bytes, or a list of them.
    """
    for ready in hint.find((fields.Field, Schema)):
        raise DeclarationError(
            f"{write_name(ready)} makes a value, but the bytes are passed on unchanged.",
            instead="Leave it out, or take the value from JSON or from a form.",
        )
    reject_misplaced(validators, [sample], str(hint))


def make_options(argument: Argument, factory: SchemaFactory) -> dict[str, Any]:
    """Return the keyword arguments of an argument's field."""
    metadata = argument.marker.documentation() if isinstance(argument.marker, Marker) else {}
    reject_documentation(metadata)
    if argument.description and not argument.hint.find(Doc):
        metadata = {"description": argument.description, **metadata}
    if argument.required:
        reject_required(argument.hint.sentinels)
    elif not (argument.default is None or is_sentinel(argument.default) or argument.is_raw):
        field = open_json(factory.shared(argument.annotation, ARGUMENT))
        metadata["default"] = dump_default(field, argument.name, argument.default)
    if not argument.is_raw or argument.hint.type is str:
        for example in find_examples(metadata):
            check_example(factory.shared(argument.annotation, ARGUMENT), example)
    may_hide = argument.location in ("query", "header", "cookie") and not argument.required
    if metadata.get("hidden") and not may_hide:
        raise hidden_value("The argument")
    return {"required": argument.required, "data_key": argument.wire_name, "metadata": metadata}


def reject_untextual(field: fields.Field[Any], argument: Argument, subject: str) -> None:
    """Raise for a type that cannot be written as text, in a location that has only text."""
    if not is_textual(field):
        raise UnsupportedType(
            f"{subject} cannot be written in a {argument.location} parameter.",
            instead="Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        )
    if argument.location == "cookie" and is_collection(field):
        raise UnsupportedType(
            f"{subject} holds several values, but a cookie holds one.",
            instead="Use a scalar, or take the values from the query.",
        )
    if argument.location in ("query", "header"):
        name_style(field, argument.location)


def make_arguments(
    location: Location, made: Mapping[str, fields.Field[Any]], factory: SchemaFactory
) -> Arguments:
    """Return the parts of the schema of the given fields."""
    reject_same_names(location, [wire_name(name, field) for name, field in made.items()])
    return Arguments(made, factory.unknown)


def reject_same_names(location: Location, names: Iterable[str]) -> None:
    """Raise for two values of one name in a location; header names are case-insensitive."""
    known = set()
    for name in names:
        alike = name.lower() if location == "header" else name
        if alike in known:
            raise same_name(location, alike)
        known.add(alike)
