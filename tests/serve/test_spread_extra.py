"""Models that become parameters, and decide themselves about names that they do not have."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Annotated, Any

import attrs
import msgspec
import pydantic
import pytest
from annotated_types import Ge, MinLen
from flask.testing import FlaskClient
from flask_typed import (
    APIKeyQuery,
    Cookie,
    DeclarationError,
    Depends,
    Extra,
    Form,
    Header,
    HTTPBearer,
    Query,
    Typed,
    model,
)
from flask_typed.pydantic import PYDANTIC
from typing_extensions import TypedDict


@model(extra="forbid")
@dataclass
class Closed:
    """A filter that forbids other names."""

    page: int = 1


@model(extra="forbid")
@attrs.define
class ClosedAttrs:
    """The same of attrs."""

    page: int = 1


class ClosedStruct(msgspec.Struct, forbid_unknown_fields=True):
    """The same of msgspec."""

    page: int = 1


class ClosedDict(TypedDict, closed=True, total=False):
    """The same as a dict."""

    page: int


class ClosedModel(pydantic.BaseModel, extra="forbid"):
    """The same of pydantic."""

    page: int = 1


@dataclass
class Open:
    """A filter that keeps other names."""

    page: int = 1
    more: Annotated[dict[str, Any], Extra()] = field(default_factory=dict)


@dataclass
class Texts:
    """A filter whose other values are text."""

    more: Annotated[dict[str, str], Extra()] = field(default_factory=dict)


@dataclass
class Counts:
    """A form whose other fields are numbers."""

    more: Annotated[dict[str, Annotated[int, Ge(0)]], Extra()] = field(default_factory=dict)


@dataclass
class Lists:
    """A form whose other fields are repeated."""

    more: Annotated[dict[str, list[str]], Extra()] = field(default_factory=dict)


@model(extra="ignore")
@dataclass
class Ignoring:
    """A form that ignores other names."""

    page: int = 1


CLOSED = [Closed, ClosedAttrs, ClosedStruct, ClosedDict, ClosedModel]
UNKNOWN = {"pointer": "/other", "code": "unknown", "detail": "Unknown field."}
WORDING = "Extra inputs are not permitted"


@pytest.fixture
def typed(app: Any) -> Typed:
    """Return the extension with pydantic's types."""
    return Typed(app, types=PYDANTIC)


def add_view(typed: Typed, kind: Any) -> None:
    """Add a view that gives back the other names of what it takes."""

    def view(filter_: Any, extra: Any = 0) -> Any:
        return dataclasses.asdict(filter_).get("more")

    view.__annotations__.update({"filter_": kind, "extra": Annotated[int, Query()]})
    typed.route("/", methods=["GET", "POST"] if "Form" in repr(kind) else ["GET"])(view)


def find_faults(answer: Any) -> list[dict[str, str]]:
    """Return the faults of a response without pydantic's own words."""
    return [
        {**fault, "detail": fault["detail"].replace(WORDING, "Unknown field.")}
        for fault in answer.get_json()["errors"]
    ]


@pytest.mark.parametrize("kind", CLOSED)
def test_a_model_forbids_other_parameters(typed: Typed, client: FlaskClient, kind: Any) -> None:
    """Although a query ignores them otherwise; the names of other arguments are known."""
    add_view(typed, Annotated[kind, Query()])
    answer = client.get("/?page=2&extra=1&other=3")
    assert (answer.status_code, find_faults(answer)) == (422, [{"in": "query", **UNKNOWN}])


@pytest.mark.parametrize("kind", CLOSED)
def test_a_model_forbids_other_cookies(typed: Typed, client: FlaskClient, kind: Any) -> None:
    """The same of cookies."""
    add_view(typed, Annotated[kind, Cookie()])
    client.set_cookie("other", "3")
    answer = client.get("/")
    assert (answer.status_code, find_faults(answer)) == (422, [{"in": "cookie", **UNKNOWN}])


@pytest.mark.configured(TYPED_UNKNOWN_FORM_FIELDS="exclude")
@pytest.mark.parametrize("kind", CLOSED)
def test_a_model_forbids_other_form_fields(typed: Typed, client: FlaskClient, kind: Any) -> None:
    """Although the app ignores them."""
    add_view(typed, Annotated[kind, Form()])
    answer = client.post("/", data={"page": "2", "other": "3"})
    assert (answer.status_code, find_faults(answer)) == (422, [{"in": "form", **UNKNOWN}])


