"""Rare arguments and responses of a client, in process."""

from __future__ import annotations

import functools
import gzip
import sys
from collections.abc import Callable, Iterator
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Annotated, Any, Literal

import msgspec
import pydantic
import pytest
import urllib3
from flask import Flask, Request, Response, make_response
from flask_typed import (
    PROVIDED,
    Body,
    Cookie,
    Cursor,
    Event,
    EventStream,
    Extra,
    FileResponse,
    Form,
    Header,
    JsonNumber,
    MediaType,
    Patch,
    Query,
    ReadOnly,
    Sort,
    Typed,
    TypedBlueprint,
    WriteOnly,
    computed,
)
from flask_typed.client import ArgumentMismatch, TypedClient, UnexpectedResponse
from flask_typed.client.events import parse_events
from flask_typed.client.writing import Unwritable, reject_changed, write_scalar
from flask_typed.exceptions import SetupError
from flask_typed.pydantic import PYDANTIC
from flask_typed.schemas.families.scalars import Integer
from marshmallow import EXCLUDE, Schema, fields
from typing_extensions import NotRequired, TypedDict
from werkzeug.datastructures import FileStorage
from werkzeug.routing import BaseConverter

from .shop import Account


@pytest.fixture
def app() -> Flask:
    """Return an app whose responses are not compared with its document."""
    app = Flask("corners", static_folder=None)
    app.testing = True
    app.secret_key = "0123456789abcdef" * 4
    app.config["TYPED_CHECK_RESPONSES"] = "ignore"
    return app


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return an app's extension object, with pydantic's types."""
    return Typed(app, types=PYDANTIC)


def refuse(app: Flask, view: Callable[..., Any], *args: Any) -> str:
    """Return why an argument cannot be sent."""
    with pytest.raises(ArgumentMismatch) as caught:
        TypedClient(app).call(view, *args)
    return caught.value.cause


@pytest.mark.parametrize(
    ("annotation", "value", "cause"),
    [
        pytest.param(Annotated[str | None, Query()], None, "found None", id="None"),
        pytest.param(
            Annotated[list[str], Query(explode=False)], [""], "of one empty text", id="empty text"
        ),
        pytest.param(
            Annotated[list[str], Query(explode=False)], ["a,b"], "would be read as", id="separator"
        ),
        pytest.param(
            Annotated[list[int], Query(explode=False)], [], "an empty collection", id="empty"
        ),
        pytest.param(Annotated[list[int], Form()], [], "an empty collection", id="empty in a form"),
        pytest.param(
            Annotated[Literal["", "a"], Header()], "x", "expected one of", id="another choice"
        ),
        pytest.param(Annotated[str, Query()], "\ud800", "surrogates", id="surrogate"),
        pytest.param(
            Annotated[dict[str, int], Query(style="deepObject")], {}, "nothing of it", id="no keys"
        ),
        pytest.param(
            Annotated[dict[str, str], Query(style="deepObject")],
            {"a[b]": "x"},
            "Must not hold brackets",
            id="brackets",
        ),
    ],
)
def test_values_without_a_text(
    app: Flask, typed: Typed, annotation: Any, value: Any, cause: str
) -> None:
    """Nothing is sent."""

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = annotation
    typed.post("/")(view)
    assert cause in refuse(app, view, value)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(Annotated[Literal["a", None], Query()], None, id="a choice that is null"),
        pytest.param(Annotated[Decimal, JsonNumber(), Query()], Decimal("1.50"), id="number"),
        pytest.param(Annotated[str | None, Form()], None, id="null in a form"),
        pytest.param(Annotated[dict[str, int], Query(style="deepObject")], {"a": 1}, id="keys"),
    ],
)
def test_values_with_a_text(app: Flask, typed: Typed, annotation: Any, value: Any) -> None:
    """They arrive."""

    def view(value: Any) -> str:
        return repr(value)

    view.__annotations__["value"] = annotation
    typed.post("/")(view)
    assert TypedClient(app).call(view, value) == repr(value)


class Words(BaseConverter):
    """Makes a list of a text."""

    def to_python(self, value: str) -> list[str]:
        return value.split("+")

    def to_url(self, value: list[str]) -> str:
        return "+".join(value)


@dataclass
class Open:
    """An object with other parameters."""

    low: int
    others: Annotated[dict[str, str], Extra()] = field(default_factory=dict)


class Filter(pydantic.BaseModel):
    """A model of pydantic's."""

    name: str
    age: int | None = None
    tags: list[str] = []


class Excluding(pydantic.BaseModel):
    """A model of pydantic's with a field that is never written."""

    name: str
    secret: Annotated[str, pydantic.Field(exclude=True)] = ""


