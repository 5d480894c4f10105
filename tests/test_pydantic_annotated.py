"""pydantic's objects in ``Annotated``, and types that only it knows, outside of its models."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import pydantic
import pytest
from annotated_types import MaxLen
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import DeclarationError, Depends, JsonNumber, Query, ResponseMismatch, Typed
from flask_typed.pydantic import PYDANTIC
from flask_typed.schemas.factory import FieldMaker, SchemaFactory
from flask_typed.schemas.types import default_registry
from marshmallow import fields, validate
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, PlainValidator
from typing_extensions import Doc, TypedDict
from werkzeug.datastructures import FileStorage
from werkzeug.routing import BaseConverter

from .schemas.codec import Codec

Document = Callable[[], dict[str, Any]]


class Own:
    """A class that only the program knows."""


OwnJson = Annotated[
    Own,
    PlainValidator(lambda value: Own()),
    pydantic.PlainSerializer(lambda value: 3, return_type=int),
    pydantic.WithJsonSchema({"type": "integer"}),
]


class Plainly:
    """A class that reads anything, as an annotation."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return pydantic's instructions."""
        return pydantic.TypeAdapter(Any).core_schema


Mine = Annotated[Own, Plainly]


class Shout(str):
    """A class that says to pydantic how it is read."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Return pydantic's instructions."""
        return pydantic.TypeAdapter(Annotated[str, AfterValidator(cls)]).core_schema


def make_codec(text: Any = "") -> Codec:
    """Return a codec that knows pydantic."""
    registry = default_registry()
    for match, build in PYDANTIC.items():
        registry.register(match, build)
    return Codec(FieldMaker(SchemaFactory(registry), text))


@pytest.fixture
def json() -> Codec:
    """Return a codec for JSON that knows pydantic."""
    return make_codec()


@pytest.fixture
def typed(app: Flask) -> Typed:
    """Return the extension object of an app that knows pydantic."""
    return Typed(app, types=PYDANTIC)


Name = Annotated[str, pydantic.StringConstraints(strip_whitespace=True, min_length=2)]


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(Annotated[int, Field(gt=0)], 1, 1, id="Field"),
        pytest.param(Annotated[str, Field(pattern="^a", strict=True)], "ab", "ab", id="pattern"),
        pytest.param(Annotated[int, pydantic.Strict()], 1, 1, id="Strict"),
        pytest.param(Annotated[float, pydantic.AllowInfNan(False)], 1.5, 1.5, id="AllowInfNan"),
        pytest.param(
            Annotated[Decimal, Field(gt=0), JsonNumber()], 1.5, Decimal("1.5"), id="JsonNumber"
        ),
        pytest.param(Name, " ab ", "ab", id="StringConstraints"),
        pytest.param(Annotated[Decimal, Field(max_digits=3)], "1.23", Decimal("1.23"), id="digits"),
        pytest.param(Annotated[str, AfterValidator(str.upper)], "a", "A", id="AfterValidator"),
        pytest.param(Annotated[int, BeforeValidator(abs)], -1, 1, id="BeforeValidator"),
        pytest.param(pydantic.HttpUrl, "http://a/", pydantic.HttpUrl("http://a/"), id="HttpUrl"),
        pytest.param(pydantic.Json[list[int]], "[1]", [1], id="Json"),
        pytest.param(pydantic.Base64UrlBytes, "aGk=", b"hi", id="Base64UrlBytes"),
        pytest.param(
            pydantic.UUID4,
            str(uuid.UUID(int=4 << 76 | 2 << 62)),
            uuid.UUID(int=4 << 76 | 2 << 62),
            id="UUID4",
        ),
        pytest.param(list[pydantic.PositiveInt], [1], [1], id="in-a-list"),
        pytest.param(Shout, "a", Shout("a"), id="own-class"),
    ],
)
def test_what_is_read(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """With pydantic's types, all of it is."""
    loaded = json.load(annotation, wire)
    assert (loaded, type(loaded)) == (value, type(value))


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(Annotated[int, Field(gt=0)], 0, ["Must be greater than 0."], id="Field"),
        pytest.param(
            Annotated[str, Field(pattern="b")],
            "a",
            ["String does not match expected pattern."],
            id="pattern",
        ),
        pytest.param(
            Name, " a ", {"_schema": ["String should have at least 2 characters"]}, id="group"
        ),
        pytest.param(
            Annotated[int, AfterValidator(lambda value: value), Field(gt=0)],
            0,
            {"_schema": ["Input should be greater than 0"]},
            id="Field-beside-a-function",
        ),
        pytest.param(
            Annotated[str, AfterValidator(str.upper), validate.Equal("A")],
            "b",
            ["Must be equal to A."],
            id="marshmallow",
        ),
        pytest.param(
            pydantic.ByteSize,
            "1 zz",
            {"_schema": ["Input should be a number of bytes with a known unit"]},
            id="ByteSize",
        ),
    ],
)
def test_what_is_refused(json: Codec, annotation: Any, wire: Any, messages: Any) -> None:
    """By the fields of flask_typed where they can, and by pydantic else."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(Annotated[int, Field(gt=0)], 1, 1, id="Field"),
        pytest.param(
            Annotated[str, AfterValidator(lambda text: text + "!")],
            "a",
            "a",
            id="functions-are-for-requests",
        ),
        pytest.param(pydantic.Json[list[int]], [1], [1], id="Json"),
        pytest.param(pydantic.Base64UrlBytes, b"hi", "aGk=", id="Base64UrlBytes"),
        pytest.param(pydantic.HttpUrl, "http://a", "http://a/", id="HttpUrl"),
        pytest.param(pydantic.SecretStr, pydantic.SecretStr("a"), "**********", id="SecretStr"),
        pytest.param(OwnJson, Own(), 3, id="own"),
    ],
)
def test_what_is_written(json: Codec, annotation: Any, value: Any, wire: Any) -> None:
    """By pydantic's serializers."""
    assert json.dump(annotation, value) == wire


