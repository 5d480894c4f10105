"""Everything that an author wants to say has a place in the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import pytest
from annotated_types import Ge
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    Created,
    DeclarationError,
    Document,
    Header,
    Link,
    MediaType,
    Path,
    Query,
    Reply,
    Returns,
    SetupError,
    Typed,
    TypedBlueprint,
    UndocumentedResponse,
)
from msgspec import Meta
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV32SpecValidator
from typing_extensions import Doc
from werkzeug.datastructures import FileStorage
from werkzeug.routing import BaseConverter

Publish = Callable[[], dict[str, Any]]


@dataclass
class Book:
    """A book."""

    id: int
    title: str


def test_api_in_words(app: Flask, document: Publish) -> None:
    """The configuration says whose the API is, and where more is said."""
    app.config.update(
        TYPED_SUMMARY="Books.",
        TYPED_TERMS_OF_SERVICE="https://shop.example/terms",
        TYPED_CONTACT={"name": "Ann", "email": "ann@shop.example"},
        TYPED_LICENSE="MIT",
        TYPED_EXTERNAL_DOCS="https://shop.example/help",
    )
    Typed(app)
    published = document()
    assert published["info"] == {
        "title": "shop",
        "version": "0.1.0",
        "summary": "Books.",
        "description": "Books.",
        "termsOfService": "https://shop.example/terms",
        "contact": {"name": "Ann", "email": "ann@shop.example"},
        "license": {"name": "MIT", "identifier": "MIT"},
    }
    assert published["externalDocs"] == {"url": "https://shop.example/help"}


def test_tags_are_described(app: Flask, document: Publish) -> None:
    """By their blueprints and the configuration, which orders and groups them."""
    app.config.update(
        TYPED_TAGS=["orders", {"name": "extra", "description": "More."}, "unused"],
        TYPED_TAG_GROUPS={"Shop": ["books", "orders", "unused"], "Nothing": ["unused"]},
    )
    Typed(app)
    for blueprint in (
        TypedBlueprint("books", __name__, description="The catalogue."),
        TypedBlueprint("orders", __name__, description="What was sold."),
        TypedBlueprint("rest", __name__, tags=["extra"], description="Overruled."),
        TypedBlueprint("silent", __name__, tags=[], description="Of no tag."),
    ):
        blueprint.get(f"/{blueprint.name}", endpoint="x")(lambda: None)
        app.register_blueprint(blueprint)
    published = document()
    assert published["tags"] == [
        {"name": "orders", "description": "What was sold."},
        {"name": "extra", "description": "More."},
        {"name": "books", "description": "The catalogue."},
    ]
    assert published["x-tagGroups"] == [{"name": "Shop", "tags": ["books", "orders"]}]


def test_a_tag_is_described_once(app: Flask) -> None:
    """Two blueprints may share a tag, and say the same of it."""
    for name in ("one", "two"):
        blueprint = TypedBlueprint(name, __name__, tags=["books"], description="Books.")
        app.register_blueprint(blueprint)
    other = TypedBlueprint("three", __name__, tags=["books"], description="Other books.")
    with pytest.raises(SetupError, match="Two blueprints describe the tag 'books', and not alike"):
        app.register_blueprint(other)


def test_routes_say_more(typed: Typed, document: Publish) -> None:
    """An operation has documentation elsewhere, and what is put in by hand: that wins."""

    @typed.get(
        "/",
        external_docs={"url": "https://shop.example/help", "description": "Help."},
        extra={
            "x-internal": True,
            "responses": {"200": {"description": "All."}, "418": {"description": "Tea."}},
            "tags": ["by hand"],
        },
    )
    def view() -> int:
        """Count."""

    assert document()["paths"]["/"]["get"] == {
        "operationId": "view",
        "summary": "Count.",
        "description": "Count.",
        "externalDocs": {"url": "https://shop.example/help", "description": "Help."},
        "responses": {
            "200": {
                "description": "All.",
                "content": {"application/json": {"schema": {"type": "integer"}}},
            },
            "418": {"description": "Tea."},
        },
        "x-internal": True,
        "tags": ["by hand"],
    }


def test_additions_name_components(typed: Typed, document: Publish) -> None:
    """As apispec lets them: a schema by its component's name alone."""
    named = {"content": {"application/json": {"schema": "Book"}}, "description": "A book."}

    @typed.get("/", extra={"responses": {"default": named}})
    def view() -> Book: ...

    added = document()["paths"]["/"]["get"]["responses"]["default"]
    assert added["content"] == {
        "application/json": {"schema": {"$ref": "#/components/schemas/Book"}}
    }


