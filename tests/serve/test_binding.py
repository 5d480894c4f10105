"""Values of a request become arguments, from every place and in every shape."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import flask
import pytest
from annotated_types import Ge, Len
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Body, Cookie, File, Form, Header, Path, Query, Typed, TypedBlueprint
from marshmallow import Schema, ValidationError, fields, post_load, validates_schema
from werkzeug.datastructures import FileStorage
from werkzeug.routing import BaseConverter

Limit = Annotated[int, Query(), Ge(1)]


class Genre(Enum):
    """An enum by value, of integers."""

    NOVEL = 1
    POETRY = 2


@dataclass
class Filters:
    """A parameter model."""

    text: str = ""
    genre: list[Genre] = field(default_factory=list)
    max_price: Decimal | None = None


@dataclass
class Point:
    """A body model."""

    x: int
    y: int = 0


def faults(response: Any) -> list[tuple[str, str, str]]:
    """Return the faults of a 422."""
    assert (response.status_code, response.mimetype) == (422, "application/problem+json")
    return [(f["in"], f["pointer"], f["detail"]) for f in response.json["errors"]]


def test_all_places_at_once(typed: Typed, client: FlaskClient) -> None:
    """Path, query, header, cookie and body reach one view together."""

    @typed.post("/shops/<shop>/points")
    def view(
        shop: str, point: Point, scale: float = 1, *, x_trace: Annotated[UUID, Header()]
    ) -> dict[str, Any]:
        return {"shop": shop, "x": point.x * scale, "trace": str(x_trace)}

    trace = "12345678-1234-5678-1234-567812345678"
    response = client.post("/shops/a/points?scale=2.5", json={"x": 2}, headers={"X-Trace": trace})
    assert response.json == {"shop": "a", "x": 5.0, "trace": trace}


def test_all_faults_of_all_places_at_once(typed: Typed, client: FlaskClient) -> None:
    """One answer holds every fault, in the order path, query, header, cookie, body."""

    @typed.post("/<int:number>")
    def view(
        number: Annotated[int, Ge(10)],
        point: Point,
        limit: Limit,
        x_count: Annotated[int, Header()],
        crumb: Annotated[int, Cookie()],
    ) -> None: ...

    client.set_cookie("crumb", "x")
    response = client.post("/3?limit=0", json={"x": None, "z": 1})
    assert faults(response) == [
        ("path", "/number", "Must be greater than or equal to 10."),
        ("query", "/limit", "Must be greater than or equal to 1."),
        ("header", "/x-count", "Missing data for required field."),
        ("cookie", "/crumb", "Not a valid integer."),
        ("body", "/x", "Field may not be null."),
        ("body", "/z", "Unknown field."),
    ]
    assert response.json["detail"] == "6 values of the request cannot be accepted."


def test_aliases(typed: Typed, client: FlaskClient) -> None:
    """An alias is the name on the wire, in requests and in faults."""

    @typed.get("/<name>")
    def view(
        who: Annotated[str, Path(alias="name")],
        size: Annotated[int, Query(alias="page-size")] = 1,
        agent: Annotated[str, Header(alias="User-Agent")] = "",
        crumb: Annotated[str, Cookie(alias="a.b")] = "",
    ) -> list[Any]:
        return [who, size, agent, crumb]

    client.set_cookie("a.b", "c")
    response = client.get("/ann?page-size=2", headers={"User-Agent": "test"})
    assert response.json == ["ann", 2, "test", "c"]
    assert faults(client.get("/ann?page-size=x")) == [
        ("query", "/page-size", "Not a valid integer.")
    ]


def test_annotated_alias_works_like_the_thing_itself(typed: Typed, client: FlaskClient) -> None:
    """A marker in an alias of Annotated counts."""

    @typed.get("/")
    def view(limit: Limit = 3) -> int:
        return limit

    assert client.get("/").json == 3
    assert client.get("/?limit=5").json == 5


def test_the_request_itself(typed: Typed, client: FlaskClient) -> None:
    """An argument of the request's class gets the request, not the proxy."""

    class OwnRequest(flask.Request):
        """A subclass, as apps have."""

    @typed.get("/")
    def view(request: flask.Request) -> str:
        assert type(request) is OwnRequest
        return request.path

    typed_app = client.application
    typed_app.request_class = OwnRequest
    assert client.get("/").json == "/"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"text": "", "genre": [], "max_price": None}),
        ("text=a&genre=1&genre=2", {"text": "a", "genre": [1, 2], "max_price": None}),
        ("max_price=1.50&other=1", {"text": "", "genre": [], "max_price": "1.50"}),
    ],
)
def test_parameter_model(
    typed: Typed, client: FlaskClient, query: str, expected: dict[str, Any]
) -> None:
    """A dataclass marked Query() spreads over several parameters."""

    @typed.get("/")
    def view(filters: Annotated[Filters, Query()]) -> Filters:
        return filters

    assert client.get(f"/?{query}").json == expected


