"""From an annotation to a marshmallow field, and from a model to its schema.

Registration time. Each app has one factory: it holds the app's types and the generated schemas.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import fractions
import inspect
import pathlib
import re
import sys
import typing
import zoneinfo
from collections import Counter, abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any, Generic

import typing_extensions
import werkzeug.wrappers
from flask import Response
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing
from typing_extensions import Doc, Never

from ..declare.markers import JsonText
from ..declare.models import RenameName
from ..declare.objects import is_example_object, reject_documentation
from ..declare.patches import Patch
from ..declare.settings import NOTHING_EXCLUDED, UnknownKeys
from ..exceptions import (
    DeclarationError,
    ResponseMismatch,
    UnknownClass,
    UnsupportedType,
    declared_in,
)
from ..wire.jsonvalues import show
from .constraints import (
    fit_validators,
    make_validators,
    reject_foreign_choices,
    reject_misplaced,
)
from .families.containers import is_scalar, is_textual
from .families.model_options import name_fields
from .families.model_records import Model, ModelField
from .families.model_schemas import ForgivingSchema, ModelSchema
from .families.models import describe_model
from .families.temporal import AnyDateTime, DateTime
from .faults import flatten, write_pointer
from .fields import TypedField, dump_value
from .frameworks import reject_framework_class
from .free_values import FreeValues
from .functions import add_checks, is_check
from .hints import (
    Hint,
    is_class,
    is_type_variable,
    name_of,
    read_hint,
    reject_unpacked,
    without_metadata,
)
from .json_texts import JsonInText, open_json
from .marshmallow_fields import hold, schema_field
from .metadata import (
    ARGUMENT,
    FIELD,
    PART,
    Position,
    is_from_pydantic,
    is_pydantic,
    is_schema_class,
    reject_marker_type,
    reject_unread,
)
from .msgspec_meta import Documentation
from .parameter_styles import find_separator, reject_style
from .registry import EMPTY_IS_NULL, Text, TypeRegistry
from .sentinels import reject_inside
from .wording import shorten

#: Returns the function that renames fields, for the one that a type has itself, if it has one.
PickRename = Callable[["RenameName | None"], RenameName]
#: The maximum number of types inside each other before the first of them is complete.
MAX_UNFINISHED = 48


@dataclass(frozen=True, slots=True)
class FieldMaker:
    """Makes fields for annotations, for values as JSON or as text (see ``Maker``).

    :param separator: the text between the items of a collection in the query; by default, the
        parameter is repeated for each item.
    :param position: the position of the annotations; :attr:`inner` makes the fields inside them.
    """

    factory: SchemaFactory
    text: Text = ""
    separator: str | None = None
    position: Position = PART

    def __call__(
        self, annotation: Any, *, place: str | None = None, **options: Any
    ) -> fields.Field[Any]:
        """Return the field of an annotation."""
        hint = read_hint(annotation)
        with declared_in(place):
            reject_unpacked(hint.type)
            if hint.origin is Patch:
                reject_misplaced_patch(hint, is_body=self.position is ARGUMENT and not self.text)
            if self.position not in (ARGUMENT, FIELD):
                reject_inside(hint.sentinels)
            return self.factory.finish(self.begin(hint, options))

    @property
    def inner(self) -> FieldMaker:
        """The maker of the fields inside an annotation."""
        return self if self.position is PART else self.at(PART)

    def at(self, position: Position) -> FieldMaker:
        """Return the maker for another position."""
        return replace(self, position=position)

    @property
    def separated(self) -> Mapping[str, Any]:
        """Options of collections: whether keys are repeated or a separator is between the items."""
        header = self.text == "header"
        separator = "," if header else self.separator
        return {"text": bool(self.text), "separator": separator, "padded": header}

    def as_text(self) -> FieldMaker:
        """Return a maker of fields with text values."""
        return FieldMaker(self.factory, self.text or "text")

    def reject_object(self, item: fields.Field[Any]) -> None:
        """Raise if an item of a collection must be text, but has no text form."""
        if self.text and not is_scalar(item):
            raise UnsupportedType(
                "A collection of objects or of collections cannot be written as text.",
                instead="Send it in the JSON body: `Annotated[…, Body()]`.",
            )

    def begin(self, hint: Hint, options: dict[str, Any]) -> fields.Field[Any]:
        """Return the field of a hint, as the factory has not changed it yet."""
        if not hint.metadata:
            return self._make_text(hint, options)
        reject_unread(hint, self.position, self.factory.registry)
        if hint.find(JsonText):
            return self._make_json_text(hint, options)
        field = self._make_text(hint, options)
        reads = self.factory.registry.reads
        functions = [i for i in hint.metadata if is_check(i, hint) and not reads(i, hint)]
        add_checks(field, hint, functions)
        return field

    def build(self, hint: Hint, options: Mapping[str, Any]) -> fields.Field[Any]:
        """Return the field of a hint whose metadata has been checked."""
        return self._make(hint, dict(options))

    def describe(self, model_type: Any) -> Model:
        """Return the description of a type with named fields, by the app's names on the wire."""
        return self.factory.describe(model_type)

    def model_schema(self, model_type: Any) -> type[ModelSchema]:
        """Return the schema class of a type with named fields."""
        return self.factory.model_schema(model_type)

    @property
    def naive_is_utc(self) -> bool:
        """Whether naive datetimes of responses are in UTC."""
        return self.factory.naive_is_utc

    def write_freely(self, value: Any) -> Any:
        """Return the JSON value of a value in a response, by the type of the value."""
        return self.factory.free_values.write(value)

    def _make_json_text(self, hint: Hint, options: dict[str, Any]) -> fields.Field[Any]:
        """Return the field of a JSON text; constraints and checks are about the value in it."""
        inner = FieldMaker(self.factory, position=self.position)(without_metadata(hint, JsonText))
        options["allow_none"] = False
        return JsonInText(inner, text=bool(self.text), **options)

    def _make_text(self, hint: Hint, options: dict[str, Any]) -> fields.Field[Any]:
        """Return the field of a hint, with its style in a query string."""
        if self.text != "query":
            return self._make(hint, options)
        field = replace(self, separator=find_separator(hint))._make(hint, options)
        reject_style(hint, field)
        return field

    def _make(self, hint: Hint, options: dict[str, Any]) -> fields.Field[Any]:
        options["metadata"] = {**collect_documentation(hint), **options.get("metadata", {})}
        if options["metadata"]:
            reject_documentation(options["metadata"])
        nullable = hint.nullable and self.text in ("", "form")
        if nullable and self.text:
            options["metadata"][EMPTY_IS_NULL] = True
        options["allow_none"] = nullable or options.get("allow_none", False)
        options["validate"] = [*options.get("validate", ()), *make_validators(hint.metadata)]
        ready = hint.find(fields.Field)
        if ready:
            return adapt_field(ready[-1], self.text, options)
        if schemas := find_schemas(hint):
            return schema_field(schemas[-1], self.text, options)
        build = self.factory.registry.find(hint)
        if build is None:
            reject_marker_type(hint.type)
            reject_framework_class(hint.origin)
            raise unsupported(hint)
        field = build(hint, self.inner, options)
        if self.factory.excluded and isinstance(field, TypedField):
            field = field.make_lean(self.factory.excluded)
        if isinstance(field, TypedField) and field.validators:
            reject_misplaced(field.validators, field.samples, name_of(hint.type))
            fit_validators(field, name_of(hint.type))
            if field.single:
                reject_foreign_choices(field.validators, field)
        return field


