"""The base of the fields: null, constraints and errors, both ways; fields of the user's own."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed import ResponseMismatch, TypedField
from flask_typed.schemas.fields import dump_item, dump_value
from marshmallow import Schema, ValidationError, fields, validate


class Hexadecimal(TypedField):
    """An integer that travels as hexadecimal text; in a query string with a prefix."""

    json_schema = {"type": "string", "pattern": "^[0-9a-f]+$"}
    expected = "an int to write in hexadecimal"
    samples = (0,)
    default_error_messages = {"invalid": "Not hexadecimal."}

    def from_text(self, text: str) -> Any:
        """Take the prefix off."""
        return text.removeprefix("#")

    def load(self, value: Any) -> int:
        """Return the number."""
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return int(value, 16)

    def dump(self, value: Any) -> str:
        """Return the digits."""
        if not isinstance(value, int):
            raise self.mismatch(value)
        return f"{value:x}"


def test_a_field_that_says_nothing_passes_everything() -> None:
    """A bare TypedField is open both ways, and its schema is the empty one."""
    field = TypedField()

    assert field.json_schema == {}
    assert field.deserialize([1]) == [1]
    assert field._serialize([1], None, None) == [1]


def test_a_field_of_the_users_own_says_load_and_dump() -> None:
    """Two methods make a type."""
    field = Hexadecimal()

    assert field.deserialize("ff") == 255
    assert field._serialize(255, None, None) == "ff"


def test_json_does_not_go_through_text() -> None:
    """What a field does with text is for text only."""
    with pytest.raises(ValueError, match="invalid literal"):
        Hexadecimal().deserialize("#ff")


def test_text_becomes_json_first() -> None:
    """Where values come as text, from_text runs before load."""
    assert Hexadecimal(text=True).deserialize("#ff") == 255


def test_what_is_no_text_skips_from_text() -> None:
    """A value that something else has parsed already is loaded as JSON is."""
    with pytest.raises(ValidationError, match=r"^Not hexadecimal\.$"):
        Hexadecimal(text=True).deserialize(255)


def test_null_is_dumped_where_it_is_allowed() -> None:
    """None leaves as null if the annotation says so."""
    assert Hexadecimal(allow_none=True)._serialize(None, None, None) is None


def test_null_is_a_mismatch_elsewhere() -> None:
    """None does not leave where the annotation has no null."""
    with pytest.raises(
        ResponseMismatch, match=r"^at \$ expected an int to write in hexadecimal, found None$"
    ):
        Hexadecimal()._serialize(None, None, None)


def test_validators_run_after_load() -> None:
    """A validator sees the Python value."""
    field = Hexadecimal(validate=validate.Range(max=15))

    assert field.deserialize("f") == 15
    with pytest.raises(ValidationError) as caught:
        field.deserialize("10")

    assert caught.value.messages == ["Must be less than or equal to 15."]


def test_validators_run_on_dump() -> None:
    """A value that breaks a constraint does not leave; the words are marshmallow's."""
    field = Hexadecimal(validate=validate.Range(max=15))

    with pytest.raises(ResponseMismatch, match=r"less than or equal to 15") as caught:
        field._serialize(16, None, None)

    assert caught.value.found == "one that breaks: ['Must be less than or equal to 15.']"
    assert isinstance(caught.value.__cause__, ValidationError)


def test_validators_are_not_asked_about_null() -> None:
    """A constraint is for values."""
    field = Hexadecimal(validate=validate.Range(max=15), allow_none=True)

    assert field.deserialize(None) is None
    assert field._serialize(None, None, None) is None


def test_a_mismatch_names_types_only() -> None:
    """The value itself stays out of the message, and so out of the log."""
    error = Hexadecimal().mismatch("secret")

    assert str(error) == ("at $ expected an int to write in hexadecimal, found a value of type str")


def test_a_typed_field_is_an_ordinary_marshmallow_field() -> None:
    """It works in a schema that the user writes."""

    class Paint(Schema):
        """A schema with a field of ours."""

        color = Hexadecimal(required=True)

    assert Paint().load({"color": "ff"}) == {"color": 255}
    assert Paint().dump({"color": 255}) == {"color": "ff"}


@pytest.mark.parametrize("key", [pytest.param("a", id="key"), pytest.param(3, id="index")])
def test_an_item_says_its_place(key: str | int) -> None:
    """A mismatch inside a container carries the key or index."""
    with pytest.raises(ResponseMismatch, match="expected an int") as caught:
        dump_item(Hexadecimal(), "x", key)

    assert caught.value.path == (key,)


def test_an_item_may_be_a_field_of_marshmallow() -> None:
    """Items of ready fields are written as marshmallow writes them."""
    assert dump_item(fields.Integer(), "3", 0) == 3


def test_a_comparison_that_cannot_be_made_is_a_refusal() -> None:
    """A validator that cannot be asked about a client's value is no error of the server."""
    field = TypedField(validate=validate.Range(min=1))

    with pytest.raises(ValidationError, match="Invalid value") as caught:
        field.deserialize("a")
    assert caught.value.messages == ["Invalid value."]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        pytest.param(
            fields.Email(), None, "at $ expected a value that Email dumps, found None", id="null"
        ),
        pytest.param(
            fields.Nested(Schema),
            None,
            "at $ expected a value that Schema dumps, found None",
            id="null-for-a-schema",
        ),
        pytest.param(
            fields.Integer(),
            "x",
            "at $ expected a value that Integer dumps, "
            "found ValueError: invalid literal for int() with base 10: 'x'",
            id="error",
        ),
    ],
)
def test_a_field_of_marshmallow_may_refuse_to_write(
    field: fields.Field[Any], value: Any, message: str
) -> None:
    """Its errors are told as ours."""
    with pytest.raises(ResponseMismatch, match=r"^at \$ expected a value that") as caught:
        dump_value(field, value)
    assert str(caught.value) == message


def test_a_field_of_marshmallow_writes_null_where_it_is_allowed() -> None:
    """Its own setting decides."""
    assert dump_value(fields.Email(allow_none=True), None) is None


def test_an_item_of_marshmallow_says_its_place() -> None:
    """Its errors are told with the path, as ours are."""
    with pytest.raises(ResponseMismatch, match=r"^at \$\[0\] expected a value that Integer dumps"):
        dump_item(fields.Integer(), "x", 0)
