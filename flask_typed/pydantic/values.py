"""The fields of pydantic's types: models, and types that only pydantic knows.

Registration and request time. pydantic validates JSON in its strict mode. A value of a response is
validated too, unless it is an instance of the model already: a mapping, an instance of another
model and any other object with the attributes are reduced to the declared fields.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from inspect import signature
from typing import Any, Literal

import pydantic
from marshmallow import ValidationError
from pydantic_core import PydanticSerializationError, to_json, to_jsonable_python
from typing_extensions import Self

from ..declare.settings import Excluded
from ..exceptions import ResponseMismatch
from ..schemas.families.containers import Separated
from ..schemas.families.temporal import DateTime
from ..schemas.fields import Described, TypedField
from ..schemas.hints import name_of, read_hint
from ..schemas.lean_schemas import exclude_described
from .describing import PYDANTIC_ERRORS, describe_adapter, describe_pydantic_model, explaining
from .faults import Place, read_faults, write_messages
from .offsets import (
    NAIVE_IN_MODEL,
    OffsetMissing,
    find_datetime,
    make_reading,
    make_writing,
)
from .texts import Collection, Scalar, read_form

#: How a value of a response is read: also by the names of fields, if pydantic can (since 2.11).
FITTING: Mapping[str, Any] = {
    "strict": True,
    "from_attributes": True,
    **{
        option: True
        for option in ("by_alias", "by_name")
        if option in signature(pydantic.TypeAdapter.validate_python).parameters
    },
}
#: The same of JSON.
FITTING_JSON: Mapping[str, Any] = {
    option: True for option in FITTING if option != "from_attributes"
}
#: pydantic's fault for a value that is no member of an enum, but may be the value of one.
ENUM_FAULTS = {"is_instance_of"}
#: pydantic's faults for a value that is no instance of a dataclass, but may be a mapping.
DATACLASS_FAULTS = {"dataclass_exact_type", "dataclass_type"}
#: The name of the field in pydantic's message about a value that cannot be serialized.
FIELD_NAME = re.compile(r"field_name='([^']*)'")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, with pydantic's objects for it.

    :param read: returns the value of a JSON text.
    :param write: returns the JSON value of a value.
    :param checker: validates values of responses, without functions that are for requests;
        ``None`` if nothing validates them.
    """

    annotation: Any
    read: Callable[..., Any]
    write: Callable[..., Any]
    entering: Described
    leaving: Described
    checker: pydantic.TypeAdapter[Any] | None


def read_kind(annotation: Any, checked: Any, *, naive_is_utc: bool) -> Kind:
    """Return the record of a type.

    :param checked: the type that validates values of responses; ``None`` if there is none.
    :param naive_is_utc: whether naive datetimes of responses are in UTC instead of an error.
    :raises UnsupportedType: if pydantic cannot read or publish it.
    """
    with explaining(annotation):
        adapter = pydantic.TypeAdapter(annotation)
        entering = describe_adapter(adapter, "validation")
        leaving = describe_adapter(adapter, "serialization")
        read, write = (
            make_reading(adapter),
            make_writing(adapter, naive_is_utc=naive_is_utc),
        )
    return Kind(annotation, read, write, entering, leaving, make_checker(checked))


def make_checker(checked: Any) -> pydantic.TypeAdapter[Any] | None:
    """Return the validator of a type; ``None`` for a class that pydantic does not know."""
    try:
        return None if checked is None else pydantic.TypeAdapter(checked)
    except PYDANTIC_ERRORS:
        return None


def read_model(model: Any, *, naive_is_utc: bool) -> Kind:
    """Return the record of a model."""
    with explaining(model):
        adapter = pydantic.TypeAdapter(model)
        entering, leaving = (
            describe_pydantic_model(model, "validation"),
            describe_pydantic_model(model, "serialization"),
        )
        read, write = (
            make_reading(adapter),
            make_writing(adapter, naive_is_utc=naive_is_utc),
        )
    return Kind(model, read, write, entering, leaving, adapter)