class SchemaFactory:
    """Makes fields and schemas from annotations, with the types of an app.

    :param unknown: the policy of generated schemas for unknown keys: marshmallow's RAISE or
        EXCLUDE.
    :param read_only: the policy for read-only keys; with RAISE, such a key counts as unknown.
    :param naive_is_utc: whether naive datetimes of responses are in UTC instead of an error.
    :param lock: held while the field of a value without an annotation is made.
    :param rename: returns the names on the wire for the names of fields and arguments.
    """

    #: The values that responses leave out.
    excluded = NOTHING_EXCLUDED

    def __init__(
        self,
        registry: TypeRegistry,
        *,
        unknown: UnknownKeys = RAISE,
        read_only: UnknownKeys = RAISE,
        naive_is_utc: bool = False,
        lock: RLock | None = None,
        rename: RenameName = str,
    ) -> None:
        self.registry = registry
        self.unknown: UnknownKeys = unknown
        self.read_only: UnknownKeys = read_only
        self.naive_is_utc = naive_is_utc
        self.lock = lock or RLock()
        #: The factories of responses that leave out values, of partial objects, and with other
        #: policies for keys.
        self.derived: dict[Any, SchemaFactory] = {}
        self.rename = rename
        self.json = FieldMaker(self)
        self.free_values = FreeValues(self._find_free_field, self.lock)
        self._meta = make_meta(unknown)
        self._forbidding = make_meta(RAISE)
        self._ignoring = make_meta(EXCLUDE)
        # New entries are only appended to these dictionaries: see forget().
        self._models: dict[Any, type[ModelSchema] | None] = {}
        self._textual: dict[Any, bool] = {}
        self._shared: dict[Any, fields.Field[Any]] = {}
        #: Whether a field of a model has a marker.
        self.has_marks = False
        self._examples: list[tuple[fields.Field[Any], Any, str]] = []

    def under(self, unknown: UnknownKeys) -> SchemaFactory:
        """Return the factory with another policy for unknown keys; it is made once."""
        if unknown == self.unknown:
            return self
        if unknown not in self.derived:
            suffix = f"{unknown.capitalize()}Unknown"
            self.derived[unknown] = DerivedFactory(self, suffix, unknown=unknown)
        return self.derived[unknown]

    def count_made(self) -> Mapping[int, int]:
        """Return the numbers of objects made so far, for :meth:`forget`."""
        return {id(known): len(known) for known in self._made()}

    def _made(self) -> Iterator[dict[Any, Any]]:
        """Yield the dictionaries of made objects, also those of derived factories."""
        yield from (self._models, self._textual, self._shared)
        for factory in self.derived.values():
            yield from factory._made()

    def forget(self, counts: Mapping[int, int]) -> None:
        """Forget the objects that a rejected declaration has made.

        :param counts: the numbers of objects before it, by the ``id`` of their dictionary.
        """
        self._examples.clear()
        for known in self._made():
            for key in list(known)[counts.get(id(known), 0) :]:
                del known[key]

    def note_examples(
        self, field: fields.Field[Any], documentation: Mapping[str, Any], place: str
    ) -> None:
        """Note the examples of a model's field, to check them once all schemas are made.

        :param documentation: the description, the examples and so on, by keyword.
        """
        self._examples.extend((field, example, place) for example in find_examples(documentation))

    def check_examples(self) -> None:
        """Raise for an example that is not a valid value of its field."""
        noted, self._examples = self._examples, []
        for field, example, place in noted:
            with declared_in(place):
                check_example(field, example)

    def shared(self, annotation: Any, position: Position = PART) -> fields.Field[Any]:
        """Return a field of JSON values outside of any schema; a class has one shared field.

        Other annotations share none: ``int | str`` and ``str | int`` are equal, but mean different
        things.
        """
        if not is_class(annotation):
            return self.json.at(position)(annotation)
        if annotation not in self._shared:
            self._shared[annotation] = self.json(annotation)
        return self._shared[annotation]

    @staticmethod
    def name(annotation: Any) -> str:
        """Return the name of an annotation in messages."""
        return shorten(name_of(annotation))

    def _find_free_field(self, kind: type) -> fields.Field[Any] | None:
        """Return the field that writes the values of a class where ``Any`` is annotated."""
        if kind is dt.datetime:
            return DateTime(naive_is_utc=True) if self.naive_is_utc else AnyDateTime()
        annotation = fill_parameters(kind)
        known = self.registry.find(read_hint(annotation))
        return self.shared(annotation) if known else None

    def is_textual(self, annotation: Any) -> bool:
        """Return whether the values of an argument fit in a query string."""
        try:
            known = self._textual.get(annotation)
        except TypeError:  # the annotation is not hashable
            return is_textual(self.shared(annotation, ARGUMENT))
        if known is None:
            known = self._textual[annotation] = is_textual(self.shared(annotation, ARGUMENT))
        return known

    def model_schema(self, model_type: Any) -> type[ModelSchema]:
        """Return the schema class of a type with named fields; it is made only once."""
        if model_type not in self._models:
            reject_endless(model_type, self._models)
            known = set(self._models)
            self._models[model_type] = None  # a recursive type finds this entry
            with declared_in(name_of(model_type)):
                try:
                    self._models[model_type] = self.make_model_schema(model_type, self.json)
                except DeclarationError:
                    for begun in set(self._models) - known:  # the models inside may refer to it
                        del self._models[begun]
                    raise
        return self._models[model_type]  # type: ignore[return-value]  # None only while it is made

    def describe(self, model_type: Any, pick: PickRename | None = None) -> Model:
        """Return the description of a type with named fields, with their names on the wire.

        :param pick: returns the function that renames fields, for the one that the type has itself.
        """
        model = describe_model(model_type)
        if model is None:
            raise DeclarationError(
                f"{name_of(model_type)} has no named fields.",
                instead="Use a dataclass or a TypedDict.",
            )
        return name_fields(model, pick(model.rename) if pick else model.rename or self.rename)

    def make_model_schema(
        self, model_type: Any, make: FieldMaker, pick: PickRename | None = None
    ) -> type[ModelSchema]:
        """Return a new schema class for a type with named fields.

        :param pick: as for :meth:`describe`.
        """
        reject_marker_type(model_type)
        model = self.describe(model_type, pick)
        self.has_marks = self.has_marks or any(field.marker for field in model.fields)
        keys = {f"f{index}": field for index, field in enumerate(model.fields)}
        made = {key: self.make_field(field, make) for key, field in keys.items()}
        reject_same_keys(made)
        body = {
            "model": model,
            "model_fields": keys,
            "rest": make_rest(model, make),
            "Meta": self.find_meta(model),
            "__module__": model.origin.__module__,
            **self.describe_schema(model.name),
        }
        return type(model.name, (self._base(made.values()),), {**made, **body})

    def make_field(self, field: ModelField, make: FieldMaker) -> fields.Field[Any]:
        """Return the field of one field of a model."""
        return make_model_field(field, make)

    def finish(self, field: fields.Field[Any]) -> fields.Field[Any]:
        """Return a new field, which a derived factory may change."""
        return field

    def describe_schema(self, name: str) -> Mapping[str, Any]:
        """Return more attributes of the schema class of a model.

        :param name: of the model.
        """
        return {}

    def find_meta(self, model: Model) -> type:
        """Return the ``Meta`` of a model's schema, with its policy for unknown keys."""
        if model.ignores_unknown:
            return self._ignoring
        return self._forbidding if model.rest is Never else self._meta

    def _base(self, made: Iterable[fields.Field[Any]]) -> type[ModelSchema]:
        forgiving = self.read_only == EXCLUDE and any(field.dump_only for field in made)
        return ForgivingSchema if forgiving else ModelSchema


