"""What a view may return where its annotation is a model of pydantic."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar

import pydantic
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Created, ResponseMismatch, Typed
from flask_typed.pydantic import PYDANTIC
from flask_typed.pydantic.values import FITTING
from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

T = TypeVar("T")
Document = Callable[[], dict[str, Any]]


class UserIn(BaseModel):
    """What a client sends."""

    name: str
    password: str


class UserOut(BaseModel):
    """What leaves."""

    name: str


class Role(enum.Enum):
    """What a user may do."""

    ADMIN = "admin"


class Member(BaseModel):
    """A model with an enum."""

    role: Role


@pydantic.dataclasses.dataclass
class Written:
    """A dataclass of pydantic."""

    title: str


@pydantic.dataclasses.dataclass
class Author:
    """A dataclass with others inside."""

    name: str
    role: Role | None = None
    books: list[Written] = field(default_factory=list)


class Team(BaseModel):
    """A model with others inside."""

    lead: UserOut
    members: list[UserOut] = []


class Page(BaseModel, Generic[T]):
    """A generic model."""

    items: list[T]


class Plane(BaseModel):
    """A member of a union."""

    kind: Literal["plane"] = "plane"
    seats: int


class Car(BaseModel):
    """Another, all of whose fields have defaults."""

    kind: Literal["car"] = "car"
    doors: int = 4


class Names(RootModel[list[str]]):
    """A model that is a list."""


class Loose(BaseModel):
    """A model with more keys than it declares."""

    model_config = ConfigDict(extra="allow")

    a: int


class Shown(BaseModel):
    """A model that is written in another way than it is read."""

    _note: str = pydantic.PrivateAttr("private")
    size: int = Field(serialization_alias="sizeInBytes")
    secret: str = Field("s", exclude=True)

    @pydantic.field_serializer("size")
    def write_size(self, size: int) -> str:
        """Write the unit."""
        return f"{size} B"

    @pydantic.computed_field
    def large(self) -> bool:
        """Whether it is large."""
        return self.size > 1000


@dataclass
class MemberRow:
    """A row whose column holds the value of an enum."""

    role: str = "admin"


@dataclass
class Row:
    """A row of a database, with more than leaves."""

    name: str = "ann"
    password: str = "p"


@dataclass
class TeamRow:
    """A row with others."""

    lead: Row = field(default_factory=Row)
    members: list[Row] = field(default_factory=lambda: [Row("bob")])


@dataclass
class Card:
    """A model of flask_typed with models of pydantic."""

    owner: UserOut
    others: list[UserOut]


ADMIN = {"role": "admin"}
ANN_ALONE: dict[str, Any] = {"name": "ann", "role": None, "books": []}
ANN = {"name": "ann"}


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return the extension object of an app that knows pydantic."""
    return Typed(app, types=PYDANTIC)


@pytest.fixture
def answer(typed: Typed, client: FlaskClient) -> Callable[[Any, Any], Any]:
    """Return what answers with a value of an annotation."""

    def ask(annotation: Any, value: Any) -> Any:
        def view() -> Any:
            return value

        view.__annotations__["return"] = annotation
        typed.get("/")(view)
        return client.get("/").get_json()

    return ask


