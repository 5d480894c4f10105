"""The code of a fault: from the catalogue, or of the program's own."""

from __future__ import annotations

import copy
import pickle
from typing import Annotated

import pytest
from flask.testing import FlaskClient
from flask_typed import FaultMessage, Query, Typed
from flask_typed.messages.recognizing import find_code, recognize
from marshmallow import validate


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param("Missing data for required field.", "required", id="constant"),
        pytest.param("Must be one of: a, b.", "invalid_choice", id="values"),
        pytest.param("Must be less than 5.", "out_of_range", id="bound"),
        pytest.param("Must be greater than 1 and less than 5.", "out_of_range", id="bounds"),
        pytest.param("The body is not UTF-8.", "invalid", id="not-of-a-fault"),
        pytest.param("Who are you?", "invalid", id="own"),
        pytest.param(FaultMessage("Who are you?", code="who"), "who", id="own-code"),
    ],
)
def test_find_code(message: str, code: str) -> None:
    """A message of the catalogue has a code, others are invalid, or have one of their own."""
    assert find_code(message) == code


def test_recognize() -> None:
    """The longest template wins, and the values are its placeholders."""
    recognized = recognize("Must be greater than 1 and less than or equal to 5.")

    assert recognized is not None
    assert recognized.template == "Must be greater than {min} and less than or equal to {max}."
    assert recognized.values == {"min": "1", "max": "5"}


def test_a_message_is_text() -> None:
    """A message with a code is formatted, copied and pickled with its code."""
    message = FaultMessage("From {min}.", code="early").format(min=3)

    assert message == "From 3."
    for same in (message, copy.copy(message), pickle.loads(pickle.dumps(message))):
        assert (same, same.code) == ("From 3.", "early")


SHORT = validate.Length(min=3, error=FaultMessage("At least {min}.", code="too_short"))


def test_own_codes(typed: Typed, client: FlaskClient) -> None:
    """The messages of validators keep their codes in the response."""

    @typed.get("/")
    def view(
        isbn: Annotated[str, Query(), validate.Regexp("[0-9]+$", error="Digits.")],
        name: Annotated[str, Query(), SHORT],
    ) -> None: ...

    answer = client.get("/?isbn=x&name=y").get_json()
    assert answer["errors"] == [
        {"in": "query", "pointer": "/isbn", "code": "invalid", "detail": "Digits."},
        {"in": "query", "pointer": "/name", "code": "too_short", "detail": "At least 3."},
    ]
