"""Partial updates of each kind of type, applied to objects, copies, dicts and rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter, OrderedDict
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from types import MappingProxyType, SimpleNamespace
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import attrs
import msgspec
import pytest
from annotated_types import Ge, Len, Predicate
from flask_typed import (
    DeclarationError,
    Extra,
    JsonPatch,
    Patch,
    ReadOnly,
    RequestInvalid,
    ResponseMismatch,
    TypedField,
    WriteOnly,
    computed,
    model,
)
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.metadata import ARGUMENT
from flask_typed.schemas.patches import make_registry
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema
from msgspec import UNSET, UnsetType
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, validates
from typing_extensions import NotRequired
from typing_extensions import TypedDict as OpenDict

T = TypeVar("T")


def take(annotation: Any, sent: Any, **options: Any) -> Any:
    """Return the patch of the JSON of a request."""
    factory = SchemaFactory(make_registry(), **options)
    return factory.json.at(ARGUMENT)(annotation).deserialize(sent)


def refuse(annotation: Any, sent: Any, **options: Any) -> Any:
    """Return marshmallow's messages for the JSON of a request, which must not be accepted."""
    with pytest.raises(ValidationError, match=r".") as caught:
        take(annotation, sent, **options)
    return caught.value.messages


def reject(annotation: Any) -> str:
    """Return the message for an annotation, which must not be usable."""
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        take(annotation, {})
    return str(caught.value)


def refuse_change(patch: Patch[Any], target: Any) -> list[tuple[str, str]]:
    """Return the pointers and codes of the faults of a change, which must not be accepted."""
    with pytest.raises(RequestInvalid) as caught:
        patch.apply(target)
    return [(fault["pointer"], fault["code"]) for fault in caught.value.errors]


@dataclass
class Author:
    """An object inside another."""

    name: Annotated[str, Len(1, 20)]
    born: int | None = None


def compare(book: Book) -> None:
    """Reject pages that are in no order."""
    if book.first > book.last:
        raise ValidationError("Is after the last page.", "first")


@model(validators=[compare])
@dataclass
class Book:
    """An object."""

    title: Annotated[str, Len(1, 20)]
    author: Author
    first: int = 1
    last: int = 9
    note: str | None = None
    tags: list[Annotated[str, Len(1, 5)]] = field(default_factory=list)
    stock: Annotated[dict[str, Annotated[int, Ge(0)]], Len(0, 2)] = field(default_factory=dict)
    extra: Any = None
    editor: Author | None = None
    id: Annotated[int, ReadOnly()] = 0

    @property
    @computed
    def label(self) -> str:
        """The title and the author."""
        return f"{self.title} by {self.author.name}"


def make_book(**values: Any) -> Book:
    """Return a book."""
    return Book(**{"title": "Emma", "author": Author("Jane", 1775), "id": 7, **values})


def test_only_what_was_sent_is_given() -> None:
    """Defaults do not apply, and null is a value."""
    patch = take(Patch[Book], {"title": "Ada", "note": None})
    assert patch.given == {"title", "note"}
    assert (patch.values.title, patch.values.note, len(patch)) == ("Ada", None, 2)
    with pytest.raises(AttributeError, match=r"'first' was not sent: `patch\.given` has title"):
        _ = patch.values.first


def test_an_empty_patch_changes_nothing() -> None:
    """It is valid, and false."""
    patch, book = take(Patch[Book], {}), make_book()
    assert not patch
    assert patch.apply(book) is book
    assert book == make_book()
    assert repr(patch) == "<Patch of nothing>"
    with pytest.raises(AttributeError, match=r"`patch\.given` has nothing"):
        _ = patch.values.title


def test_a_patch_is_checked_by_its_fields() -> None:
    """Constraints, unknown keys, read-only and computed ones, and null."""
    sent = {"title": "", "id": 1, "label": "x", "colour": 1, "last": None, "author": None}
    assert refuse(Patch[Book], sent) == {
        "title": ["Shorter than minimum length 1."],
        "last": ["Field may not be null."],
        "author": ["Field may not be null."],
        "id": ["Unknown field."],
        "label": ["Unknown field."],
        "colour": ["Unknown field."],
    }