def test_what_is_not_written(json: Codec) -> None:
    """Constraints hold for responses too."""
    assert json.mismatch(pydantic.HttpUrl, "a").startswith("at $ expected ")
    assert "breaks" in json.mismatch(Name, "a")


TEXTS = [
    pytest.param(Annotated[int, AfterValidator(abs)], "x=-1", 1, id="scalar"),
    pytest.param(Annotated[Decimal, AfterValidator(abs)], "x=-1.10", "1.10", id="decimal"),
    pytest.param(Annotated[list[int], AfterValidator(sorted)], "x=2&x=1", [1, 2], id="list"),
    pytest.param(
        Annotated[list[int], Field(max_length=2), Query(style="pipeDelimited")],
        "x=2|1",
        [2, 1],
        id="style",
    ),
    pytest.param(pydantic.Json[list[int]], "x=[1]", [1], id="Json"),
    pytest.param(pydantic.ByteSize, "x=1kb", 1000, id="ByteSize"),
    pytest.param(pydantic.conint(gt=3, strict=True), "x=4", 4, id="conint"),
]


@pytest.mark.parametrize(("annotation", "query", "value"), TEXTS)
def test_parameters(
    typed: Typed, client: FlaskClient, document: Document, annotation: Any, query: str, value: Any
) -> None:
    """A type whose JSON values are scalars, or several, comes from the query."""

    def view(x: Any) -> Any:
        return x

    returned = annotation if value == "1.10" else Any
    view.__annotations__.update({"x": annotation, "return": returned})
    typed.get("/")(view)
    assert client.get(f"/?{query}").get_json() == value
    (parameter,) = document()["paths"]["/"]["get"]["parameters"]
    assert (parameter["name"], parameter["in"]) == ("x", "query")


VERSION_4 = uuid.UUID("0b7c7d1e-6f7e-4d0c-9a44-0a7f6c1d2e3f")


@pytest.mark.parametrize(
    ("rule", "annotation", "path", "value"),
    [
        pytest.param("/<uuid:x>", pydantic.UUID4, f"/{VERSION_4}", str(VERSION_4), id="converted"),
        pytest.param("/<x>", pydantic.UUID4, f"/{VERSION_4}", str(VERSION_4), id="text"),
        pytest.param("/<int:x>", Annotated[int, AfterValidator(float)], "/3", 3, id="number"),
    ],
)
def test_variables_of_a_url(
    typed: Typed, client: FlaskClient, rule: str, annotation: Any, path: str, value: Any
) -> None:
    """pydantic gets the value of the converter as JSON."""

    def view(x: Any) -> Any:
        return x if x == 3 else str(x)

    view.__annotations__.update({"x": annotation, "return": Any})
    typed.get(rule)(view)
    assert client.get(path).get_json() == value