def test_parameter_model_faults(typed: Typed, client: FlaskClient) -> None:
    """Faults of a parameter model name the parameters."""

    @typed.get("/")
    def view(filters: Annotated[Filters, Query()], page: int = 1) -> Filters: ...

    assert faults(client.get("/?genre=1&genre=9&max_price=a&page=b")) == [
        ("query", "/genre/1", "Must be one of: 1, 2."),
        ("query", "/max_price", "Not a valid decimal number in text form."),
        ("query", "/page", "Not a valid integer."),
    ]


@pytest.mark.parametrize(
    ("marker", "request_options"),
    [
        (Query(), {"query_string": {"x": "3"}}),
        (Header(), {"headers": {"X": "3"}}),
        (Form(), {"data": {"x": "3"}}),
    ],
    ids=["query", "header", "form"],
)
def test_optional_parameter_model(
    typed: Typed, client: FlaskClient, marker: Any, request_options: dict[str, Any]
) -> None:
    """The default of a model stands when none of its parameters is there."""

    def view(point: Any = None) -> Any:
        return None if point is None else [point.x, point.y]

    view.__annotations__["point"] = Annotated[Point | None, marker]
    typed.post("/")(view)
    assert client.post("/").json is None
    assert client.post("/", **request_options).json == [3, 0]


def test_optional_cookie_model(typed: Typed, client: FlaskClient) -> None:
    """Cookies spread too."""

    @typed.get("/")
    def view(point: Annotated[Point | None, Cookie()] = None) -> Point | None:
        return point

    assert client.get("/").json is None
    client.set_cookie("x", "3")
    assert client.get("/").json == {"x": 3, "y": 0}


def test_header_model_has_dashes(typed: Typed, client: FlaskClient) -> None:
    """The fields of a header model are named like headers."""

    @dataclass
    class Trace:
        x_trace_id: str

    def view(trace: Any) -> str:
        return str(trace.x_trace_id)

    view.__annotations__["trace"] = Annotated[Trace, Header()]
    typed.get("/")(view)
    assert client.get("/", headers={"X-Trace-Id": "7"}).json == "7"
    assert faults(client.get("/")) == [
        ("header", "/x-trace-id", "Missing data for required field.")
    ]


