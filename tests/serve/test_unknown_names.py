"""The policies for names that a view does not take, by location: of an app, and of a route."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Any, Literal

import pytest
from flask.testing import FlaskClient
from flask_typed import APIKeyQuery, Body, DeclarationError, Depends, Form, Query, Typed
from werkzeug.datastructures import FileStorage

Policy = Literal["raise", "exclude"]


@dataclass
class Item:
    """An item."""

    name: str


def unknown(location: str, name: str) -> list[dict[str, str]]:
    """Return the faults of a request with one unknown name."""
    return [
        {
            "in": location,
            "pointer": f"/{name}",
            "code": "unknown",
            "detail": "Unknown field.",
        }
    ]


KEY = APIKeyQuery("key")


def test_query_of_a_route(typed: Typed, client: FlaskClient) -> None:
    """A route may reject unknown parameters; the keys of its schemes and objects are known."""

    @typed.get("/", unknown_query_parameters="raise")
    def view(
        key: Annotated[str, Depends(KEY)],
        where: Annotated[Item | None, Query(style="deepObject")] = None,
        page: int = 1,
    ) -> int:
        return page

    assert client.get("/?key=k&page=2&where[name]=a").get_json() == 2
    answer = client.get("/?key=k&pge=2")
    assert (answer.status_code, answer.get_json()["errors"]) == (422, unknown("query", "pge"))


@pytest.mark.configured(TYPED_UNKNOWN_QUERY_PARAMETERS="raise")
def test_query_of_an_app(typed: Typed, client: FlaskClient, document: Any) -> None:
    """An app may reject them on every route, even one that takes none; its 422 is published."""

    @typed.get("/")
    def view() -> None: ...

    @typed.get("/open", unknown_query_parameters="exclude")
    def view_open() -> int:
        return 1

    assert client.get("/?a=1").get_json()["errors"] == unknown("query", "a")
    assert client.get("/open?a=1").get_json() == 1
    paths = document()["paths"]
    assert list(paths["/"]["get"]["responses"]) == ["204", "422"]
    assert list(paths["/open"]["get"]["responses"]) == ["200", "4XX"]


def content_of(document: Any, path: str) -> Any:
    """Return the contents of a request body in the document."""
    return document()["paths"][path]["post"]["requestBody"]["content"]


@pytest.mark.configured(TYPED_UNKNOWN_FORM_FIELDS="exclude")
def test_form(typed: Typed, client: FlaskClient, document: Any) -> None:
    """Fields and files that a view does not take are ignored, or rejected by one of its routes."""

    @typed.post("/open")
    def view_open(a: Annotated[int, Form()]) -> int:
        return a

    @typed.post("/closed", unknown_form_fields="raise")
    def view_closed(a: Annotated[int, Form()]) -> None: ...

    data = {"a": "1", "csrf_token": "x", "more": (BytesIO(b"x"), "x")}
    assert client.post("/open", data=data).get_json() == 1
    answer = client.post("/closed", data={"a": "1", "b": "x"}).get_json()
    assert answer["errors"] == unknown("form", "b")
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    form = "application/x-www-form-urlencoded"
    assert content_of(document, "/open") == {form: {"schema": schema}}
    assert content_of(document, "/closed") == {
        form: {"schema": {**schema, "additionalProperties": False}}
    }


def test_body_of_a_route(typed: Typed, client: FlaskClient, document: Any) -> None:
    """A route may drop unknown keys, also of objects inside; its model has a schema of its own."""

    @typed.post("/open", unknown_keys="exclude")
    def view_open(items: list[Item]) -> list[Item]:
        return items

    @typed.post("/also", unknown_keys="exclude")
    def view_also(item: Annotated[Item, Body(form=True)]) -> Item:
        return item

    @typed.post("/closed", unknown_keys="raise")
    def view_closed(items: list[Item]) -> None: ...

    data = [{"name": "a", "more": 1}]
    assert client.post("/open", json=data).get_json() == [{"name": "a"}]
    assert client.post("/also", json=data[0]).get_json() == {"name": "a"}
    also = client.post("/also", data=data[0]).get_json()
    assert also["errors"] == unknown("form", "more")
    assert client.post("/closed", json=data).get_json()["errors"] == unknown("body", "0/more")
    schemas = document()["components"]["schemas"]
    item = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    assert schemas["ItemExcludeUnknown"] == item
    assert schemas["Item"] == {**item, "additionalProperties": False}


def test_no_such_policy(typed: Typed) -> None:
    """A policy that does not exist is an error at registration."""
    options: Any = {"unknown_keys": "include"}
    message = r"unknown_keys= is 'include'\.\n.*\n  Write \"raise\" or \"exclude\"\."
    with pytest.raises(DeclarationError, match=message):
        typed.post("/", **options)(test_no_such_policy)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param({"photo": "a.png"}, ("form", "/photo"), id="text"),
        pytest.param({"name": (BytesIO(b"x"), "a.txt")}, ("file", "/name"), id="file"),
        pytest.param({"photo": ""}, None, id="empty-text"),
        pytest.param({"name": (BytesIO(), "")}, None, id="empty-file"),
    ],
)
def test_files_and_fields_have_names_of_their_own(
    typed: Typed, client: FlaskClient, data: Any, fault: Any
) -> None:
    """A text under the name of a file is unknown, and the other way round, if it is not empty."""

    @typed.post("/")
    def view(name: Annotated[str, Form()] = "", photo: FileStorage | None = None) -> str:
        return name

    found = client.post("/", data=data).get_json()
    if fault is None:
        assert found == ""
    else:
        location, pointer = fault
        assert found["errors"] == [
            {"in": location, "pointer": pointer, "code": "unknown", "detail": "Unknown field."}
        ]


def test_optional_files(typed: Typed, client: FlaskClient, document: Any) -> None:
    """A form whose files are optional may come urlencoded, and is published as both."""

    @typed.post("/")
    def view(name: Annotated[str, Form()], photo: FileStorage | None = None) -> str:
        return name if photo is None else f"{name} {photo.filename}"

    @typed.post("/files")
    def view_files(photo: FileStorage | None = None) -> bool:
        return photo is not None

    assert client.post("/", data={"name": "x"}).get_json() == "x"
    data = {"name": "x", "photo": (BytesIO(b"x"), "a.png")}
    assert client.post("/", data=data).get_json() == "x a.png"
    assert client.post("/files").get_json() is False
    content = content_of(document, "/")
    text, file = {"type": "string"}, {"type": "string", "format": "binary"}
    assert {name: part["schema"]["properties"] for name, part in content.items()} == {
        "multipart/form-data": {"name": text, "photo": file},
        "application/x-www-form-urlencoded": {"name": text},
    }
    assert list(content_of(document, "/files")) == ["multipart/form-data"]
