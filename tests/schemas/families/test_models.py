"""Types with named fields: dataclasses, TypedDicts, problems; schemas that the user wrote."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Optional

import pytest
import typing_extensions
from annotated_types import Ge
from flask_typed import Problem
from flask_typed.schemas.families.model_records import Model, ModelField
from flask_typed.schemas.families.model_schemas import wire_fields
from flask_typed.schemas.families.models import (
    MEMBERS,
    describe_dataclass,
    describe_model,
    describe_problem_class,
    describe_typeddict,
    refuse_problem,
)
from marshmallow import (
    Schema,
    ValidationError,
    fields,
    missing,
    post_dump,
    post_load,
    pre_load,
    validates_schema,
)
from typing_extensions import NotRequired, Required

from ..codec import Codec

MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
NO_INTEGER = "Not a valid integer."


@dataclass
class Author:
    """A model with every kind of default."""

    name: str
    born: dt.date | None = None
    tags: list[str] = field(default_factory=list)
    kind: ClassVar[str] = "person"


@dataclass
class Book:
    """A model inside which others stand."""

    title: str
    author: Author
    editors: list[Author] = field(default_factory=list)
    reviews: dict[str, Author] = field(default_factory=dict)


@dataclass
class Edition(Book):
    """A model with inherited fields, and one that comes by keyword only."""

    year: Annotated[int, Ge(1450)] = field(kw_only=True)


@dataclass
class Node:
    """A model that holds itself."""

    value: int
    next: Optional[Node] = None  # noqa: UP045  # a forward reference inside Optional
    children: list[Node] = field(default_factory=list)


@dataclass
class Left:
    """Half of a circle."""

    right: Right | None = None


@dataclass
class Right:
    """The other half."""

    left: Left | None = None


@dataclass
class Period:
    """A model that checks itself."""

    first: int
    last: int

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.last < self.first:
            raise ValueError("The end is before the beginning.")


@dataclass
class Code:
    """A model that refuses in marshmallow's words."""

    digits: str

    def __post_init__(self) -> None:
        """Refuse one field."""
        if not self.digits.isdigit():
            raise ValidationError("Digits only.", "digits")


@dataclass(frozen=True, slots=True)
class Point:
    """A model that cannot be changed."""

    x: int
    y: int = 0


@dataclass
class Spare:
    """A model in which everything may be left out."""

    limit: int = 20


@dataclass
class Measured:
    """A model with a field that its constructor does not take."""

    size: int
    area: int = field(init=False, default=0)


class Movie(typing.TypedDict):
    """A TypedDict with a key that may be left out."""

    title: str
    year: NotRequired[int]


class Draft(typing_extensions.TypedDict, total=False):
    """A TypedDict whose keys may all be left out."""

    title: str
    pages: int


class Sequel(Movie):
    """A TypedDict with inherited keys."""

    number: int


Wire = typing_extensions.TypedDict("Wire", {"in": str, "x-y": Required[int]})


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int
    hint: str | None = None


class PaintSchema(Schema):
    """A schema with hooks, its own names and its own idea of what comes out."""

    color = fields.String(required=True, data_key="colour")
    secret = fields.String(load_only=True)
    number = fields.Integer(dump_only=True)

    @pre_load
    def strip(self, data: Any, **_: Any) -> Any:
        """Clean what comes in."""
        return {key: value.strip() for key, value in data.items()}

    @validates_schema
    def reject_plaid(self, data: Any, **_: Any) -> None:
        """Refuse as a whole."""
        if data["color"] == "plaid":
            raise ValidationError("That is a pattern.")

    @post_load
    def make(self, data: Any, **_: Any) -> Any:
        """Make an object."""
        return types.SimpleNamespace(**data)

    @post_dump
    def sign(self, data: Any, **_: Any) -> Any:
        """Add a key."""
        return {**data, "signed": True}


AUTHOR = {"name": "Ada"}