@pytest.mark.parametrize(
    ("annotation", "value", "body"),
    [
        pytest.param(UserOut, UserIn(name="ann", password="p"), ANN, id="another-model"),
        pytest.param(UserOut, Row(), ANN, id="attributes"),
        pytest.param(UserOut, {"name": "ann", "password": "p"}, ANN, id="mapping"),
        pytest.param(UserOut | None, Row(), ANN, id="optional"),
        pytest.param(
            list[UserOut], [Row(), UserIn(name="ann", password="p")], [ANN, ANN], id="list"
        ),
        pytest.param(dict[str, UserOut], {"a": Row()}, {"a": ANN}, id="dict"),
        pytest.param(Created[UserOut], Created(Row()), ANN, id="reply"),
        pytest.param(
            Team, TeamRow(), {"lead": ANN, "members": [{"name": "bob"}]}, id="rows-inside"
        ),
        pytest.param(
            Team,
            {"lead": UserIn(name="ann", password="p")},
            {"lead": ANN, "members": []},
            id="a-model-in-a-mapping",
        ),
        pytest.param(
            Card, Card(Row(), [Row()]), {"owner": ANN, "others": [ANN]}, id="in-a-dataclass"
        ),
        pytest.param(
            Card, {"owner": Row(), "others": []}, {"owner": ANN, "others": []}, id="in-a-dict"
        ),
        pytest.param(Page[UserOut], {"items": [Row()]}, {"items": [ANN]}, id="generic"),
        pytest.param(Plane | Car, Car(), {"kind": "car", "doors": 4}, id="union"),
        pytest.param(
            Plane | Car,
            {"kind": "plane", "seats": 9},
            {"kind": "plane", "seats": 9},
            id="union-of-a-mapping",
        ),
        pytest.param(
            Plane | Card, Card(Row(), []), {"owner": ANN, "others": []}, id="union-with-a-dataclass"
        ),
        pytest.param(Names, ["a"], ["a"], id="root"),
        pytest.param(Member, {"role": "admin"}, ADMIN, id="value-of-an-enum"),
        pytest.param(Member, MemberRow(), ADMIN, id="value-of-an-enum-in-a-row"),
        pytest.param(Author, {"name": "ann"}, ANN_ALONE, id="mapping-for-a-dataclass"),
        pytest.param(
            Author,
            {"name": "ann", "books": [Written("Emma")]},
            {"name": "ann", "role": None, "books": [{"title": "Emma"}]},
            id="dataclass-in-a-mapping",
        ),
        pytest.param(
            list[Author],
            [{"name": "ann", "role": "admin"}],
            [{**ANN_ALONE, "role": "admin"}],
            id="mappings-in-a-list",
        ),
        pytest.param(Loose, {"a": 1, "b": 2}, {"a": 1, "b": 2}, id="extra"),
        pytest.param(
            Shown, Shown(size=2000), {"sizeInBytes": "2000 B", "large": True}, id="written"
        ),
    ],
)
def test_only_the_declared_fields_leave(
    answer: Callable[[Any, Any], Any], annotation: Any, value: Any, body: Any
) -> None:
    """Whatever has them: another model, a row, a mapping."""
    assert answer(annotation, value) == body


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(
            UserOut,
            {"nick": "a"},
            r"at \$\.name expected UserOut, found one .*: Field required",
            id="missing",
        ),
        pytest.param(
            Team,
            TeamRow(members=[Row(name=3)]),  # type: ignore[arg-type]  # on purpose
            r"at \$\.members\[0\]\.name expected Team, found .* TeamRow that breaks: .* string",
            id="inside-a-row",
        ),
        pytest.param(
            Member, {"role": "boss"}, r"at \$\.role expected Member, .* 'admin'", id="no-enum-value"
        ),
        pytest.param(
            Author,
            {"name": "ann", "books": [{"title": 3}]},
            r"at \$\.books\[0\]\.title expected Author, found one that breaks: .* string",
            id="inside-a-mapping-for-a-dataclass",
        ),
        pytest.param(
            Author,
            object(),
            r"at \$ expected Author, found a value of type object that breaks",
            id="object-for-a-dataclass",
        ),
        pytest.param(
            UserOut, 3, r"at \$ expected UserOut, found a value of type int that", id="scalar"
        ),
        pytest.param(
            Plane | Car, {"kind": "boat"}, r"at \$\.kind expected Plane \| Car", id="union"
        ),
    ],
)
def test_what_does_not_fit_names_the_field(
    answer: Callable[[Any, Any], Any], annotation: Any, value: Any, message: str
) -> None:
    """The error of the program is logged, and says the place."""
    with pytest.raises(ResponseMismatch, match=message):
        answer(annotation, value)


class Camel(BaseModel):
    """A model with other names on the wire."""

    model_config = ConfigDict(alias_generator=to_camel)

    full_name: str


@dataclass
class NamedRow:
    """A row with the names of the fields."""

    full_name: str


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(NamedRow("ann"), id="attributes"),
        pytest.param({"full_name": "ann"}, id="names"),
        pytest.param({"fullName": "ann"}, id="aliases"),
    ],
)
def test_values_are_read_by_names_and_aliases(
    answer: Callable[[Any, Any], Any], value: Any
) -> None:
    """A row knows nothing of the wire."""
    if "by_name" not in FITTING:  # pragma: no cover
        pytest.skip("pydantic 2.11 can")
    assert answer(Camel, value) == {"fullName": "ann"}


def test_the_document_publishes_what_is_written(typed: Typed, document: Document) -> None:
    """Excluded fields are left out, computed ones are there, under the names of responses."""

    @typed.get("/")
    def view() -> Shown: ...

    schema = document()["components"]["schemas"]["Shown"]
    assert set(schema["properties"]) == {"sizeInBytes", "large"}
    assert schema["properties"]["sizeInBytes"]["type"] == "string"


class Dated(BaseModel):
    """A model whose default has no zone."""

    at: dt.datetime = dt.datetime(2026, 1, 1)
    until: dt.datetime = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)


def test_a_default_that_its_own_format_excludes(typed: Typed, document: Document) -> None:
    """It is left out of the document."""

    @typed.post("/")
    def view(dated: Dated) -> None: ...

    properties = document()["components"]["schemas"]["Dated"]["properties"]
    assert "default" not in properties["at"]
    assert properties["until"]["default"] == "2026-01-01T00:00:00Z"


Pet = Annotated[Plane | Car, Field(discriminator="kind")]


def test_a_union_with_a_discriminator(
    typed: Typed, client: FlaskClient, document: Document
) -> None:
    """It enters, leaves and is published by pydantic."""

    @typed.post("/")
    def view(pets: list[Pet]) -> list[Pet]:
        return pets

    given = [{"kind": "plane", "seats": 9}, {"kind": "car", "doors": 4}]
    assert client.post("/", json=given).get_json() == given
    (fault,) = client.post("/", json=[{"kind": "boat"}]).get_json()["errors"]
    assert fault["detail"] == "Must be tagged as one of: 'plane', 'car'."
    operation = document()["paths"]["/"]["post"]
    items = operation["requestBody"]["content"]["application/json"]["schema"]["items"]
    assert items["discriminator"]["propertyName"] == "kind"


def test_a_union_of_models_finds_the_one_that_fits(typed: Typed, client: FlaskClient) -> None:
    """pydantic decides, whatever their order."""

    @typed.post("/")
    def view(vehicle: Car | Plane) -> str:
        return type(vehicle).__name__

    assert client.post("/", json={"kind": "plane", "seats": 1}).get_json() == "Plane"
