"""Fields that only leave and fields that only enter."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from typing import Annotated, Any, Literal

import pytest
from flask import Flask
from flask_typed import Form, Query, ReadOnly, SetupError, Typed, WriteOnly
from marshmallow import fields
from typing_extensions import TypedDict

from .codec import Codec


@dataclass
class Account:
    """Has one of each."""

    name: str
    password: Annotated[str, WriteOnly()] = "none"
    id: Annotated[int, ReadOnly()] = 7


class Row(TypedDict):
    """A TypedDict needs no default."""

    id: Annotated[int, ReadOnly()]
    name: str


@dataclass
class Page:
    """Holds others."""

    items: list[Account]


def make_app(**config: Any) -> Flask:
    """Return an app with a route that gives back what it takes."""
    app = Flask("shop")
    app.testing = True
    app.config.update(config)

    def echo(page: Any) -> Any:
        return page

    echo.__annotations__.update({"page": Page, "return": Page})
    Typed(app).post("/")(echo)
    return app


def test_what_only_leaves_is_not_taken() -> None:
    """A read-only key of a request is an unknown one, with its place."""
    answer = make_app().test_client().post("/", json={"items": [{"name": "Ada", "id": 1}]})
    assert (answer.status_code, answer.get_json()) == (
        422,
        {
            "type": "about:blank",
            "title": "The request is not valid.",
            "status": 422,
            "detail": "One value of the request cannot be accepted.",
            "errors": [
                {
                    "in": "body",
                    "pointer": "/items/0/id",
                    "code": "unknown",
                    "detail": "Unknown field.",
                }
            ],
        },
    )


def test_what_only_enters_does_not_leave() -> None:
    """A password is taken, and never given; what only leaves has its default."""
    answer = make_app().test_client().post("/", json={"items": [{"name": "Ada", "password": "x"}]})
    assert answer.get_json() == {"items": [{"name": "Ada", "id": 7}]}


def test_read_only_keys_may_be_ignored() -> None:
    """Whatever they hold, and unknown keys are refused all the same."""
    client = make_app(TYPED_READ_ONLY_KEYS="exclude").test_client()
    answer = client.post("/", json={"items": [{"name": "Ada", "id": "any"}]})
    assert answer.get_json() == {"items": [{"name": "Ada", "id": 7}]}
    refused = client.post("/", json={"items": [{"name": "Ada", "no": 1}, 5]}).get_json()
    assert refused["errors"] == [
        {"in": "body", "pointer": "/items/0/no", "code": "unknown", "detail": "Unknown field."},
        {
            "in": "body",
            "pointer": "/items/1",
            "code": "invalid_object",
            "detail": "Invalid input type.",
        },
    ]


def test_two_components_where_input_and_output_differ() -> None:
    """Inside others too; each says what its direction has."""
    schemas = make_app().test_client().get("/openapi.json").get_json()["components"]["schemas"]
    assert schemas["Account"] == {
        "type": "object",
        "properties": {"name": {"type": "string"}, "id": {"type": "integer", "readOnly": True}},
        "required": ["id", "name"],
        "additionalProperties": False,
    }
    assert schemas["AccountInput"] == {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "password": {"type": "string", "writeOnly": True, "default": "none"},
        },
        "required": ["name"],
        "additionalProperties": False,
    }
    assert schemas["Page"]["properties"]["items"]["items"]["$ref"].endswith("/Account")
    assert schemas["PageInput"]["properties"]["items"]["items"]["$ref"].endswith("/AccountInput")


def test_ignored_keys_are_published_as_such() -> None:
    """They may hold anything."""
    client = make_app(TYPED_READ_ONLY_KEYS="exclude").test_client()
    schemas = client.get("/openapi.json").get_json()["components"]["schemas"]
    ignored = {"readOnly": True, "description": "Ignored in requests."}
    assert schemas["AccountInput"]["properties"]["id"] == ignored


def test_one_component_where_one_direction_is_used() -> None:
    """It has the type's name."""
    app = Flask("shop")

    def view(account: Any) -> None: ...

    view.__annotations__.update({"account": Account, "return": None})
    Typed(app).post("/")(view)
    schemas = app.test_client().get("/openapi.json").get_json()["components"]["schemas"]
    assert "AccountInput" not in schemas
    assert list(schemas["Account"]["properties"]) == ["name", "password"]