#: What the document says of a route of which it knows no error.
REFUSED = {"description": "The request is rejected."}

Picture = Annotated[Response, Returns(status=200), MediaType("image/png", "image/jpeg")]
NotModified = Annotated[Response, Returns(status=304, examples={"none": None})]

Located = Annotated[
    Created[Book],
    Returns(
        description="The book was added.",
        headers={
            "Location": Annotated[str, Doc("Where it is.")],
            "X-Count": Annotated[int, Ge(0)] | None,
        },
        cookies={"last": Annotated[int, Doc("Its id.")], "seen": datetime | None},
        examples={"dune": Book(1, "Dune")},
        links={
            "read": Link("read", parameters={"book_id": "$response.body#/id"}, description="Read."),
            "hidden": Link("internal"),
            "put": Link("read", method="PUT"),
        },
        extra={"x-cost": 3},
    ),
]


def add_views(typed: Typed, made: Any) -> None:
    """Add the views of the tests of ``Returns``."""

    @typed.post("/")
    def add() -> Located:
        return made

    @typed.get("/<int:book_id>")
    def read(book_id: int) -> Book: ...

    @typed.get("/internal", hidden=True)
    def internal() -> None: ...


def test_answers_in_words(typed: Typed, document: Publish) -> None:
    """An answer says its headers and cookies with their types, examples and links."""
    add_views(typed, None)
    answer = document()["paths"]["/"]["post"]["responses"]["201"]
    assert answer == {
        "description": "The book was added.",
        "headers": {
            "Location": {
                "description": "Where it is.",
                "required": True,
                "schema": {"type": "string"},
            },
            "X-Count": {"required": False, "schema": {"type": "integer", "minimum": 0}},
            "Set-Cookie": {
                "description": "Sets last, seen. last: Its id.",
                "schema": {"type": "string"},
                "x-cookies": {
                    "last": {
                        "description": "Its id.",
                        "required": True,
                        "schema": {"type": "integer"},
                    },
                    "seen": {
                        "required": False,
                        "schema": answer["headers"]["Set-Cookie"]["x-cookies"]["seen"]["schema"],
                    },
                },
            },
        },
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Book"},
                "examples": {"dune": {"value": {"id": 1, "title": "Dune"}}},
            }
        },
        "links": {
            "read": {
                "operationId": "read",
                "parameters": {"book_id": "$response.body#/id"},
                "description": "Read.",
            }
        },
        "x-cost": 3,
    }


def test_a_link_leads_somewhere(
    typed: Typed, document: Publish, caplog: pytest.LogCaptureFixture
) -> None:
    """A link to an endpoint that is not there is left out, and the log says so."""

    @typed.get("/")
    def view() -> Annotated[int, Returns(links={"next": Link("nowhere")})]: ...

    assert "links" not in document()["paths"]["/"]["get"]["responses"]["200"]
    assert "link 'next': a link is left out: 'nowhere' is not" in caplog.text


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        ([("Location", "/1"), ("Set-Cookie", "last=1; Path=/")], None),
        ([("Location", "/1"), ("Set-Cookie", "last=1"), ("X-Count", "2")], None),
        ([("Set-Cookie", "last=1")], "header Location: expected a value; it is missing"),
        ([("Location", "/1")], "cookie last: expected a value; it is missing"),
        (
            [("Location", "/1"), ("Set-Cookie", "last=1"), ("X-Count", "-1")],
            "header X-Count: expected minimum 0",
        ),
        (
            [("Location", "/1"), ("Set-Cookie", "last=x")],
            "cookie last: expected type integer",
        ),
    ],
)
def test_answers_keep_their_word(
    app: Flask, client: FlaskClient, headers: list[tuple[str, str]], fault: str | None
) -> None:
    """In tests, headers and cookies are compared with what ``Returns`` declares."""
    add_views(Typed(app), Created(Book(1, "Dune"), headers=headers))
    if fault is None:
        assert client.post("/").status_code == 201
        return
    with pytest.warns(UndocumentedResponse, match=fault):
        assert client.post("/").status_code == 201


