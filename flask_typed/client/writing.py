"""From values to the texts of parameters: the inverse of reading a request.

Each text is read again before it is sent: one that a server would read as another value is an
error of the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, missing
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from ..exceptions import ResponseMismatch
from ..schemas.deep_objects import DeepObject
from ..schemas.families.choices import Choice, write_choice
from ..schemas.families.model_records import ModelField
from ..schemas.families.model_schemas import ModelSchema, ModelValue, make_default, wire_name
from ..schemas.fields import dump_value
from ..schemas.mirrored import read_attributes
from ..schemas.parameter_styles import separator_of, takes_several
from ..schemas.registry import EMPTY_IS_NULL
from ..serve.empty_inputs import read_input

#: A parameter with its texts: none of an empty collection.
TextPair = tuple[str, str]


class Unwritable(Exception):
    """A value has no text that a server would read as this value."""


def dump_sent(strict: fields.Field[Any], loose: fields.Field[Any], value: Any) -> Any:
    """Return the JSON value of a value that is sent.

    A value that only breaks a constraint is sent: the server decides about it.

    :raises Unwritable: for a value of another type.
    """
    try:
        return dump_value(strict, value)
    except ResponseMismatch:
        try:
            return dump_value(loose, value)
        except ResponseMismatch as error:
            raise Unwritable(str(error)) from error


def write_scalar(value: Any) -> str:
    """Return the text of a JSON value.

    :raises Unwritable: for one without a text.
    :raises UnicodeError: for a text without bytes.
    """
    if value is None or isinstance(value, (list, dict)):
        kind = "None" if value is None else f"a {type(value).__name__}"
        raise Unwritable(f"{kind} has no text")
    text = str(value) if isinstance(value, Decimal) else write_choice(value)
    text.encode()  # a lone surrogate has no bytes
    return text


def write_dumped(field: fields.Field[Any], dumped: Any) -> list[str]:
    """Return the texts of a JSON value under one name.

    :raises Unwritable: for one without.
    """
    if dumped is None and field.metadata.get(EMPTY_IS_NULL):
        return [""]
    if dumped is None and isinstance(field, Choice) and field.takes_null:
        return [write_choice(None)]
    if not isinstance(dumped, list):
        return [write_scalar(dumped)]
    texts = list(map(write_scalar, dumped))
    separator = separator_of(field)
    if separator is None:
        return texts
    joined = separator.join(texts)
    if not texts or joined:
        return [joined] if texts else []
    raise Unwritable("a list of one empty text has no text")


def write_parameter(
    strict: fields.Field[Any], loose: fields.Field[Any], value: Any, *, is_form: bool = False
) -> list[str]:
    """Return the texts of a parameter; none for an empty collection.

    :raises Unwritable: for a value that a server would not read from them.
    """
    dumped = dump_sent(strict, loose, value)
    texts = write_dumped(loose, dumped)
    if texts:
        reject_changed(loose, texts, dumped, is_form=is_form)
    return texts


def reject_changed(
    field: fields.Field[Any], texts: list[str], dumped: Any, *, is_form: bool
) -> None:
    """Raise if a server would read another value.

    :param dumped: the JSON value.
    :param is_form: whether empty texts are read as empty inputs of a form.
    """
    read = [read_input(text, field) for text in texts] if is_form else [*texts]
    try:
        if missing in read:
            raise Unwritable("an empty input of a form counts as absent")
        loaded = field.deserialize(read if takes_several(field) else read[0])
        again = dump_value(field, loaded)
    except (ValidationError, ResponseMismatch) as error:
        raise Unwritable(f"it has no text that is read as its value ({error})") from error
    if again != dumped:
        raise Unwritable(f"its text would be read as {again!r}")


def write_model(strict: Schema, loose: Schema, value: Any, *, is_form: bool) -> Iterator[TextPair]:
    """Yield the parameters over which an object spreads.

    :raises Unwritable: for an object that a server would not read from them.
    """
    if isinstance(loose, ModelSchema) and isinstance(strict, ModelSchema):
        yield from write_attributes(strict, loose, value, is_form=is_form)
        return
    members = list(dump_members(loose, value))
    present = [(name, field, part) for name, field, part in members if part is not None]
    pairs = [(name, text) for name, field, part in present for text in write_dumped(field, part)]
    read: Any = MultiDictProxy(MultiDict(pairs), loose)
    try:
        again = list(dump_members(loose, loose.load(read)))
    except ValidationError as error:
        raise Unwritable(f"it has no texts that are read as its value ({error})") from error
    if again != members:
        raise Unwritable("its texts would be read as another value")
    yield from pairs


def write_attributes(
    strict: ModelSchema, loose: ModelSchema, value: Any, *, is_form: bool
) -> Iterator[TextPair]:
    """Yield the parameters of an object of a model: each of its attributes is one.

    :raises Unwritable: for an object that a server would not read from them.
    """
    for key, field, part in read_parts(loose, value):
        is_null = part is None and not (is_form and field.metadata.get(EMPTY_IS_NULL))
        texts = [] if is_null else write_parameter(strict.fields[key], field, part, is_form=is_form)
        if not texts:
            reject_other_default(loose.model_fields[key], part)
        yield from ((str(field.data_key), text) for text in texts)
    for rest in loose.rest:
        for name, part in loose.find_extra(value).items():
            yield from ((name, text) for text in write_dumped(rest, dump_sent(rest, rest, part)))


def read_parts(schema: ModelSchema, value: Any) -> list[tuple[str, fields.Field[Any], Any]]:
    """Return the keys, the fields and the values of an object that a request has.

    :raises Unwritable: for another object.
    """
    try:
        return list(read_attributes(schema, value))
    except ResponseMismatch as error:
        raise Unwritable(str(error)) from error


def reject_other_default(described: ModelField, value: Any) -> None:
    """Raise for a value without a text, if the server does not take the same by default."""
    if make_default(described) != value:
        shown = "None" if value is None else "an empty collection"
        raise Unwritable(f"{described.name!r} is {shown}, which has no text")


def dump_members(schema: Schema, value: Any) -> Iterator[tuple[str, fields.Field[Any], Any]]:
    """Yield the name, the field and the JSON value of each member of an object.

    The object is of a user's schema, or of a library that dumps it as a whole.
    """
    write = getattr(schema, "dump_members", None)
    if write is not None:
        yield from write(value)
        return
    dumped: Any = schema.dump(value)
    for key, field in schema.fields.items():
        name = wire_name(key, field)
        if name in dumped:
            yield name, field, dumped[name]


def dump_object(strict: fields.Field[Any], loose: fields.Field[Any], value: Any) -> Any:
    """Return the JSON value of an object that is one parameter, without what has no text."""
    if not isinstance(loose, ModelValue) or not isinstance(strict, ModelValue):
        return dump_sent(strict, loose, value)
    dumped = {}
    inner: Any = loose.schema
    for key, field, part in read_parts(inner, value):
        if part is None:
            reject_other_default(inner.model_fields[key], part)
        else:
            dumped[str(field.data_key)] = dump_sent(strict.schema.fields[key], field, part)
    return dumped


def write_deep(strict: DeepObject, loose: DeepObject, value: Any) -> Iterator[TextPair]:
    """Yield the parameters ``name[key]`` of an object.

    :raises Unwritable: for an object that a server would not read from them.
    """
    dumped = dump_object(strict.inner, loose.inner, value)
    pairs: list[TextPair] = []
    for key, part in dumped.items():
        parts = part if isinstance(part, list) else [part]
        written = [write_scalar(one) for one in parts]
        pairs += [(f"{loose.data_key}[{key}]", text) for text in written]
    read: dict[str, Any] = {}
    for name, text in pairs:
        key = loose.key_of(name)
        read.setdefault(key, []).extend([text] if key else ())
    given = {key: found for key, found in read.items() if found}  # `name[]` is no key
    texts = {key: found if loose.is_repeated(key) else found[0] for key, found in given.items()}
    kept = {key: part for key, part in dumped.items() if part != []}
    again = dump_object(strict.inner, loose.inner, loose.inner.deserialize(texts))
    if any(again.get(key) != part for key, part in kept.items()):
        raise Unwritable("its texts would be read as another value")
    yield from pairs
