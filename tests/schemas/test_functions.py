"""Functions in ``Annotated`` that check a value, and may return another one."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, Union

import pytest
from annotated_types import Len, Predicate
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import (
    Body,
    DeclarationError,
    Depends,
    Form,
    Query,
    ReadOnly,
    ResponseMismatch,
    Typed,
)
from marshmallow import Schema, ValidationError, fields

from .codec import Codec

T = TypeVar("T")
BOTH = pytest.mark.parametrize("accelerated", [True, False], ids=["accelerated", "plain"])


def reject_bad(value: str) -> None:
    """Reject a text in each of the ways."""
    if value == "bad":
        raise ValueError("It is bad.")
    if value == "worse":
        raise ValidationError(["It is bad.", "It is worse."])
    if value == "empty":
        raise ValueError
    if value == "broken":
        raise KeyError(value)


def strip(value: str) -> str:
    """Return a text without blanks around it."""
    return value.strip()


Checked = Annotated[str, reject_bad, strip]


@dataclass
class Note:
    """A model with checked fields."""

    text: Checked
    tags: Annotated[list[Checked], Len(0, 3)]


def reject_all(value: object) -> None:
    """Reject a value."""
    raise ValueError("Nothing is right.")


def reject_untagged(note: Note) -> None:
    """Reject a note with a certain tag, or without any."""
    if not note.tags:
        raise ValueError("No tags.")


def make_client(view: Callable[..., Any], *, accelerated: bool = True) -> FlaskClient:
    """Return a client of an app with one view."""
    app = Flask("shop")
    app.testing = True
    app.config["TYPED_ACCELERATION"] = accelerated
    Typed(app).post("/", endpoint="view")(view)
    return app.test_client()


def find_faults(answer: Any) -> Any:
    """Return the faults of an answer."""
    errors = answer.get_json()["errors"]
    return [(fault["in"], fault["pointer"], fault["detail"]) for fault in errors]


@BOTH
def test_a_body_is_checked(accelerated: bool) -> None:
    """Each value by its functions in order; a returned value takes the place of the one sent."""

    def add(note: Note) -> list[str]:
        return [note.text, *note.tags]

    client = make_client(add, accelerated=accelerated)
    answer = client.post("/", json={"text": " a ", "tags": [" b", "c "]})
    assert answer.get_json() == ["a", "b", "c"]
    refused = client.post("/", json={"text": "worse", "tags": ["a", "bad", "empty"]})
    assert find_faults(refused) == [
        ("body", "/text", "It is bad."),
        ("body", "/text", "It is worse."),
        ("body", "/tags/1", "It is bad."),
        ("body", "/tags/2", "Invalid value."),
    ]
    with pytest.raises(KeyError, match="broken"):
        client.post("/", json={"text": "a", "tags": ["broken"]})


@BOTH
def test_parameters_are_checked(accelerated: bool) -> None:
    """Of the path, the query and a form; a wrong one in the path is a 422 that is published."""

    def add(
        name: Annotated[str, Query(), reject_bad, strip], note: Annotated[Checked, Form()] = ""
    ) -> list[str]:
        return [name, note]

    client = make_client(add, accelerated=accelerated)
    assert client.post("/?name=%20a", data={"note": "b "}).get_json() == ["a", "b"]
    assert find_faults(client.post("/?name=bad", data={"note": "bad"})) == [
        ("query", "/name", "It is bad."),
        ("form", "/note", "It is bad."),
    ]


def test_a_variable_of_the_url_is_checked() -> None:
    """The document has the 422 then."""
    app = Flask("shop")

    @Typed(app).get("/<name>")
    def read(name: Checked) -> str:
        return name

    client = app.test_client()
    assert [client.get(f"/{name}").status_code for name in ("bad", "good")] == [422, 200]
    assert "422" in client.get("/openapi.json").get_json()["paths"]["/{name}"]["get"]["responses"]


@BOTH
def test_keys_are_checked(accelerated: bool) -> None:
    """Those of a mapping, in both directions."""

    def add(counts: dict[Checked, int]) -> dict[Checked, int]:
        return {**counts, "worse": 1} if "ill" in counts else counts

    client = make_client(add, accelerated=accelerated)
    assert client.post("/", json={" a": 1}).get_json() == {"a": 1}
    assert find_faults(client.post("/", json={"bad": 1})) == [("body", "/bad", "It is bad.")]
    with pytest.raises(ResponseMismatch, match=r"one that breaks: \['It is bad\.', 'It is worse"):
        client.post("/", json={"ill": 1})


@BOTH
@pytest.mark.parametrize("kind", [int, float, str, list[int], tuple[int, int], object])
def test_values_of_every_kind_are_checked(kind: Any, accelerated: bool) -> None:
    """msgspec alone would accept them."""

    def add(value: Any) -> None: ...

    add.__annotations__["value"] = Annotated[kind, Body(embed=True), reject_all]
    client = make_client(add, accelerated=accelerated)
    samples: dict[Any, Any] = {str: "a", list[int]: [1], tuple[int, int]: [1, 2]}
    assert find_faults(client.post("/", json={"value": samples.get(kind, 1)})) == [
        ("body", "/value", "Nothing is right.")
    ]


def test_a_variable_with_a_converter_is_checked() -> None:
    """The converter makes the value that the function gets."""
    app = Flask("shop")

    def read(number: int) -> int: ...  # type: ignore[empty-body]  # no request gets there

    read.__annotations__["number"] = Annotated[int, reject_all]
    Typed(app).get("/<int:number>")(read)
    assert find_faults(app.test_client().get("/3")) == [("path", "/number", "Nothing is right.")]


@BOTH
def test_a_response_is_checked(accelerated: bool) -> None:
    """As constraints are; it is not changed."""

    def read(text: str) -> Checked:
        return text

    client = make_client(read, accelerated=accelerated)
    assert client.post("/?text=%20a").get_json() == " a"
    with pytest.raises(ResponseMismatch, match=r"expected a str, found one that breaks: \['It is"):
        client.post("/?text=bad")


@BOTH
def test_a_whole_model_is_checked(accelerated: bool) -> None:
    """With a fault of the object."""

    def add(note: Annotated[Note, reject_untagged]) -> str:
        return note.text

    client = make_client(add, accelerated=accelerated)
    assert client.post("/", json={"text": "a", "tags": ["b"]}).get_json() == "a"
    assert find_faults(client.post("/", json={"text": "a", "tags": []})) == [
        ("body", "", "No tags.")
    ]


def test_constraints_come_first(json: Codec) -> None:
    """They are published, and so they are about the value that is sent."""
    annotation = Annotated[str, strip, Len(2)]
    assert json.load(annotation, " a") == "a"
    assert json.refuse(annotation, "a") == ["Shorter than minimum length 2."]


def test_null_is_not_checked(json: Codec) -> None:
    """It is no value of the type."""
    assert json.load(Checked | None, None) is None


def test_the_first_member_of_a_union_may_reject(json: Codec) -> None:
    """A checked member hides none after it."""
    assert json.load(Union[Checked, str], "bad") == "bad"  # noqa: UP007  # `|` takes no Annotated


def test_the_document_names_them() -> None:
    """In the description, as no keyword can express them."""

    def add(note: Note) -> None: ...

    document: Any = make_client(add).get("/openapi.json").get_json()
    assert document["components"]["schemas"]["Note"]["properties"]["text"] == {
        "type": "string",
        "description": "Also checked by reject_bad. Also checked by strip.",
        "examples": ["string"],
    }


def test_a_default_has_to_pass(json: Codec) -> None:
    """It is a value as any other."""

    @dataclass
    class Wrong:
        text: Checked = "bad"

    assert "The default of 'text' does not fit" in json.reject(Wrong).what


def untyped(value):  # type: ignore[no-untyped-def]  # as people write them
    """Do nothing."""


def of_anything(value: object) -> None:
    """Do nothing."""


def of_variable(value: T) -> T:
    """Return what it gets."""
    return value


def of_two(value: str, limit: int) -> None:
    """Do nothing."""


class Checks:
    """Has methods that check."""

    def check(self, value: str) -> None:
        """Do nothing."""


@pytest.mark.parametrize(
    "function",
    [
        untyped,
        of_anything,
        of_variable,
        functools.partial(of_two, limit=1),
        Checks().check,
        lambda value: None,
        str.strip,
    ],
)
def test_a_function_of_one_value_is_a_check(json: Codec, function: Any) -> None:
    """Whatever kind of function it is."""
    assert json.load(Annotated[str, function], "a") == "a"


def provide() -> str: ...  # type: ignore[empty-body]  # nothing calls these
def provide_by(name: Annotated[str, Query()]) -> str: ...  # type: ignore[empty-body]
def provide_more(name: Annotated[str, Depends(provide)]) -> str: ...  # type: ignore[empty-body]
async def wait(name: str) -> None: ...
def of_number(number: int) -> None: ...


LENDING = [lambda: (yield), lambda name: (yield), functools.partial(provide_by, name="a")]


@pytest.mark.parametrize(
    "function",
    [provide, provide_by, provide_more, wait, of_number, of_two, vars, max, *LENDING],
)
def test_any_other_function_is_refused(json: Codec, function: Any) -> None:
    """A provider without Depends() above all: it would never run."""
    error = json.reject(Annotated[str, function])
    name = getattr(function, "__name__", "provide_by")
    assert error.what == (
        f"{name} in Annotated would not be called: it does not take one value of this type."
    )
    assert error.instead == (
        f"Write `Depends({name})` for a provider, `Predicate({name})` for a condition."
    )


def is_bad(value: str) -> bool:
    """Return whether a text is bad."""
    return value == "bad"


@pytest.mark.parametrize(
    ("function", "name"),
    [(is_bad, "is_bad"), (str.isupper, "str.isupper")],
)
def test_a_condition_is_refused(json: Codec, function: Any, name: str) -> None:
    """What it returns is an answer, not a value."""
    error = json.reject(Annotated[str, function])
    assert error.what == (
        f"{name} returns whether a value is valid; a function in Annotated raises ValueError for"
        " one that is not."
    )
    assert error.instead == f"Write `Predicate({name})`."
    assert is_bad("bad")


def test_a_condition_without_annotations_is_an_error_of_the_program(json: Codec) -> None:
    """It is not known before it runs."""
    with pytest.raises(TypeError, match=r"<lambda> returns whether a value is valid"):
        json.load(Annotated[str, lambda value: value == "a"], "a")


def test_a_function_may_return_booleans_for_booleans(json: Codec) -> None:
    """Then they are values."""
    assert json.load(Annotated[bool, lambda value: not value], True) is False


@pytest.mark.parametrize("ready", [fields.String(), Schema.from_dict({"a": fields.String()})])
def test_fields_of_marshmallow_have_their_own(json: Codec, ready: Any) -> None:
    """A function beside one is refused, not ignored."""
    error = json.reject(Annotated[Any, ready, untyped])
    assert error.instead == "Write `validate=` of the field, or a hook of the schema."


@pytest.mark.parametrize("check", [untyped, Predicate(bool)])
def test_a_model_that_is_spread_is_not_checked_as_a_whole(check: Any) -> None:
    """Its fields are, and its class may have validators."""

    def add(note: Note) -> None: ...

    add.__annotations__["note"] = Annotated[Note, Form(), check]
    with pytest.raises(DeclarationError, match="Note is spread over several parameters"):
        make_client(add)


def test_a_deep_object_is_checked() -> None:
    """It is one parameter."""

    def add(note: Annotated[Note, Query(style="deepObject"), reject_untagged]) -> str:
        return note.text

    client = make_client(add)
    assert client.post("/?note[text]=a&note[tags]=b").get_json() == "a"
    answer = client.post("/?note[text]=a&note[tags]=bad")
    assert find_faults(answer) == [("query", "/note/tags/0", "It is bad.")]


def test_a_type_that_reads_all_metadata_keeps_it() -> None:
    """The function is that type's own business."""
    read: list[Any] = []

    def build(hint: Any, make: Any, options: Any) -> Any:
        read.extend(hint.metadata)
        return fields.Raw(**options)

    def add(value: Any) -> None: ...

    add.__annotations__["value"] = Annotated[complex, untyped, Body()]
    Typed(Flask("shop"), types={complex: build}).post("/")(add)
    assert untyped in read


def test_a_file_is_checked_in_the_view() -> None:
    """A function on a value that a provider makes would not run."""

    def add(value: Annotated[str, Depends(provide), untyped]) -> None: ...

    with pytest.raises(DeclarationError, match="untyped in Annotated would not be called"):
        make_client(add)


def test_a_read_only_field_is_checked_in_responses(json: Codec) -> None:
    """Where it occurs."""

    @dataclass
    class Row:
        text: Annotated[Checked, ReadOnly()] = "a"

    assert json.mismatch(Row, Row("bad")).startswith("at $.text expected a str")
