"""Parameters are read alike, with functions of their own and by their schema."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from annotated_types import Ge, Le, Len, MultipleOf, Predicate
from flask import Flask
from flask_typed import Cookie, Header, Query, Typed
from marshmallow import fields


def ask(annotation: Any, url: str, *, accelerated: bool, **options: Any) -> Any:
    """Return what is answered, and what the view got."""
    app = Flask("shop")
    app.testing = True
    app.config["TYPED_ACCELERATION"] = accelerated
    seen: list[Any] = []

    def view(value: Any) -> str:
        seen.append((value, type(value)))
        return ""

    view.__annotations__["value"] = annotation
    Typed(app).get("/")(view)
    response = app.test_client().get(url, **options)
    return response.status_code, response.json, seen


@pytest.mark.parametrize(
    ("annotation", "texts"),
    [
        (Annotated[str, Len(2, 4)], ["a", "ab", "abcde"]),
        (Annotated[str, Predicate(str.isupper)], ["a", "A"]),
        (Annotated[int, Ge(1), Le(3)], ["0", "1", "3", "4", "2.0", "x", "-0"]),
        (Annotated[int, MultipleOf(2)], ["1", "2"]),
        (Annotated[bool, Predicate(bool)], ["true", "false"]),
        (bool, ["true", "0", "maybe"]),
        (list[int], ["1", "x"]),
        (Annotated[str, fields.String()], ["a"]),
    ],
)
@pytest.mark.parametrize("place", ["query", "header", "cookie"])
def test_a_parameter_is_read_alike(annotation: Any, texts: list[str], place: str) -> None:
    """Wherever it stands, and where it is missing."""
    marker = {"query": Query(), "header": Header(), "cookie": Cookie()}[place]
    if place == "cookie" and annotation == list[int]:
        annotation = int
    marked = Annotated[annotation, marker]
    for text in [None, *texts]:
        options: dict[str, Any] = {}
        if text is not None:
            options = {
                "query": {"query_string": {"value": [text, "9"]}},
                "header": {"headers": {"Value": text}},
                "cookie": {"headers": {"Cookie": f"value={text}"}},
            }[place]
        quick, plain = (ask(marked, "/", accelerated=on, **options) for on in (True, False))
        assert quick == plain


def test_a_query_that_is_no_text() -> None:
    """It is refused in the same words."""
    quick, plain = (ask(str, "/?value=%ff", accelerated=on) for on in (True, False))
    assert quick == plain


@pytest.mark.parametrize("accelerated", [True, False])
def test_a_value_that_a_converter_made(accelerated: bool) -> None:
    """The URL rule has made an integer of it."""
    app = Flask("shop")
    app.config["TYPED_ACCELERATION"] = accelerated
    typed = Typed(app)

    @typed.get("/<int:number>")
    def read(number: Annotated[int, Le(5)]) -> int:
        return number

    client = app.test_client()
    assert [client.get("/5").json, client.get("/6").status_code] == [5, 422]
