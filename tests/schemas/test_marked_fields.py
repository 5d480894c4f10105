"""Markers on the fields of models: the same for every kind of class, and in every location."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, NamedTuple

import attr
import msgspec
import pytest
from flask import Flask
from flask_typed import Body, Cookie, DeclarationError, Form, Header, Query, Typed
from flask_typed.declare.markers import Marker
from typing_extensions import NotRequired, TypedDict

from .codec import Codec

#: The words of a marker, as they are published.
WORDS = {"description": "Its name.", "deprecated": True, "example": "Ann"}


def describe(marker: type[Marker]) -> tuple[Any, Any]:
    """Return the annotations of a field with every option, and of a hidden one."""
    return Annotated[str, marker(alias="fullName", **WORDS)], Annotated[int, marker(hidden=True)]


def make_dataclass(name: Any, hidden: Any) -> Any:
    return dataclasses.make_dataclass("Person", [("full_name", name), ("age", hidden, 3)])


def make_typeddict(name: Any, hidden: Any) -> Any:
    return TypedDict("Person", {"full_name": name, "age": NotRequired[hidden]})


def make_namedtuple(name: Any, hidden: Any) -> Any:
    made: Any = NamedTuple("Person", [("full_name", name), ("age", hidden)])
    made._field_defaults["age"] = 3
    made.__new__.__defaults__ = (3,)
    return made


def make_attrs(name: Any, hidden: Any) -> Any:
    fields = {"full_name": attr.ib(type=name), "age": attr.ib(type=hidden, default=3)}
    return attr.make_class("Person", fields)


def make_struct(name: Any, hidden: Any) -> Any:
    return msgspec.defstruct("Person", [("full_name", name), ("age", hidden, 3)])


KINDS = pytest.mark.parametrize(
    "make_kind", [make_dataclass, make_typeddict, make_namedtuple, make_attrs, make_struct]
)


def serve(annotation: Any, returned: Any) -> Any:
    """Return a client of an app with a view, and the Operation Object of the view."""
    app = Flask("shop")
    app.testing = True

    def view(person: Any) -> Any:
        return person

    view.__annotations__.update({"person": annotation, "return": returned})
    Typed(app).post("/")(view)
    client = app.test_client()
    document: Any = client.get("/openapi.json").get_json()
    return client, document["paths"]["/"]["post"], document["components"]["schemas"]


@KINDS
@pytest.mark.parametrize(
    ("marker", "sent"),
    [
        (Query, {"query_string": {"fullName": "Ann"}}),
        (Header, {"headers": {"fullName": "Ann"}}),
        (Cookie, {}),
    ],
)
def test_parameters(make_kind: Any, marker: Any, sent: Any) -> None:
    """The alias and the words are those of the parameter; a hidden one is left out."""
    kind = make_kind(*describe(marker))
    client, operation, _ = serve(Annotated[kind, marker()], kind)
    assert operation["parameters"] == [
        {
            "in": marker.location,
            "name": "fullName",
            "required": True,
            **WORDS,
            "schema": {"type": "string"},
        }
    ]
    if not sent:
        client.set_cookie("fullName", "Ann")
    assert client.post("/", **sent).get_json()["fullName"] == "Ann"


@KINDS
def test_forms(make_kind: Any) -> None:
    """The alias and the words are those of the field."""
    name, _ = describe(Form)
    kind = make_kind(name, int)
    client, operation, _ = serve(Annotated[kind, Form()], kind)
    (content,) = operation["requestBody"]["content"].values()
    properties = content["schema"]["properties"]
    assert properties["fullName"] == {"type": "string", **WORDS}
    assert client.post("/", data={"fullName": "Ann"}).get_json()["fullName"] == "Ann"


@KINDS
def test_bodies_and_responses(make_kind: Any) -> None:
    """The alias and the words are those of the key, also inside other values."""
    name, _ = describe(Body)
    kind = make_kind(name, int)
    client, _, schemas = serve(dict[str, list[kind]], dict[str, list[kind]])
    known = [schemas[key]["properties"] for key in ("Person", "PersonInput") if key in schemas]
    assert all(one["fullName"] == {"type": "string", **WORDS} for one in known)
    assert (
        client.post("/", json={"a": [{"fullName": "Ann"}]}).get_json()["a"][0]["fullName"] == "Ann"
    )
    faults = client.post("/", json={"a": [{"full_name": "Ann"}]}).get_json()["errors"]
    assert [fault["pointer"] for fault in faults] == ["/a/0/fullName", "/a/0/full_name"]


@KINDS
def test_a_marker_of_another_location_is_refused(make_kind: Any) -> None:
    """The value would not come from where the marker says."""
    name, hidden = describe(Header)
    kind = make_kind(name, hidden)
    for annotation in (Annotated[kind, Query()], Annotated[kind, Form()], list[kind]):
        with pytest.raises(DeclarationError, match=r"marked Header\(\), but its object comes from"):
            serve(annotation, str)


@KINDS
@pytest.mark.parametrize("marker", [Body, Form])
def test_a_key_is_not_hidden(json: Codec, make_kind: Any, marker: Any) -> None:
    """The schema of the object would not be that of its values, in responses too."""
    error = json.reject(make_kind(*describe(marker)))
    assert error.what == "The field is hidden, but clients have to know it."
    assert error.where == ("field 'age'", "Person")