def test_read_only_keys_are_ignored_if_configured() -> None:
    """Computed ones too."""
    patch = take(Patch[Book], {"id": 1, "label": "x", "last": 3}, read_only="exclude")
    assert patch.given == {"last"}


def test_unknown_keys_are_ignored_if_configured() -> None:
    """Inside an object too."""
    sent = {"colour": 1, "author": {"colour": 1}}
    patch = take(Patch[Book], sent, unknown="exclude")
    assert patch.given == {"author"}


def test_objects_are_merged() -> None:
    """The other attributes of the inner object stay."""
    patch, book = take(Patch[Book], {"author": {"name": "Ann"}}), make_book()
    inner = book.author
    patch.apply(book)
    assert book == make_book(author=Author("Ann", 1775))
    assert book.author is inner
    assert patch.values.author.name == "Ann"


def test_an_object_that_is_not_there_is_made() -> None:
    """It has to be a whole one."""
    book = make_book()
    assert refuse_change(take(Patch[Book], {"editor": {"born": 1}}), book) == [
        ("/editor/name", "required")
    ]
    assert take(Patch[Book], {"editor": {"name": "Eve"}}).apply(book).editor == Author("Eve")
    assert take(Patch[Book], {"editor": None}).apply(book) == make_book()


def test_mappings_are_merged_by_key() -> None:
    """Null removes a key; the result is checked as a whole."""
    book = make_book(stock={"a": 1, "b": 2})
    patch = take(Patch[Book], {"stock": {"a": None, "c": 3}})
    assert patch.values.stock == {"a": None, "c": 3}
    assert patch.apply(book).stock == {"b": 2, "c": 3}
    assert refuse_change(take(Patch[Book], {"stock": {"x": 1}}), book) == [
        ("/stock", "wrong_length")
    ]
    assert refuse(Patch[Book], {"stock": {"x": -1}}) == {
        "stock": {"x": {"value": ["Must be greater than or equal to 0."]}}
    }


def test_free_values_are_merged() -> None:
    """As RFC 7396 does."""
    book = make_book(extra={"a": {"b": 1, "c": 2}, "d": [1]})
    take(Patch[Book], {"extra": {"a": {"b": None}, "d": [2], "e": {"f": None}}}).apply(book)
    assert book.extra == {"a": {"c": 2}, "d": [2], "e": {}}
    assert take(Patch[Book], {"extra": 1}).apply(book).extra == 1


def test_other_values_are_replaced() -> None:
    """The items of an array are ordinary ones."""
    book = make_book(tags=["a", "b"])
    assert take(Patch[Book], {"tags": ["c"]}).apply(book).tags == ["c"]


def test_the_changed_object_is_checked_as_a_whole() -> None:
    """Nothing is changed if it is not valid."""
    book = make_book()
    assert refuse_change(take(Patch[Book], {"title": "Ada", "last": 0}), book) == [
        ("/first", "invalid")
    ]
    assert book == make_book()
    assert take(Patch[Book], {"first": 10, "last": 20}).apply(book).last == 20


def test_values_that_were_not_sent_are_checked_too() -> None:
    """Their faults have their own pointers."""
    book = make_book(
        title="", tags=["a", "too long"], stock={"x": -1}, editor=Author(""), author=Author("A")
    )
    assert refuse_change(take(Patch[Book], {"last": 10}), book) == [
        ("/title", "wrong_length"),
        ("/tags/1", "wrong_length"),
        ("/stock/x", "out_of_range"),
        ("/editor/name", "wrong_length"),
    ]
    sent = {"title": "Ada", "tags": [], "stock": {"x": None}, "editor": {"name": "Eve"}}
    assert take(Patch[Book], sent).apply(book) == make_book(
        title="Ada", author=Author("A"), editor=Author("Eve")
    )


def test_an_object_of_another_type_is_an_error_of_the_program() -> None:
    """A row lacks an attribute, or has null where there is none."""
    patch = take(Patch[Author], {"born": 1})
    with pytest.raises(ResponseMismatch, match=r"at \$\.name expected Author, found no 'name' in"):
        patch.apply(SimpleNamespace(born=1))
    with pytest.raises(ResponseMismatch, match=r"at \$\.name expected a str, found None"):
        patch.apply(SimpleNamespace(name=None, born=1))