def test_parameters_have_no_read_only_fields() -> None:
    """They are not published and not taken."""
    app = Flask("shop")
    typed = Typed(app)

    def search(account: Any) -> Any:
        return account

    def save(account: Any) -> None: ...

    search.__annotations__.update({"account": Annotated[Account, Query()], "return": Account})
    save.__annotations__.update({"account": Annotated[Account, Form()], "return": None})
    typed.get("/")(search)
    typed.post("/")(save)
    client = app.test_client()
    paths = client.get("/openapi.json").get_json()["paths"]["/"]
    assert [parameter["name"] for parameter in paths["get"]["parameters"]] == ["name", "password"]
    assert client.get("/?name=Ada&id=1").get_json() == {"name": "Ada", "id": 7}
    assert client.post("/", data={"name": "Ada", "id": "1"}).get_json()["errors"] == [
        {"in": "form", "pointer": "/id", "code": "unknown", "detail": "Unknown field."}
    ]


def test_keys_of_a_typeddict_may_be_read_only(json: Codec) -> None:
    """The dict is made without them, and has to have them when it leaves."""
    assert json.load(Row, {"name": "Ada"}) == {"name": "Ada"}
    assert json.refuse(Row, {"id": 1, "name": "Ada"}) == {"id": ["Unknown field."]}
    assert json.dump(Row, {"id": 1, "name": "Ada"}) == {"id": 1, "name": "Ada"}
    assert "no 'id'" in json.mismatch(Row, {"name": "Ada"})


def test_a_ready_field_says_its_direction(json: Codec) -> None:
    """By marshmallow's own words."""

    @dataclass
    class Told:
        name: str
        secret: Annotated[str, fields.String(load_only=True)] = ""
        id: Annotated[int, fields.Integer(dump_only=True)] = 3

    model = json.factory.model_schema(Told)()
    assert [f.data_key for f in model.load_fields.values()] == ["name", "secret"]
    assert [f.data_key for f in model.dump_fields.values()] == ["name", "id"]


def test_a_ready_field_takes_its_direction_from_its_place(json: Codec) -> None:
    """A field of ``init=False`` only leaves, an ``InitVar`` only enters."""

    @dataclass
    class Placed:
        size: InitVar[Annotated[int, fields.Integer()]]
        made: Annotated[int, fields.Integer()] = field(init=False, default=1)

    schema = json.factory.model_schema(Placed)()
    assert [f.data_key for f in schema.load_fields.values()] == ["size"]
    assert [f.data_key for f in schema.dump_fields.values()] == ["made"]


def make_needy() -> type:
    """Return a type whose constructor needs what no request may send."""

    @dataclass
    class Needy:
        id: Annotated[int, ReadOnly()]

    return Needy


def make_both() -> type:
    """Return a type with a field that would not move at all."""

    @dataclass
    class Both:
        id: Annotated[int, ReadOnly(), WriteOnly()] = 0

    return Both


def make_bare() -> type:
    """Return a type whose marker is a class."""

    @dataclass
    class Bare:
        id: Annotated[int, ReadOnly] = 0

    return Bare


@pytest.mark.parametrize(
    ("annotation", "what", "instead"),
    [
        pytest.param(
            make_needy(),
            "The field is read-only, and the constructor needs a value that no request may send.",
            "Give it a default, which the constructor gets in requests.",
            id="no-default",
        ),
        pytest.param(
            make_both(),
            "The field is both read-only and write-only.",
            "Keep one: ReadOnly() is for responses only, WriteOnly() for requests only.",
            id="both",
        ),
        pytest.param(
            make_bare(),
            "ReadOnly is written without parentheses.",
            "Write ReadOnly().",
            id="no-parentheses",
        ),
        pytest.param(
            list[Annotated[int, WriteOnly()]],
            "int is marked read-only or write-only, but it is not a field of an object.",
            "Mark fields of a dataclass, a TypedDict or another type with named fields.",
            id="no-field",
        ),
    ],
)
def test_directions_that_cannot_be(json: Codec, annotation: Any, what: str, instead: str) -> None:
    """They are refused at registration."""
    error = json.reject(annotation)
    assert (error.what, error.instead) == (what, instead)


def test_a_tag_has_to_move_both_ways(json: Codec) -> None:
    """Models with a read-only key are not told apart by it."""

    @dataclass
    class Cat:
        lives: int
        kind: Annotated[Literal["cat"], ReadOnly()] = "cat"

    @dataclass
    class Dog:
        tricks: int
        kind: Annotated[Literal["dog"], ReadOnly()] = "dog"

    assert json.load(Cat | Dog, {"tricks": 1}) == Dog(1)


def test_the_configuration_is_checked() -> None:
    """A word that means nothing is an error when Typed is put on the app."""
    with pytest.raises(SetupError, match=r"TYPED_READ_ONLY_KEYS is 'drop'; it may be 'raise', 'ex"):
        make_app(TYPED_READ_ONLY_KEYS="drop")
    with pytest.raises(SetupError, match=r"TYPED_OPENAPI_VERSION is '3'; it may be '3\.1\.0', '3"):
        make_app(TYPED_OPENAPI_VERSION="3")