class Even(BaseConverter):
    """A converter that makes values of its own."""

    def to_python(self, value: str) -> Any:
        """Return another value."""
        raise NotImplementedError  # pragma: no cover: nothing calls it


def test_a_converter_with_values_of_its_own(app: Flask, typed: Typed) -> None:
    """pydantic would not see them."""
    app.url_map.converters["even"] = Even

    def view(x: Any) -> None: ...

    view.__annotations__["x"] = Annotated[int, Field(gt=0)]
    with pytest.raises(DeclarationError, match="so pydantic's FieldInfo has no effect"):
        typed.get("/<even:x>")(view)


def test_any_json_is_a_body(typed: Typed, client: FlaskClient) -> None:
    """It is no scalar, unless a marker says where the text is."""

    def view(x: Any, y: Any) -> Any:
        return [x, y]

    view.__annotations__.update({"x": pydantic.JsonValue, "y": Annotated[Mine, Query()]})
    typed.post("/")(view)
    assert client.post("/?y=2", json={"a": [1]}).get_json() == [{"a": [1]}, "2"]


def test_field_documents_a_parameter(typed: Typed, document: Document) -> None:
    """A marker's words come before those of pydantic's ``Field``."""

    @typed.get("/")
    def view(
        a: Annotated[int, Field(description="A.", title="T", examples=[3], deprecated=True)] = 0,
        b: Annotated[int, Field(description="A."), Query(description="B.")] = 0,
        c: Annotated[int, Field(json_schema_extra={"x-unit": "m"}), Doc("C.")] = 0,
        d: Annotated[int, Field(description="D."), AfterValidator(abs)] = 0,
    ) -> None: ...

    a, b, c, d = document()["paths"]["/"]["get"]["parameters"]
    assert (a["description"], a["deprecated"], a["schema"]["title"]) == ("A.", True, "T")
    assert a["examples"] == {"example1": {"value": 3}}
    assert (b["description"], c["description"], d["description"]) == ("B.", "C.", "D.")
    assert c["schema"]["x-unit"] == "m"


@dataclass
class Price:
    """A dataclass with pydantic's constraints."""

    amount: Annotated[float, Field(gt=0, description="How much.")]
    site: pydantic.HttpUrl | None = None


class PriceDict(TypedDict):
    """A TypedDict with them."""

    amount: Annotated[float, Field(gt=0)]


@pytest.mark.parametrize("model", [Price, PriceDict])
def test_fields_of_other_models(typed: Typed, client: FlaskClient, model: Any) -> None:
    """Their constraints hold."""

    def view(price: Any) -> Any:
        return price

    view.__annotations__.update({"price": model, "return": model})
    typed.post("/")(view)
    assert client.post("/", json={"amount": 1}).get_json()["amount"] == 1
    (fault,) = client.post("/", json={"amount": 0}).get_json()["errors"]
    assert (fault["pointer"], fault["detail"]) == ("/amount", "Must be greater than 0.")


def test_a_model_with_words(typed: Typed, document: Document) -> None:
    """They describe the value, and the model stays a component."""

    @typed.post("/")
    def view(price: Annotated[Plain, Field(description="The price.")]) -> None: ...

    body = document()["paths"]["/"]["post"]["requestBody"]
    assert body["description"] == "The price."
    assert "Plain" in document()["components"]["schemas"]


class Plain(BaseModel):
    """A model."""

    amount: int


class Arbitrary(BaseModel):
    """A model with a field that JSON cannot hold."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    own: Own


class Late(BaseModel):
    """A model with a name that is never defined."""

    other: Undefined  # type: ignore[name-defined]  # noqa: F821


@dataclass
class Marked:
    """A dataclass with a validator that pydantic does not run."""

    name: Annotated[str, validate.Length(min=3)]


class Holding(BaseModel):
    """A model that holds it."""

    marked: list[Marked]


class Uploading(BaseModel):
    """A model with a file."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    name: str
    file: FileStorage | None = None