def test_plain_construction() -> None:
    """A test of a view writes the values by name."""
    patch = Patch(Book, title="Ada", author=Patch(Author, name="Ann"))
    assert patch.given == {"title", "author"}
    assert patch.values.author.name == "Ann"
    assert patch.apply(make_book()) == make_book(title="Ada", author=Author("Ann", 1775))
    assert repr(patch) == "<Patch of author, title>"


@pytest.mark.parametrize("name", ["colour", "id", "label"])
def test_plain_construction_knows_the_names(name: str) -> None:
    """Only those that a request may have."""
    with pytest.raises(TypeError, match=f"Book has no '{name}' that a request sets"):
        Patch(Book, **{name: 1})


# Kinds of types


@dataclass(frozen=True)
class Frozen:
    """A frozen dataclass."""

    title: str
    first: int = 1


@attrs.frozen
class FrozenAttrs:
    """A frozen class of attrs."""

    title: str
    first: int = 1


@attrs.define
class Attrs:
    """A class of attrs, with a private attribute and a validator."""

    title: str
    _first: int = attrs.field(default=1, validator=attrs.validators.le(5))


class Struct(msgspec.Struct):
    """A Struct."""

    title: str
    first: int = 1


class FrozenStruct(msgspec.Struct, frozen=True, tag="frozen"):
    """A frozen Struct with a tag."""

    title: str
    first: int = 1


class Tuple(NamedTuple):
    """A NamedTuple."""

    title: str
    first: int = 1


@pytest.mark.parametrize("kind", [Frozen, FrozenAttrs, FrozenStruct, Tuple])
def test_what_is_frozen_is_copied(kind: Any) -> None:
    """The returned object is the changed one."""
    before = kind("Emma", 2)
    after = take(Patch[kind], {"title": "Ada"}).apply(before)
    assert (before, after) == (kind("Emma", 2), kind("Ada", 2))


@pytest.mark.parametrize("kind", [Attrs, Struct])
def test_what_is_not_frozen_is_changed(kind: Any) -> None:
    """And returned."""
    before = kind("Emma", 2)
    assert take(Patch[kind], {"title": "Ada"}).apply(before) is before
    assert before == kind("Ada", 2)


def test_names_of_attributes() -> None:
    """A constructor's argument may have another name than the attribute."""
    patch = take(Patch[Attrs], {"first": 3})
    assert patch.given == {"_first"}
    assert patch.apply(Attrs("Emma")) == Attrs("Emma", 3)
    assert refuse_change(take(Patch[Attrs], {"first": 6}), Attrs("Emma")) == [("/first", "invalid")]


def test_a_tag_may_be_sent() -> None:
    """It changes nothing."""
    assert take(Patch[FrozenStruct], {"type": "frozen"}).given == set()
    assert refuse(Patch[FrozenStruct], {"type": "other"}) == {"type": ["Must be one of: frozen."]}


def test_a_constructor_may_refuse() -> None:
    """Its ValueError is a fault of the body."""

    @dataclass
    class Range:
        first: int
        last: int

        def __post_init__(self) -> None:
            if self.first > self.last:
                raise ValueError("Is empty.")

    target = Range(1, 2)
    assert refuse_change(take(Patch[Range], {"first": 3}), target) == [("", "invalid")]
    assert target == Range(1, 2)


def test_a_value_that_the_constructor_does_not_take() -> None:
    """It stays."""

    @dataclass
    class Counted:
        title: str
        count: int = field(default=0, init=False)

    target = Counted("Emma")
    target.count = 3
    assert take(Patch[Counted], {"title": "Ada"}).apply(target).count == 3


class Ticket(TypedDict, total=False):
    """A dict of which every key may be absent."""

    title: str
    note: str | None
    author: AuthorDict


class AuthorDict(TypedDict):
    """A dict inside a dict."""

    name: str
    born: NotRequired[int]


