"""The base class of the marshmallow fields that flask_typed makes.

Registration and request time. marshmallow's own fields are lenient with requests (``"3"`` is an
integer) and do not check responses. These fields are strict in both directions and know their JSON
Schema.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

from marshmallow import ValidationError, fields, missing
from typing_extensions import Self

from ..declare.settings import Excluded
from ..exceptions import ResponseMismatch
from ..libraries.marshmallow import serialize_unchecked

#: The prefix of references to components of the document.
COMPONENT_PREFIX = "#/components/schemas/"


class Described(NamedTuple):
    """The schema of a field's values in the document.

    :param component: the name of the schema's component; without a name, the schema is inlined.
    :param definitions: further components by name, which the schemas refer to as
        ``#/components/schemas/…``. If two of a document have the same name, the document renames
        them.
    """

    schema: Mapping[str, Any]
    component: str | None = None
    definitions: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


#: Stands for a rejected value, where an exception would take longer than the validation itself.
REFUSED: Any = object()


class TypedField(fields.Field[Any]):
    """A field with one JSON form, which is strict in both directions.

    Subclasses read and write single values; this class handles constraints, ``null`` and errors.

    :param text: whether values come as text (query, path, header, cookie, form), not as JSON.
    """

    #: The JSON Schema of the values.
    json_schema: Mapping[str, Any] = {}
    #: The name of its component in the document; without a name, the schema is inlined.
    component: str | None = None
    #: A phrase for a value of the Python type, for messages about responses.
    expected: str = "a value"
    #: Values of the Python type, on which constraints are tried at registration.
    samples: tuple[Any, ...] = ()
    #: A sentence for the description with a restriction that JSON Schema cannot express.
    remark: str | None = None
    #: Whether equal values have the same JSON form; ``"1.0"`` and ``"1.00"`` are equal Decimals.
    canonical: bool = True
    #: The class of the Python values, which decides whether a set can hold them.
    made: Any = object
    #: Whether values are scalars: neither collections nor objects nor ``Any``.
    single: bool = True
    #: Whether values are several scalars, which fit in a query string together.
    of_scalars: bool = False
    #: Whether two fields of the class accept the same values, apart from their validators.
    alike: bool = False
    #: Functions that check a value after the constraints; each may return another one.
    checks: tuple[Callable[[Any], Any], ...] = ()
    #: Whether each value has exactly one text, as a key of an object or in a query string.
    one_text: bool = False
    #: Whether an empty text is a value; ``None`` if the field rejects it otherwise.
    takes_empty_text: bool | None = None

    def __init__(self, *, text: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.text = text

    def __copy__(self) -> Self:
        """Return a copy as Python's own, in less time: schemas copy all their fields."""
        made = type(self).__new__(type(self))
        vars(made).update(vars(self))
        return made

    def __deepcopy__(self, memo: object) -> Self:
        """Return a copy, as marshmallow's fields do."""
        return self.__copy__()

    @property
    def takes_null(self) -> bool:
        """Whether ``null`` is a value."""
        return self.allow_none

    def without_null(self) -> TypedField | None:
        """Return the field of all values but ``null``, for the document; ``None`` if none."""
        return copy_without_null(self)

    @property
    def always_text(self) -> bool:
        """Whether every JSON value is a text, by the schema."""
        return bool(self.json_schema.get("type") == "string")

    def from_text(self, text: str) -> Any:
        """Return the JSON value that a text represents.

        :raises marshmallow.ValidationError: if the text does not represent a value of the type.
        """
        return text

    def load(self, value: Any) -> Any:
        """Return the Python value of a JSON value.

        :raises marshmallow.ValidationError: if the value is not of the type.
        """
        return value

    def dump(self, value: Any) -> Any:
        """Return the JSON value of a Python value, which is never ``None`` here.

        :raises ResponseMismatch: if the value is not of the type.
        """
        return value

    def holds(self, value: Any) -> bool:
        """Return whether a Python value is surely of the type, so that a union tries it first."""
        return False

    def describe(self, direction: Literal["in", "out"]) -> Described:
        """Return the schema of values in requests (``"in"``) or in responses (``"out"``)."""
        return Described(self.json_schema, self.component)

    def make_lean(self, excluded: Excluded) -> TypedField:
        """Return the field for responses that leave out values inside of it.

        Here it is the field itself: generated schemas leave out values of their fields.
        """
        return self

    def make_mirrored(self) -> TypedField:
        """Return the field with which a client writes requests and reads responses.

        Here it is the field itself: generated schemas know which fields requests have.
        """
        return self

    def to_bound(self, bound: Any) -> Any:
        """Return the bound of a constraint in the type of the values.

        :raises ValueError: if it is not a valid bound.
        """
        return bound

    def validated(self, value: Any, dumped: Any) -> Any:
        """Return the value that constraints check in a response.

        :param value: the Python value.
        :param dumped: its JSON value.
        """
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

        :raises marshmallow.ValidationError: if the value is rejected.
        """
        if value is None or value is missing:
            return super().deserialize(value, attr, data, **kwargs)
        return self.check(self._deserialize(value, attr, data, **kwargs))

    def check(self, loaded: Any) -> Any:
        """Return a loaded value if the validators accept it, or what its checks make of it.

        :raises marshmallow.ValidationError: if one of them rejects it.
        """
        if self.validators:
            self._validate(loaded)
        for check in self.checks:
            loaded = check(loaded)
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
            # A time with a zone cannot be compared with one without: the value is rejected.
            raise self.make_error("validator_failed") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            if self.allow_none:
                return None
            raise ResponseMismatch(self.expected, "None")
        dumped = self.dump(value)
        try:
            self.check_again(value, dumped)
        except ValidationError as error:
            raise ResponseMismatch(self.expected, f"one that breaks: {error.messages}") from error
        return dumped

    def check_again(self, value: Any, dumped: Any) -> None:
        """Check a Python value that was not loaded.

        :param dumped: its JSON value.
        :raises marshmallow.ValidationError: if a validator or a check rejects it.
        """
        if self.validators:
            self._validate(self.validated(value, dumped))
        for check in self.checks:
            check(value)


AnyField = TypeVar("AnyField", bound="fields.Field[Any]")


def copy_without_null(field: AnyField) -> AnyField:
    """Return a copy of a field without ``None``: as a value, as its default, among its examples."""
    made = copy.copy(field)
    made.allow_none = False
    made.metadata = {
        keyword: leave_out_null(value) if keyword == "examples" else value
        for keyword, value in field.metadata.items()
        if value is not None or keyword not in ("default", "example")
    }
    return made


def leave_out_null(examples: Any) -> Any:
    """Return examples other than ``None``; they may have names."""
    if isinstance(examples, Mapping):
        return {name: one for name, one in examples.items() if one.get("value", ...) is not None}
    return [one for one in examples if one is not None]


def accepts_null(field: fields.Field[Any]) -> bool:
    """Return whether ``null`` is a value of a field, of flask_typed or of the user."""
    return field.takes_null if isinstance(field, TypedField) else field.allow_none


def run_all(validators: Iterable[Callable[[Any], Any]], value: Any) -> None:
    """Run validators, as marshmallow's ``And`` does.

    :raises marshmallow.ValidationError: with the messages of all validators that reject the value.
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
    """Return the JSON value of a Python value, by a field of flask_typed or of the user.

    :raises ResponseMismatch: if the value does not fit.
    """
    if isinstance(field, TypedField):
        return field._serialize(value, None, None)
    expected = f"a value that {type(getattr(field, 'schema', field)).__name__} dumps"
    if value is None:
        if field.allow_none:
            return None
        raise ResponseMismatch(expected, "None")
    try:
        return serialize_unchecked(field, value)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ResponseMismatch(expected, f"{type(error).__name__}: {error}") from error


def dump_item(field: fields.Field[Any], value: Any, key: str | int) -> Any:
    """Return the JSON value of one item of a container; an error names the place of the item."""
    try:
        return dump_value(field, value)
    except ResponseMismatch as error:
        raise error.inside(key) from None
