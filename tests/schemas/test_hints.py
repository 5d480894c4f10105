"""Annotations peeled: what is left of a hint, and what is remembered of its wrappings."""

from __future__ import annotations

import enum
import functools
import types
import typing
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NewType, Optional, Union

import pytest
import typing_extensions
from annotated_types import Ge, Interval, Le, Len, MaxLen, MinLen
from flask_typed import DeclarationError
from flask_typed.schemas.hints import (
    Hint,
    find_qualifiers,
    join_union,
    name_of,
    read_hint,
    resolve_hints,
    union_members,
)
from typing_extensions import NotRequired, ReadOnly, Required

from .codec import Codec

BookId = NewType("BookId", int)
ShelfId = NewType("ShelfId", BookId)
Positive = Annotated[int, Ge(1)]
#: Python's own class, where there is one, and the one for all Pythons.
ALIAS_CLASSES = {
    f"{module.__name__}.TypeAliasType": module.TypeAliasType
    for module in (typing, typing_extensions)
    if hasattr(module, "TypeAliasType")
}


@dataclass
class Book:
    """A model with a reference that is resolved late."""

    title: str
    sequel: Optional[Book] = None  # noqa: UP045  # one of the ways to write it


@dataclass
class Draft:
    """A model with a name that does not exist."""

    author: Author  # type: ignore[name-defined]  # noqa: F821  # the point of it


class Mood(enum.Enum):
    """A type that is a class."""

    GOOD = 1


def write_book(book: Book, *, copies: Positive = 1) -> None:
    """A view."""


@pytest.mark.parametrize(
    ("annotation", "hint"),
    [
        pytest.param(int, Hint(int), id="plain"),
        pytest.param(list[int], Hint(list[int]), id="generic"),
        pytest.param(typing.List[None], Hint(typing.List[None]), id="generic-of-None"),  # noqa: UP006
        pytest.param(None, Hint(None), id="None"),
        pytest.param(type(None), Hint(None), id="NoneType"),
        pytest.param(int | None, Hint(int, (), True), id="or-None"),
        pytest.param(Optional[int], Hint(int, (), True), id="Optional"),  # noqa: UP045
        pytest.param(Positive, Hint(int, (Ge(1),)), id="Annotated"),
        pytest.param(Positive | None, Hint(int, (Ge(1),), True), id="Annotated-or-None"),
        pytest.param(
            Annotated[Positive, Le(9)], Hint(int, (Ge(1), Le(9))), id="Annotated-innermost-first"
        ),
        pytest.param(
            Annotated[Annotated[int | None, Ge(1)] | None, Le(9)],
            Hint(int, (Ge(1), Le(9)), True),
            id="Annotated-through-Optional",
        ),
        pytest.param(Annotated[int, Interval(ge=1, le=9)], Hint(int, (Ge(1), Le(9))), id="group"),
        pytest.param(Annotated[str, Len(1, 9)], Hint(str, (MinLen(1), MaxLen(9))), id="group-Len"),
        pytest.param(BookId, Hint(int), id="NewType"),
        pytest.param(ShelfId | None, Hint(int, (), True), id="NewType-of-NewType-or-None"),
        pytest.param(NewType("Rank", Positive), Hint(int, (Ge(1),)), id="NewType-of-Annotated"),
        pytest.param(Required[int], Hint(int), id="Required"),
        pytest.param(NotRequired[Positive], Hint(int, (Ge(1),)), id="NotRequired"),
        pytest.param(ReadOnly[Required[int | None]], Hint(int, (), True), id="ReadOnly"),
        pytest.param(
            Annotated[NotRequired[int], "words"], Hint(int, ("words",)), id="qualifier-inside"
        ),
        pytest.param(int | str, Hint(int | str), id="union"),
        pytest.param(int | str | None, Hint(Union[int, str], (), True), id="union-or-None"),  # noqa: UP007
    ],
)
def test_wrappings_are_peeled(annotation: Any, hint: Hint) -> None:
    """What is left is the type, the metadata, and whether null is a value."""
    assert read_hint(annotation) == hint