def test_dicts() -> None:
    """They are changed in place; null removes what may be absent."""
    ticket: Ticket = {"title": "Emma", "note": "x", "author": {"name": "Jane", "born": 1}}
    patch = take(Patch[Ticket], {"title": None, "note": None, "author": {"born": None}})
    assert patch.values == {"title": None, "note": None, "author": {"born": None}}
    assert patch.apply(ticket) is ticket
    assert ticket == {"note": None, "author": {"name": "Jane"}}
    with pytest.raises(KeyError, match="author"):
        _ = take(Patch[Ticket], {}).values["author"]
    assert refuse(Patch[Ticket], {"author": {"name": None}}) == {
        "author": {"name": ["Field may not be null."]}
    }


def test_sentinels() -> None:
    """Absent is not given; null removes a value that cannot be null."""

    @dataclass
    class Offer:
        price: Annotated[int, Ge(1)] | UnsetType = UNSET
        note: str | UnsetType | None = UNSET

    patch = take(Patch[Offer], {"price": None, "note": None})
    assert (patch.values.price, patch.values.note) == (UNSET, None)
    assert patch.apply(Offer(3, "x")) == Offer(UNSET, None)
    assert take(Patch[Offer], {"price": 2}).apply(Offer()) == Offer(2)


@dataclass
class Box(Generic[T]):
    """A generic type."""

    item: T
    child: Box[T] | None = None


def test_generic_and_recursive_types() -> None:
    """Each parametrisation is a type of its own."""
    box = Box(1, Box(2))
    take(Patch[Box[int]], {"child": {"item": 3}}).apply(box)
    assert box == Box(1, Box(3))
    assert refuse(Patch[Box[int]], {"child": {"child": {"item": "x"}}}) == {
        "child": {"child": {"item": ["Not a valid integer."]}}
    }


def test_mappings_of_objects() -> None:
    """The objects are merged; a new one has to be whole."""

    @dataclass
    class Shelf:
        books: OrderedDict[int, Author]
        counts: Counter[str] = field(default_factory=Counter)

    shelf = Shelf(OrderedDict({1: Author("A", 5), 2: Author("B")}), Counter(a=1))
    take(Patch[Shelf], {"books": {"1": {"name": "C"}, "2": None}, "counts": {"b": 2}}).apply(shelf)
    assert shelf == Shelf(OrderedDict({1: Author("C", 5)}), Counter(a=1, b=2))
    assert refuse_change(take(Patch[Shelf], {"books": {"3": {}}}), shelf) == [
        ("/books/3/name", "required")
    ]
    assert Patch(Shelf, books={3: Author("D")}).apply(shelf).books == {3: Author("D")}


@dataclass
class Open:
    """A class with extra keys."""

    title: str
    more: Annotated[dict[str, Annotated[int, Ge(0)]], Extra()] = field(default_factory=dict)


class OpenTicket(OpenDict, extra_items=int):
    """A dict with extra keys."""

    title: str


def test_extra_keys() -> None:
    """Null removes one; the others stay."""
    target = Open("Emma", {"a": 1, "b": 2})
    patch = take(Patch[Open], {"a": None, "c": 3})
    assert patch.given == {"more"}
    assert patch.apply(target) == Open("Emma", {"b": 2, "c": 3})
    assert take(Patch[Open], {}).given == set()
    assert refuse(Patch[Open], {"a": -1}) == {"a": ["Must be greater than or equal to 0."]}
    assert Patch(Open, more={"z": 1}).apply(target).more == {"b": 2, "c": 3, "z": 1}


def test_extra_keys_of_dicts() -> None:
    """They are keys like the others."""
    target: Any = {"title": "Emma", "a": 1, "b": 2}
    patch = take(Patch[OpenTicket], {"a": None, "c": 3})
    assert patch.given == {"a", "c"}
    assert patch.values == {"a": None, "c": 3}
    assert patch.apply(target) == {"title": "Emma", "b": 2, "c": 3}


@dataclass
class Shelf:
    """A class whose extra keys have objects."""

    more: Annotated[dict[str, Author], Extra()]


@dataclass
class Room:
    """An object that may have one inside."""

    shelf: Shelf | None = None