def make_spare(**values: Any) -> types.SimpleNamespace:
    """Return an object that is no model, as an ORM makes them."""
    return types.SimpleNamespace(**values, password="secret")


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Author, AUTHOR, Author("Ada"), id="defaults"),
        pytest.param(
            Author,
            {"name": "Ada", "born": "1815-12-10", "tags": ["x"]},
            Author("Ada", dt.date(1815, 12, 10), ["x"]),
            id="all-fields",
        ),
        pytest.param(Author, {"name": "Ada", "born": None}, Author("Ada"), id="null"),
        pytest.param(
            Book,
            {
                "title": "Notes",
                "author": AUTHOR,
                "editors": [AUTHOR],
                "reviews": {"Times": AUTHOR},
            },
            Book("Notes", Author("Ada"), [Author("Ada")], {"Times": Author("Ada")}),
            id="nested",
        ),
        pytest.param(
            Edition,
            {"title": "Notes", "author": AUTHOR, "year": 1843},
            Edition("Notes", Author("Ada"), year=1843),
            id="inherited-and-keyword-only",
        ),
        pytest.param(Point, {"x": 1}, Point(1), id="frozen"),
        pytest.param(Measured, {"size": 2}, Measured(2), id="not-in-constructor"),
        pytest.param(Period, {"first": 1, "last": 2}, Period(1, 2), id="checks-itself"),
        pytest.param(Code, {"digits": "12"}, Code("12"), id="checks-a-field"),
        pytest.param(
            Node,
            {"value": 1, "next": {"value": 2, "next": None}, "children": [{"value": 3}]},
            Node(1, Node(2), [Node(3)]),
            id="recursive",
        ),
        pytest.param(
            Left, {"right": {"left": {"right": None}}}, Left(Right(Left())), id="circular"
        ),
        pytest.param(Movie, {"title": "M"}, {"title": "M"}, id="TypedDict-left-out"),
        pytest.param(
            Movie, {"title": "M", "year": 1931}, {"title": "M", "year": 1931}, id="TypedDict"
        ),
        pytest.param(Draft, {}, {}, id="TypedDict-not-total"),
        pytest.param(
            Sequel,
            {"title": "M", "number": 2},
            {"title": "M", "number": 2},
            id="TypedDict-inherited",
        ),
        pytest.param(Wire, {"in": "a", "x-y": 1}, {"in": "a", "x-y": 1}, id="TypedDict-any-names"),
        pytest.param(list[Point | None], [{"x": 1}, None], [Point(1), None], id="in-list-or-null"),
    ],
)
def test_an_object_is_loaded(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """An object becomes an instance; what is left out is the constructor's business."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


def test_a_factory_makes_a_new_default_each_time(json: Codec) -> None:
    """Two requests share nothing."""
    make = json.field(Author)

    assert make.deserialize(AUTHOR).tags is not make.deserialize(AUTHOR).tags


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(Author, {}, {"name": [MISSING]}, id="missing"),
        pytest.param(Author, {"name": None}, {"name": ["Field may not be null."]}, id="null"),
        pytest.param(Author, {"name": "Ada", "age": 1}, {"age": [UNKNOWN]}, id="unknown"),
        pytest.param(
            Author, {"name": "Ada", "kind": "x"}, {"kind": [UNKNOWN]}, id="class-variable"
        ),
        pytest.param(
            Measured, {"size": 1, "area": 1}, {"area": [UNKNOWN]}, id="not-in-constructor"
        ),
        pytest.param(Author, {"Name": "Ada"}, {"name": [MISSING], "Name": [UNKNOWN]}, id="case"),
        pytest.param(
            Book,
            {"title": 1, "author": {}, "editors": [{"name": 2}], "reviews": {"a": {"b": 1}}},
            {
                "title": ["Not a valid string."],
                "author": {"name": [MISSING]},
                "editors": {0: {"name": ["Not a valid string."]}},
                "reviews": {"a": {"value": {"name": [MISSING], "b": [UNKNOWN]}}},
            },
            id="all-at-once",
        ),
        pytest.param(
            Edition,
            {"title": "Notes", "author": AUTHOR, "year": 1449},
            {"year": ["Must be greater than or equal to 1450."]},
            id="constraint",
        ),
        pytest.param(
            Node,
            {"value": 1, "next": {"value": 2, "next": {"value": "x"}}},
            {"next": {"next": {"value": [NO_INTEGER]}}},
            id="recursive",
        ),
        pytest.param(
            Period,
            {"first": 2, "last": 1},
            {"_schema": ["The end is before the beginning."]},
            id="ValueError",
        ),
        pytest.param(Code, {"digits": "a"}, {"digits": ["Digits only."]}, id="ValidationError"),
        pytest.param(
            Movie, {"year": "x"}, {"title": [MISSING], "year": [NO_INTEGER]}, id="TypedDict"
        ),
        pytest.param(Draft, {"name": "x"}, {"name": [UNKNOWN]}, id="TypedDict-unknown"),
        pytest.param(Sequel, {}, {"title": [MISSING], "number": [MISSING]}, id="TypedDict-base"),
    ],
)
def test_an_object_that_does_not_fit_is_refused(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """Every fault is told, each under its key."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize("wire", ["Ada", 1, [], [AUTHOR], True])
def test_what_is_no_object_is_refused(json: Codec, wire: Any) -> None:
    """An object type takes objects."""
    assert set(json.refuse(Author, wire)) == {"_schema"}


def test_a_constructor_runs_on_valid_fields_only(json: Codec) -> None:
    """A check of the whole does not see fields that were refused."""
    assert json.refuse(Period, {"first": "x", "last": 0}) == {"first": [NO_INTEGER]}


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(
            Author,
            Author("Ada", dt.date(1815, 12, 10), ["x"]),
            {"name": "Ada", "born": "1815-12-10", "tags": ["x"]},
            id="dataclass",
        ),
        pytest.param(
            Author,
            {"name": "Ada", "tags": [], "password": "secret"},
            {"name": "Ada", "born": None, "tags": []},
            id="dict",
        ),
        pytest.param(
            Author,
            make_spare(name="Ada", born=None, tags=()),
            {"name": "Ada", "born": None, "tags": []},
            id="other-object",
        ),
        pytest.param(
            Author,
            types.MappingProxyType({"name": "Ada"}),
            {"name": "Ada", "born": None, "tags": []},
            id="defaults",
        ),
        pytest.param(
            Book,
            Edition("Notes", Author("Ada"), year=1843),
            {
                "title": "Notes",
                "author": {"name": "Ada", "born": None, "tags": []},
                "editors": [],
                "reviews": {},
            },
            id="subclass",
        ),
        pytest.param(
            Node,
            Node(1, Node(2), [Node(3)]),
            {
                "value": 1,
                "next": {"value": 2, "next": None, "children": []},
                "children": [{"value": 3, "next": None, "children": []}],
            },
            id="recursive",
        ),
        pytest.param(Movie, {"title": "M", "secret": 1}, {"title": "M"}, id="TypedDict-left-out"),
        pytest.param(Movie, {"title": "M", "year": 1}, {"title": "M", "year": 1}, id="TypedDict"),
        pytest.param(
            Movie, make_spare(title="M", year=1), {"title": "M", "year": 1}, id="TypedDict-other"
        ),
        pytest.param(Wire, {"in": "a", "x-y": 1}, {"in": "a", "x-y": 1}, id="TypedDict-any-names"),
        pytest.param(Point | None, None, None, id="None"),
    ],
)
def test_only_declared_fields_are_dumped(
    json: Codec, annotation: Any, value: Any, wire: Any
) -> None:
    """A subclass, a dict or another object with more to it loses the rest."""
    assert json.dump(annotation, value) == wire


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(Author, None, "$ expected Author, found None", id="None"),
        pytest.param(Author, {}, "$ expected Author, found no 'name' in dict", id="missing"),
        pytest.param(Author, 3, "$ expected Author, found no 'name' in int", id="scalar"),
        pytest.param(
            Author,
            Author(3),  # type: ignore[arg-type]
            "$.name expected a str, found a value of type int",
            id="field",
        ),
        pytest.param(
            Book,
            Book("Notes", Author("Ada"), [Author("Ada", tags=[1])]),  # type: ignore[list-item]
            "$.editors[0].tags[0] expected a str, found a value of type int",
            id="deep",
        ),
        pytest.param(
            Book,
            Book("Notes", Author("Ada"), [], {"Times": {}}),  # type: ignore[dict-item]
            "$.reviews.Times expected Author, found no 'name' in dict",
            id="dict-value",
        ),
        pytest.param(
            Edition,
            Edition("Notes", Author("Ada"), year=3),
            "$.year expected an int, found one that breaks: "
            "['Must be greater than or equal to 1450.']",
            id="constraint",
        ),
        pytest.param(
            Movie, {"year": 1}, "$ expected Movie, found no 'title' in dict", id="TypedDict"
        ),
        pytest.param(
            Movie,
            make_spare(title="M"),
            "$ expected Movie, found no 'year' in SimpleNamespace",
            id="TypedDict-other",
        ),
        pytest.param(Spare, 3, "$ expected Spare, found no 'limit' in int", id="only-defaults"),
        pytest.param(Spare, "a", "$ expected Spare, found no 'limit' in str", id="text"),
        pytest.param(Spare, [1], "$ expected Spare, found no 'limit' in list", id="list"),
        pytest.param(
            Draft,
            {"pages": None},
            "$.pages expected an int, found None",
            id="TypedDict-left-out-is-not-null",
        ),
    ],
)
def test_an_object_that_does_not_fit_is_not_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """The message leads to the field."""
    assert json.mismatch(annotation, value) == f"at {message}"