@pytest.mark.parametrize("kind", [Closed, ClosedModel])
def test_keys_of_schemes_and_objects_are_known(
    typed: Typed, client: FlaskClient, kind: Any
) -> None:
    """Other names are those that neither an argument nor a scheme of the view reads."""

    def view(filter_: Any, key: Any, where: Any) -> int:
        return 7

    deep = Annotated[dict[str, str], Query(style="deepObject")]
    key = Annotated[Any, Depends(APIKeyQuery("key") & HTTPBearer())]
    view.__annotations__.update({"filter_": Annotated[kind, Query()], "key": key, "where": deep})
    typed.get("/")(view)
    headers = {"Authorization": "Bearer t"}
    assert client.get("/?page=2&key=k&where[x]=1", headers=headers).get_json() == 7


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        pytest.param(Open, {"a": ["1", "2"], "b": "3"}, id="anything"),
        pytest.param(Texts, {"a": "1", "b": "3", "page": "2"}, id="text"),
    ],
)
def test_a_model_keeps_other_parameters(
    typed: Typed, client: FlaskClient, kind: Any, found: Any
) -> None:
    """As texts; an ``Any`` that is repeated has a list of them."""
    add_view(typed, Annotated[kind, Query()])
    assert client.get("/?page=2&extra=1&a=1&a=2&b=3").get_json() == found


def test_a_model_keeps_other_headers(typed: Typed, client: FlaskClient) -> None:
    """Their names are in lower case."""
    add_view(typed, Annotated[Texts, Header()])
    answer = client.get("/", headers={"X-Trace": "7", "User-Agent": "test"})
    assert answer.get_json() == {"x-trace": "7", "user-agent": "test", "host": "localhost"}


@pytest.mark.parametrize(
    ("kind", "found", "published"),
    [
        pytest.param(Open, {"a": ["1", "2"], "b": "3"}, True, id="anything"),
        pytest.param(
            Lists,
            {"a": ["1", "2"], "b": ["3"]},
            {"type": "array", "items": {"type": "string"}},
            id="lists",
        ),
        pytest.param(Counts, {"a": 1, "b": 3}, {"type": "integer", "minimum": 0}, id="numbers"),
        pytest.param(Ignoring, None, None, id="ignored"),
    ],
)
def test_a_model_keeps_other_form_fields(
    typed: Typed, client: FlaskClient, document: Any, kind: Any, found: Any, published: Any
) -> None:
    """With the type of extra keys, which the document has."""
    add_view(typed, Annotated[kind, Form()])
    assert client.post("/", data={"a": ["1", "2"], "b": "3"}).get_json() == found
    (content,) = document()["paths"]["/"]["post"]["requestBody"]["content"].values()
    assert content["schema"].get("additionalProperties") == published


def test_a_fault_of_another_form_field(typed: Typed, client: FlaskClient) -> None:
    """It has the name of the field."""
    add_view(typed, Annotated[Counts, Form()])
    assert client.post("/", data={"a": "x"}).get_json()["errors"] == [
        {
            "in": "form",
            "pointer": "/a",
            "code": "invalid_integer",
            "detail": "Not a valid integer.",
        }
    ]


@pytest.mark.parametrize("kind", CLOSED)
def test_headers_cannot_be_forbidden(typed: Typed, kind: Any) -> None:
    """Every client sends some of its own."""
    with pytest.raises(DeclarationError, match="forbids other headers, but every client"):
        add_view(typed, Annotated[kind, Header()])


@dataclass
class Restricted:
    """A filter whose other values are not empty."""

    more: Annotated[dict[str, Annotated[str, MinLen(1)]], Extra()]


@dataclass
class Nested:
    """A filter whose other values are objects."""

    more: Annotated[dict[str, Closed], Extra()]


@pytest.mark.parametrize(
    ("kind", "marker"),
    [(Counts, Query()), (Lists, Query()), (Restricted, Query()), (Nested, Form())],
)
def test_other_parameters_are_plain_text(typed: Typed, kind: Any, marker: Any) -> None:
    """No document can publish the schema of parameters without names; a form can, of texts."""
    with pytest.raises(DeclarationError, match="are not plain text, but come from the"):
        add_view(typed, Annotated[kind, marker])
