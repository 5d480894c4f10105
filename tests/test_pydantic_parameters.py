"""Models of pydantic that spread over query parameters, headers, cookies and form fields."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic.dataclasses
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    Cookie,
    DeclarationError,
    Depends,
    Form,
    Header,
    HTTPBearer,
    Query,
    Typed,
)
from flask_typed.pydantic import PYDANTIC
from marshmallow import validate
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

Document = Callable[[], dict[str, Any]]


class Genre(Enum):
    """A choice."""

    novel = "novel"
    essay = "essay"


class Filters(BaseModel):
    """Options of a search."""

    limit: int = Field(20, ge=1, le=100, description="How many.", examples=[5], deprecated=True)
    offset: int = 0
    order_by: Literal["title", "price", "1"] = "title"
    tags: list[str] = []
    since: dt.date | None = None
    genre: Genre = Genre.novel
    price: Decimal = Decimal(0)
    in_stock: bool = False
    shelf: int | str = 0
    rating: float | None = None
    span: tuple[int, int] | None = None
    later: dt.date | int | None = None
    gaps: list[int | None] = []

    @pydantic.model_validator(mode="after")
    def check(self) -> Filters:
        """Refuse a page that does not exist."""
        if self.offset > 1000:
            raise ValueError("Too far.")
        return self


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return the extension object of an app that knows pydantic."""
    return Typed(app, types=PYDANTIC)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that sends the cookies of its requests alone."""
    return app.test_client(use_cookies=False)


@pytest.fixture
def search(typed: Typed, client: FlaskClient) -> Callable[[str], Any]:
    """Return what sends a query string to a view that returns its options."""

    @typed.get("/")
    def view(filters: Annotated[Filters, Query()]) -> Any:
        return filters.model_dump(mode="json", exclude_unset=True)

    return lambda query: client.get(f"/?{query}").get_json()


@pytest.mark.parametrize(
    ("query", "given"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param("limit=5&offset=3", {"limit": 5, "offset": 3}, id="integers"),
        pytest.param("limit=5.0", {"limit": 5}, id="integer-with-a-fraction"),
        pytest.param(
            "order_by=price&genre=essay", {"order_by": "price", "genre": "essay"}, id="choices"
        ),
        pytest.param("order_by=1", {"order_by": "1"}, id="choice-that-looks-like-a-number"),
        pytest.param("tags=a&tags=1", {"tags": ["a", "1"]}, id="list"),
        pytest.param("since=2026-01-02", {"since": "2026-01-02"}, id="date"),
        pytest.param("price=1.10", {"price": "1.10"}, id="decimal-with-its-digits"),
        pytest.param("in_stock=yes", {"in_stock": True}, id="marshmallows-words"),
        pytest.param("shelf=3", {"shelf": 3}, id="first-member"),
        pytest.param("shelf=a3", {"shelf": "a3"}, id="second-member"),
        pytest.param("rating=1.5e0", {"rating": 1.5}, id="number"),
        pytest.param("span=1&span=2", {"span": [1, 2]}, id="tuple"),
        pytest.param("later=3", {"later": 3}, id="a-format-comes-last"),
        pytest.param("later=2026-01-02", {"later": "2026-01-02"}, id="a-format"),
        pytest.param("gaps=1&gaps=2", {"gaps": [1, 2]}, id="list-of-optional-items"),
        pytest.param("unknown=1", {}, id="unknown"),
    ],
)
def test_texts_become_the_fields_of_a_model(
    search: Callable[[str], Any], query: str, given: Any
) -> None:
    """They are parsed as those of any other parameter."""
    assert search(query) == given


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        pytest.param(
            "limit=0&tags=a&shelf=1&order_by=x&genre=y",
            [
                ("/limit", "Input should be greater than or equal to 1"),
                ("/order_by", "Input should be 'title', 'price' or '1'"),
                ("/genre", "Input should be 'novel' or 'essay'"),
            ],
            id="several",
        ),
        pytest.param("limit=0x1", [("/limit", "Input should be a valid integer")], id="integer"),
        pytest.param("limit=1_0", [("/limit", "Input should be a valid integer")], id="underscore"),
        pytest.param("price=1_0", [("/price", "Input should be a valid decimal")], id="decimal"),
        pytest.param(
            "in_stock=2", [("/in_stock", "Input should be a valid boolean")], id="boolean"
        ),
        pytest.param(
            "span=1&span=a", [("/span/1", "Input should be a valid integer")], id="item-of-a-tuple"
        ),
        pytest.param("offset=2000", [("", "Value error, Too far.")], id="validator"),
    ],
)
def test_faults_have_the_names_of_the_parameters(
    search: Callable[[str], Any], query: str, faults: Any
) -> None:
    """pydantic words them, for all fields in one answer."""
    found = search(query)["errors"]
    assert [(fault["pointer"], fault["detail"]) for fault in found] == faults
    assert {fault["in"] for fault in found} == {"query"}


def test_each_field_is_a_parameter(typed: Typed, document: Document) -> None:
    """With pydantic's schema, without null, and with the words of ``Field``."""

    @typed.get("/")
    def view(filters: Annotated[Filters, Query()]) -> None: ...

    parameters = {p["name"]: p for p in document()["paths"]["/"]["get"]["parameters"]}
    assert list(parameters) == list(Filters.model_fields)
    assert parameters["limit"] == {
        "in": "query",
        "name": "limit",
        "required": False,
        "description": "How many.",
        "deprecated": True,
        "examples": {"example1": {"value": 5}},
        "schema": {
            "type": "integer",
            "title": "Limit",
            "default": 20,
            "minimum": 1,
            "maximum": 100,
        },
    }
    assert parameters["since"]["schema"] == {
        "type": "string",
        "format": "date",
        "title": "Since",
        "examples": ["2026-05-01"],
    }
    assert "#/components/schemas/Genre" in str(parameters["genre"]["schema"])
    assert parameters["tags"]["style"] == "form"