class PageSchema(Schema):
    """A marshmallow schema with hooks, as people have them."""

    limit = fields.Integer(load_default=10)
    offset = fields.Integer(load_default=0, data_key="skip")

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what no field alone can."""
        if data["limit"] + data["offset"] > 100:
            raise ValidationError("Too far.")

    @post_load
    def pair(self, data: dict[str, Any], **_: Any) -> tuple[int, int]:
        """Make something that is no dict."""
        return data["limit"], data["offset"]


def test_marshmallow_schema_as_parameter_model(typed: Typed, client: FlaskClient) -> None:
    """A Schema class marked Query() is read as webargs reads it, hooks and all."""

    @typed.get("/")
    def view(page: Annotated[PageSchema, Query()]) -> Any:
        return list(page)  # type: ignore[call-overload]  # what post_load made

    assert client.get("/?skip=5").json == [10, 5]
    assert faults(client.get("/?skip=99")) == [("query", "", "Too far.")]


def test_marshmallow_schema_as_body(typed: Typed, client: FlaskClient) -> None:
    """A Schema class is a body, hooks and all."""

    @typed.post("/")
    def view(page: PageSchema) -> Any:
        return list(page)  # type: ignore[call-overload]  # what post_load made

    assert client.post("/", json={"limit": 5}).json == [5, 0]
    assert faults(client.post("/", json={"limit": "x", "more": 1})) == [
        ("body", "/limit", "Not a valid integer."),
        ("body", "/more", "Unknown field."),
    ]


def test_marshmallow_schema_instance_as_body(typed: Typed, client: FlaskClient) -> None:
    """A Schema instance in Annotated is the schema of the body."""

    class ItemSchema(Schema):
        name = fields.String(required=True)
        size = fields.Integer()

    def view(items: Any) -> Any:
        return items

    view.__annotations__["items"] = Annotated[list[dict[str, Any]], ItemSchema(many=True)]
    typed.post("/")(view)
    assert client.post("/", json=[{"name": "a"}]).json == [{"name": "a"}]
    assert faults(client.post("/", json=[{"name": "a"}, {"size": "x"}])) == [
        ("body", "/1/name", "Missing data for required field."),
        ("body", "/1/size", "Not a valid integer."),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"point": {"x": 1}, "label": {"a": "b"}}, [1, {"a": "b"}, 1]),
        ({"point": {"x": 1}, "label": {}, "times": 2}, [1, {}, 2]),
    ],
)
def test_several_bodies_are_keys(
    typed: Typed, client: FlaskClient, body: dict[str, Any], expected: list[Any]
) -> None:
    """Several body arguments are the keys of one object."""

    @typed.post("/")
    def view(point: Point, label: dict[str, str], times: Annotated[int, Body()] = 1) -> list[Any]:
        return [point.x, label, times]

    assert client.post("/", json=body).json == expected


def test_faults_of_several_bodies(typed: Typed, client: FlaskClient) -> None:
    """Faults of several bodies start with the key; an absent body lacks every key."""

    @typed.post("/")
    def view(point: Point, other: Point) -> None: ...

    assert faults(client.post("/", json={"point": {}, "more": 1})) == [
        ("body", "/point/x", "Missing data for required field."),
        ("body", "/other", "Missing data for required field."),
        ("body", "/more", "Unknown field."),
    ]
    assert faults(client.post("/")) == [
        ("body", "/point", "Missing data for required field."),
        ("body", "/other", "Missing data for required field."),
    ]


def test_several_optional_bodies_may_be_absent(typed: Typed, client: FlaskClient) -> None:
    """A request without a body leaves the defaults of several body arguments."""

    @typed.post("/")
    def view(point: Point | None = None, times: Annotated[int, Body()] = 2) -> int:
        return times

    assert client.post("/").json == 2
    assert client.post("/", json={"times": 3}).json == 3


def test_embedded_body(typed: Typed, client: FlaskClient) -> None:
    """Body(embed=True) makes one body argument a key."""

    @typed.post("/")
    def view(point: Annotated[Point, Body(embed=True, alias="at")]) -> int:
        return point.x

    assert client.post("/", json={"at": {"x": 4}}).json == 4
    assert faults(client.post("/", json={"x": 4})) == [
        ("body", "/at", "Missing data for required field."),
        ("body", "/x", "Unknown field."),
    ]
    assert faults(client.post("/", json=[{"at": {"x": 4}}])) == [
        ("body", "", "Invalid input type.")
    ]


@pytest.mark.parametrize(
    ("annotation", "good", "bad", "fault"),
    [
        (
            list[Point],
            [{"x": 1}],
            [{"x": 1}, {}],
            ("body", "/1/x", "Missing data for required field."),
        ),
        (Annotated[int, Body()], 5, "5", ("body", "", "Not a valid integer.")),
        (dict[str, int], {"a": 1}, {"a/": "x"}, ("body", "/a~1", "Not a valid integer.")),
        (list[None], [None], [1], ("body", "/0", "Must be null.")),
        (Annotated[Literal["a"], Body()], "a", "b", ("body", "", "Must be one of: a.")),
    ],
    ids=["list", "scalar", "dict", "nulls", "literal"],
)
def test_whole_bodies(
    typed: Typed,
    client: FlaskClient,
    annotation: Any,
    good: Any,
    bad: Any,
    fault: tuple[str, str, str],
) -> None:
    """Any type may be the whole body."""

    def view(value: Any) -> Any:
        return "taken"

    view.__annotations__["value"] = annotation
    typed.post("/")(view)
    assert client.post("/", json=good).json == "taken"
    assert faults(client.post("/", json=bad)) == [fault]


def test_optional_body(typed: Typed, client: FlaskClient) -> None:
    """A body with a default may be absent; null is a value where the annotation says so."""

    @typed.post("/")
    def view(point: Point | None = None) -> str:
        return "none" if point is None else "point"

    assert client.post("/").json == "none"
    assert client.post("/", json=None, content_type="application/json", data="null").json == "none"
    assert client.post("/", json={"x": 1}).json == "point"


def test_nullable_body_is_still_required(typed: Typed, client: FlaskClient) -> None:
    """``X | None`` says only that null is a value."""

    @typed.post("/")
    def view(point: Point | None) -> str:
        return "none" if point is None else "point"

    assert client.post("/", data="null", content_type="application/json").json == "none"
    assert faults(client.post("/")) == [("body", "", "Missing data for required field.")]


def test_body_on_get_if_it_is_meant(typed: Typed, client: FlaskClient) -> None:
    """A marked body is read on GET too."""

    @typed.get("/")
    def view(point: Annotated[Point, Body()]) -> int:
        return point.x

    assert client.get("/", json={"x": 1}).json == 1


def test_unknown_keys_can_be_ignored() -> None:
    """TYPED_UNKNOWN_KEYS says what happens to unknown keys of a body."""
    app = Flask("shop")
    app.config["TYPED_UNKNOWN_KEYS"] = "exclude"
    typed = Typed(app)

    @typed.post("/one")
    def one(point: Point) -> int:
        return point.x

    @typed.post("/two")
    def two(point: Point, other: Point) -> int:
        return point.x

    client = app.test_client()
    assert client.post("/one", json={"x": 1, "more": 1}).json == 1
    both = {"point": {"x": 1, "more": 1}, "other": {"x": 1}, "more": 1}
    assert client.post("/two", json=both).json == 1


@pytest.mark.parametrize("content_type", ["multipart/form-data", None])
def test_forms(typed: Typed, client: FlaskClient, content_type: str | None) -> None:
    """Form fields come urlencoded or as multipart; repeated fields fill a list."""

    @typed.post("/")
    def view(
        name: Annotated[str, Form(), Len(1)], sizes: Annotated[list[int], Form()] = []
    ) -> list[Any]:
        return [name, sizes]

    data = {"name": "é", "sizes": ["1", "2"]}
    assert client.post("/", data=data, content_type=content_type).json == ["é", [1, 2]]


def test_form_model_beside_fields_and_files(typed: Typed, client: FlaskClient) -> None:
    """A form may mix a model, single fields and files; unknown names are known to none of them."""

    @typed.post("/")
    def view(
        point: Annotated[Point, Form()],
        note: Annotated[str, Form()],
        picture: FileStorage,
        more: list[FileStorage] = [],
    ) -> list[Any]:
        return [point.x, note, picture.filename, [file.filename for file in more]]

    def send(**data: Any) -> Any:
        return client.post("/", data=data, content_type="multipart/form-data")

    files = {"picture": (io.BytesIO(b"a"), "a.png")}
    assert send(x="1", note="n", **files).json == [1, "n", "a.png", []]
    several = [(io.BytesIO(b"b"), "b"), (io.BytesIO(b"c"), "c")]
    files = {"picture": (io.BytesIO(b"a"), "a.png")}
    assert send(x="1", note="n", more=several, **files).json == [1, "n", "a.png", ["b", "c"]]
    assert faults(send(x="a", other="1")) == [
        ("form", "/x", "Not a valid integer."),
        ("form", "/note", "Missing data for required field."),
        ("file", "/picture", "Missing data for required field."),
        ("form", "/other", "Unknown field."),
    ]


def test_optional_and_marked_files(typed: Typed, client: FlaskClient) -> None:
    """A file may be optional, and marked with another name."""

    @typed.post("/")
    def view(picture: Annotated[FileStorage | None, File(alias="image")] = None) -> str:
        return "none" if picture is None else picture.read().decode()

    assert client.post("/").json == "none"
    assert client.post("/", data={"image": (io.BytesIO(b"abc"), "a")}).json == "abc"


def test_form_parsed_before_the_view(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """A form that a before_request function has read already is read from there."""

    @app.before_request
    def look() -> None:
        flask.request.form.get("a")

    @typed.post("/")
    def view(a: Annotated[int, Form()]) -> int:
        return a

    assert client.post("/", data={"a": "3"}).json == 3


def test_body_can_still_be_read_by_the_view(typed: Typed, client: FlaskClient) -> None:
    """The bytes of the body stay where Flask keeps them."""

    @typed.post("/")
    def view(point: Point) -> str:
        return flask.request.get_data(as_text=True)

    assert client.post("/", data='{"x": 1}', content_type="application/json").json == '{"x": 1}'


def test_decorators_that_add_arguments(typed: Typed, client: FlaskClient) -> None:
    """What another decorator gives is left to it: an argument without annotation."""

    def with_user(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return view(*args, user="ann", **kwargs)

        return wrapper

    @typed.get("/<int:number>")
    @with_user
    def view(user, number: int, limit: int = 1) -> list[Any]:  # type: ignore[no-untyped-def]
        return [user, number, limit]

    assert client.get("/4?limit=2").json == ["ann", 4, 2]


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
def test_decorators_that_answer_themselves(typed: Typed, client: FlaskClient) -> None:
    """A response of another decorator passes through."""

    def refuse(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return flask.redirect("/login")

        return wrapper

    @typed.get("/")
    @refuse
    def view() -> int: ...

    assert client.get("/").location == "/login"


def test_variables_that_nobody_takes(app: Flask, typed: Typed) -> None:
    """A variable that a url_value_preprocessor takes away is missed by nobody."""
    pages = TypedBlueprint("pages", __name__, url_prefix="/<lang>")

    @pages.url_value_preprocessor
    def take(endpoint: str | None, values: dict[str, Any] | None) -> None:
        flask.g.lang = (values or {}).pop("lang")

    @pages.url_defaults
    def give(endpoint: str, values: dict[str, Any]) -> None:
        values.setdefault("lang", flask.g.lang)

    @pages.get("/<name>")
    def view(name: str) -> list[str]:
        return [flask.g.lang, name, flask.url_for(".view", name="other")]

    @pages.get("/unused/<thing>")
    def unused() -> str:
        return "fine"

    app.register_blueprint(pages)
    client = app.test_client()
    assert client.get("/en/page").json == ["en", "page", "/en/other"]
    assert client.get("/en/unused/x").json == "fine"


def test_rule_defaults(typed: Typed, client: FlaskClient) -> None:
    """A value that the rule's ``defaults`` give is passed on as it is."""

    @typed.get("/", defaults={"page": 1})
    @typed.get("/page/<int:page>")
    def view(page: int) -> int:
        return page

    assert client.get("/").json == 1
    assert client.get("/page/7").json == 7