def test_extra_keys_of_objects() -> None:
    """A new object has to be whole."""

    assert refuse_change(take(Patch[Shelf], {"a": {}}), Shelf({})) == [("/a/name", "required")]
    made = take(Patch[Room], {"shelf": {"a": {"name": "A"}}}).apply(Room())
    assert made == Room(Shelf({"a": Author("A")}))


class Money(NamedTuple):
    """A class with named fields, for which an app has a field of its own."""

    cents: int


class MoneyField(TypedField):
    """A number of cents."""

    json_schema = {"type": "integer"}
    samples = (Money(1),)

    def load(self, value: Any) -> Money:
        return Money(value)


@dataclass
class Priced:
    """A class with such a value."""

    price: Annotated[Money, Predicate(bool)]
    title: str = ""


def test_own_fields_are_replaced() -> None:
    """They keep their constraints."""
    registry = make_registry()
    registry.register(Money, MoneyField)
    field = SchemaFactory(registry).json.at(ARGUMENT)(Patch[Priced])
    assert field.deserialize({"price": 3}).apply(Priced(Money(1))) == Priced(Money(3))


# Rows


class Base(DeclarativeBase):
    """The base of the rows."""


class AuthorRow(Base):
    """A row."""

    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    born: Mapped[int | None]


class BookRow(Base):
    """A row with a related one, a value that its type does not have, and a check of its own."""

    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    price: Mapped[Decimal]
    at: Mapped[dt.datetime]
    secret: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[AuthorRow] = relationship()

    @validates("price")
    def _check_price(self, key: str, price: Decimal) -> Decimal:
        if price > 100:
            raise RuntimeError("The program does not sell this.")
        return price


def cheap(offer: Offer) -> None:
    """Reject a high price for a short title."""
    if offer.price > len(offer.title):
        raise ValueError("Costs too much.")


@model(validators=[cheap])
@dataclass
class Offer:
    """The columns that clients see."""

    title: str
    author: Author
    price: Decimal
    at: dt.datetime
    id: Annotated[int, ReadOnly()] = 0


NOON = dt.datetime(2026, 1, 2, 12, 0, 0, 123456, tzinfo=dt.timezone.utc)


def make_row() -> BookRow:
    """Return a row."""
    author = AuthorRow(id=1, name="Jane", born=1775)
    return BookRow(id=7, title="Emma", price=Decimal("1.50"), at=NOON, secret="s", author=author)


def test_rows() -> None:
    """Only what is given is set, also in related rows."""
    row = make_row()
    author = row.author
    assert take(Patch[Offer], {"title": "Persuasion", "author": {"name": "J"}}).apply(row) is row
    assert (row.title, row.secret, row.price, row.at) == ("Persuasion", "s", Decimal("1.50"), NOON)
    assert row.author is author
    assert (author.name, author.born) == ("J", 1775)


def test_rows_are_checked_as_a_whole() -> None:
    """By the validators of the type."""
    row = make_row()
    assert refuse_change(take(Patch[Offer], {"author": {"name": "J"}, "price": "9"}), row) == [
        ("", "invalid")
    ]
    assert (row.author.name, row.price) == ("Jane", Decimal("1.50"))


def test_an_error_of_a_row_changes_nothing() -> None:
    """It is an error of the program, and what was set before is set back."""
    row = make_row()
    long = "x" * 300
    with pytest.raises(RuntimeError, match="does not sell"):
        take(Patch[Offer], {"title": long, "price": "200"}).apply(row)
    assert row.title == "Emma"


def test_a_value_in_a_column_is_replaced() -> None:
    """SQLAlchemy does not notice a change inside of it."""

    @dataclass
    class Place:
        author: Author
        more: AuthorDict

    before, more = Author("Jane", 1), AuthorDict(name="Jane", born=1)
    row = SimpleNamespace(author=before, more=more)
    take(Patch[Place], {"author": {"name": "Ann"}, "more": {"name": "Ann"}}).apply(row)
    assert (row.author, row.more) == (Author("Ann", 1), {"name": "Ann", "born": 1})
    assert (before, more) == (Author("Jane", 1), {"name": "Jane", "born": 1})


