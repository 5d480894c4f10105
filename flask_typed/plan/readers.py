"""From arguments to readers: which schema reads which part of the request, in which order.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from marshmallow import Schema, fields
from werkzeug.datastructures import FileStorage
from werkzeug.routing import Rule

from ..declare.markers import Body, Location, Marker
from ..exceptions import DeclarationError, UnsupportedType
from ..schemas.containers import is_textual
from ..schemas.deep import DeepObject
from ..schemas.factory import (
    FieldMaker,
    SchemaFactory,
    check_example,
    dump_default,
    find_examples,
)
from ..schemas.fields import TypedField
from ..schemas.objects import Arguments, ModelValue, entering_fields, wire_name
from ..schemas.registry import Text
from ..schemas.styles import name_style
from .arguments import Argument, is_file, is_file_list, name_argument, same_name
from .deep import is_deep, make_deep_field
from .operation import Payload, Reader
from .paths import find_converters, make_path_field

#: The order in which a request is read: the body last, for it costs most.
ORDER: tuple[Location, ...] = ("path", "query", "header", "cookie", "form", "file", "body")

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Upload(TypedField):
    """An uploaded file, handed on as werkzeug made it."""

    json_schema = {"type": "string", "format": "binary"}

    def load(self, value: Any) -> FileStorage:
        file: FileStorage = value
        return file


class Uploads(fields.List[Any]):
    """Several uploaded files under one name."""


def make_readers(
    arguments: Sequence[Argument], rule: Rule, factory: SchemaFactory
) -> tuple[Reader, ...]:
    """Return the readers of values, in the order in which they run."""
    readers: list[Reader] = []
    for location in ORDER:
        here = [argument for argument in arguments if argument.location == location]
        if here and location == "body":
            readers.extend(make_body_readers(here, factory))
        elif here:
            readers.extend(make_parameter_readers(location, here, rule, factory))
    return tuple(readers)


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


@contextmanager
def naming(argument: Argument) -> Iterator[None]:
    """Let errors about an argument name it, and the chain that leads to it."""
    try:
        yield
    except DeclarationError as error:
        cause = error.__cause__
        for place in (name_argument(argument.name), *argument.where):
            error = error.within(place)
        raise error from cause


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
    else:
        schema = field.schema  # type: ignore[attr-defined]  # Nested, as spreads() said
    for name, parameter in entering_fields(schema).items():
        reject_untextual(parameter, argument, f"The field {name!r}")
    return schema


def dashed(name: str) -> str:
    """Return the header's name for a field's name."""
    return name.replace("_", "-")


def text_maker(argument: Argument, factory: SchemaFactory) -> FieldMaker:
    """Return the maker for the form in which values come at an argument's place."""
    forms: Mapping[Location | None, Text] = {"header": "header", "query": "query"}
    return FieldMaker(factory, forms.get(argument.location, "text"))


def make_parameter_field(
    argument: Argument, rule: Rule, factory: SchemaFactory
) -> fields.Field[Any]:
    """Return the field of a single parameter, form field or file."""
    options = make_options(argument, factory)
    if argument.location == "path":
        converter = find_converters(rule)[argument.wire_name]
        return make_path_field(argument.annotation, argument.hint, converter, factory, **options)
    if is_file_list(argument.hint):
        return Uploads(Upload(), **options)
    if is_file(argument.hint):
        return Upload(**options)
    field = text_maker(argument, factory)(argument.annotation, **options)
    reject_untextual(field, argument, str(argument.hint))
    return field


def make_options(argument: Argument, factory: SchemaFactory) -> dict[str, Any]:
    """Return what a field has to know of the argument that it is for."""
    said = argument.marker.words() if isinstance(argument.marker, Marker) else {}
    if not (argument.required or argument.default is None or argument.location == "file"):
        field = factory.json(argument.annotation)
        said["default"] = dump_default(field, argument.name, argument.default)
    if argument.location != "file":
        for example in find_examples(said):
            check_example(factory.json(argument.annotation), example)
    reject_hidden(argument, said)
    return {"required": argument.required, "data_key": argument.wire_name, "metadata": said}


def reject_hidden(argument: Argument, said: Mapping[str, Any]) -> None:
    """Raise for what the document cannot keep silent about."""
    if said.get("hidden") and (
        argument.required or argument.location not in ("query", "header", "cookie")
    ):
        raise DeclarationError(
            "The argument is hidden, and a client has to know of it.",
            instead="Hide parameters of the query, headers and cookies that have a default.",
        )


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


def make_body_readers(arguments: Sequence[Argument], factory: SchemaFactory) -> Iterator[Reader]:
    """Yield the reader of the JSON body: of one whole value, or of an object with several."""
    made = {}
    for argument in arguments:
        with naming(argument):
            options = make_options(argument, factory)
            made[argument.key] = factory.json(argument.annotation, **options)
    embedded = any(isinstance(a.marker, Body) and a.marker.embed for a in arguments)
    if len(made) > 1 or embedded:
        yield Reader("body", make_arguments("body", made, factory))
    else:
        (argument,) = arguments
        made[argument.key].data_key = None
        source = make_arguments("body", made, factory)
        yield Reader("body", source, "whole", argument.key, not argument.required)


def make_arguments(
    location: Location, made: Mapping[str, fields.Field[Any]], factory: SchemaFactory
) -> Arguments:
    """Return what the schema of the given fields is made of."""
    reject_same_names(location, [wire_name(name, field) for name, field in made.items()])
    return Arguments(made, factory.unknown)


def make_payload(readers: Iterable[Reader]) -> Payload | None:
    """Return what kind of body the readers need."""
    bodies = [reader for reader in readers if reader.location in ("form", "file", "body")]
    if not bodies:
        return None
    required = any(is_required(reader) for reader in bodies)
    if bodies[0].location == "body":
        return Payload("json", ("application/json",), required)
    names = frozenset(name for reader in bodies for name in reader.fields)
    files = any(reader.location == "file" for reader in bodies)
    return Payload("form", (MULTIPART,) if files else (URLENCODED, MULTIPART), required, names)


def is_required(reader: Reader) -> bool:
    """Say whether a request without what a reader reads is refused."""
    if reader.shape != "fields" and reader.optional:
        return False
    return reader.shape == "whole" or any(field.required for field in reader.fields.values())


def reject_clashes(readers: Sequence[Reader]) -> None:
    """Raise for models that share names with other arguments, and for a body of two kinds."""
    kinds: set[Location] = {reader.location for reader in readers}
    for location in kinds:
        here = [reader for reader in readers if reader.location == location]
        reject_same_names(location, [name for reader in here for name in reader.fields])
        for reader in here:
            reject_keys(reader, here)
    if "body" in kinds and kinds & {"form", "file"}:
        raise DeclarationError(
            "The view takes a JSON body and a form; a request has one body.",
            instead="Mark the arguments of the JSON body `Form()`, or drop the form and the files.",
        )


def reject_keys(deep: Reader, readers: Iterable[Reader]) -> None:
    """Raise for a parameter that is called like a key of another, which is an object."""
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


def reject_same_names(location: Location, names: Iterable[str]) -> None:
    """Raise for two values of one name in one place; header names have no case."""
    known = set()
    for name in names:
        alike = name.lower() if location == "header" else name
        if alike in known:
            raise same_name(location, alike)
        known.add(alike)