def test_keyword_rest_gets_all_variables(typed: Typed, client: FlaskClient) -> None:
    """``**values`` takes the variables that have no argument of their own."""

    @typed.get("/<a>/<b>")
    def view(a: str, *others: Any, **values: Any) -> list[Any]:
        return [a, values]

    assert client.get("/x/y").json == ["x", {"b": "y"}]


def test_unannotated_variable(typed: Typed, client: FlaskClient) -> None:
    """A variable without annotation is passed on as the converter makes it."""

    @typed.get("/<int:a>")
    def view(a) -> str:  # type: ignore[no-untyped-def]
        return type(a).__name__

    assert client.get("/5").json == "int"


class DateConverter(BaseConverter):
    """A converter of the user's own."""

    def to_python(self, value: str) -> date:
        """Return a date."""
        return date.fromisoformat(value)


class WordConverter(BaseConverter):
    """A converter of the user's own that leaves text."""

    regex = "[a-z]+"


def test_own_converters(app: Flask, typed: Typed, client: FlaskClient) -> None:
    """What a converter of the user's own makes is taken, its constraints are checked."""
    app.url_map.converters.update(date=DateConverter, word=WordConverter)

    @typed.get("/<date:day>/<word:name>")
    def view(day: Annotated[date, Ge(date(2000, 1, 1))], name: str) -> list[str]:
        return [day.isoformat(), name]

    assert client.get("/2020-02-02/abc").json == ["2020-02-02", "abc"]
    assert faults(client.get("/1999-12-31/abc")) == [
        ("path", "/day", "Must be greater than or equal to 2000-01-01.")
    ]


