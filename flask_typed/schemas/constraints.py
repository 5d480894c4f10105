"""Constraints in annotations → marshmallow validators.

Registration time; the validators themselves run in requests. ``annotated_types`` objects become
marshmallow's own validators if there is one; marshmallow validators are used unchanged.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from decimal import Decimal
from typing import Any

import annotated_types as at
from marshmallow import ValidationError, validate

from ..exceptions import DeclarationError, ResponseMismatch
from .families.containers import to_hashable
from .families.scalars import Float, read_bound
from .fields import TypedField
from .patterns import fit_pattern, share_pattern
from .wording import shorten, write_list

ValueValidator = Callable[[Any], Any]


class MultipleOf(validate.Validator):
    """Validator that succeeds for multiples of a number.

    It computes with exact decimal numbers: ``0.3`` is a multiple of ``0.1``.
    """

    def __init__(self, multiple_of: Any) -> None:
        self.multiple_of = multiple_of

    def __call__(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise TypeError(f"{type(value).__name__} is not a number")
        if not is_multiple(as_written(value), as_written(self.multiple_of)):
            raise ValidationError(f"Must be a multiple of {self.multiple_of}.")
        return value


def as_written(number: Any) -> Decimal:
    """Return a number as the ``Decimal`` of its written digits."""
    return Decimal(number if isinstance(number, (int, Decimal)) else str(number))


def is_multiple(number: Decimal, step: Decimal) -> bool:
    """Return whether a number is a multiple of another.

    The time depends on the number of digits, not on the exponents.
    """
    (figures, exponent), (factor, power) = split_number(number), split_number(step)
    if exponent >= power:
        return figures * pow(10, exponent - power, factor) % factor == 0
    if power - exponent > len(number.as_tuple().digits):  # it is less than the step
        return figures == 0
    return bool(figures % (factor * 10 ** (power - exponent)) == 0)


def split_number(number: Decimal) -> tuple[int, int]:
    """Return the integer coefficient of a number, and its power of ten."""
    sign, digits, exponent = number.as_tuple()
    return int(Decimal((sign, digits, 0))), int(exponent)


class Predicate(validate.Validator):
    """Validator that succeeds if a function returns true.

    It fails if the function raises :exc:`ValueError`, :exc:`LookupError` or
    :exc:`ArithmeticError`.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, value: Any) -> Any:
        try:
            fits = self.function(value)
        except ValidationError:
            raise
        except (ValueError, LookupError, ArithmeticError):
            fits = False
        if not fits:
            raise ValidationError(f"Does not satisfy {self.words}.")
        return value

    @property
    def words(self) -> str:
        """The name of the function, for the document and the message."""
        return getattr(self.function, "__name__", "a condition").strip("<>")


#: Conversions of the ``annotated_types`` classes to validators; looked up by class, in order.
CONSTRAINT_CONVERSIONS: tuple[tuple[type, Callable[[Any], ValueValidator]], ...] = (
    (at.Ge, lambda c: validate.Range(min=c.ge)),
    (at.Gt, lambda c: validate.Range(min=c.gt, min_inclusive=False)),
    (at.Le, lambda c: validate.Range(max=c.le)),
    (at.Lt, lambda c: validate.Range(max=c.lt, max_inclusive=False)),
    (at.MultipleOf, lambda c: MultipleOf(c.multiple_of)),
    (at.MinLen, lambda c: validate.Length(min=c.min_length)),
    (at.MaxLen, lambda c: validate.Length(max=c.max_length)),
    (at.Predicate, lambda c: Predicate(c.func)),
    (validate.Validator, lambda c: c),
)


#: The classes of constraints that become a :class:`marshmallow.validate.Length`, and this class.
LENGTH_CONSTRAINTS: tuple[type, ...] = (at.MinLen, at.MaxLen, validate.Length)