def test_a_circle_of_objects_has_one_schema(json: Codec) -> None:
    """A recursive type refers to its own schema class."""
    schema = json.factory.model_schema(Node)()

    made: Any = wire_fields(schema)

    assert type(made["next"].schema) is type(schema)
    assert type(made["children"].inner.schema) is type(schema)


def test_a_dataclass_is_described() -> None:
    """The fields of the constructor, with what stands for those that are left out."""
    assert describe_dataclass(Author) == Model(
        Author,
        "Author",
        (
            ModelField("name", str, required=True),
            ModelField("born", Optional[dt.date], required=False, default=None),  # noqa: UP045
            ModelField("tags", list[str], required=False, factory=list),
        ),
        Author,
    )


def test_a_typeddict_is_described() -> None:
    """The keys, and which of them an input must have; it makes a plain dict."""
    assert describe_typeddict(Movie) == Model(
        Movie,
        "Movie",
        (
            ModelField("title", str, required=True),
            ModelField("year", NotRequired[int], required=False),
        ),
        dict,
    )


def test_a_problem_is_described() -> None:
    """The members of RFC 9457 come first; what its class fixes is a constant."""
    assert describe_problem_class(BookNotFound) == Model(
        BookNotFound,
        "BookNotFound",
        (
            ModelField(
                "type", Literal["about:blank"], required=True, documentation=MEMBERS["type"]
            ),
            ModelField(
                "title",
                str,
                required=True,
                documentation={**MEMBERS["title"], "example": "No book has this id."},
            ),
            ModelField("status", Literal[404], required=True, documentation=MEMBERS["status"]),
            ModelField(
                "detail",
                str,
                required=False,
                attribute="sent_detail",
                may_be_absent=True,
                documentation={"description": "An explanation of this occurrence, for people."},
            ),
            ModelField("book_id", int, required=True),
            ModelField("hint", Optional[str], required=True),  # noqa: UP045
        ),
        refuse_problem,
    )


