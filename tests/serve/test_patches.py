"""Partial updates over HTTP: media types, JSON Patch, problems and the document."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from annotated_types import Len
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    DeclarationError,
    Extra,
    Header,
    JsonPatch,
    MediaType,
    Patch,
    ReadOnly,
    Typed,
    model,
)
from marshmallow import Schema, ValidationError, fields

MERGE = "application/merge-patch+json"
PATCH = "application/json-patch+json"


@dataclass
class Author:
    """An object inside another."""

    name: Annotated[str, Len(1)]
    born: int | None = None


@dataclass
class Book:
    """An object."""

    title: Annotated[str, Len(1, 20)] = "Emma"
    author: Author = field(default_factory=lambda: Author("Jane", 1775))
    tags: list[str] = field(default_factory=lambda: ["a"])
    more: dict[str, Any] = field(default_factory=dict)
    editor: Author | None = None
    id: Annotated[int, ReadOnly()] = 7


@pytest.fixture
def book(typed: Typed) -> Book:
    """Return a book that a route changes."""
    book = Book()

    @typed.patch("/")
    def change(patch: Annotated[Patch[Book], JsonPatch(max_operations=20)]) -> dict[str, Any]:
        patch.apply(book)
        return {"given": sorted(patch.given)}

    return book


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., Any]:
    """Return what sends a patch, and returns what was given or the faults."""

    def send(body: Any, media_type: str = PATCH) -> Any:
        response = client.patch("/", data=json.dumps(body), content_type=media_type)
        answer: Any = response.json
        if response.status_code == 200:
            return answer["given"]
        return [(fault["pointer"], fault["code"]) for fault in answer["errors"]]

    return send


@pytest.mark.parametrize("media_type", ["application/json", MERGE])
def test_merge_patches(send: Any, book: Book, media_type: str) -> None:
    """Under both of their media types."""
    assert send({"title": "Ada", "author": {"name": "Ann"}}, media_type) == ["author", "title"]
    assert book == Book("Ada", Author("Ann", 1775))
    assert send({"title": "", "id": 1}, media_type) == [
        ("/title", "wrong_length"),
        ("/id", "unknown"),
    ]


def test_other_media_types(client: FlaskClient, book: Book) -> None:
    """The answer names those that are accepted."""
    response = client.patch("/", data="{}", content_type="text/plain")
    assert (response.status_code, response.json["detail"]) == (
        415,
        f"The body must be application/json or {MERGE} or {PATCH}.",
    )


@pytest.mark.parametrize("media_type", ["application/json", PATCH])
def test_a_body_is_required(client: FlaskClient, book: Book, media_type: str) -> None:
    """Of either kind."""
    response = client.patch("/", content_type=media_type)
    assert response.json["errors"] == [
        {
            "in": "body",
            "pointer": "",
            "code": "required",
            "detail": "Missing data for required field.",
        }
    ]


def test_json_patch(send: Any, book: Book) -> None:
    """All operations, by names on the wire."""
    operations = [
        {"op": "test", "path": "/id", "value": 7.0},
        {"op": "replace", "path": "/title", "value": "Ada"},
        {"op": "add", "path": "/tags/-", "value": "c", "ignored": True},
        {"op": "add", "path": "/tags/1", "value": "b"},
        {"op": "remove", "path": "/tags/0"},
        {"op": "add", "path": "/more/a~1b~0", "value": {"x": 1}},
        {"op": "copy", "from": "/author", "path": "/editor"},
        {"op": "replace", "path": "/author/name", "value": "Ann"},
        {"op": "remove", "path": "/author/born"},
        {"op": "move", "from": "/more/a~1b~0", "path": "/more/c"},
        {"op": "move", "from": "/more/c", "path": "/more/c"},
    ]
    author = book.author
    assert send(operations) == ["author", "editor", "more", "tags", "title"]
    assert book == Book("Ada", Author("Ann"), ["b", "c"], {"c": {"x": 1}}, Author("Jane", 1775))
    assert book.author is author


def test_the_whole_document(send: Any, book: Book) -> None:
    """It is a value too."""
    new = {"title": "Ada", "author": {"name": "Ann"}, "id": 7}
    assert send([{"op": "replace", "path": "", "value": new}]) == [
        "author",
        "editor",
        "more",
        "tags",
        "title",
    ]
    assert book == Book("Ada", Author("Ann"))
    assert send([{"op": "replace", "path": "", "value": []}]) == [("/0/value", "invalid_object")]


REJECTED = [
    pytest.param([{"op": "remove", "path": "/colour"}], "/0/path", "invalid_path", id="no key"),
    pytest.param([{"op": "remove", "path": "/tags/1"}], "/0/path", "invalid_path", id="no index"),
    pytest.param([{"op": "remove", "path": "/tags/01"}], "/0/path", "invalid_path", id="01"),
    pytest.param([{"op": "remove", "path": "/tags/-"}], "/0/path", "invalid_path", id="no item"),
    pytest.param(
        [{"op": "add", "path": "/title/x", "value": 1}], "/0/path", "invalid_path", id="in a text"
    ),
    pytest.param(
        [{"op": "add", "path": "/x/y", "value": 1}], "/0/path", "invalid_path", id="no parent"
    ),
    pytest.param([{"op": "remove", "path": ""}], "/0/path", "invalid_path", id="all"),
    pytest.param(
        [{"op": "move", "from": "/x", "path": "/title"}], "/0/from", "invalid_path", id="no source"
    ),
    pytest.param(
        [{"op": "move", "from": "/more", "path": "/more/x"}], "/0/path", "invalid_path", id="inside"
    ),
    pytest.param([{"op": "add", "path": "x", "value": 1}], "/0/path", "wrong_pattern", id="x"),
    pytest.param([{"op": "add", "path": "/title"}], "/0/value", "required", id="no value"),
    pytest.param(
        [{"op": "test", "path": "/id", "value": 7}] * 21,
        "",
        "wrong_length",
        id="too many",
    ),
    pytest.param(
        [{"op": "add", "path": "/colour", "value": 1}], "/0/value", "unknown", id="unknown"
    ),
    pytest.param([{"op": "replace", "path": "/id", "value": 8}], "/0/value", "unknown", id="id"),
    pytest.param([{"op": "remove", "path": "/id"}], "/0/path", "unknown", id="no id"),
    pytest.param(
        [{"op": "replace", "path": "/author/name", "value": ""}],
        "/0/value",
        "wrong_length",
        id="invalid",
    ),
    pytest.param(
        [{"op": "add", "path": "/author", "value": {"name": 1}}],
        "/0/value/name",
        "invalid_string",
        id="invalid inside",
    ),
    pytest.param(
        [{"op": "add", "path": "/tags/-", "value": 1}], "/0/value", "invalid_string", id="item"
    ),
    pytest.param(
        [{"op": "remove", "path": "/author/name"}, {"op": "test", "path": "/id", "value": 7}],
        "/0/path",
        "required",
        id="incomplete",
    ),
    pytest.param(
        [
            {"op": "copy", "from": "/author", "path": "/editor"},
            {"op": "move", "from": "/editor/name", "path": "/title"},
        ],
        "/1/from",
        "required",
        id="moved",
    ),
]


@pytest.mark.parametrize(("operations", "pointer", "code"), REJECTED)
def test_json_patches_that_are_rejected(
    send: Any, book: Book, operations: Any, pointer: str, code: str
) -> None:
    """The pointer is that of the operation, and nothing is changed."""
    assert send(operations) == [(pointer, code)]
    assert book == Book()


def test_a_failing_test(client: FlaskClient, book: Book) -> None:
    """It is a conflict, and nothing is changed."""
    operations = [
        {"op": "replace", "path": "/title", "value": "Ada"},
        {"op": "test", "path": "/id", "value": True},
    ]
    response = client.patch("/", data=json.dumps(operations), content_type=PATCH)
    assert response.json == {
        "type": "about:blank",
        "title": "The object is not in the state that a test of the patch expects.",
        "status": 409,
        "pointer": "/1/value",
    }
    assert book == Book()


def test_copies_are_bounded(send: Any, book: Book) -> None:
    """A short list of operations would fill the memory."""
    start = {"op": "add", "path": "/more/a", "value": list(range(50))}
    double = {"op": "copy", "from": "/more", "path": "/more/b"}
    twice = [{**double, "path": f"/more/b{index}"} for index in range(15)]
    assert send([start, *twice]) == [("/8/from", "too_complex")]


def test_depth_is_bounded(send: Any, book: Book) -> None:
    """A deep document could not be read."""
    deep: Any = 1
    for _ in range(120):
        deep = [deep]
    start = {"op": "add", "path": "/more/a", "value": deep}
    inner = {"op": "copy", "from": "/more/a", "path": "/more/a" + "/0" * 120}
    assert send([start, inner]) == [("/1/path", "too_complex")]


def test_values_of_a_json_patch(typed: Typed, client: FlaskClient) -> None:
    """They depend on the object."""
    got = []

    @typed.patch("/")
    def change(patch: Annotated[Patch[Book], JsonPatch()]) -> None:
        with pytest.raises(AttributeError, match="A JSON Patch has no values of its own"):
            _ = patch.values
        got.append((len(patch), patch.given))

    client.patch("/", data='[{"op": "test", "path": "", "value": 1}]', content_type=PATCH)
    client.patch("/", data='[{"op": "remove", "path": "/x"}]', content_type=PATCH)
    assert got == [(0, frozenset()), (0, frozenset())]


class Note(Schema):
    """A marshmallow Schema."""

    text = fields.String(required=True, data_key="noteText")
    id = fields.Integer(dump_only=True)


def test_json_patch_by_a_schema(typed: Typed, client: FlaskClient) -> None:
    """The whole is loaded by the Schema."""
    note = {"text": "a", "id": 1}

    @typed.patch("/")
    def change(
        patch: Annotated[Patch[Annotated[dict[str, Any], Note()]], JsonPatch()],
    ) -> dict[str, Any]:
        return {**patch.apply(note), "given": sorted(patch.given)}

    def send(*operations: Any) -> Any:
        return client.patch("/", data=json.dumps(operations), content_type=PATCH).json

    assert send({"op": "replace", "path": "/noteText", "value": "b"}) == {
        "text": "b",
        "id": 1,
        "given": ["text"],
    }
    for operation, pointer in (
        ({"op": "replace", "path": "/noteText", "value": 1}, "/0/value"),
        ({"op": "replace", "path": "/id", "value": 2}, "/0/value"),
        ({"op": "replace", "path": "", "value": []}, "/0/value"),
    ):
        assert [fault["pointer"] for fault in send(operation)["errors"]] == [pointer]


@dataclass
class Open:
    """A class with extra keys, and one with a mapping of them."""

    more: Annotated[dict[str, int], Extra()] = field(default_factory=dict)


def test_json_patch_of_extra_keys(typed: Typed, client: FlaskClient) -> None:
    """Each is a key of the document."""
    target = Open({"a": 1, "b": 2})

    @typed.patch("/")
    def change(patch: Annotated[Patch[Open], JsonPatch()]) -> Open:
        return patch.apply(target)

    operations = [{"op": "remove", "path": "/a"}, {"op": "add", "path": "/c", "value": 3}]
    assert client.patch("/", data=json.dumps(operations), content_type=PATCH).json == {
        "b": 2,
        "c": 3,
    }


def compare(pages: Pages) -> None:
    """Reject pages that are in no order."""
    if pages.first > pages.last:
        raise ValidationError("Is after the last page.", "first")


@model(validators=[compare], extra="ignore")
@dataclass
class Pages:
    """A class with a rule about the whole, which ignores unknown keys."""

    first: int
    last: int


def test_json_patch_that_breaks_a_rule_about_the_whole(typed: Typed, client: FlaskClient) -> None:
    """The fault may be of a value that no operation has changed."""

    @typed.patch("/")
    def change(patch: Annotated[Patch[Pages], JsonPatch()]) -> Pages:
        return patch.apply(Pages(5, 9))

    def send(path: str, value: int) -> Any:
        operations = json.dumps([{"op": "add", "path": path, "value": value}])
        return client.patch("/", data=operations, content_type=PATCH).json

    assert [fault["pointer"] for fault in send("/last", 1)["errors"]] == [""]
    assert [fault["pointer"] for fault in send("/first", 10)["errors"]] == ["/0/value"]
    assert send("/colour", 1) == {"first": 5, "last": 9}


def test_own_media_types(typed: Typed, client: FlaskClient, document: Any) -> None:
    """They replace the usual ones."""

    @typed.patch("/")
    def change(patch: Annotated[Patch[Book], MediaType("application/vnd.shop+json")]) -> None:
        raise NotImplementedError  # pragma: no cover

    (body,) = [path["patch"]["requestBody"] for path in document()["paths"].values()]
    assert body["content"].keys() == {"application/vnd.shop+json"}
    assert client.patch("/", json={}).status_code == 415


def test_the_document(typed: Typed, book: Book, document: Any) -> None:
    """Nothing is required, and nothing has a default."""
    made = document()
    operation = made["paths"]["/"]["patch"]
    content = operation["requestBody"]["content"]
    assert content["application/json"] == content[MERGE]
    assert content[MERGE]["schema"] == {"$ref": "#/components/schemas/BookPatch"}
    assert content[PATCH]["schema"]["maxItems"] == 20
    assert content[PATCH]["schema"]["items"]["discriminator"]["propertyName"] == "op"
    assert operation["responses"].keys() == {"200", "400", "409", "413", "415", "422"}
    schemas = made["components"]["schemas"]
    assert schemas["AuthorPatch"] == {
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "born": {"type": ["integer", "null"]},
        },
        "additionalProperties": False,
    }
    assert schemas["BookPatch"]["properties"].keys() == {
        "title",
        "author",
        "tags",
        "more",
        "editor",
    }


def test_both_documents_of_a_type(typed: Typed, document: Any) -> None:
    """The whole type and its patch are components of their own."""

    @typed.post("/")
    def add(author: Author) -> Author:
        raise NotImplementedError  # pragma: no cover

    @typed.patch("/")
    def change(patch: Patch[Author]) -> None:
        raise NotImplementedError  # pragma: no cover

    schemas = document()["components"]["schemas"]
    assert {"Author", "AuthorInput", "AuthorPatch"} <= schemas.keys()


class Task(Schema):
    """A Schema with a default."""

    done = fields.Boolean(load_default=False)


def test_defaults_of_a_partial_schema_are_not_published(typed: Typed, document: Any) -> None:
    """marshmallow does not apply them."""

    @typed.patch("/")
    def change(task: Annotated[dict[str, Any], Task(partial=True)]) -> None:
        raise NotImplementedError  # pragma: no cover

    schemas = document()["components"]["schemas"]
    assert schemas["TaskPartial"]["properties"] == {"done": {"type": "boolean"}}


def test_policies_of_a_route(typed: Typed, client: FlaskClient, document: Any) -> None:
    """A route may ignore unknown keys."""

    @typed.patch("/", unknown_keys="exclude")
    def change(patch: Patch[Author]) -> None:
        assert patch.given == {"born"}

    assert client.patch("/", json={"born": 1, "colour": 1}).status_code == 204
    assert "AuthorExcludeUnknownPatch" in document()["components"]["schemas"]


def test_a_rejected_view_leaves_nothing(typed: Typed, document: Any) -> None:
    """The schemas of its patches are forgotten."""

    def broken(patch: Patch[Author], other: Annotated[int, Header(), Body()]) -> None:
        raise NotImplementedError  # pragma: no cover

    with pytest.raises(DeclarationError, match="several markers"):
        typed.patch("/")(broken)
    assert "AuthorPatch" not in document().get("components", {}).get("schemas", {})


def embed(patch: Annotated[Patch[Book], Body(embed=True)]) -> None:
    """Take a patch as a key."""
    raise NotImplementedError  # pragma: no cover


def take_two(patch: Patch[Book], author: Author) -> None:
    """Take a patch and something else."""
    raise NotImplementedError  # pragma: no cover


def take_form(patch: Annotated[Patch[Book], Body(form=True)]) -> None:
    """Take a patch or a form."""
    raise NotImplementedError  # pragma: no cover


def give() -> Patch[Book]:
    """Return a patch."""
    raise NotImplementedError  # pragma: no cover


@pytest.mark.parametrize(
    ("view", "message"),
    [
        pytest.param(embed, "here it is a key of an object: 'patch'", id="embedded"),
        pytest.param(take_two, "here it is a key of an object: 'patch', 'author'", id="two"),
        pytest.param(take_form, "is not the whole JSON body", id="form"),
        pytest.param(give, "is not the whole JSON body", id="returned"),
    ],
)
def test_what_is_rejected(typed: Typed, view: Any, message: str) -> None:
    """A patch is a whole body of a request."""
    with pytest.raises(DeclarationError, match=message):
        typed.patch("/")(view)


@pytest.mark.configured(TYPED_OPENAPI_VERSION="3.0.3")
def test_openapi_30(typed: Typed, book: Book, client: FlaskClient) -> None:
    """The older version has the component too."""
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    assert schemas["AuthorPatch"]["properties"]["born"] == {"type": "integer", "nullable": True}


class PatchedShelf(Schema):
    """A Schema inside itself and around another."""

    notes = fields.List(fields.Nested(Note))
    below = fields.Nested("PatchedShelf")


def test_names_of_schemas(typed: Typed, document: Any) -> None:
    """The components of a Schema are named as those of every other type."""

    @typed.patch("/")
    def change(patch: Patch[PatchedShelf]) -> None:
        raise NotImplementedError  # pragma: no cover

    @typed.put("/")
    def replace(shelf: Annotated[dict[str, Any], PatchedShelf(partial=True)]) -> None:
        raise NotImplementedError  # pragma: no cover

    schemas = document()["components"]["schemas"]
    assert {
        "PatchedShelfPatch",
        "NotePatch",
        "PatchedShelfPartial",
        "NotePartial",
    } <= schemas.keys()
    assert schemas["PatchedShelfPatch"]["properties"]["below"] == {
        "$ref": "#/components/schemas/PatchedShelfPatch"
    }