def test_a_response_of_flask_says_what_is_in_it(
    typed: Typed, client: FlaskClient, document: Publish
) -> None:
    """It passes through untouched, and has a status and media types in the document."""

    @typed.get("/")
    def view() -> Picture | NotModified:
        return Response(b"x", mimetype="image/png")

    binary = {"schema": {"type": "string", "format": "binary"}}
    assert document()["paths"]["/"]["get"]["responses"] == {
        "200": {"description": "OK", "content": {"image/png": binary, "image/jpeg": binary}},
        "304": {"description": "Not Modified"},
        "4XX": REFUSED,
    }
    answer = client.get("/")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"x", "image/png")


def test_status_of_a_plain_value(typed: Typed, client: FlaskClient) -> None:
    """Returns() may say it, for one answer."""

    @typed.get("/")
    def view() -> Annotated[int, Returns(status=203)]:
        return 1

    def two() -> Any: ...

    one, other = Annotated[int, Returns(status=203)], Annotated[str, Returns(status=200)]
    two.__annotations__["return"] = one | other
    with pytest.raises(DeclarationError, match=r"Several plain values have Returns\(\)"):
        typed.get("/two")(two)
    assert client.get("/").status_code == 203


def test_several_words_about_one_answer(typed: Typed, document: Publish) -> None:
    """An alias may have some of them; the outer ones count where both say the same."""
    tagged = Annotated[
        Reply[int],
        Returns(description="Inner.", headers={"ETag": str, "X-A": int}, extra={"x-a": 1}),
    ]

    def view() -> Any: ...

    view.__annotations__["return"] = Annotated[
        tagged, Returns(description="Outer.", headers={"X-A": str}), Returns(links={})
    ]
    typed.get("/")(view)
    answer = document()["paths"]["/"]["get"]["responses"]["200"]
    assert {name: header["schema"] for name, header in answer["headers"].items()} == {
        "ETag": {"type": "string"},
        "X-A": {"type": "string"},
    }
    assert (answer["description"], answer["x-a"]) == ("Outer.", 1)


def test_an_example_of_an_answer_is_one(typed: Typed) -> None:
    """What the view could not return is no example."""

    def view() -> Any: ...

    view.__annotations__["return"] = Annotated[Reply[Book], Returns(examples={"bad": 1})]
    with pytest.raises(DeclarationError, match="The example 'bad' does not fit the annotation"):
        typed.get("/")(view)


@dataclass
class Rated:
    """A model with examples."""

    stars: Annotated[int, Ge(0), Meta(examples=[1, -1])]


class Reversed(BaseConverter):
    """A converter of the user's own."""

    def to_python(self, value: str) -> Any: ...


@pytest.mark.parametrize(
    ("annotation", "fault", "place"),
    [
        (Annotated[int, Query(example="x")], "Not a valid integer.", "argument 'value'"),
        (
            Annotated[list[int], Query(examples={"a": [1], "b": {"value": [1, "x"]}})],
            "/1 Not a valid integer.",
            "argument 'value'",
        ),
        (
            Annotated[Book, Body(examples={"a": {"id": "x", "title": "Dune"}})],
            "/id Not a valid integer.",
            "argument 'value'",
        ),
        (Rated, "Must be greater than or equal to 0.", "field 'stars'"),
    ],
)
def test_examples_are_checked(typed: Typed, annotation: Any, fault: str, place: str) -> None:
    """An example that the server would refuse is a mistake in the declaration."""

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = annotation
    with pytest.raises(DeclarationError) as raised:
        typed.post("/")(view)
    said, where, instead = str(raised.value).splitlines()
    assert said == f"An example is not valid: {fault}"
    assert where.startswith(f"  in {place}, view ")
    assert instead == "  Write examples as the JSON values of a request."