def test_the_base_of_problems_is_described_without_constants() -> None:
    """It stands for errors that have no class of their own: any title, any status."""
    model = describe_problem_class(Problem)

    assert model is not None
    assert {member.name: member.annotation for member in model.fields} == {
        "type": str,
        "title": str,
        "status": int,
        "detail": str,
    }


@pytest.mark.parametrize(
    ("describe", "model_type"),
    [
        pytest.param(describe_dataclass, Movie, id="dataclass"),
        pytest.param(describe_typeddict, Author, id="TypedDict"),
        pytest.param(describe_problem_class, Author, id="Problem"),
        pytest.param(describe_model, int, id="class"),
        pytest.param(describe_model, list[int], id="generic"),
        pytest.param(describe_model, None, id="None"),
        pytest.param(describe_model, dict, id="dict"),
    ],
)
def test_another_kind_of_type_is_not_described(
    describe: Callable[[Any], Model | None], model_type: Any
) -> None:
    """A kind leaves alone what is not its own."""
    assert describe(model_type) is None


def test_a_problem_is_a_problem_before_it_is_a_dataclass() -> None:
    """Both descriptions would fit: the one with the members of RFC 9457 wins."""
    model = describe_model(BookNotFound)

    assert dataclasses.is_dataclass(BookNotFound)
    assert model == describe_problem_class(BookNotFound)


def test_a_fields_default_is_missing_unless_it_has_one() -> None:
    """None is a default like any other; no default is marshmallow's ``missing``."""
    assert ModelField("a", int, required=True).default is missing


SCHEMAS = [
    pytest.param(PaintSchema, id="class"),
    pytest.param(Annotated[Any, PaintSchema()], id="instance"),
    pytest.param(Annotated[Any, PaintSchema], id="class in Annotated"),
    pytest.param(Annotated[Author, "words", PaintSchema()], id="instance-over-a-type"),
]