class Page(BaseModel):
    """A model whose names on the wire differ."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    page_size: int
    sort_key: str = Field("id", alias="sort")
    cursor: str | None = Field(None, validation_alias=AliasChoices("after", "cursor"))


def test_aliases_are_the_names_of_parameters(typed: Typed, client: FlaskClient) -> None:
    """Also for the pointers of faults; of several aliases it is the first."""

    @typed.get("/")
    def view(page: Annotated[Page, Query()]) -> list[Any]:
        return [page.page_size, page.sort_key, page.cursor]

    assert client.get("/?pageSize=3&sort=name&after=x").get_json() == [3, "name", "x"]
    (fault,) = client.get("/?page_size=3").get_json()["errors"]
    assert fault["pointer"] == "/pageSize"


class ByName(BaseModel):
    """A model whose alias is for responses."""

    model_config: Any = {"validate_by_alias": False, "validate_by_name": True}

    page_size: int = Field(alias="pageSize")


def test_a_name_in_place_of_its_alias(typed: Typed, client: FlaskClient) -> None:
    """If pydantic ignores aliases in requests, the name is the parameter's."""

    if "page_size" not in ByName.model_json_schema()["properties"]:  # pragma: no cover
        pytest.skip("pydantic 2.11 brings the option")

    @typed.get("/")
    def view(page: Annotated[ByName, Query()]) -> int:
        return page.page_size

    assert client.get("/?page_size=3").get_json() == 3


class Headers(BaseModel):
    """Headers of a request."""

    x_request_id: str
    if_match: list[str] = []
    dry_run: bool = False
    version: int = Field(1, alias="API_Version")


def test_headers_have_dashes(typed: Typed, client: FlaskClient, document: Document) -> None:
    """Except for aliases; a list has commas, which its items cannot have."""

    @typed.get("/")
    def view(headers: Annotated[Headers, Header()]) -> Any:
        return headers.model_dump()

    sent = {"x-request-id": "7", "if-match": "a, b", "dry-run": "true", "API_Version": "2"}
    assert client.get("/", headers=sent).get_json() == {
        "x_request_id": "7",
        "if_match": ["a", "b"],
        "dry_run": True,
        "version": 2,
    }
    (fault,) = client.get("/").get_json()["errors"]
    assert fault == {
        "in": "header",
        "pointer": "/x-request-id",
        "code": "required",
        "detail": "Field required",
    }
    names = {p["name"]: p for p in document()["paths"]["/"]["get"]["parameters"]}
    assert list(names) == ["x-request-id", "if-match", "dry-run", "API_Version"]
    assert names["if-match"]["schema"]["items"] == {"type": "string", "pattern": "^[^,]*$"}


class Cookies(BaseModel):
    """Cookies of a request."""

    session: str
    visits: int | None = None


def test_cookies(typed: Typed, client: FlaskClient) -> None:
    """Each field is a cookie."""

    @typed.get("/")
    def view(cookies: Annotated[Cookies, Cookie()]) -> list[Any]:
        return [cookies.session, cookies.visits]

    assert client.get("/", headers={"Cookie": "session=a; visits=3"}).get_json() == ["a", 3]


