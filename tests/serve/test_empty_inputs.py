"""Empty inputs of HTML forms, which browsers send as empty texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Len
from flask.testing import FlaskClient
from flask_typed import Body, Form, Typed
from marshmallow import fields

#: In place of the value of a request whose input counts as missing.
MISSING = "missing"


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(int | None, MISSING, id="integer"),
        pytest.param(date, MISSING, id="date"),
        pytest.param(Literal["a"], MISSING, id="choice"),
        pytest.param(Annotated[Any, fields.Integer()], MISSING, id="marshmallow"),
        pytest.param(str, "", id="text"),
        pytest.param(str | None, None, id="nullable-text"),
        pytest.param(Literal["", "a"], "", id="empty-choice"),
        pytest.param(int | str, "", id="union"),
        pytest.param(int | str | None, None, id="nullable-union"),
        pytest.param(Annotated[Any, fields.String()], "", id="marshmallow-text"),
        pytest.param(list[str], [""], id="texts"),
        pytest.param(list[int], MISSING, id="integers"),
    ],
)
def test_empty(typed: Typed, client: FlaskClient, annotation: Any, value: Any) -> None:
    """An empty input is missing if the type has no empty text, and None if None is allowed."""

    def view(q: Any) -> Any:
        return q

    view.__annotations__["q"] = Annotated[annotation, Form()]
    typed.post("/")(view)
    response = client.post("/", data={"q": ""})
    if response.status_code == 422:
        (fault,) = response.get_json()["errors"]
        assert (fault["code"], value) == ("required", MISSING)
    else:
        assert (response.status_code, response.get_json()) == (200, value)


def test_required(typed: Typed, client: FlaskClient) -> None:
    """An empty input of a required value is a missing value; a text is checked."""

    @typed.post("/")
    def view(a: Annotated[int, Form()], b: Annotated[str, Len(1), Form()]) -> None: ...

    errors = client.post("/", data={"a": "", "b": ""}).get_json()["errors"]
    assert [(fault["pointer"], fault["code"]) for fault in errors] == [
        ("/a", "required"),
        ("/b", "wrong_length"),
    ]


def test_some_items(typed: Typed, client: FlaskClient) -> None:
    """Empty inputs among several of one name are left out."""

    @typed.post("/")
    def view(q: Annotated[list[int], Form()]) -> list[int]:
        return q

    assert client.post("/", data={"q": ["", "1", "", "2"]}).get_json() == [1, 2]


@dataclass
class Member:
    """A member."""

    age: int = 18
    nick: str | None = "no name"


@pytest.mark.parametrize("marker", [Form(), Body(form=True)])
def test_models(typed: Typed, client: FlaskClient, document: Any, marker: Any) -> None:
    """The fields of a model are inputs like all others; null is not in their schemas."""

    def view(member: Any) -> Any:
        return [member.age, member.nick]

    view.__annotations__["member"] = Annotated[Member, marker]
    typed.post("/")(view)
    assert client.post("/", data={"age": "", "nick": "", "more": ""}).status_code == 422
    assert client.post("/", data={"age": "", "nick": ""}).get_json() == [18, None]
    content = document()["paths"]["/"]["post"]["requestBody"]["content"]
    schema = content["application/x-www-form-urlencoded"]["schema"]
    assert schema["properties"]["nick"] == {"type": "string", "default": "no name"}