@pytest.mark.parametrize("annotation", SCHEMAS)
class TestSchemas:
    """marshmallow schemas as types: their own fields and hooks decide."""

    def test_hooks_run_on_load(self, json: Codec, annotation: Any) -> None:
        """What the hooks make is what the view gets."""
        assert json.load(annotation, {"colour": " red "}) == types.SimpleNamespace(color="red")

    def test_hooks_run_on_dump(self, json: Codec, annotation: Any) -> None:
        """What the hooks make is what is sent, by wire names, without what is for loading."""
        paint = types.SimpleNamespace(color="red", secret="x", number=1)

        assert json.dump(annotation, paint) == {"colour": "red", "number": 1, "signed": True}

    def test_its_faults_are_its_own(self, json: Codec, annotation: Any) -> None:
        """Messages stand under the keys of the wire."""
        assert json.refuse(annotation, {"color": "red"}) == {
            "colour": [MISSING],
            "color": [UNKNOWN],
        }

    def test_its_faults_of_the_whole_are_its_own(self, json: Codec, annotation: Any) -> None:
        """A schema-level check is told as marshmallow tells it."""
        assert json.refuse(annotation, {"colour": "plaid"}) == {"_schema": ["That is a pattern."]}

    def test_null_is_refused_unless_allowed(self, json: Codec, annotation: Any) -> None:
        """The annotation says whether null is a value, not the schema."""
        assert json.refuse(annotation, None) == ["Field may not be null."]
        assert json.load(annotation | None, None) is None
        assert json.dump(annotation | None, None) is None

    def test_none_is_not_dumped(self, json: Codec, annotation: Any) -> None:
        """None is what no schema dumps."""
        assert (
            json.mismatch(annotation, None)
            == "at $ expected a value that PaintSchema dumps, found None"
        )

    def test_what_it_cannot_dump_is_a_mismatch(self, json: Codec, annotation: Any) -> None:
        """An error of the schema's fields is told as one of the view."""
        paint = types.SimpleNamespace(color="red", number="x")

        assert json.mismatch(annotation, paint) == (
            "at $ expected a value that PaintSchema dumps, "
            "found ValueError: invalid literal for int() with base 10: 'x'"
        )


def test_a_schema_of_many_is_an_array(json: Codec) -> None:
    """An instance with ``many`` loads and dumps lists."""
    annotation = Annotated[Any, PaintSchema(many=True)]

    assert json.load(annotation, [{"colour": "red"}]) == [types.SimpleNamespace(color="red")]
    assert json.dump(annotation, [{"color": "red"}]) == [{"colour": "red", "signed": True}]
    assert json.refuse(annotation, [{"colour": "red"}, {}]) == {1: {"colour": [MISSING]}}


def test_a_schema_of_some_fields_knows_no_others(json: Codec) -> None:
    """An instance with ``only`` is taken with it."""
    annotation = Annotated[Any, PaintSchema(only=("color",))]

    assert json.refuse(annotation, {"colour": "red", "secret": "x"}) == {"secret": [UNKNOWN]}
    assert json.dump(annotation, {"color": "red", "number": 1}) == {"colour": "red", "signed": True}


def test_a_schema_says_itself_what_it_does_with_unknown_keys(json: Codec) -> None:
    """The app's setting is for generated schemas."""
    annotation = Annotated[Any, PaintSchema(unknown="exclude")]

    assert json.load(annotation, {"colour": "red", "x": "y"}) == types.SimpleNamespace(color="red")


def test_the_innermost_of_several_schemas_gives_way(json: Codec) -> None:
    """What is written last, outermost, counts."""
    annotation = Annotated[Annotated[Any, PaintSchema()], PaintSchema(many=True)]

    assert json.field(annotation).schema.many is True


def test_schemas_stand_inside_collections(json: Codec) -> None:
    """A schema is a type like any other."""
    assert json.dump(dict[str, list[PaintSchema]], {"a": [{"color": "red"}]}) == {  # type: ignore[type-arg,unused-ignore]
        "a": [{"colour": "red", "signed": True}]
    }


def test_a_problem_is_not_made_from_what_a_client_sent(json: Codec) -> None:
    """It is an answer."""
    assert json.refuse(Problem, {"type": "a", "title": "b", "status": 1}) == {
        "_schema": ["A problem is a response and cannot be sent."]
    }


class TestFieldsOfOtherLibraries:
    """Fields that another library has made, as Strawberry does of its resolvers."""

    def test_a_method_is_left_out(self, json: Codec) -> None:
        """Instances have no value for it, with an annotation and without one."""

        @dataclass
        class Book:
            title: str
            pages: int = field(init=False)
            chapters: int = field(init=False)

        def count(book: Book) -> int: ...  # type: ignore[empty-body]  # nothing calls it

        Book.pages = Book.chapters = count  # type: ignore[assignment]  # as Strawberry does
        del Book.__annotations__["chapters"]
        assert json.dump(Book, Book("a")) == {"title": "a"}

    def test_a_field_without_annotation_is_named(self, json: Codec) -> None:
        """The constructor takes it, and nobody knows its type."""

        @dataclass
        class Book:
            title: str

        del Book.__annotations__["title"]
        error = json.reject(Book)
        assert (error.what, error.where[0]) == ("The field has no annotation.", "field 'title'")

    def test_a_field_of_init_false_leaves(self, json: Codec) -> None:
        """Its value is data."""

        @dataclass
        class Book:
            title: str
            year: int = field(init=False, default=3)

        assert json.dump(Book, Book("a")) == {"title": "a", "year": 3}