class DerivedFactory(SchemaFactory):
    """Makes schemas that differ from those of another factory, with names of their own.

    :param plain: the other factory, which has the settings, and checks the examples.
    :param suffix: of the names of components.
    :param unknown: another policy for unknown keys.
    """

    def __init__(
        self, plain: SchemaFactory, suffix: str, *, unknown: UnknownKeys | None = None
    ) -> None:
        super().__init__(
            plain.registry,
            unknown=unknown or plain.unknown,
            read_only=plain.read_only,
            naive_is_utc=plain.naive_is_utc,
            rename=plain.rename,
            lock=plain.lock,
        )
        self._plain = plain
        self._suffix = suffix

    def note_examples(
        self, field: fields.Field[Any], documentation: Mapping[str, Any], place: str
    ) -> None:
        """Note the examples of a model's field; the plain factory checks them."""
        self._plain.note_examples(field, documentation, place)

    def describe_schema(self, name: str) -> Mapping[str, Any]:
        return {"__component_name__": name + self._suffix}


def make_meta(unknown: UnknownKeys) -> type:
    """Return the ``Meta`` of generated schemas."""
    return type("Meta", (), {"unknown": unknown, "register": False})


def make_rest(model: Model, make: FieldMaker) -> tuple[fields.Field[Any], ...]:
    """Return the field of the values of extra keys, if the model allows them; a tuple of one."""
    if not model.has_rest:
        return ()
    place = f"field {model.rest_field!r}" if model.rest_field else "extra_items"
    return (make(model.rest, place=place),)


