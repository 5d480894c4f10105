"""Constraints in annotations → marshmallow validators.

Registration time; the validators themselves run in requests. ``annotated_types`` objects become
marshmallow's own validators where it has one; marshmallow validators are taken as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import annotated_types as at
from marshmallow import ValidationError, validate

from ..exceptions import DeclarationError

Validator = Callable[[Any], Any]


class MultipleOf(validate.Validator):
    """Validator that succeeds for multiples of a number.

    Computed exactly, on the numbers as written: ``0.3`` is a multiple of ``0.1``.
    """

    def __init__(self, multiple_of: Any) -> None:
        self.multiple_of = multiple_of

    def __call__(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            raise TypeError(f"{type(value).__name__} is no number")
        if Fraction(str(value)) % Fraction(str(self.multiple_of)):
            raise ValidationError(f"Must be a multiple of {self.multiple_of}.")
        return value


class Predicate(validate.Validator):
    """Validator that succeeds where a function returns true.

    A :exc:`ValueError`, :exc:`LookupError` or :exc:`ArithmeticError` is a refusal too.
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
        """What the document and the message say of the function: its name."""
        return getattr(self.function, "__name__", "a condition").strip("<>")


#: How each class of ``annotated_types`` becomes a validator; looked up by class, in order.
CONVERSIONS: tuple[tuple[type, Callable[[Any], Validator]], ...] = (
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


def make_validators(metadata: Sequence[Any]) -> list[Validator]:
    """Return the validators for what stands in ``Annotated``; what is no constraint is skipped.

    ``Annotated`` is open to everybody: metadata of other libraries is not an error.
    """
    return [make(item) for item in metadata for kind, make in CONVERSIONS if isinstance(item, kind)]


def reject_misplaced(
    validators: Sequence[Validator], samples: Sequence[Any], type_name: str
) -> None:
    """Raise if a validator cannot even be asked about values of a type.

    :param samples: values of the type, of each kind that there is.
    :raises DeclarationError: for ``Ge(1)`` on a ``str``, ``Len(1)`` on an ``int`` and the like.
    """
    for validator in validators:
        for sample in samples:
            try:
                validator(sample)
            except ValidationError:
                continue
            except (TypeError, AttributeError, ArithmeticError) as error:
                raise DeclarationError(
                    f"The constraint {validator!r} cannot be applied to {type_name}: {error}.",
                    instead="Use a constraint that fits the type, or another type.",
                ) from error