def rename(schema: Any) -> None:
    """Change a schema."""


@pytest.mark.parametrize(
    ("annotation", "what", "instead"),
    [
        pytest.param(Annotated[int, Field(alias="b")], r"Field\(alias=", "Query", id="alias"),
        pytest.param(
            Annotated[int, Field(default=3)], r"Field\(default=", "after `=`", id="default"
        ),
        pytest.param(Annotated[int, Field(frozen=True)], r"Field\(frozen=", "out", id="frozen"),
        pytest.param(
            Annotated[int, Field(exclude=True)], r"Field\(exclude=", "WriteOnly", id="exclude"
        ),
        pytest.param(
            Annotated[int, Field(json_schema_extra=rename)], "is a function", "dict", id="function"
        ),
        pytest.param(pydantic.ImportString, "code of the server", "str", id="ImportString"),
        pytest.param(pydantic.FilePath, "files or code", "a client's path", id="FilePath"),
        pytest.param(Arbitrary, "cannot read or publish Arbitrary", "WithJsonSchema", id="JSON"),
        pytest.param(Late, "cannot read or publish Late", "another type", id="name"),
        pytest.param(Uploading, "'file' of Uploading is a file", "file: FileStorage", id="file"),
        pytest.param(Holding, r"Length\(\) on a field", "pydantic's Field", id="unread"),
        pytest.param(
            Annotated[list[Marked], AfterValidator(list)],
            r"Length\(\)",
            "Field",
            id="unread-inside",
        ),
        pytest.param(Annotated[int, fields.Integer(), Field(gt=0)], "is not read", "", id="field"),
        pytest.param(Annotated[int, Field(gt=0), Depends(list)], "is not read", "", id="Depends"),
        pytest.param(Annotated[int, Field(gt=0), object()], "not understood", "", id="unknown"),
    ],
)
def test_what_cannot_be_used(typed: Typed, annotation: Any, what: str, instead: str) -> None:
    """It is refused with advice, never ignored."""

    def view(x: Any) -> None: ...

    view.__annotations__["x"] = annotation
    with pytest.raises(DeclarationError, match=what) as caught:
        typed.post("/")(view)
    assert instead in caught.value.instead


def test_field_in_place_of_a_default(typed: Typed) -> None:
    """The message shows where it belongs."""

    def view(x: int = Field(3, gt=0)) -> None: ...

    view.__annotations__["x"] = int
    with pytest.raises(DeclarationError, match=r"Annotated\[int, Field\(gt=0\)\] = 20"):
        typed.get("/")(view)


def test_a_type_that_needs_a_package(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """pydantic names it."""
    monkeypatch.setitem(sys.modules, "email_validator", None)
    monkeypatch.setattr("pydantic.networks.email_validator", None, raising=False)

    def view(x: Any) -> None: ...

    view.__annotations__["x"] = pydantic.EmailStr
    with pytest.raises(DeclarationError, match="email-validator is not installed") as caught:
        typed.get("/")(view)
    assert caught.value.instead == "Install it."


def test_a_constraint_beside_a_type_of_pydantic(json: Codec) -> None:
    """It holds in requests and responses."""
    short = Annotated[pydantic.SecretStr, MaxLen(2)]
    assert json.load(short, "ab").get_secret_value() == "ab"
    assert json.refuse(short, "abc") == {
        "_schema": ["Value should have at most 2 items after validation, not 3"]
    }
    with pytest.raises(ResponseMismatch, match="breaks"):
        json.dump(short, pydantic.SecretStr("abc"))


@dataclass
class Note:
    """A class with a field whose schema names two types."""

    text: Annotated[str | None, pydantic.WithJsonSchema({"type": ["string", "null"]})] = None


def test_a_schema_with_several_types(typed: Typed, client: FlaskClient, document: Document) -> None:
    """It is published as it is; its values are read from JSON."""

    def view(note: Any) -> Any:
        return note

    view.__annotations__.update({"note": Note, "return": Note})
    typed.post("/")(view)
    assert client.post("/", json={"text": "a"}).get_json() == {"text": "a"}
    schemas = document()["components"]["schemas"]
    assert schemas["Note"]["properties"]["text"]["type"] == ["string", "null"]
