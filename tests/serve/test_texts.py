"""What is closed or numeric, as text in every place that has only text."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Cookie, Form, Header, Path, Query, Typed
from flask_typed.declare.markers import Marker
from flask_typed.messages.recognizing import find_code


class Level(Enum):
    """An enum of several JSON types."""

    ONE = 1
    HALF = 0.5
    TWO = "two"
    NOTHING = None


Send = Callable[[FlaskClient, str], Any]


def in_query(client: FlaskClient, text: str) -> Any:
    """Send a text in the query."""
    return client.post("/x", query_string={"q": text})


def in_header(client: FlaskClient, text: str) -> Any:
    """Send a text in a header."""
    return client.post("/x", headers={"Q": text})


def in_cookie(client: FlaskClient, text: str) -> Any:
    """Send a text in a cookie."""
    client.set_cookie("q", text)
    return client.post("/x")


def in_form(client: FlaskClient, text: str) -> Any:
    """Send a text in a form."""
    return client.post("/x", data={"q": text})


def in_path(client: FlaskClient, text: str) -> Any:
    """Send a text in the path."""
    return client.post(f"/{text}")


PLACES: list[Any] = [
    pytest.param(Query(), "/x", in_query, id="query"),
    pytest.param(Header(), "/x", in_header, id="header"),
    pytest.param(Cookie(), "/x", in_cookie, id="cookie"),
    pytest.param(Form(), "/x", in_form, id="form"),
    pytest.param(Path(), "/<q>", in_path, id="path"),
]


#: Without the path, which has no empty text, and forms, where it counts as missing.
NOT_IN_FORMS = PLACES[:3]


def serve(app: Flask, annotation: Any, marker: Marker, rule: str) -> FlaskClient:
    """Return a client of a view with one argument, ``q``."""

    def view(q: Any) -> Any:
        return repr(q)

    view.__annotations__ = {"q": Annotated[annotation, marker], "return": str}
    Typed(app).post(rule)(view)
    return app.test_client()


LEVELS = "Must be one of: 1, 0.5, two, null."
CHOICES = "Must be one of: 1, false, null, a."
NO_INTEGER = "Not a valid integer."
NO_NUMBER = "Not a valid number."
NO_BOOLEAN = "Not a valid boolean."


@pytest.mark.parametrize(("marker", "rule", "send"), PLACES)
@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        pytest.param(Level, "1", Level.ONE, id="enum-integer"),
        pytest.param(Level, "0.5", Level.HALF, id="enum-number"),
        pytest.param(Level, "null", Level.NOTHING, id="enum-null"),
        pytest.param(Level, "two", Level.TWO, id="enum-text"),
        pytest.param(Literal[1, False, None, "a"], "1", 1, id="literal-integer"),
        pytest.param(Literal[1, False, None, "a"], "false", False, id="literal-boolean"),
        pytest.param(Literal[1, False, None, "a"], "null", None, id="literal-null"),
        pytest.param(Literal[1, False, None, "a"], "a", "a", id="literal-text"),
        pytest.param(int, "-0", 0, id="integer-minus-zero"),
        pytest.param(int, "1.0", 1, id="integer-with-fraction"),
        pytest.param(float, "1e-2", 0.01, id="number-with-exponent"),
        pytest.param(bool, "off", False, id="boolean-word"),
    ],
)
def test_texts(
    app: Flask, annotation: Any, text: str, value: Any, marker: Marker, rule: str, send: Send
) -> None:
    """A choice is written as JSON writes it, a number in JSON's grammar."""
    assert send(serve(app, annotation, marker, rule), text).json == repr(value)


def invalid(location: str, pointer: str, detail: str) -> dict[str, Any]:
    """Return the body of a 422 for one fault."""
    return {
        "type": "about:blank",
        "title": "The request is not valid.",
        "status": 422,
        "detail": "One value of the request cannot be accepted.",
        "errors": [
            {"in": location, "pointer": pointer, "code": find_code(detail), "detail": detail}
        ],
    }