class Profile(BaseModel):
    """A form."""

    name: str
    age: int | None = None
    nick: str | None = "none"
    likes: list[str] = Field(["books"], alias="like")


@pytest.fixture
def register(typed: Typed, client: FlaskClient) -> Callable[[Any], Any]:
    """Return what sends a form to a view that returns its fields."""

    @typed.post("/")
    def view(profile: Annotated[Profile, Form()]) -> Any:
        return profile.model_dump(exclude_unset=True)

    return lambda data: client.post("/", data=data).get_json()


@pytest.mark.parametrize(
    ("data", "given"),
    [
        pytest.param({"name": "a"}, {"name": "a"}, id="defaults"),
        pytest.param(
            {"name": "a", "like": ["x", "y"]}, {"name": "a", "likes": ["x", "y"]}, id="alias"
        ),
        pytest.param({"name": "a", "age": ""}, {"name": "a"}, id="empty-number"),
        pytest.param({"name": "", "nick": ""}, {"name": "", "nick": None}, id="empty-texts"),
    ],
)
def test_a_form(register: Callable[[Any], Any], data: Any, given: Any) -> None:
    """An empty input is absent, or None where a text may be; else it is a text."""
    assert register(data) == given


def make_dataclass(annotation: Any, default: Any) -> Any:
    """Return a dataclass with one field."""
    return dataclasses.make_dataclass(
        "Empty", [("value", annotation, dataclasses.field(default_factory=lambda: default))]
    )


def make_model(annotation: Any, default: Any) -> Any:
    """Return a pydantic model with one field."""
    return pydantic.create_model("Empty", value=(annotation, default))


@pytest.mark.parametrize("make", [make_dataclass, make_model])
@pytest.mark.parametrize(
    ("annotation", "default", "value"),
    [
        pytest.param(dt.date, dt.date(2020, 1, 1), "2020-01-01", id="date"),
        pytest.param(dt.date | None, dt.date(2020, 1, 1), "2020-01-01", id="date-or-none"),
        pytest.param(UUID, UUID(int=1), str(UUID(int=1)), id="uuid"),
        pytest.param(list[int], [1], [1], id="numbers"),
        pytest.param(list[str], ["a"], [""], id="texts"),
        pytest.param(list[str] | None, ["a"], [""], id="texts-or-none"),
        pytest.param(Literal["a", "b"], "a", "a", id="choice"),
        pytest.param(Literal["", "a"], "a", "", id="choice-of-empty"),
        pytest.param(int | str, 1, "", id="number-or-text"),
        pytest.param(str | None, "a", None, id="text-or-none"),
    ],
)
def test_an_empty_input(
    typed: Typed, client: FlaskClient, make: Any, annotation: Any, default: Any, value: Any
) -> None:
    """Dataclasses and pydantic's models agree about it."""

    def view(form: Any) -> Any:
        return form.value

    view.__annotations__["form"] = Annotated[make(annotation, default), Form()]
    typed.post("/")(view)
    assert client.post("/", data={"value": ""}).get_json() == value


def test_a_form_without_a_policy_has_that_of_forms(register: Callable[[Any], Any]) -> None:
    """An unknown field is a fault."""
    assert register({"name": "a", "more": "1"})["errors"] == [
        {"in": "form", "pointer": "/more", "code": "unknown", "detail": "Unknown field."}
    ]


def make_form(typed: Typed, policy: Any) -> None:
    """Add a view whose form has a policy of its own, beside another field."""
    base = pydantic.create_model("Open", __config__=ConfigDict(extra=policy), name=(str, ...))

    def view(form: Any, other: Annotated[int, Form()] = 0) -> Any:
        return form.model_dump()

    view.__annotations__["form"] = Annotated[base, Form()]
    typed.post("/")(view)


@pytest.mark.parametrize(
    ("policy", "found", "published"),
    [
        pytest.param("allow", {"name": "a", "x": ["1", "2"], "y": "3"}, True, id="allow"),
        pytest.param("ignore", {"name": "a"}, None, id="ignore"),
    ],
)
def test_a_form_that_takes_more_fields(
    typed: Typed, client: FlaskClient, document: Document, policy: Any, found: Any, published: Any
) -> None:
    """The model's own policy decides; the document says so."""
    make_form(typed, policy)
    data = {"name": "a", "other": "1", "x": ["1", "2"], "y": "3"}
    assert client.post("/", data=data).get_json() == found
    (content,) = document()["paths"]["/"]["post"]["requestBody"]["content"].values()
    assert content["schema"].get("additionalProperties") is published