def fill_parameters(kind: Any) -> Any:
    """Return a class with ``Any`` for each of its type variables."""
    parameters = getattr(kind, "__parameters__", ())
    return kind[(Any,) * len(parameters)] if parameters and kind is not Generic else kind


def reject_misplaced_patch(hint: Hint, *, is_body: bool) -> None:
    """Raise for a ``Patch[T]`` that is not a whole JSON body.

    :param is_body: whether it is annotated on an argument in the JSON body.
    """
    if not is_body or hint.nullable or hint.sentinels:
        raise DeclarationError(
            f"{hint} is not the whole JSON body of a request.",
            instead="Annotate an argument with it, without `| None`: `{}` changes nothing.",
        )


def find_schemas(hint: Hint) -> list[Any]:
    """Return the marshmallow schemas in an annotation, classes or instances, innermost first."""
    return [item for item in hint.metadata if isinstance(item, Schema) or is_schema_class(item)]


def reject_endless(model_type: Any, models: Mapping[Any, Any]) -> None:
    """Raise for a generic type that contains itself with new type arguments at each level."""
    if sum(schema is None for schema in models.values()) > MAX_UNFINISHED:
        raise DeclarationError(
            f"{name_of(model_type)} contains itself with new type arguments at each level.",
            instead="Refer to it with its own type arguments.",
        )