@pytest.mark.parametrize("kind", list(ALIAS_CLASSES.values()), ids=list(ALIAS_CLASSES))
class TestAliases:
    """Type aliases as PEP 695 makes them."""

    def test_an_alias_is_what_it_stands_for(self, kind: Any) -> None:
        """The value of an alias counts, with all its wrappings."""
        alias = kind("Rank", Positive | None)

        assert read_hint(alias) == Hint(int, (Ge(1),), True)

    def test_an_alias_may_be_wrapped(self, kind: Any) -> None:
        """Metadata outside an alias comes after what is inside."""
        alias = kind("Rank", kind("Inner", Positive))

        assert read_hint(Annotated[alias, Le(9)]) == Hint(int, (Ge(1), Le(9)))

    def test_an_alias_of_a_union_has_its_members(self, kind: Any) -> None:
        """The members stand there as if the alias were written out."""
        assert union_members(kind("Either", int | Positive)) == (int, Positive)

    def test_an_alias_is_a_type_like_any_other(self, kind: Any, json: Codec) -> None:
        """A collection of an alias loads what the alias allows."""
        alias: Any = kind("Rank", Positive)

        assert json.load(list[alias], [1]) == [1]
        assert json.refuse(list[alias], [0]) == {0: ["Must be greater than or equal to 1."]}


@pytest.mark.parametrize(
    ("annotation", "origin", "args"),
    [
        pytest.param(int, int, (), id="plain"),
        pytest.param(list[int], list, (int,), id="generic"),
        pytest.param(typing.List[int], list, (int,), id="List"),  # noqa: UP006
        pytest.param(dict[str, int], dict, (str, int), id="dict"),
        pytest.param(tuple[int, ...], tuple, (int, ...), id="tuple"),
        pytest.param(Literal["a", 1], Literal, ("a", 1), id="Literal"),
    ],
)
def test_a_generic_has_a_class_and_arguments(annotation: Any, origin: Any, args: Any) -> None:
    """Both are the type's own once it is peeled."""
    hint = read_hint(annotation)

    assert (hint.origin, hint.args) == (origin, args)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        pytest.param(int | str, True, id="union"),
        pytest.param(Union[int, str], True, id="Union"),  # noqa: UP007
        pytest.param(int | str | None, True, id="union-or-None"),
        pytest.param(int | None, False, id="or-None"),
        pytest.param(int, False, id="plain"),
    ],
)
def test_a_union_has_several_types_besides_none(annotation: Any, expected: bool) -> None:
    """``X | None`` is no union: null is a value of X then."""
    assert read_hint(annotation).is_union is expected


def test_metadata_is_found_by_class() -> None:
    """Subclasses are found too, innermost first."""
    hint = read_hint(Annotated[int, Ge(1), "a", Ge(2), "b"])

    assert hint.find(Ge) == (Ge(1), Ge(2))
    assert hint.find(str) == ("a", "b")
    assert hint.find(Le) == ()


@pytest.mark.parametrize(
    ("annotation", "members"),
    [
        pytest.param(int, (int,), id="plain"),
        pytest.param(int | str, (int, str), id="union"),
        pytest.param(Optional[Positive], (Positive, type(None)), id="Optional"),  # noqa: UP045
        pytest.param(
            Annotated[int | str, "words"], (Annotated[int | str, "words"],), id="Annotated"
        ),
    ],
)
def test_members_of_a_union_stay_as_they_were_written(annotation: Any, members: Any) -> None:
    """Annotated around a member stays; Annotated around the union makes it one thing."""
    assert union_members(annotation) == members


@pytest.mark.parametrize(
    ("members", "union"),
    [
        pytest.param([int], int, id="one"),
        pytest.param([int, type(None)], Optional[int], id="or-None"),  # noqa: UP045
        pytest.param([Positive, "Book"], Union[Positive, "Book"], id="forward"),
    ],
)
def test_members_are_joined(members: list[Any], union: Any) -> None:
    """One member is itself."""
    assert join_union(members) == union


def test_the_annotations_of_a_class_are_evaluated() -> None:
    """Strings and references to the class itself are resolved."""
    assert resolve_hints(Book) == {"title": str, "sequel": Optional[Book]}  # noqa: UP045


def test_the_annotations_of_a_function_keep_their_metadata() -> None:
    """``Annotated`` is not stripped, and a default of None adds no None."""
    assert resolve_hints(write_book) == {"book": Book, "copies": Positive, "return": type(None)}


def test_a_default_of_none_is_no_annotation() -> None:
    """``x: int = None`` stays an int on every Python."""

    def view(number: int = None) -> None:  # type: ignore[assignment]  # noqa: RUF013  # users do
        """A view with a careless default."""

    assert resolve_hints(view)["number"] is int