def test_a_form_that_forbids_more_fields(
    typed: Typed, client: FlaskClient, document: Document
) -> None:
    """pydantic reports each once."""
    make_form(typed, "forbid")
    answer = client.post("/", data={"name": "a", "other": "1", "x": "1"}).get_json()
    assert answer["errors"] == [
        {
            "in": "form",
            "pointer": "/x",
            "code": "unknown",
            "detail": "Extra inputs are not permitted",
        }
    ]
    (content,) = document()["paths"]["/"]["post"]["requestBody"]["content"].values()
    assert content["schema"]["additionalProperties"] is False


class Closed(BaseModel):
    """A model that takes nothing else."""

    model_config = ConfigDict(extra="forbid")

    a: int = 0


class Open(BaseModel):
    """A model that takes everything else."""

    model_config = ConfigDict(extra="allow")

    a: int = 0


def provide(c: int = 0) -> int:
    """Return another parameter."""
    return c


def test_a_query_that_forbids_other_names(typed: Typed, client: FlaskClient) -> None:
    """Those of the view's other arguments, and of its providers, are no fault."""

    @typed.get("/")
    def view(
        closed: Annotated[Closed, Query()], c: Annotated[int, Depends(provide)], b: int = 0
    ) -> int:
        return closed.a + b + c

    assert client.get("/?a=1&b=2&c=3").get_json() == 6
    assert client.get("/?a=1&d=2").get_json()["errors"] == [
        {
            "in": "query",
            "pointer": "/d",
            "code": "unknown",
            "detail": "Extra inputs are not permitted",
        }
    ]


@pytest.mark.parametrize(
    ("marker", "sent", "found"),
    [
        pytest.param(
            Query(), {"query_string": "a=1&b=2&b=3&c=4"}, {"b": ["2", "3"], "c": "4"}, id="query"
        ),
        pytest.param(Cookie(), {"headers": {"Cookie": "a=1; c=4"}}, {"c": "4"}, id="cookie"),
        pytest.param(
            Header(),
            {"headers": {"A": "1", "X-More": "4"}},
            {"host": "localhost", "user-agent": "t", "x-more": "4"},
            id="header",
        ),
    ],
)
def test_a_model_that_takes_all_other_names(
    typed: Typed, client: FlaskClient, marker: Any, sent: Any, found: Any
) -> None:
    """It keeps their texts."""

    def view(opened: Any) -> Any:
        return {**opened.model_extra}

    view.__annotations__["opened"] = Annotated[Open, marker]
    typed.get("/")(view)
    sent.setdefault("headers", {})["User-Agent"] = "t"
    assert client.get("/", **sent).get_json() == found


@pydantic.dataclasses.dataclass
class Point:
    """A dataclass of pydantic."""

    x: int
    y: int = 0


def test_a_dataclass_of_pydantic(typed: Typed, client: FlaskClient) -> None:
    """It spreads as a model does."""

    @typed.get("/")
    def view(point: Annotated[Point, Query()]) -> list[int]:
        return [point.x, point.y]

    assert client.get("/?x=1").get_json() == [1, 0]


def test_an_optional_model(typed: Typed, client: FlaskClient) -> None:
    """Without any of its names, the argument has its default."""

    @typed.get("/")
    def view(point: Annotated[Point | None, Query()] = None) -> int | None:
        return point and point.x

    assert client.get("/").get_json() is None
    assert client.get("/?x=1").get_json() == 1
    assert client.get("/?y=1").status_code == 422


def test_json_or_a_form(typed: Typed, client: FlaskClient) -> None:
    """Both are read into the same model."""

    @typed.post("/")
    def view(profile: Annotated[Profile, Body(form=True)]) -> Any:
        return profile.model_dump(exclude_unset=True)

    given = {"name": "a", "age": 3}
    assert client.post("/", json=given).get_json() == given
    assert client.post("/", data=given).get_json() == given


class Marked(BaseModel):
    """A model whose fields have markers of flask_typed."""

    text: Annotated[str, Query(alias="q", description="Words.")]
    trace: Annotated[bool, Query(hidden=True)] = False
    ids: Annotated[list[int], Query(style="pipeDelimited")] = []


