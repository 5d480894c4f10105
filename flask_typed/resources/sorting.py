"""The order of a list: ``Sort``.

Registration time makes its provider; request time puts a list into order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Generic, Literal, NamedTuple, get_args

from annotated_types import MaxLen
from marshmallow import ValidationError, validate
from typing_extensions import TypeVar

from ..declare.dependencies import Provider
from ..declare.markers import Query
from ..declare.provided import ProvidedArgument, make_provider
from ..exceptions import DeclarationError
from ..messages.catalogue import SORTED_TWICE
from ..schemas.hints import read_hint

K = TypeVar("K", bound=str)
T = TypeVar("T")
Q = TypeVar("Q")

DESCENDING = "-"
ORDER = "The keys that the list is ordered by; `-` begins a descending one."


class SortKey(NamedTuple):
    """One key of an order."""

    name: str
    descending: bool


class Sort(Generic[K]):
    """A query parameter with the keys that a list is ordered by: ``sort: Sort[Literal["title"]]``.

    ``sort=title,-created`` orders by title, and within a title by descending date. The default of
    the argument is the order of a request without the parameter: ``= Sort("-created")``.

    :param keys: the names of the keys, with ``-`` for descending.
    :param names: of all keys that a request may have. Each of them needs a column.
    """

    __slots__ = ("keys", "names")
    __typed_metadata__ = (Query,)

    def __init__(self, *keys: str, names: Sequence[str] = ()) -> None:
        self.keys = tuple(read_sort_key(key) for key in keys)
        self.names = (*names, *(key.name for key in self.keys))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sort) and self.keys == other.keys

    def __hash__(self) -> int:
        return hash(self.keys)

    def __repr__(self) -> str:
        return f"Sort({', '.join(map(repr, write_sort_keys(self.keys)))})"

    @classmethod
    def __typed_provider__(cls, argument: ProvidedArgument) -> Provider:
        """Return the provider of an argument."""
        names = read_names(argument)
        forms = [form for name in names for form in (name, DESCENDING + name)]
        default = () if argument.default is None else write_sort_keys(argument.default.keys)
        for key in default:
            if key not in forms:
                raise DeclarationError(
                    f"The default has the key {key!r}, which is not in the annotation.",
                    instead="Write its name into the `Literal`.",
                )
        marker = argument.metadata[-1] if argument.metadata else Query(description=ORDER)
        marker = replace(marker, explode=False)
        item: Any = Literal[tuple(forms)]
        annotation = Annotated[tuple[item, ...], marker, MaxLen(len(names)), KeysOnce()]

        def make(**values: Any) -> Sort[Any]:
            return cls(*values[argument.name], names=names)

        return make_provider(cls.__name__, make, {argument.name: (annotation, default)})

    def __typed_arguments__(self, names: Sequence[str]) -> Mapping[str, Any]:
        """Return the value of the parameter."""
        return dict.fromkeys(names, write_sort_keys(self.keys))

    def apply(self, query: Q, columns: Mapping[K, Any], *, last: Any = None) -> Q:
        """Return a select in this order.

        :param columns: the column of each key.
        :param last: a unique column, or several, which order the rows that are alike otherwise.
        :raises KeyError: for a key without a column.
        """
        known: dict[str, Any] = {name: columns[name] for name in self.names}  # type: ignore[index]
        found = [(known[key.name], key.descending) for key in self.keys]
        order = [column.desc() if descending else column.asc() for column, descending in found]
        order += list(last) if isinstance(last, (list, tuple)) else [] if last is None else [last]
        ordered: Any = query
        return ordered.order_by(*order)  # type: ignore[no-any-return]  # of its own type

    def sorted(self, items: Iterable[T], values: Mapping[K, Callable[[T], Any]]) -> list[T]:
        """Return items in this order.

        :param values: for each key, what returns the value of an item.
        :raises KeyError: for a key without a function.
        """
        known: dict[str, Any] = {name: values[name] for name in self.names}  # type: ignore[index]
        found = list(items)
        for key in reversed(self.keys):
            found.sort(key=known[key.name], reverse=key.descending)
        return found


def read_sort_key(text: str) -> SortKey:
    """Return a key from its form in a request."""
    return SortKey(text.removeprefix(DESCENDING), text.startswith(DESCENDING))


def write_sort_keys(keys: Iterable[SortKey]) -> tuple[str, ...]:
    """Return keys in their form in a request."""
    return tuple(DESCENDING * key.descending + key.name for key in keys)


def read_names(argument: ProvidedArgument) -> tuple[str, ...]:
    """Return the names of the keys that an argument may have, by alphabet.

    :raises DeclarationError: for an annotation without names.
    """
    hint = read_hint(argument.arguments[0]) if argument.arguments else None
    names = get_args(hint.type) if hint is not None and hint.origin is Literal else ()
    if not names or not all(isinstance(name, str) and is_key_name(name) for name in names):
        raise DeclarationError(
            "Sort does not have the names of its keys.",
            instead='Write `Sort[Literal["title", "created"]]`.',
        )
    # Python may return the annotation of another place that has the same names in another order.
    return tuple(sorted(names))


def is_key_name(name: str) -> bool:
    """Return whether a text can be the name of a key."""
    return bool(name) and not name.startswith(DESCENDING) and "," not in name


class KeysOnce(validate.Validator):
    """Rejects a key that occurs twice, in one direction or in both."""

    sentence = "Each key may occur once, in one direction."

    def __call__(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the keys."""
        names = [read_sort_key(key).name for key in keys]
        if len(names) > len(set(names)):
            raise ValidationError(SORTED_TWICE)
        return keys