def make_validators(metadata: Sequence[Any]) -> list[ValueValidator]:
    """Return the validators for the constraints in ``Annotated``; other objects are skipped.

    :mod:`.metadata` has checked before that something reads the other objects.
    """
    return [
        make(item)
        for item in metadata
        for kind, make in CONSTRAINT_CONVERSIONS
        if isinstance(item, kind)
    ]


class Choices(list[Any]):
    """Allowed values that are compared as JSON values: ``1`` is not ``true``.

    A lookup takes constant time: each of many items may be compared with many choices.
    """

    def __init__(self, choices: Iterable[Any]) -> None:
        super().__init__(list_values(choices))
        frozen = list(map(to_hashable, self))
        self._frozen = frozenset(frozen) if all(map(has_hash, frozen)) else frozen

    def __contains__(self, value: object) -> bool:
        frozen = to_hashable(value)
        return frozen in (self._frozen if has_hash(frozen) else list(self._frozen))


def list_values(values: Iterable[Any]) -> list[Any]:
    """Return values in an order that is the same in every process: a set has no order."""
    return sorted(values, key=repr) if isinstance(values, Set) else list(values)


def has_hash(value: Any) -> bool:
    """Return whether a value is hashable."""
    try:
        hash(value)
    except TypeError:
        return False
    return True


class EqualJson(validate.Equal):
    """marshmallow's ``Equal``, which compares JSON values."""

    def __call__(self, value: Any) -> Any:
        if not is_equal_json(value, self.comparable):
            raise ValidationError(self._format_error(value))
        return value

    def _format_error(self, value: Any) -> str:
        return self.error.format(input=value, other=shorten(str(self.comparable)))


def is_equal_json(one: Any, other: Any) -> bool:
    """Return whether two values are equal as JSON values."""
    return bool(to_hashable(one) == to_hashable(other))


def fit_validators(field: TypedField, type_name: str) -> None:
    """Make the constraints of a field decide as the published schema does.

    :raises DeclarationError: if a bound does not fit the type.
    """
    fitted = []
    for validator in field.validators:
        try:
            fitted.append(fit_validator(validator, field.to_bound))
        except (TypeError, ValueError, ArithmeticError) as error:
            raise explain_misplaced(validator, type_name, error) from error
    field.validators = fitted
    if isinstance(field, Float):
        of_numbers = [v for v in open_validators(fitted) if type(v) in (validate.Range, MultipleOf)]
        field.exact = [fit_validator(validator, read_bound) for validator in of_numbers]


def explain_misplaced(validator: Any, type_name: str, error: Exception) -> DeclarationError:
    """Return the error for a constraint that cannot be applied to values of a type."""
    return DeclarationError(
        f"The constraint {validator!r} cannot be applied to {type_name}: {error}.",
        instead="Use a constraint that fits the type, or another type.",
    )


def fit_validator(validator: ValueValidator, to_bound: Callable[[Any], Any]) -> ValueValidator:
    """Return a validator that decides as the published schema does, with the same message.

    :param to_bound: converts a bound to the type of the compared values.
    """
    return fit_with(FITTED, validator, to_bound)


def share_validator(validator: ValueValidator) -> ValueValidator:
    """Return an equivalent of a validator in a user's schema.

    A pattern is converted to its common meaning for Python and JSON Schema, if it has one; choices
    are compared as JSON values.
    """
    return fit_with(SHARED, validator, lambda bound: bound)


def fit_with(
    fits: Iterable[tuple[type, Fit]], validator: ValueValidator, to_bound: Callable[[Any], Any]
) -> ValueValidator:
    """Return a validator fitted by its class; validators of users' classes stay unchanged."""
    if isinstance(validator, validate.And) and type(validator) is validate.And:
        return validate.And(*(fit_with(fits, inner, to_bound) for inner in validator.validators))
    fit = next((fit for kind, fit in fits if type(validator) is kind), None)
    return fit(copy.copy(validator), to_bound) if fit else validator