def reject_same_keys(made: Mapping[str, fields.Field[Any]]) -> None:
    """Raise for two fields of a model with the same name on the wire."""
    counts = Counter(field.data_key for field in made.values())
    twice = [key for key, count in counts.items() if count > 1]
    if twice:
        raise DeclarationError(
            f"Two fields are called {twice[0]!r} on the wire.",
            instead="Give each a name of its own: an alias in its marker, or its data_key.",
        )


def make_model_field(field: ModelField, make: FieldMaker) -> fields.Field[Any]:
    """Return the marshmallow field for one field of a model."""
    made = make.at(FIELD)(
        field.annotation,
        place=f"field {field.name!r}",
        required=field.required,
        data_key=field.wire_name or field.name,
        load_only=field.direction == "in",
        dump_only=field.direction == "out",
        metadata=select_documentation(field, make.text),
    )
    unwritable = make.text and field.default is None  # text cannot express null
    if field.default is not missing and field.direction != "out" and not unwritable:
        default = dump_default(open_json(made) if make.text else made, field.name, field.default)
        made.metadata = {**made.metadata, "default": default}
    if not make.text:
        make.factory.note_examples(made, made.metadata, f"field {field.name!r}")
    return made


def select_documentation(field: ModelField, text: Text) -> Mapping[str, Any]:
    """Return the documentation of a field: only parameters can be hidden."""
    keywords = field.documentation.items()
    return {keyword: value for keyword, value in keywords if text or keyword != "hidden"}


