"""Filters of a list: ``Filters[BookFilters]``.

Registration time checks the conditions of a model's fields and makes the provider; request time
adds them to a select.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from inspect import Parameter
from types import FunctionType, MethodType
from typing import Annotated, Any, Generic

from marshmallow import Schema
from typing_extensions import TypeVar, is_typeddict

from ..declare.dependencies import Provider
from ..declare.filtering import Where
from ..declare.markers import Query
from ..declare.provided import ProvidedArgument, make_provider
from ..exceptions import DeclarationError
from ..schemas.hints import Hint, class_hints, name_of, read_hint
from ..schemas.sentinels import is_sentinel

M = TypeVar("M")
Q = TypeVar("Q")

#: Makes the condition of a column and a value.
Condition = Callable[[Any, Any], Any]
CONDITIONS: Mapping[str, Condition] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "in": lambda column, value: column.in_(value),
    "not_in": lambda column, value: column.not_in(value),
    "contains": lambda column, value: column.icontains(value, autoescape=True),
    "startswith": lambda column, value: column.istartswith(value, autoescape=True),
    "is_null": lambda column, value: column.is_(None) if value else column.is_not(None),
}
#: The operators that compare with several values.
SEVERAL = ("in", "not_in")
COLLECTIONS = (list, tuple, set, frozenset)
FUNCTIONS = (FunctionType, MethodType)


@dataclass(frozen=True)
class Filters(Generic[M]):
    """The filters of a list: ``filters: Filters[BookFilters]``.

    Each field of the model is a query parameter, and has a ``Where`` with its condition. With
    ``Annotated[Filters[BookFilters], Query(style="deepObject")]`` they are one object.

    :param values: the model.
    """

    values: M

    __typed_metadata__ = (Query,)

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Provider:
        """Return the provider of an argument."""
        if not argument.arguments:
            raise DeclarationError(
                "Filters does not have a model.", instead="Write `Filters[BookFilters]`."
            )
        (model,) = argument.arguments
        find_conditions(read_hint(model).origin)
        marker = argument.metadata[-1] if argument.metadata else Query()
        default = Parameter.empty if argument.default is None else argument.default.values
        if marker.style == "deepObject" and argument.default is None:
            default = make_without_values(model)

        def make(**values: Any) -> Filters[Any]:
            return cls(values[argument.name])

        parameters = {argument.name: (Annotated[model, marker], default)}
        return make_provider(cls.__name__, make, parameters)

    def __typed_arguments__(self, names: Sequence[str]) -> Mapping[str, Any]:
        """Return the value of the parameters."""
        return dict.fromkeys(names, self.values)

    def apply(self, query: Q) -> Q:
        """Return a select with the conditions of all filters that have a value.

        ``None`` and an empty list are no value.
        """
        return query.where(*self.conditions())  # type: ignore[attr-defined,no-any-return]

    def conditions(self) -> list[Any]:
        """Return the conditions of all filters that have a value."""
        found = []
        model: Any = type(self.values)
        for name, where in find_conditions(model):
            value = getattr(self.values, name)
            if is_given(value):
                found.append(make_filter(where, value))
        return found


def make_without_values(model: Any) -> Any:
    """Return an object without filters, for a request without it; none if a filter is required."""
    try:
        return model()
    except TypeError:
        return Parameter.empty


def is_given(value: Any) -> bool:
    """Return whether a filter has a value."""
    is_empty = isinstance(value, COLLECTIONS) and not value
    return not (value is None or is_sentinel(value) or is_empty)


def make_filter(where: Where, value: Any) -> Any:
    """Return the condition of a filter with a value."""
    if isinstance(where.column, FUNCTIONS):
        return where.column(value)
    return CONDITIONS[where.operator](where.column, value)


@cache
def find_conditions(model: Any) -> tuple[tuple[str, Where], ...]:
    """Return the fields of a model, each with its condition.

    :raises DeclarationError: for a field without a condition, or whose type does not fit it.
    """
    if is_typeddict(model) or (isinstance(model, type) and issubclass(model, Schema)):
        kind = "TypedDict" if is_typeddict(model) else "Schema"
        raise DeclarationError(
            f"{name_of(model)} is a {kind}, whose values do not know their filters.",
            instead="Write a dataclass.",
        )
    hints = {name: read_hint(hint) for name, hint in class_hints(model).items()}
    return tuple((name, find_condition(name, hint, model)) for name, hint in hints.items())


def find_condition(name: str, hint: Hint, model: type) -> Where:
    """Return the condition of a field.

    :raises DeclarationError: if it has none or several, or if its type does not fit.
    """
    found = hint.find(Where)
    place = f"field {name!r} of {name_of(model)}"
    if len(found) != 1:
        raise DeclarationError(
            f"The filter has {len(found) or 'no'} conditions.",
            instead='Write one: `Annotated[…, Where(Row.created, "ge")]`.',
            where=(place,),
        )
    where: Where = found[0]
    is_free = isinstance(where.column, FUNCTIONS)
    if not is_free and (hint.origin in COLLECTIONS) is not (where.operator in SEVERAL):
        raise DeclarationError(
            f"The filter is {hint}, which Where(…, {where.operator!r}) cannot compare.",
            instead='Write a list for "in" and "not_in", and one value for all others.',
            where=(place,),
        )
    return where