def fit_range(range_: validate.Range, to_bound: Callable[[Any], Any]) -> ValueValidator:
    """Convert the bounds to the type of the values."""
    range_.min = None if range_.min is None else to_bound(range_.min)
    range_.max = None if range_.max is None else to_bound(range_.max)
    return range_


def fit_multiple(multiple: MultipleOf, to_bound: Callable[[Any], Any]) -> ValueValidator:
    """Convert the number to the type of the values.

    :raises ValueError: if it is zero or negative.
    """
    multiple.multiple_of = to_bound(multiple.multiple_of)
    if not multiple.multiple_of > 0:
        raise ValueError(f"{multiple.multiple_of} is not greater than 0")
    return multiple


def fit_choices(validator: validate.OneOf, to_bound: Callable[[Any], Any]) -> ValueValidator:
    """Compare JSON values, and list only the first choices in the message if there are many."""
    validator.choices = Choices(validator.choices)
    validator.choices_text = write_list(validator.choices)
    validator.labels_text = write_list(validator.labels)
    return validator


def fit_others(validator: validate.NoneOf, to_bound: Callable[[Any], Any]) -> ValueValidator:
    """Do the same for forbidden values."""
    validator.iterable = Choices(validator.iterable)
    validator.values_text = write_list(validator.iterable)
    return validator


#: Fits a marshmallow validator, given a function that converts its bounds.
Fit = Callable[[Any, Callable[[Any], Any]], ValueValidator]
#: The functions that fit validators of choices.
LOOKED_UP: tuple[tuple[type, Fit], ...] = (
    (validate.OneOf, fit_choices),
    (validate.ContainsOnly, fit_choices),
    (validate.NoneOf, fit_others),
    (validate.ContainsNoneOf, fit_others),
)
#: The functions that fit the validators of users' schemas.
SHARED: tuple[tuple[type, Fit], ...] = (
    *LOOKED_UP,
    (validate.Regexp, lambda regexp, _: share_pattern(regexp)),
)
#: The functions that fit marshmallow's validators in annotations.
FITTED: tuple[tuple[type, Fit], ...] = (
    *LOOKED_UP,
    (validate.Range, fit_range),
    (MultipleOf, fit_multiple),
    (validate.Regexp, lambda regexp, _: fit_pattern(regexp)),
    (validate.Equal, lambda equal, _: EqualJson(equal.comparable, error=equal.error)),
)


def open_validators(validators: Iterable[Any]) -> Iterator[Any]:
    """Yield validators, with ``And`` replaced by its members."""
    for validator in validators:
        if isinstance(validator, validate.And):
            yield from open_validators(validator.validators)
        else:
            yield validator


def closed_values(validator: Any) -> Sequence[Any] | None:
    """Return the values that ``OneOf`` or ``Equal`` allows; ``None`` for any other validator."""
    if isinstance(validator, validate.Equal):
        return [validator.comparable]
    only = isinstance(validator, validate.OneOf) and not isinstance(
        validator, validate.ContainsOnly
    )
    return list_values(validator.choices) if only else None


def reject_foreign_choices(validators: Sequence[Any], field: TypedField) -> None:
    """Raise for a choice that is not a value of the type: no request could send it."""
    for validator in open_validators(validators):
        for choice in closed_values(validator) or ():
            try:
                if choice is not None:
                    field.dump(choice)
            except ResponseMismatch as error:
                raise DeclarationError(
                    f"The constraint {validator!r} allows {choice!r}, not {field.expected}.",
                    instead="Allow only values of the type.",
                ) from error


def reject_misplaced(
    validators: Sequence[ValueValidator], samples: Sequence[Any], type_name: str
) -> None:
    """Raise if a validator cannot be applied to values of a type.

    :param samples: values of the type, at least one of each kind.
    :raises DeclarationError: for ``Ge(1)`` on a ``str``, ``Len(1)`` on an ``int`` and the like.
    """
    for validator in validators:
        for sample in samples:
            try:
                validator(sample)
            except ValidationError:
                continue
            except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
                raise explain_misplaced(validator, type_name, error) from error