def test_lists_of_rows() -> None:
    """A validator gets objects of the type."""
    seen = []

    @model(validators=[lambda shelf: seen.append(shelf.authors)])
    @dataclass
    class Shelf:
        authors: list[Author]
        title: str = ""

    row = SimpleNamespace(title="A", authors=[AuthorRow(id=1, name="Jane", born=None)])
    take(Patch[Shelf], {"title": "B"}).apply(row)
    assert seen == [[Author("Jane")]]
    assert isinstance(row.authors[0], AuthorRow)


def test_write_only_fields() -> None:
    """A row may lack one that is not sent."""

    @dataclass
    class User:
        name: str
        password: Annotated[str, WriteOnly()] = ""

    row = SimpleNamespace(name="Ada")
    take(Patch[User], {"name": "Eve"}).apply(row)
    assert vars(row) == {"name": "Eve"}
    take(Patch[User], {"password": "x"}).apply(row)
    assert row.password == "x"


def test_immutable_mappings_are_copied() -> None:
    """As frozen objects are."""
    frozen = MappingProxyType({"name": "Jane", "born": 1})
    assert take(Patch[AuthorDict], {"name": "Ann"}).apply(frozen) == {"name": "Ann", "born": 1}


def test_marshmallow_fields_in_a_model() -> None:
    """They are checked by marshmallow."""

    @dataclass
    class Sized:
        size: Annotated[int, fields.Integer(validate=validate.Range(min=1))]
        title: str = ""

    assert refuse_change(take(Patch[Sized], {"title": "x"}), Sized(0)) == [
        ("/size", "out_of_range")
    ]


# Schemas


class AuthorSchema(Schema):
    """A Schema inside another."""

    name = fields.String(required=True, validate=validate.Length(min=1))
    born = fields.Integer()


class BookSchema(Schema):
    """A Schema with a rule about the whole."""

    title = fields.String(required=True, data_key="bookTitle", attribute="name")
    first = fields.Integer(load_default=1)
    last = fields.Integer(load_default=9)
    author = fields.Nested(AuthorSchema)
    secret = fields.String(load_only=True, required=True)
    id = fields.Integer(dump_only=True)

    @validates_schema
    def compare(self, data: dict[str, Any], **_: Any) -> None:
        """Reject pages that are in no order."""
        if data.get("first", 0) > data.get("last", 99):
            raise ValidationError("Is after the last page.", "first")


BookDict = Annotated[dict[str, Any], BookSchema()]


def make_dict() -> dict[str, Any]:
    """Return a book."""
    return {"name": "Emma", "first": 2, "last": 3, "author": {"name": "Jane", "born": 1}, "id": 7}


@pytest.mark.parametrize("annotation", [BookSchema, BookDict])
def test_schemas(annotation: Any) -> None:
    """They load dicts, and merge objects."""
    patch = take(Patch[annotation], {"bookTitle": "Ada", "author": {"name": "Ann"}, "secret": "x"})
    assert patch.given == {"name", "author", "secret"}
    assert patch.values == {"name": "Ada", "author": {"name": "Ann"}, "secret": "x"}
    book = make_dict()
    assert patch.apply(book) is book
    assert book == {
        **make_dict(),
        "name": "Ada",
        "author": {"name": "Ann", "born": 1},
        "secret": "x",
    }


def test_schemas_check_the_whole() -> None:
    """By their hooks."""
    book = make_dict()
    assert refuse_change(take(Patch[BookSchema], {"first": 4}), book) == [("/first", "invalid")]
    assert refuse(Patch[BookSchema], {"id": 1, "author": {"name": ""}}) == {
        "author": {"name": ["Shorter than minimum length 1."]},
        "id": ["Unknown field."],
    }
    assert book == make_dict()


class ShelfSchema(Schema):
    """A Schema whose objects are inside an array."""

    books = fields.List(fields.Nested(BookSchema, unknown="include"))
    author = fields.Nested(AuthorSchema)
    owner = fields.Pluck(AuthorSchema, "name")


class Including(Schema):
    """A Schema that includes unknown keys."""

    class Meta:
        """Its policy."""

        unknown = "include"

    name = fields.String()


