"""Readers of parameters, of form fields and of files.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from marshmallow import Schema, ValidationError, fields
from typing_extensions import Doc
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from ..declare.markers import Body, Location, Marker
from ..declare.objects import reject_documentation
from ..exceptions import UnsupportedType, declared_in
from ..schemas.factory import (
    FieldMaker,
    SchemaFactory,
    check_example,
    dump_default,
    find_examples,
)
from ..schemas.families.containers import is_textual
from ..schemas.families.model_schemas import Arguments, ModelValue, entering_fields, wire_name
from ..schemas.fields import TypedField
from ..schemas.metadata import ARGUMENT
from ..schemas.parameter_styles import name_style
from ..schemas.registry import Text
from ..schemas.sentinels import is_sentinel, reject_required
from .arguments import Argument, is_file, is_file_list, name_argument, same_name
from .deep_objects import is_deep, make_deep_field
from .meaning import reject_hidden, reject_places, reject_schema, reject_spread
from .operation import Reader, is_among
from .paths import find_converters, make_path_field


class Upload(TypedField):
    """An uploaded file, handed on as werkzeug made it.

    :param media_types: those that are taken, ranges too; all, if there are none.
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


class Uploads(fields.List[Any]):
    """Several uploaded files under one name."""


def make_parameter_readers(
    location: Location, arguments: Sequence[Argument], rule: Rule, factory: SchemaFactory
) -> Iterator[Reader]:
    """Yield one reader for single values, and one for each object."""
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
    """Let errors about an argument name it, and the chain that leads to it."""
    return declared_in(name_argument(argument.name), *argument.where)


def spreads(argument: Argument, factory: SchemaFactory) -> bool:
    """Say whether an argument is a model whose fields are parameters each."""
    if argument.location not in ("query", "header", "cookie", "form"):
        return False
    if factory.is_textual(argument.annotation):
        return False
    return isinstance(text_maker(argument, factory)(argument.annotation), fields.Nested)


def make_spread_schema(argument: Argument, factory: SchemaFactory) -> Schema:
    """Return the schema of a model that spreads over several parameters."""
    make = text_maker(argument, factory)
    field = make(argument.annotation)
    if isinstance(field, ModelValue):
        rename = dashed if argument.location == "header" else str
        schema = factory.make_model_schema(argument.hint.type, make, rename)()
        reject_places(schema, find_places(argument), hidden=argument.location != "form")
    else:
        schema = field.schema  # type: ignore[attr-defined]  # Nested, as spreads() said
        reject_schema(argument, field)
    for name, parameter in entering_fields(schema).items():
        reject_untextual(parameter, argument, f"The field {name!r}")
    reject_spread(argument)
    return schema


def find_places(argument: Argument) -> tuple[Location, ...]:
    """Return the places that fields of a model may be marked with: its own, or a body's form."""
    place: Location = argument.location or "query"
    return (place, "body") if isinstance(argument.marker, Body) else (place,)


def dashed(name: str) -> str:
    """Return the header's name for a field's name."""
    return name.replace("_", "-")


def text_maker(argument: Argument, factory: SchemaFactory) -> FieldMaker:
    """Return the maker for the form in which values come at an argument's place."""
    forms: Mapping[Location | None, Text] = {"header": "header", "query": "query"}
    return FieldMaker(factory, forms.get(argument.location, "text"), position=ARGUMENT)


def make_parameter_field(
    argument: Argument, rule: Rule, factory: SchemaFactory
) -> fields.Field[Any]:
    """Return the field of a single parameter, form field or file."""
    options = make_options(argument, factory)
    if argument.location == "path":
        converter = find_converters(rule)[argument.wire_name]
        return make_path_field(argument.annotation, argument.hint, converter, factory, **options)
    if is_file_list(argument.hint):
        return Uploads(Upload(argument.media_types), **options)
    if is_file(argument.hint):
        return Upload(argument.media_types, **options)
    field = text_maker(argument, factory)(argument.annotation, **options)
    reject_untextual(field, argument, str(argument.hint))
    return field


def make_options(argument: Argument, factory: SchemaFactory) -> dict[str, Any]:
    """Return what a field has to know of the argument that it is for."""
    said = argument.marker.documentation() if isinstance(argument.marker, Marker) else {}
    reject_documentation(said)
    if argument.said and not argument.hint.find(Doc):
        said = {"description": argument.said, **said}
    if argument.required:
        reject_required(argument.hint.sentinels)
    elif not (argument.default is None or is_sentinel(argument.default) or argument.is_raw):
        field = factory.shared(argument.annotation, ARGUMENT)
        said["default"] = dump_default(field, argument.name, argument.default)
    if not argument.is_raw or argument.hint.type is str:
        for example in find_examples(said):
            check_example(factory.shared(argument.annotation, ARGUMENT), example)
    hides = argument.location in ("query", "header", "cookie") and not argument.required
    reject_hidden("The argument", is_told=bool(said.get("hidden")) and not hides)
    return {"required": argument.required, "data_key": argument.wire_name, "metadata": said}


def reject_untextual(field: fields.Field[Any], argument: Argument, what: str) -> None:
    """Raise for what cannot be written as text where it has to be."""
    if not is_textual(field):
        raise UnsupportedType(
            f"{what} cannot be written in a {argument.location} parameter.",
            instead="Use scalars and lists of them, or send it in the JSON body: `Body()`.",
        )
    if argument.location == "cookie" and isinstance(field, (fields.List, fields.Tuple)):
        raise UnsupportedType(
            f"{what} holds several values, and a cookie holds one.",
            instead="Use a scalar, or take the values from the query.",
        )
    if argument.location in ("query", "header"):
        name_style(field, argument.location)


def make_arguments(
    location: Location, made: Mapping[str, fields.Field[Any]], factory: SchemaFactory
) -> Arguments:
    """Return what the schema of the given fields is made of."""
    reject_same_names(location, [wire_name(name, field) for name, field in made.items()])
    return Arguments(made, factory.unknown)


def reject_same_names(location: Location, names: Iterable[str]) -> None:
    """Raise for two values of one name in one place; header names have no case."""
    known = set()
    for name in names:
        alike = name.lower() if location == "header" else name
        if alike in known:
            raise same_name(location, alike)
        known.add(alike)