def test_markers_of_fields(typed: Typed, client: FlaskClient, document: Document) -> None:
    """They say what they say on an argument."""

    @typed.get("/")
    def view(marked: Annotated[Marked, Query()]) -> Any:
        return marked.model_dump()

    assert client.get("/?q=a&ids=1|2").get_json() == {"text": "a", "trace": False, "ids": [1, 2]}
    parameters = document()["paths"]["/"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["q", "ids"]
    assert parameters[0]["description"] == "Words."
    assert parameters[1]["style"] == "pipeDelimited"


class Anything(BaseModel):
    """A field of any type is a text."""

    value: Any = None


class Tree(BaseModel):
    """A field that no text can hold."""

    children: list[Tree] = []


class Mixed(BaseModel):
    """A field that is either one text or several."""

    ids: list[int] | int = 0


class Pairs(BaseModel):
    """A field of lists in lists."""

    pairs: list[list[int]] = []


class Numbers(RootModel[list[int]]):
    """A model without fields."""


class Buried(BaseModel):
    """A field that is deep inside other values."""

    first: int = Field(validation_alias=AliasPath("all", 0))


class Guarded(BaseModel):
    """A field that looks guarded."""

    token: Annotated[str, Depends(HTTPBearer())]


class Twice(BaseModel):
    """A field with two markers."""

    a: Annotated[int, Query(), Query()]


class Elsewhere(BaseModel):
    """A field of another location."""

    a: Annotated[int, Header()] = 0


class Unread(BaseModel):
    """A validator that pydantic does not run."""

    a: Annotated[str, validate.Length(min=3)] = ""


class Hidden(BaseModel):
    """A hidden field that clients have to send."""

    a: Annotated[int, Query(hidden=True)]


class Styled(BaseModel):
    """A style of lists on a scalar."""

    a: Annotated[int, Query(style="pipeDelimited")] = 0


def test_a_field_of_any_type_is_a_text(typed: Typed, client: FlaskClient) -> None:
    """It stays one, whatever it looks like."""

    @typed.get("/")
    def view(anything: Annotated[Anything, Query()]) -> Any:
        return anything.value

    assert client.get("/?value=3").get_json() == "3"


@pytest.mark.parametrize(
    ("model", "marker", "what"),
    [
        pytest.param(Tree, Query(), "The field 'children' cannot be written", id="objects"),
        pytest.param(Mixed, Query(), "The field 'ids' cannot be written", id="mixed"),
        pytest.param(Pairs, Query(), "The field 'pairs' cannot be written", id="lists"),
        pytest.param(Numbers, Query(), "Numbers has no named fields", id="root"),
        pytest.param(Buried, Query(), "alias of the field is a path", id="path"),
        pytest.param(Closed, Header(), "Closed forbids other headers", id="headers"),
        pytest.param(Guarded, Query(), r"Depends\(\) on a field", id="scheme"),
        pytest.param(Twice, Query(), r"Query\(\) on a field", id="two-markers"),
        pytest.param(Elsewhere, Query(), "comes from the query", id="elsewhere"),
        pytest.param(Unread, Query(), r"Length\(\) on a field that pydantic reads", id="unread"),
        pytest.param(Hidden, Query(), "is hidden, but clients", id="hidden"),
        pytest.param(Styled, Query(), "is for collections", id="style"),
        pytest.param(Profile, Cookie(), "a cookie holds one", id="cookie"),
        pytest.param(Point | Closed, Query(), "cannot be written in a query", id="union"),
    ],
)
def test_what_cannot_be_spread(typed: Typed, model: Any, marker: Any, what: str) -> None:
    """It is an error of the declaration, with advice."""

    def view(model: Any) -> None: ...

    view.__annotations__["model"] = Annotated[model, marker]
    with pytest.raises(DeclarationError, match=what):
        typed.post("/")(view)


def test_a_schema_of_an_array_or_an_object(typed: Typed) -> None:
    """Neither is a text, even if pydantic does not say what is in it."""

    @dataclass
    class Itself:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            return handler.generate_schema(str)

        @classmethod
        def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
            return {"anyOf": [{"type": "array"}, {"type": "object"}]}

    model = pydantic.create_model("Model", value=(Itself, ...))

    def view(model: Any) -> None: ...

    view.__annotations__["model"] = Annotated[model, Query()]
    with pytest.raises(DeclarationError, match="cannot be written"):
        typed.get("/")(view)


class AllNames(BaseModel, extra="allow"):
    """Takes all names."""


@pytest.mark.configured(TYPED_UNKNOWN_QUERY_PARAMETERS="raise")
def test_a_model_that_allows_all_names_of_the_query(app: Flask) -> None:
    """It decides, not the app."""
    typed = Typed(app, types=PYDANTIC)

    class Open(AllNames):
        page: int = 1

    def view(where: Any) -> Any:
        return where.model_dump()

    view.__annotations__["where"] = Annotated[Open, Query()]
    typed.get("/")(view)
    assert app.test_client().get("/?page=2&more=3").get_json() == {"page": 2, "more": "3"}