class Strict(pydantic.BaseModel):
    """A model of pydantic's with a constraint."""

    name: Annotated[str, pydantic.Field(min_length=3)]


class QuerySchema(Schema):
    """A schema of marshmallow's."""

    low = fields.Integer()
    high = fields.Integer(allow_none=True)


QueryValues = Annotated[dict[str, int], QuerySchema(unknown=EXCLUDE), Query()]


def test_subdomains() -> None:
    """They are part of the rule."""
    app = Flask("corners", subdomain_matching=True)
    app.testing = True
    app.config["SERVER_NAME"] = "shop.example"

    @Typed(app).get("/<name>", subdomain="api")
    def read(name: str, sid: Annotated[str | None, Cookie()] = None) -> list[str | None]:
        return [name, sid]

    assert TypedClient(app).call(read, "a", "b") == ["a", "b"]
    assert "does not give it back" in refuse(app, read, "a/b")


def test_other_paths_and_objects(app: Flask, typed: Typed) -> None:
    """A converter of the app's own, a default of a rule, a host, and objects of libraries."""
    app.url_map.converters["words"] = Words

    @typed.get("/words/<words:found>")
    def find(found: list[str]) -> list[str]:
        return found

    @typed.get("/first", defaults={"number": 1})
    def first(number: int) -> int:
        return number

    @typed.get("/open")
    def read_open(limits: Annotated[Open, Query()]) -> list[Any]:
        return [limits.low, limits.others]

    @typed.get("/pydantic")
    def read_filter(filters: Annotated[Filter, Query()]) -> Filter:
        return filters

    @typed.get("/marshmallow")
    def read_schema(query: QueryValues) -> dict[str, int]:
        return query

    client = TypedClient(app)
    assert client.call(find, ["a", "b"]) == ["a", "b"]
    assert client.call(first, PROVIDED) == 1
    assert client.call(read_open, Open(1, {"a": "b"})) == [1, {"a": "b"}]
    assert client.call(read_filter, Filter(name="a", tags=["x"])) == Filter(name="a", tags=["x"])
    assert client.call(read_schema, {"low": 1}) == {"low": 1}
    assert "another value" in refuse(app, read_schema, {"low": 1, "high": None})


def test_changes_and_computed_fields(app: Flask, typed: Typed) -> None:
    """Of pydantic's models: a request has neither defaults nor computed fields."""

    @typed.patch("/")
    def change(patch: Patch[Filter]) -> list[str]:
        return sorted(patch.given)

    assert TypedClient(app).call(change, Patch(Filter, name="x")) == ["name"]


@dataclass
class Square:
    """An object with a computed field, and one that only the constructor takes."""

    side: int
    seed: InitVar[int] = 1
    area: int = field(init=False)

    def __post_init__(self, seed: int) -> None:
        self.area = self.side * self.side

    @property
    @computed
    def name(self) -> str:
        """Return a name."""
        return f"square {self.side}"


class Movie(TypedDict):
    """A dict."""

    title: str


class Point(msgspec.Struct):
    """A Struct."""

    x: int


def test_objects_of_responses(app: Flask, typed: Typed) -> None:
    """What the constructor does not take is set."""

    @typed.get("/square")
    def read_square() -> Square:
        return Square(3)

    @typed.get("/movie")
    def read_movie() -> Movie:
        return {"title": "Emma"}

    @typed.get("/point")
    def read_point() -> Point:
        return Point(3)

    client = TypedClient(app)
    square = client.call(read_square)
    assert (square.side, square.area, square.name) == (3, 9, "square 3")
    assert client.call(read_movie) == {"title": "Emma"}
    assert client.call(read_point) == Point(3)


def test_arguments_that_no_request_has(app: Flask, typed: Typed) -> None:
    """The request itself, and an argument of a decorator."""

    def decorate(view: Any) -> Any:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return view(*args, user="ada", **kwargs)

        return wrapper

    @typed.get("/")
    @decorate
    def read(user, number: int = 1) -> list[Any]:  # type: ignore[no-untyped-def]  # tested
        return [user, number]

    @typed.get("/request")
    def read_request(request: Request) -> str:
        return request.method

    client = TypedClient(app)
    assert client.call(read, number=3) == ["ada", 3]
    assert refuse(app, read, "bob") == "it is not a value of the request"
    assert client.call(read_request, PROVIDED) == "GET"
    assert "leave it out" in refuse(app, read_request, object())