@pytest.mark.parametrize(("marker", "rule", "send"), PLACES)
@pytest.mark.parametrize(
    ("annotation", "text", "detail"),
    [
        pytest.param(Level, "1.0", LEVELS, id="enum-other-form"),
        pytest.param(Level, "true", LEVELS, id="enum-boolean-for-one"),
        pytest.param(Level, "None", LEVELS, id="enum-pythons-null"),
        pytest.param(Level, "ONE", LEVELS, id="enum-name"),
        pytest.param(Literal[1, False, None, "a"], "0", CHOICES, id="literal-zero-for-false"),
        pytest.param(Literal[1, False, None, "a"], "False", CHOICES, id="literal-pythons-false"),
        pytest.param(Literal[1, False, None, "a"], "01", CHOICES, id="literal-leading-zero"),
        pytest.param(Literal[1, False, None, "a"], '"a"', CHOICES, id="literal-quotes"),
        pytest.param(int, "+7", NO_INTEGER, id="integer-plus"),
        pytest.param(int, "007", NO_INTEGER, id="integer-leading-zeros"),
        pytest.param(int, "1_0", NO_INTEGER, id="integer-underscore"),
        pytest.param(int, "0x1", NO_INTEGER, id="integer-hexadecimal"),
        pytest.param(int, "1.5", NO_INTEGER, id="integer-fraction"),
        pytest.param(int, "true", NO_INTEGER, id="integer-boolean"),
        pytest.param(float, ".5", NO_NUMBER, id="number-without-zero"),
        pytest.param(float, "5.", NO_NUMBER, id="number-without-fraction"),
        pytest.param(float, "NaN", NO_NUMBER, id="number-nan"),
        pytest.param(float, "Infinity", NO_NUMBER, id="number-infinity"),
        pytest.param(bool, "2", NO_BOOLEAN, id="boolean-two"),
        pytest.param(bool, "None", NO_BOOLEAN, id="boolean-none"),
        pytest.param(int | None, "null", NO_INTEGER, id="no-null"),
    ],
)
def test_refused_texts(
    app: Flask, annotation: Any, text: str, detail: str, marker: Marker, rule: str, send: Send
) -> None:
    """No other spelling is taken, Python's own least of all."""
    response = send(serve(app, annotation, marker, rule), text)
    expected = invalid(marker.location, "/q", detail)
    assert (response.status_code, response.json) == (422, expected)


@pytest.mark.parametrize(("marker", "rule", "send"), NOT_IN_FORMS)
@pytest.mark.parametrize(
    ("annotation", "detail"),
    [
        pytest.param(Level, LEVELS, id="enum"),
        pytest.param(int, NO_INTEGER, id="integer"),
        pytest.param(bool, NO_BOOLEAN, id="boolean"),
    ],
)
def test_the_empty_text_is_no_value(
    app: Flask, annotation: Any, detail: str, marker: Marker, rule: str, send: Send
) -> None:
    """It is a text like any other, and not a value that was left out."""
    response = send(serve(app, annotation, marker, rule), "")
    expected = invalid(marker.location, "/q", detail)
    assert (response.status_code, response.json) == (422, expected)


@pytest.mark.parametrize(
    ("marker", "sent"),
    [
        pytest.param(Query(), {"query_string": "q=1&q=x"}, id="query"),
        pytest.param(Form(), {"data": {"q": ["1", "x"]}}, id="form"),
    ],
)
def test_of_a_repeated_scalar_the_first_counts(
    app: Flask, marker: Marker, sent: dict[str, Any]
) -> None:
    """The others are not looked at."""
    assert serve(app, Level, marker, "/x").post("/x", **sent).json == repr(Level.ONE)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(Literal[7], 7, id="literal"),
        pytest.param(int, 7, id="integer"),
    ],
)
def test_values_that_a_converter_has_made(app: Flask, annotation: Any, value: Any) -> None:
    """A converter hands over a value and no text."""
    assert serve(app, annotation, Path(), "/<int:q>").post("/7").json == repr(value)


@pytest.mark.parametrize(
    ("marker", "text", "value"),
    [
        pytest.param(Query(), "q=1&q=null", [Level.ONE, Level.NOTHING], id="repeated"),
        pytest.param(Query(explode=False), "q=1,null", [Level.ONE, Level.NOTHING], id="commas"),
        pytest.param(
            Query(style="pipeDelimited"), "q=0.5|two", [Level.HALF, Level.TWO], id="pipes"
        ),
    ],
)
def test_lists_of_choices(app: Flask, marker: Marker, text: str, value: Any) -> None:
    """Each item is a text as it would be alone."""
    client = serve(app, list[Level], marker, "/x")
    assert client.post(f"/x?{text}").json == repr(value)


def test_annotations_without_a_hash(app: Flask, typed: Typed) -> None:
    """Whatever stands beside a type, its values are where they belong."""

    def view(page: Annotated[int, {"for": ["people"]}]) -> int:
        return page

    typed.get("/")(view)
    assert app.test_client().get("/?page=3").json == 3