def test_examples_that_cannot_be_checked(app: Flask, typed: Typed, document: Publish) -> None:
    """Those that are elsewhere, those of files, and of variables that only a converter knows."""
    app.url_map.converters["reversed"] = Reversed

    @typed.post("/<reversed:name>")
    def view(
        name: Annotated[str, Path(example="x")],
        size: Annotated[int, Query(examples={"far": {"externalValue": "https://shop.example"}})],
        file: FileStorage,
    ) -> None: ...

    assert len(document()["paths"]["/{name}"]["post"]["parameters"]) == 2


def test_hidden_parameters(typed: Typed, client: FlaskClient, document: Publish) -> None:
    """They work, and are not in the document."""

    @typed.get("/")
    def view(x_debug: Annotated[bool, Header(hidden=True)] = False, page: int = 1) -> bool:
        return x_debug

    assert client.get("/", headers={"X-Debug": "true"}).json is True
    (parameter,) = document()["paths"]["/"]["get"]["parameters"]
    assert parameter["name"] == "page"


@pytest.mark.parametrize("marker", [Query(hidden=True), Body(hidden=True)])
def test_what_a_client_must_know_is_not_hidden(typed: Typed, marker: Any) -> None:
    """A parameter without a default, and a body."""

    def view(value: Any) -> None: ...

    view.__annotations__["value"] = Annotated[int, marker]
    with pytest.raises(DeclarationError, match="is hidden, but clients have to know it"):
        typed.post("/")(view)


def shipped(book: Book, x_sent: Annotated[datetime, Header()]) -> None:
    """A book is on its way."""


def pinged() -> Any:
    """Nobody has to answer."""


del pinged.__annotations__["return"]


def test_requests_that_the_server_sends(app: Flask, document: Publish) -> None:
    """Callbacks of a route and webhooks of the app are functions that are declared as views are."""
    typed = Typed()
    typed.webhook("book.shipped")(shipped)
    typed.init_app(app)
    typed.webhook("ping")(pinged)

    @typed.post("/", callbacks={"shipped": {"{$request.body#/url}": shipped}})
    def subscribe(url: Annotated[str, Body(embed=True)]) -> None: ...

    published = document()
    hook = published["webhooks"]["book.shipped"]
    assert hook["post"].pop("operationId") == "shipped_2"  # it is unique
    assert hook["post"]["summary"] == "A book is on its way."
    assert [p["name"] for p in hook["post"]["parameters"]] == ["x-sent"]
    assert hook["post"]["requestBody"]["content"]["application/json"] == {
        "schema": {"$ref": "#/components/schemas/Book"}
    }
    assert hook["post"]["responses"] == {"204": {"description": "No Content"}}
    assert published["webhooks"]["ping"]["post"]["responses"] == {
        "default": {"description": "Any response."}
    }
    callbacks = published["paths"]["/"]["post"]["callbacks"]
    called = callbacks["shipped"]["{$request.body#/url}"]
    assert called["post"].pop("operationId") == "shipped"
    assert called == hook
    with pytest.raises(SetupError, match="Two webhooks are called 'ping'"):
        typed.webhook("ping")(shipped)


def test_words_in_other_versions(app: Flask) -> None:
    """3.0 has no webhooks, no summary and no licence by its identifier; 3.2 has all of them."""
    app.config.update(TYPED_SUMMARY="Books.", TYPED_LICENSE="MIT")
    documents = [
        Document(openapi_version="3.0.3"),
        Document(url="/new.json", openapi_version="3.2.0"),
        Document(url="/none.json", license={"name": "Ours"}, webhooks=False),
    ]
    typed = Typed(app, documents=documents)
    typed.webhook("book.shipped")(shipped)
    client = app.test_client()
    old, new, none = (client.get(f"/{name}.json").json for name in ("openapi", "new", "none"))
    OpenAPIV30SpecValidator(old).validate()
    OpenAPIV32SpecValidator(new).validate()
    assert old["info"] == {
        "title": "shop",
        "version": "0.1.0",
        "x-summary": "Books.",
        "description": "Books.",
        "license": {"url": "https://spdx.org/licenses/MIT.html", "name": "MIT"},
    }
    assert "webhooks" not in old
    assert list(old["x-webhooks"]) == ["book.shipped"]
    assert (new["openapi"], list(new["webhooks"])) == ("3.2.0", ["book.shipped"])
    assert "webhooks" not in none
    assert none["info"]["license"] == {"name": "Ours"}