def find_examples(documentation: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the values of documented examples: one, a list, or Example Objects by name."""
    if "example" in documentation:
        yield documentation["example"]
    several = documentation.get("examples", ())
    if not isinstance(several, Mapping):  # a field of marshmallow may have anything there
        yield from several if isinstance(several, (list, tuple)) else ()
        return
    for example in several.values():
        if not is_example_object(example):
            yield example
        elif "value" in example:
            yield example["value"]


def check_example(field: fields.Field[Any], example: Any) -> None:
    """Raise for an example that a field rejects."""
    try:
        open_json(field).deserialize(example)
    except ValidationError as error:
        raise DeclarationError(
            f"An example is not valid: {'; '.join(write_faults(error, field))}",
            instead="Write examples as the JSON values of a request.",
        ) from error


def write_faults(error: ValidationError, field: fields.Field[Any]) -> Iterator[str]:
    """Yield the faults of a value, each with its JSON Pointer."""
    for path, message in flatten(error.messages, field):
        yield f"{write_pointer(path)} {message}".strip()


def dump_default(made: fields.Field[Any], name: str, default: Any) -> Any:
    """Return the JSON value of a default, which must fit its annotation."""
    instead = "Use a default of the annotated type, or add `| None` to the annotation."
    if type(default).__name__ == "FieldInfo" and is_from_pydantic(default):
        instead = "Write it into the annotation: `Annotated[int, Field(gt=0)] = 20`."
    return dump_declared(made, f"The default of {name!r}", default, instead)


def dump_declared(made: fields.Field[Any], subject: str, value: Any, instead: str) -> Any:
    """Return the JSON value of a value in a declaration.

    :param subject: the name of the value in the message.
    :raises DeclarationError: if the value does not fit the annotation.
    """
    try:
        return dump_value(made, value)
    except ResponseMismatch as error:
        raise DeclarationError(
            f"{subject} does not fit the annotation: {error}.", instead=instead
        ) from error


def adapt_field(
    ready: fields.Field[Any], text: Text, options: Mapping[str, Any]
) -> fields.Field[Any]:
    """Return a copy of a user's field with the options of its position."""
    field = copy.copy(ready) if text else hold(ready)
    field.required = field.required or options.get("required", False)
    field.allow_none = field.allow_none or options["allow_none"]
    field.data_key = field.data_key or options.get("data_key")
    field.load_only = field.load_only or options.get("load_only", False)
    field.dump_only = field.dump_only or options.get("dump_only", False)
    field.validators = [*field.validators, *options["validate"]]
    field.metadata = {**options["metadata"], **field.metadata}
    return field


def collect_documentation(hint: Hint) -> dict[str, Any]:
    """Return the documentation in the metadata of an annotation, by keyword."""
    documentation: dict[str, Any] = {}
    for item in hint.metadata:
        if isinstance(item, Doc):
            documentation["description"] = item.documentation
        elif isinstance(item, Documentation):
            documentation.update(item.keywords)
    return documentation


#: The alternatives to an iterator in a return annotation.
STREAM_ADVICE = "Write `list[…]` for a JSON array; a stream is the whole annotation of a response."
#: Alternatives to types without a JSON form.
TYPE_ADVICE: Mapping[Any, str] = {
    **dict.fromkeys(
        (abc.Generator, abc.AsyncIterable, abc.AsyncIterator, abc.AsyncGenerator),
        STREAM_ADVICE,
    ),
    fractions.Fraction: "Use Decimal, or a list of two integers.",
    **dict.fromkeys(
        (pathlib.PurePath, pathlib.PurePosixPath, pathlib.PureWindowsPath, pathlib.Path),
        "Annotate str, and make the path in the view: a client's path may lead anywhere.",
    ),
    zoneinfo.ZoneInfo: "Annotate str or a Literal of names, and make the zone in the view.",
    **dict.fromkeys(
        (Response, werkzeug.wrappers.Response),
        "Return a reply that has headers, such as `Reply(book, headers={…})`.",
    ),
    re.Pattern: "Annotate str: a client's pattern may take forever to match.",
    typing.Final: "Write the type inside: `Final[int]`.",
    **dict.fromkeys(
        (typing_extensions.Self, vars(typing).get("Self")),
        "Write the name of the class, in quotes if it is not defined yet.",
    ),
}


def unsupported(hint: Hint) -> UnsupportedType:
    """Return the error for an unknown type."""
    if is_pydantic(hint):
        kind = "model" if hasattr(hint.origin, "__pydantic_core_schema__") else "type"
        return UnsupportedType(
            f"{hint} is a pydantic {kind}, but the app does not have pydantic's types.",
            instead=(
                "Write `Typed(app, types=PYDANTIC)`, with `from flask_typed.pydantic import"
                " PYDANTIC`."
            ),
        )
    if hasattr(hint.origin, "__mapper__"):
        return UnsupportedType(
            f"{hint} is a table of SQLAlchemy, not a type of JSON.",
            instead=(
                "Write a dataclass with the columns that clients see. A view may return rows for"
                " it: declare it by `returns=` of the route."
            ),
        )
    if is_type_variable(hint.type):
        return UnsupportedType(
            f"{hint.type.__name__} is a type variable without a type argument.",
            instead="Write the type, or Any.",
        )
    if is_value(hint.type) or inspect.isroutine(hint.origin):
        return explain_value(hint)
    advice = next((words for kind, words in TYPE_ADVICE.items() if kind is hint.origin), None)
    what = f"No schema is known for the type {hint}."
    if advice is None and is_own_class(hint.origin):
        return UnknownClass(what, instead=CLASS_ADVICE)
    return UnsupportedType(what, instead=advice or TYPE_TABLE_ADVICE)


def explain_value(hint: Hint) -> UnsupportedType:
    """Return the error for a value, or a function, in place of a type."""
    if inspect.isroutine(hint.origin):
        return UnsupportedType(
            f"{hint} is a function, not a type.",
            instead=f"Write `Annotated[…, Depends({hint})]` for the value that it returns.",
        )
    return UnsupportedType(
        f"{show(hint.type)} is a value, not a type.",
        instead="Write a type, such as `list[Book]` or `dict[str, int]`.",
    )


#: The advice for other types, and for classes of a program or library.
TYPE_TABLE_ADVICE = (
    "Use a type of the table in the docs (Types), write a marshmallow field in "
    "`Annotated[…, fields.Raw()]`, or register the type: `Typed(app, types={…})`."
)
CLASS_ADVICE = (
    "Write `@dataclass` above a class with fields, or register it: `Typed(app, types={…})`."
)


def is_own_class(kind: Any) -> bool:
    """Return whether a type is a class of a program or a library, not of the standard library."""
    name = getattr(kind, "__module__", "builtins").partition(".")[0]
    return is_class(kind) and name not in sys.stdlib_module_names


def is_value(annotation: Any) -> bool:
    """Return whether an annotation is a value that people write in place of a type."""
    if isinstance(annotation, (list, tuple, set, Mapping, int, float, bytes)):
        return True
    return dataclasses.is_dataclass(annotation) and not is_class(annotation)