class PydanticValue(TypedField):
    """A value that pydantic reads and writes."""

    single = False
    _excluded: Mapping[str, Any] = {}

    def __init__(self, kind: Kind, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.expected = name_of(read_hint(kind.annotation).type)
        self.json_schema = kind.entering.schema

    def describe(self, direction: Literal["in", "out"]) -> Described:
        """Return pydantic's schema for a direction: only responses have computed fields."""
        return self.kind.entering if direction == "in" else self.kind.leaving

    def make_lean(self, excluded: Excluded) -> PydanticValue:
        """Return the field for responses that leave out values."""
        lean = copy.copy(self)
        leaving = exclude_described(self.kind.leaving, self.kind.entering, excluded)
        lean.kind = replace(self.kind, leaving=leaving)
        lean._excluded = {
            "exclude_none": excluded.none,
            "exclude_unset": excluded.unset,
            "exclude_defaults": excluded.defaults,
        }
        return lean

    def make_mirrored(self) -> PydanticValue:
        """Return the field that writes requests, which have no computed fields."""
        return self.write_with(round_trip=True)

    def write_with(self, **options: bool) -> Self:
        """Return the field that writes with options of pydantic's serialization."""
        made = copy.copy(self)
        made._excluded = options
        return made

    def load(self, value: Any) -> Any:
        try:
            text = json.dumps(value, default=to_jsonable_python)  # a converter of a URL makes UUIDs
            return self.kind.read(text, strict=True)
        except pydantic.ValidationError as error:
            raise ValidationError(write_messages(error, value)) from error

    def dump(self, value: Any) -> Any:
        value = self.fit(value)
        try:
            return self.kind.write(
                value, mode="json", by_alias=True, warnings="error", **self._excluded
            )
        except PydanticSerializationError as error:
            raise self.explain_unserializable(error, value) from error

    def fit(self, value: Any) -> Any:
        """Return a value of a response in the type, validated strictly.

        :raises ResponseMismatch: names the first place that does not fit.
        """
        if self.kind.checker is None or self.holds(value):
            return value
        try:
            return fit_value(self.kind.checker, value)
        except pydantic.ValidationError as error:
            (path, message), *_ = read_faults(error, value)
            kind = (
                "one" if isinstance(value, Mapping) else f"a value of type {name_of(type(value))}"
            )
            raise ResponseMismatch(self.expected, f"{kind} that breaks: {message}", path) from error

    def explain_unserializable(
        self, error: PydanticSerializationError, value: Any
    ) -> ResponseMismatch:
        """Return the error for a naive datetime, or for fields that were never validated."""
        if isinstance(error.__cause__, OffsetMissing):
            return ResponseMismatch(
                DateTime.expected, NAIVE_IN_MODEL, self.find(error.__cause__, value)
            )
        named = FIELD_NAME.search(str(error))
        path = (named[1],) if named else ()
        return ResponseMismatch(self.expected, "one whose fields do not fit", path)

    def find(self, error: OffsetMissing, value: Any) -> Place:
        """Return the place of a datetime in a value of a response."""
        return find_datetime(error.value, self.kind.write(value, mode="python", by_alias=True))


def fit_value(checker: pydantic.TypeAdapter[Any], value: Any) -> Any:
    """Return a value of a response in the type of a validator.

    pydantic's strict mode wants members of enums and instances of dataclasses. Their values and
    mappings are as good, if nothing else is wrong.

    :raises pydantic.ValidationError: if it does not fit.
    """
    try:
        return checker.validate_python(value, **FITTING)
    except pydantic.ValidationError as error:
        kinds = {fault["type"] for fault in error.errors(include_url=False, include_context=False)}
        if kinds <= ENUM_FAULTS:
            return checker.validate_python(value, **{**FITTING, "strict": False})
        if not kinds <= ENUM_FAULTS | DATACLASS_FAULTS:
            raise
        with suppress(PydanticSerializationError):  # another object, which has no JSON
            return checker.validate_json(to_json(value), **FITTING_JSON)
        raise


class PydanticModel(PydanticValue):
    """A pydantic model or dataclass."""

    samples = (object(),)

    def __init__(self, kind: Kind, **options: Any) -> None:
        super().__init__(kind, **options)
        self.model = self.made = kind.annotation

    def holds(self, value: Any) -> bool:
        """Return whether a value is an instance of the model."""
        return isinstance(value, self.model)


class PydanticScalar(PydanticValue):
    """A scalar that pydantic reads and writes.

    :param form: how its JSON value is written as text.
    """

    single = True

    def __init__(self, kind: Kind, form: Scalar, **options: Any) -> None:
        super().__init__(kind, **options)
        self.form = form

    def from_text(self, text: str) -> Any:
        return self.form(text)


class PydanticTexts(Separated, PydanticValue):
    """Several scalars as texts, which pydantic reads together.

    :param form: how their JSON values are written as texts.
    """

    of_scalars = True

    def __init__(self, kind: Kind, form: Collection, **options: Any) -> None:
        super().__init__(kind=kind, **options)
        self.form = form

    def load(self, value: Sequence[str]) -> Any:
        return super().load(self.form(value))


def make_value(
    kind: Kind, separated: Mapping[str, Any], options: Mapping[str, Any]
) -> PydanticValue:
    """Return the field of a type by the form of its values: a scalar, several, or an object.

    :param separated: the options of collections; among them, whether values come as text.
    """
    form = read_form(kind.entering, kind.annotation)
    text = separated["text"]
    if isinstance(form, Scalar) and (text or not form.is_anything):
        return PydanticScalar(kind, form, text=text, **options)
    if isinstance(form, Collection) and text:
        return PydanticTexts(kind, form, **separated, **options)
    made = PydanticValue(kind, text=text, **options)
    made.of_scalars = isinstance(form, Collection)
    return made