@pytest.mark.parametrize(
    ("rule", "annotation", "path", "value"),
    [
        ("/<value>", int, "/12", 12),
        ("/<value>", date, "/2020-02-02", "2020-02-02"),
        ("/<uuid:value>", UUID, f"/{UUID(int=5)}", str(UUID(int=5))),
        ("/<float:value>", float, "/1.5", 1.5),
        ("/<int:value>", Genre, "/2", 2),
        ("/<int:value>", Literal[1, 2], "/1", 1),
        ("/<any(a, b):value>", Literal["a", "b"], "/b", "b"),
        ("/<path:value>", str, "/a/b", "a/b"),
    ],
)
def test_path_types(
    typed: Typed, client: FlaskClient, rule: str, annotation: Any, path: str, value: Any
) -> None:
    """A variable is what its annotation says, whether the converter or we make it."""

    def view(value: Any) -> Any:
        return value

    view.__annotations__.update({"value": annotation, "return": annotation})
    typed.get(rule)(view)
    assert client.get(path).json == value


def test_path_text_is_checked(typed: Typed, client: FlaskClient) -> None:
    """A variable that the rule leaves as text is parsed as its annotation says."""

    @typed.get("/<value>")
    def view(value: Genre) -> Genre:
        return value

    assert client.get("/1").json == 1
    assert faults(client.get("/3")) == [("path", "/value", "Must be one of: 1, 2.")]


def test_text_collections(typed: Typed, client: FlaskClient) -> None:
    """Sets and tuples come by repeated keys, and by commas in headers."""

    @typed.get("/")
    def view(
        tags: set[str] = set(),  # as people write it
        pair: tuple[int, str] = (0, ""),
        x_pair: Annotated[tuple[int, ...], Header()] = (),
    ) -> list[Any]:
        return [sorted(tags), list(pair), list(x_pair)]

    response = client.get("/?tags=b&tags=a&pair=1&pair=x", headers={"X-Pair": "1,2, 3"})
    assert response.json == [["a", "b"], [1, "x"], [1, 2, 3]]
    assert faults(client.get("/?tags=a&tags=a&pair=1")) == [
        ("query", "/tags", "Must not hold an item twice."),
        ("query", "/pair", "Must hold exactly 2 items."),
    ]