def test_a_name_that_cannot_be_found_is_named() -> None:
    """The message says which name, of what, and what to do."""
    with pytest.raises(DeclarationError, match="'Author'") as caught:
        resolve_hints(Draft)

    assert str(caught.value) == (
        "An annotation of Draft uses 'Author', a name that cannot be found.\n"
        "  Define or import it at the top of the module, outside `if TYPE_CHECKING:`."
    )
    assert isinstance(caught.value.__cause__, NameError)


@pytest.mark.parametrize(
    ("annotation", "cause"),
    [
        pytest.param("int | 'str'", TypeError, id="TypeError"),
        pytest.param("list[", SyntaxError, id="SyntaxError"),
    ],
)
def test_an_annotation_that_is_no_type_is_told(annotation: str, cause: type) -> None:
    """What typing cannot evaluate is a mistake of the declaration."""

    def view(number: int) -> None:
        """A view whose annotation is spoilt below."""

    view.__annotations__["number"] = annotation

    with pytest.raises(DeclarationError, match="cannot be evaluated: ") as caught:
        resolve_hints(view)

    assert caught.value.what.startswith(
        "An annotation of test_an_annotation_that_is_no_type_is_told.view cannot be evaluated: "
    )
    assert caught.value.instead == "Write types, or strings that name types."
    assert isinstance(caught.value.__cause__, cause)


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        pytest.param(Book, "Book", id="class"),
        pytest.param(Mood, "Mood", id="enum"),
        pytest.param(write_book, "write_book", id="function"),
        pytest.param(list[int], "list[int]", id="generic"),
        pytest.param(dict[str, Any], "dict[str, Any]", id="generic-of-Any"),
        pytest.param(Optional[int], "int | None", id="Optional"),  # noqa: UP045
        pytest.param(int | None, "int | None", id="or-None"),
        pytest.param(int | list[str], "int | list[str]", id="union"),
        pytest.param(Union[int, Book], "int | Book", id="Union"),  # noqa: UP007
        pytest.param(Literal["a"], "Literal['a']", id="Literal"),
        pytest.param(None, "None", id="None"),
        pytest.param(Any, "Any", id="Any"),
    ],
)
def test_types_are_called_as_they_are_written(thing: Any, name: str) -> None:
    """Messages name types without the modules of typing."""
    assert name_of(thing) == name


def test_local_things_are_called_by_their_place() -> None:
    """The word <locals> helps nobody."""

    class Local:
        """A class in a function."""

    name = "test_local_things_are_called_by_their_place"

    assert name_of(Local) == f"{name}.Local"
    assert name_of(lambda: None) == f"{name}.<lambda>"


def test_a_hint_is_written_as_its_type() -> None:
    """A message about a hint names its type."""
    assert str(read_hint(Annotated[list[int], "words"])) == "list[int]"


def test_what_is_no_type_is_written_as_it_is() -> None:
    """A partial function has no name of its own."""
    assert name_of(functools.partial(write_book)).startswith("functools.partial(")
    assert isinstance(write_book, types.FunctionType)


@dataclass
class Typo:
    """A model with an attribute that its module does not have."""

    day: types.Typo  # type: ignore[name-defined]  # the point of it


def test_an_attribute_that_does_not_exist_is_told(json: Codec) -> None:
    """A misspelt name in a module is a mistake of the declaration."""
    error = json.reject(Typo)

    assert error.what.startswith("An annotation of Typo cannot be evaluated: ")
    assert error.instead == "Write types, or strings that name types."


@pytest.mark.parametrize(
    ("annotation", "qualifiers"),
    [
        pytest.param(int, set(), id="none"),
        pytest.param(Required[int], {Required}, id="Required"),
        pytest.param(NotRequired[ReadOnly[int]], {NotRequired, ReadOnly}, id="two"),
        pytest.param(Annotated[NotRequired[int], "words"], {NotRequired}, id="inside-words"),
        pytest.param(Required[Annotated[int, "words"]], {Required}, id="around-words"),
        pytest.param(list[int], set(), id="generic"),
    ],
)
def test_qualifiers_are_found(annotation: Any, qualifiers: set[Any]) -> None:
    """In the order in which they may stand, and with words in between."""
    assert find_qualifiers(annotation) == qualifiers
