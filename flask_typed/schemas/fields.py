"""The base of the marshmallow fields that flask_typed makes, and what they share.

Registration and request time. marshmallow's own fields are lenient on the way in (``"3"`` is an
integer) and unchecked on the way out; these are strict both ways and know their JSON Schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from marshmallow import ValidationError, fields, missing

from ..exceptions import ResponseMismatch
from ..libraries.marshmallow import serialize_unchecked


@dataclass(frozen=True, slots=True)
class Described:
    """What the document says of a field's values.

    :param component: the name of the schema's component; without one it stands where it is used.
    :param definitions: further components by name, which the schemas refer to as
        ``#/components/schemas/…``. If two in a document have one name, the document renames them.
    """

    schema: Mapping[str, Any]
    component: str | None = None
    definitions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


#: Stands for a value that was refused, where an exception would take longer than all the rest.
REFUSED: Any = object()


class TypedField(fields.Field[Any]):
    """A field with one wire form, taken strictly in both directions.

    Subclasses say how one value is read and written; constraints, ``null`` and errors are here.

    :param text: whether values come as text (query, path, header, cookie, form) and not as JSON.
    """

    #: What the wire form is, in JSON Schema's words.
    json_schema: Mapping[str, Any] = {}
    #: The name of its component in the document; without one, the schema stands where it is used.
    component: str | None = None
    #: What a value of the Python type is called in messages about responses.
    expected: str = "a value"
    #: Values of the Python type: constraints are tried on them at registration.
    samples: tuple[Any, ...] = ()
    #: What JSON Schema cannot say of the values, a sentence for the description.
    remark: str | None = None
    #: Whether equal values have one wire form; ``"1.0"`` and ``"1.00"`` are one Decimal.
    canonical: bool = True
    #: The class of the Python values, as far as a set has to know whether it can hold them.
    made: Any = object
    #: Whether values are single: no collection, no object, not just anything.
    single: bool = True
    #: Whether two fields of the class take the same values, but for their validators.
    alike: bool = False
    #: Whether each value has one text alone, as a key of an object or in a query string.
    one_text: bool = False

    def __init__(self, *, text: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.text = text

    @property
    def always_text(self) -> bool:
        """Whether every JSON value is a text, as the schema promises."""
        return bool(self.json_schema.get("type") == "string")

    def from_text(self, text: str) -> Any:
        """Return the JSON value that a text stands for; what is no such text is refused.

        :raises marshmallow.ValidationError: for a text that stands for no value of the type.
        """
        return text

    def load(self, value: Any) -> Any:
        """Return the Python value of a JSON value.

        :raises marshmallow.ValidationError: for a value that is not of the type.
        """
        return value

    def dump(self, value: Any) -> Any:
        """Return the JSON value of a Python value, which is never ``None`` here.

        :raises ResponseMismatch: for a value that is not of the type.
        """
        return value

    def holds(self, value: Any) -> bool:
        """Say whether a Python value surely is of the type: in a union, it is tried first."""
        return False

    def describe(self, direction: Literal["in", "out"]) -> Described:
        """Return what the document says of values that enter, or of those that leave."""
        return Described(self.json_schema, self.component)

    def to_bound(self, bound: Any) -> Any:
        """Return what values are compared with for a bound of a constraint.

        :raises ValueError: for a bound that is none.
        """
        return bound

    def validated(self, value: Any, dumped: Any) -> Any:
        """Return what the constraints are tried on where a value leaves."""
        return value

    def mismatch(self, value: Any) -> ResponseMismatch:
        """Return the error for a Python value that is not of the type."""
        return ResponseMismatch(self.expected, f"a value of type {type(value).__name__}")

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the Python value of a JSON value, or of a text.

        :raises marshmallow.ValidationError: for a value that is refused.
        """
        if value is None or value is missing:
            return super().deserialize(value, attr, data, **kwargs)
        return self.check(self._deserialize(value, attr, data, **kwargs))

    def check(self, loaded: Any) -> Any:
        """Return a value that was loaded, if the validators have nothing against it.

        :raises marshmallow.ValidationError: for one that they refuse.
        """
        if self.validators:
            self._validate(loaded)
        return loaded

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if self.text and isinstance(value, str):
            value = self.from_text(value)
        return self.load(value)

    def _validate(self, value: Any) -> None:
        try:
            if len(self.validators) == 1:
                self.validators[0](value)
            else:
                run_all(self.validators, value)
        except (TypeError, ValueError, LookupError, ArithmeticError) as error:
            # What cannot be asked is refused: a time with a zone is not compared with one without.
            raise self.make_error("validator_failed") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            if self.allow_none:
                return None
            raise ResponseMismatch(self.expected, "None")
        dumped = self.dump(value)
        try:
            if self.validators:
                self._validate(self.validated(value, dumped))
        except ValidationError as error:
            raise ResponseMismatch(self.expected, f"one that breaks: {error.messages}") from error
        return dumped


def run_all(validators: Iterable[Callable[[Any], Any]], value: Any) -> None:
    """Run validators, as marshmallow's ``And`` does.

    :raises marshmallow.ValidationError: with the messages of all that refuse the value.
    """
    messages: list[Any] = []
    for validator in validators:
        try:
            validator(value)
        except ValidationError as error:
            messages += error.messages if isinstance(error.messages, list) else [error.messages]
    if messages:
        raise ValidationError(messages)


def dump_value(field: fields.Field[Any], value: Any) -> Any:
    """Return the JSON value of a Python value; a field that the user wrote may refuse it too.

    :raises ResponseMismatch: for a value that does not fit.
    """
    if isinstance(field, TypedField):
        return field._serialize(value, None, None)
    expected = f"what {type(getattr(field, 'schema', field)).__name__} dumps"
    if value is None:
        if field.allow_none:
            return None
        raise ResponseMismatch(expected, "None")
    try:
        return serialize_unchecked(field, value)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ResponseMismatch(expected, f"{type(error).__name__}: {error}") from error


def dump_item(field: fields.Field[Any], value: Any, key: str | int) -> Any:
    """Write one item of a container; an error says the item's place."""
    try:
        return dump_value(field, value)
    except ResponseMismatch as error:
        raise error.inside(key) from None