def test_defaults_of_lists(app: Flask, typed: Typed) -> None:
    """An object of a list is sent with or without a default of its own."""

    @typed.get("/")
    def read(
        cursor: Cursor = PROVIDED,
        sort: Sort[Literal["a"]] = PROVIDED,
        values: Annotated[Filter | None, Query()] = None,
    ) -> list[Any]:
        return [cursor.limit, repr(sort)]

    client = TypedClient(app)
    assert client.call(read) == [20, "Sort()"]
    assert client.call(read, Cursor(3), Sort()) == [3, "Sort()"]


def test_optional_bodies(app: Flask, typed: Typed) -> None:
    """A body, a form and files may be absent."""

    @typed.post("/")
    def read(number: Annotated[int | None, Body()] = None) -> int | None:
        return number

    @typed.post("/form")
    def read_form(note: Annotated[str, Form()] = "", file: FileStorage | None = None) -> str:
        return note

    @typed.post("/any")
    def read_any(data: Annotated[bytes, Body(), MediaType("*/*")]) -> bytes:
        return data

    client = TypedClient(app)
    assert client.call(read) is None
    assert client.call(read, 3) == 3
    assert client.call(read_form) == ""
    assert client.call(read_form, "a", None) == "a"
    assert client.call(read_any, b"x") == b"x"


@dataclass
class Row:
    """A row of a table."""

    note: str | None = None


def test_tables(app: Flask, typed: Typed) -> None:
    """An empty text of a nullable column is null in CSV."""

    @typed.post("/")
    def read(rows: Annotated[list[Row], MediaType("text/csv")]) -> int:
        return len(rows)

    assert TypedClient(app).call(read, [Row("a"), Row(None)]) == 2
    assert "as others" in refuse(app, read, [Row("")])


def answer(app: Flask, body: Any) -> TypedClient:
    """Return a client of an app that answers all requests with one response."""
    app.after_request(lambda response: make_response(body))
    return TypedClient(app)


def test_tables_that_do_not_fit(app: Flask, typed: Typed) -> None:
    """A row of another version, and rows of a library."""

    @typed.get("/")
    def read() -> Annotated[list[Square], MediaType("text/csv")]:
        return []

    @typed.get("/pydantic")
    def read_models() -> Annotated[list[Strict], MediaType("text/csv")]:
        return []

    client = answer(app, Response("side\nx\n", mimetype="text/csv"))
    assert client.send(read).status == 200
    with pytest.raises(UnexpectedResponse, match="that only its library reads"):
        client.call(read_models)
    with pytest.raises(UnexpectedResponse, match="a row in CSV does not fit"):
        client.call(read)


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        pytest.param("1\nx", "an item cannot be read", id="no JSON"),
        pytest.param('1\n"x"', "does not fit", id="another type"),
    ],
)
def test_items_that_do_not_fit(app: Flask, typed: Typed, body: str, cause: str) -> None:
    """The items before them were yielded."""

    @typed.get("/")
    def read() -> Iterator[int]:
        yield 1

    items = answer(app, Response(body, mimetype="application/jsonl")).call(read)
    assert next(items) == 1
    with pytest.raises(UnexpectedResponse, match=cause):
        next(items)


def test_texts_that_do_not_fit(app: Flask, typed: Typed) -> None:
    """A body in another encoding, an event of text, and one that ends with a carriage return."""

    @typed.get("/")
    def read() -> Annotated[str, MediaType("text/html")]:
        return ""

    @typed.get("/events")
    def watch() -> EventStream[Annotated[str, MediaType("text/html")]]:
        yield "<p>"

    def change(response: Response) -> Response:
        return response if response.is_streamed else Response(b"\xff", mimetype="text/html")

    app.after_request(change)
    client = TypedClient(app)
    assert [event.data for event in client.events(watch)] == ["<p>"]
    assert list(parse_events([b"data: a\r\r"])) == [Event(b"a")]
    with pytest.raises(UnexpectedResponse, match="the body is not utf-8"):
        client.call(read)


def test_files_of_other_statuses(app: Flask, typed: Typed) -> None:
    """A file may be answered with 304."""

    @typed.get("/")
    def send() -> Annotated[FileResponse, MediaType("image/png")]:
        return Response(b"x", mimetype="image/png")

    client = answer(app, Response(status=304))
    assert client.call(send).status_code == 304