def test_schemas_include_extra_keys() -> None:
    """A dict has them; an object has no attributes for them."""
    patch = take(Patch[Including], {"name": "Ada", "more": 1})
    row = SimpleNamespace(name="Emma")
    assert patch.apply({"name": "Emma"}) == {"name": "Ada", "more": 1}
    assert vars(patch.apply(row)) == {"name": "Ada"}


def test_schemas_replace_plucked_values() -> None:
    """They are values, although they are loaded as objects."""
    patch = take(Patch[ShelfSchema], {"owner": "Ann"})
    assert patch.apply({"owner": {"name": "Jane"}}) == {"owner": {"name": "Ann"}}


def test_schemas_replace_arrays() -> None:
    """Their objects have the write-only keys that were sent, and must be complete."""
    shelf: dict[str, Any] = {"books": [make_dict()], "author": {"name": "Jane", "own": 1}}
    book = {"bookTitle": "Ada", "secret": "x", "more": 1, "author": {"name": "Ann"}}
    take(Patch[ShelfSchema], {"books": [book], "author": {"born": 2}}).apply(shelf)
    assert shelf["author"] == {"name": "Jane", "own": 1, "born": 2}
    assert shelf["books"] == [
        {"name": "Ada", "secret": "x", "more": 1, "author": {"name": "Ann"}, "first": 1, "last": 9}
    ]
    incomplete = take(Patch[ShelfSchema], {"books": [{"bookTitle": "Ada"}]})
    assert refuse_change(incomplete, shelf) == [("/books/0/secret", "required")]


def test_schemas_change_rows() -> None:
    """Only what is given is set."""
    author = SimpleNamespace(name="Jane", born=1)
    row = SimpleNamespace(name="Emma", first=2, last=3, author=author, id=7)
    take(Patch[BookSchema], {"author": {"name": "Ann"}}).apply(row)
    assert (row.author is author, author.name, author.born) == (True, "Ann", 1)


def test_plain_construction_by_a_schema() -> None:
    """The names are those of the loaded dict."""
    assert Patch(BookSchema, name="Ada").apply(make_dict())["name"] == "Ada"
    with pytest.raises(TypeError, match="BookSchema has no 'title' that it loads"):
        Patch(BookSchema, title="Ada")


def test_schemas_that_cannot_be_partial() -> None:
    """A hook would make an object of a part."""

    class Made(AuthorSchema):
        @post_load
        def make(self, data: dict[str, Any], **_: Any) -> Author:
            raise NotImplementedError  # pragma: no cover

    class Around(Schema):
        made = fields.List(fields.Nested(Made))
        later = fields.Nested("NotDefined")

    for kind in (Made, Around):
        assert "Made has a post_load hook" in reject(Patch[kind])
    assert "AuthorSchema is many" in reject(
        Patch[Annotated[list[dict[str, Any]], AuthorSchema(many=True)]]
    )


# Declarations


@dataclass
class WithInitVar:
    """A class whose constructor takes what no object keeps."""

    title: str
    secret: InitVar[str]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(Patch[int], r"Patch\[int\] is not the patch of a type with named", id="int"),
        pytest.param(Patch[list[Book]], "is not the patch of a type with named", id="list"),
        pytest.param(Patch[Book | None], "is not the patch of a type with named", id="nullable"),
        pytest.param(Patch, "is not the patch of a type with named", id="bare"),
        pytest.param(Patch[Book] | None, "is not the whole JSON body", id="optional"),
        pytest.param(list[Patch[Book]], "is not the whole JSON body", id="inside a list"),
        pytest.param(Patch[WithInitVar], "has the InitVar 'secret'", id="InitVar"),
        pytest.param(Annotated[Book, JsonPatch()], r"JsonPatch\(\) in Annotated", id="marker"),
        pytest.param(Annotated[Patch[Book], JsonPatch], "JsonPatch is written without", id="class"),
    ],
)
def test_what_is_rejected(annotation: Any, message: str) -> None:
    """The message names the correction."""
    with pytest.raises(DeclarationError, match=message):
        take(annotation, {})