def test_clients_with_a_url(app: Flask, typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """They keep no cookies, and need urllib3."""
    client = TypedClient(app, url="http://127.0.0.1")
    with pytest.raises(SetupError, match="no test client"):
        client.test_client  # noqa: B018  # a property
    monkeypatch.setitem(sys.modules, "urllib3", None)
    with pytest.raises(SetupError, match="needs urllib3"):
        TypedClient(app, url="http://127.0.0.1")


def test_another_service_with_a_prefix() -> None:
    """A blueprint is registered as the service does."""
    books = TypedBlueprint("books", __name__)

    @books.get("/<int:number>")
    def read(number: int) -> None: ...

    client = TypedClient.of(books, url="http://127.0.0.1", url_prefix="/v1", typed=Typed())
    (rule,) = client.app.url_map.iter_rules("books.read")
    assert rule.rule == "/v1/<int:number>"


def test_rules_that_cannot_be_built(app: Flask, typed: Typed) -> None:
    """A converter may reject the value that it makes a text of."""
    app.url_map.converters["words"] = Words

    @typed.get("/<any(a, b):name>/<words:found>")
    def find(name: str, found: list[str]) -> list[str]:
        return [name, *found]

    assert TypedClient(app).call(find, "a", ["x"]) == ["a", "x"]
    assert "cannot hold it" in refuse(app, find, "c", ["x"])


def test_cookies_over_http(app: Flask, typed: Typed) -> None:
    """They are a header, and a coded body is decoded."""

    class Pool:
        """Stands for urllib3."""

        def request(self, method: str, url: str, **options: Any) -> urllib3.HTTPResponse:
            """Return the cookies of a request."""
            self.headers = options["headers"]
            body = gzip.compress(b'"found"')
            coded = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
            raw = BytesIO(body)
            return urllib3.HTTPResponse(raw, coded, 200, preload_content=False)

    @typed.get("/")
    def read(sid: Annotated[str, Cookie()]) -> str: ...

    pool = Pool()
    client = TypedClient(app, url="http://127.0.0.1/mounted/", pool=pool)
    answer = client.send(read, "a b")
    assert answer.value == "found"
    assert "Content-Encoding" not in answer.headers
    assert pool.headers["Cookie"] == 'sid="a b"'


def test_parameters_of_libraries(app: Flask, typed: Typed) -> None:
    """A value that its library refuses, and an object of another class."""

    @typed.get("/")
    def read(filters: Annotated[Strict, Query()]) -> None: ...

    @typed.get("/keys")
    def read_keys(keys: Annotated[dict[str, str], Query(style="deepObject")]) -> None: ...

    made = Strict.model_construct(name="x")
    assert "no texts that are read" in refuse(app, read, made)
    assert "read as another value" in refuse(app, read_keys, {"": "x"})


@pytest.mark.parametrize(
    ("text", "cause"),
    [pytest.param("", "counts as absent", id="empty"), pytest.param("x", "no text", id="other")],
)
def test_texts_that_are_read_otherwise(text: str, cause: str) -> None:
    """A field of a library may write a text that it does not read."""
    with pytest.raises(Unwritable, match=cause):
        reject_changed(Integer(text=True), [text], 3, is_form=True)
    with pytest.raises(Unwritable, match="a dict has no text"):
        write_scalar({})


class Shown(TypedDict):
    """A dict with a key of one direction, and one that may be absent."""

    number: Annotated[int, ReadOnly()]
    note: NotRequired[str]


@dataclass(init=False)
class Loose:
    """A class whose constructor takes anything."""

    name: str
    secret: Annotated[str, WriteOnly()] = ""

    def __init__(self, **values: Any) -> None:
        self.name, self.secret = values["name"], values.get("secret", "")


def test_other_objects_of_responses(app: Flask, typed: Typed) -> None:
    """A dict, a constructor for anything, and defaults that are left out."""

    @typed.get("/shown")
    def read_shown() -> Shown:
        return {"number": 3}

    @typed.get("/loose")
    def read_loose() -> Loose:
        return Loose(name="a")

    @typed.get("/account", exclude_defaults=True)
    def read_account() -> Account:
        return Account("ada", "secret")

    @typed.get("/query")
    def read_query(query: Annotated[Shown, Query()]) -> Shown:
        return {"number": 3, **query}

    client = TypedClient(app)
    assert client.call(read_shown) == {"number": 3}
    assert client.call(read_loose).name == "a"
    account = client.call(read_account)
    assert (account.name, account.level, account.tags) == ("ada", 1, [])
    absent: Any = {}
    assert client.call(read_query, absent) == {"number": 3}


def test_a_field_that_pydantic_excludes(app: Flask, typed: Typed) -> None:
    """It is not sent, as its author wants."""

    @typed.get("/")
    def find(found: Annotated[Excluding, Query()]) -> list[str]:
        return [found.name, found.secret]

    assert TypedClient(app).call(find, Excluding(name="Emma", secret="s")) == ["Emma", ""]
