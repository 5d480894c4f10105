"""Single values: what is taken from JSON and from text, what is written, and what is refused."""

from __future__ import annotations

import decimal
import enum
import math
import uuid
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from marshmallow import ValidationError

from ..codec import Codec, make_codec

ID = uuid.UUID("0123abcd-4567-89ab-cdef-0123456789ab")
JSON = make_codec()

NULL = "Field may not be null."
NO_STRING = "Not a valid string."
NO_INTEGER = "Not a valid integer."
NO_NUMBER = "Not a valid number."
TOO_LARGE = "Number too large."
NO_BOOLEAN = "Not a valid boolean."
NO_DECIMAL = "Not a valid decimal number in text form."
NO_UUID = "Not a valid UUID."


class Level(enum.IntEnum):
    """Integers with names."""

    HIGH = 3


class Word(str):
    """A string with more to it."""


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        pytest.param(str, {"type": "string"}, id="str"),
        pytest.param(int, {"type": "integer"}, id="int"),
        pytest.param(float, {"type": "number"}, id="float"),
        pytest.param(bool, {"type": "boolean"}, id="bool"),
        pytest.param(
            Decimal,
            {
                "type": "string",
                "format": "decimal",
                "maxLength": 4300,
                "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
            },
            id="Decimal",
        ),
        pytest.param(
            uuid.UUID,
            {
                "type": "string",
                "format": "uuid",
                "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
            },
            id="UUID",
        ),
        pytest.param(None, {"type": "null"}, id="None"),
        pytest.param(Any, {}, id="Any"),
    ],
)
def test_a_scalar_knows_its_json_schema(
    json: Codec, annotation: Any, schema: dict[str, Any]
) -> None:
    """The schema of a type says what the wire form is."""
    assert json.field(annotation).json_schema == schema


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(str, "", "", id="str-empty"),
        pytest.param(str, "ä€𝄞\x00", "ä€𝄞\x00", id="str-unicode"),
        pytest.param(int, 0, 0, id="int-zero"),
        pytest.param(int, -7, -7, id="int-negative"),
        pytest.param(int, 3.0, 3, id="int-without-fraction"),
        pytest.param(int, -0.0, 0, id="int-negative-zero"),
        pytest.param(int, 2**64 + 1, 2**64 + 1, id="int-beyond-64-bits"),
        pytest.param(int, 10**400, 10**400, id="int-beyond-double"),
        pytest.param(float, 1.5, 1.5, id="float"),
        pytest.param(float, 1, 1.0, id="float-without-fraction"),
        pytest.param(float, 5e-324, 5e-324, id="float-smallest"),
        pytest.param(bool, True, True, id="true"),
        pytest.param(bool, False, False, id="false"),
        pytest.param(Decimal, "0.10", Decimal("0.10"), id="Decimal"),
        pytest.param(Decimal, "-12", Decimal(-12), id="Decimal-integer"),
        pytest.param(Decimal, "-0", Decimal("-0"), id="Decimal-minus-zero"),
        pytest.param(Decimal, "-0", Decimal("-0"), id="Decimal-negative-zero"),
        pytest.param(Decimal, "1" * 4300, Decimal("1" * 4300), id="Decimal-longest"),
        pytest.param(uuid.UUID, str(ID), ID, id="UUID"),
        pytest.param(uuid.UUID, str(ID).upper(), ID, id="UUID-upper-case"),
        pytest.param(uuid.UUID, ID, ID, id="UUID-from-url-converter"),
        pytest.param(None, None, None, id="None"),
        pytest.param(Any, {"a": [1, "x"]}, {"a": [1, "x"]}, id="Any"),
    ],
)
def test_json_is_loaded(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """A value of the right JSON type becomes a value of exactly the annotated type."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


def test_decimal_keeps_every_digit(json: Codec) -> None:
    """Trailing zeros of a Decimal are not lost on the way in or out."""
    loaded = json.load(Decimal, "10.00")

    assert loaded.as_tuple() == Decimal("10.00").as_tuple()
    assert json.dump(Decimal, loaded) == "10.00"


@pytest.mark.parametrize(
    ("annotation", "wire", "message"),
    [
        pytest.param(str, 3, NO_STRING, id="str-number"),
        pytest.param(str, True, NO_STRING, id="str-true"),
        pytest.param(str, ["a"], NO_STRING, id="str-array"),
        pytest.param(str, {}, NO_STRING, id="str-object"),
        pytest.param(str, b"a", NO_STRING, id="str-bytes"),
        pytest.param(str, None, NULL, id="str-null"),
        pytest.param(int, "3", NO_INTEGER, id="int-text"),
        pytest.param(int, True, NO_INTEGER, id="int-true"),
        pytest.param(int, 3.5, NO_INTEGER, id="int-fraction"),
        pytest.param(int, 1e400, NO_INTEGER, id="int-infinite"),
        pytest.param(int, math.nan, NO_INTEGER, id="int-nan"),
        pytest.param(int, [], NO_INTEGER, id="int-array"),
        pytest.param(int, None, NULL, id="int-null"),
        pytest.param(float, "1.5", NO_NUMBER, id="float-text"),
        pytest.param(float, True, NO_NUMBER, id="float-true"),
        pytest.param(float, {}, NO_NUMBER, id="float-object"),
        pytest.param(float, None, NULL, id="float-null"),
        pytest.param(float, 1e400, TOO_LARGE, id="float-infinite"),
        pytest.param(float, -math.inf, TOO_LARGE, id="float-minus-infinite"),
        pytest.param(float, 10**400, TOO_LARGE, id="float-beyond-double"),
        pytest.param(bool, 1, NO_BOOLEAN, id="bool-one"),
        pytest.param(bool, 0, NO_BOOLEAN, id="bool-zero"),
        pytest.param(bool, 1.0, NO_BOOLEAN, id="bool-one-point-zero"),
        pytest.param(bool, "true", NO_BOOLEAN, id="bool-text"),
        pytest.param(bool, None, NULL, id="bool-null"),
        pytest.param(Decimal, 1, NO_DECIMAL, id="Decimal-number"),
        pytest.param(Decimal, 1.5, NO_DECIMAL, id="Decimal-fraction"),
        pytest.param(Decimal, "", NO_DECIMAL, id="Decimal-empty"),
        pytest.param(Decimal, "NaN", NO_DECIMAL, id="Decimal-nan"),
        pytest.param(Decimal, "sNaN", NO_DECIMAL, id="Decimal-signalling-nan"),
        pytest.param(Decimal, "Infinity", NO_DECIMAL, id="Decimal-infinity"),
        pytest.param(Decimal, "+1", NO_DECIMAL, id="Decimal-plus"),
        pytest.param(Decimal, ".5", NO_DECIMAL, id="Decimal-no-integer-part"),
        pytest.param(Decimal, "5.", NO_DECIMAL, id="Decimal-no-fraction"),
        pytest.param(Decimal, "01", NO_DECIMAL, id="Decimal-leading-zero"),
        pytest.param(Decimal, "1_0", NO_DECIMAL, id="Decimal-underscore"),
        pytest.param(Decimal, "1\n", NO_DECIMAL, id="Decimal-newline"),
        pytest.param(Decimal, "1,5", NO_DECIMAL, id="Decimal-comma"),
        pytest.param(Decimal, "٣", NO_DECIMAL, id="Decimal-other-digits"),
        pytest.param(Decimal, "1e5", NO_DECIMAL, id="Decimal-exponent"),
        pytest.param(Decimal, "1" * 4301, NO_DECIMAL, id="Decimal-too-long"),
        pytest.param(Decimal, f"1e{10**30}", NO_DECIMAL, id="Decimal-exponent-too-large"),
        pytest.param(uuid.UUID, ID.hex, NO_UUID, id="UUID-without-hyphens"),
        pytest.param(uuid.UUID, f"{{{ID}}}", NO_UUID, id="UUID-braces"),
        pytest.param(uuid.UUID, ID.urn, NO_UUID, id="UUID-urn"),
        pytest.param(uuid.UUID, f"{ID}\n", NO_UUID, id="UUID-newline"),
        pytest.param(uuid.UUID, ID.int, NO_UUID, id="UUID-number"),
        pytest.param(uuid.UUID, "g" * 8 + str(ID)[8:], NO_UUID, id="UUID-not-hexadecimal"),
        pytest.param(None, "null", "Must be null.", id="None-text"),
        pytest.param(None, 0, "Must be null.", id="None-zero"),
        pytest.param(None, False, "Must be null.", id="None-false"),
    ],
)
def test_json_of_another_type_is_refused(
    json: Codec, annotation: Any, wire: Any, message: str
) -> None:
    """Nothing is converted from one JSON type to another."""
    assert json.refuse(annotation, wire) == [message]


def test_nan_is_no_number(json: Codec) -> None:
    """A NaN that some JSON parser let through is refused all the same."""
    assert json.refuse(float, math.nan) != []


def test_decimal_is_finite_whatever_the_context_traps(json: Codec) -> None:
    """An exponent that is too large is refused in a context that turns errors into NaN."""
    with decimal.localcontext(decimal.ExtendedContext):
        assert json.refuse(Decimal, f"1e{10**30}") == [NO_DECIMAL]


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(str, "a", "a", id="str"),
        pytest.param(str, Word("a"), "a", id="str-subclass"),
        pytest.param(int, 3, 3, id="int"),
        pytest.param(int, 10**400, 10**400, id="int-big"),
        pytest.param(int, Level.HIGH, 3, id="int-subclass"),
        pytest.param(float, 1.5, 1.5, id="float"),
        pytest.param(float, 2, 2.0, id="float-from-int"),
        pytest.param(float, Fraction(1, 4), 0.25, id="float-from-another-real"),
        pytest.param(bool, True, True, id="bool"),
        pytest.param(Decimal, Decimal("1E+5"), "100000", id="Decimal-exponent"),
        pytest.param(Decimal, Decimal("1" * 4300), "1" * 4300, id="Decimal-longest"),
        pytest.param(
            Decimal, Decimal(f"0.{'0' * 4297}1"), f"0.{'0' * 4297}1", id="Decimal-smallest"
        ),
        pytest.param(uuid.UUID, ID, str(ID), id="UUID"),
        pytest.param(None, None, None, id="None"),
        pytest.param(Any, {"a": 1}, {"a": 1}, id="Any"),
        pytest.param(Any, None, None, id="Any-None"),
    ],
)
def test_a_value_is_dumped(json: Codec, annotation: Any, value: Any, wire: Any) -> None:
    """A value of the annotated type, subclasses too, is written in the one wire form."""
    assert json.dump(annotation, value) == wire


def test_an_integer_of_a_subclass_is_written_as_a_plain_one(json: Codec) -> None:
    """Members of an IntEnum and numbers of other libraries leave as ordinary integers."""
    assert type(json.dump(int, Level.HIGH)) is int


def test_a_float_is_written_as_a_float(json: Codec) -> None:
    """An int where a float is announced becomes one."""
    assert type(json.dump(float, 2)) is float


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(str, 3, "a str, found a value of type int", id="str-int"),
        pytest.param(str, b"a", "a str, found a value of type bytes", id="str-bytes"),
        pytest.param(str, None, "a str, found None", id="str-None"),
        pytest.param(int, "3", "an int, found a value of type str", id="int-str"),
        pytest.param(int, True, "an int, found a value of type bool", id="int-bool"),
        pytest.param(int, 3.0, "an int, found a value of type float", id="int-float"),
        pytest.param(int, Decimal(3), "an int, found a value of type Decimal", id="int-Decimal"),
        pytest.param(int, None, "an int, found None", id="int-None"),
        pytest.param(float, "1", "a finite float, found a value of type str", id="float-str"),
        pytest.param(float, True, "a finite float, found a value of type bool", id="float-bool"),
        pytest.param(
            float, math.nan, "a finite float, found a value of type float", id="float-nan"
        ),
        pytest.param(
            float, -math.inf, "a finite float, found a value of type float", id="float-infinite"
        ),
        pytest.param(
            float,
            Decimal("sNaN"),
            "a finite float, found a value of type Decimal",
            id="float-sNaN",
        ),
        pytest.param(float, 1j, "a finite float, found a value of type complex", id="complex"),
        pytest.param(bool, 1, "a bool, found a value of type int", id="bool-int"),
        pytest.param(bool, None, "a bool, found None", id="bool-None"),
        pytest.param(
            Decimal, 1.5, "a finite Decimal, found a value of type float", id="Decimal-float"
        ),
        pytest.param(
            Decimal,
            Decimal("NaN"),
            "a finite Decimal, found a value of type Decimal",
            id="Decimal-nan",
        ),
        pytest.param(
            Decimal,
            Decimal("-Infinity"),
            "a finite Decimal, found a value of type Decimal",
            id="Decimal-infinite",
        ),
        pytest.param(
            Decimal,
            Decimal("1E+4300"),
            "a finite Decimal, found a value of type Decimal",
            id="Decimal-too-large",
        ),
        pytest.param(
            Decimal,
            Decimal("-" + "1" * 4300),
            "a finite Decimal, found a value of type Decimal",
            id="Decimal-too-long",
        ),
        pytest.param(uuid.UUID, str(ID), "a UUID, found a value of type str", id="UUID-str"),
        pytest.param(None, 0, "None, found a value of type int", id="None-zero"),
    ],
)
def test_a_value_of_another_type_is_not_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """A value that the annotation does not allow never leaves."""
    assert json.mismatch(annotation, value) == f"at $ expected {message}"


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(str, "3", "3", id="str"),
        pytest.param(str, "", "", id="str-empty"),
        pytest.param(int, "3", 3, id="int"),
        pytest.param(int, "-0", 0, id="int-negative-zero"),
        pytest.param(int, "3.0", 3, id="int-without-fraction"),
        pytest.param(int, "1e3", 1000, id="int-exponent"),
        pytest.param(int, "9" * 4300, int("9" * 4300), id="int-longest"),
        pytest.param(int, 3, 3, id="int-from-url-converter"),
        pytest.param(float, "1", 1.0, id="float-without-fraction"),
        pytest.param(float, "-1.5e-3", -0.0015, id="float-exponent"),
        pytest.param(Decimal, "1.50", Decimal("1.50"), id="Decimal"),
        pytest.param(uuid.UUID, str(ID), ID, id="UUID"),
    ],
)
def test_text_is_loaded(text: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """Numbers in text are written in JSON's grammar."""
    loaded = text.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize("wire", ["true", "True", "TRUE", "t", "1", "yes", "y", "on", "On"])
def test_words_for_true(text: Codec, wire: str) -> None:
    """marshmallow's words for true are true in text."""
    assert text.load(bool, wire) is True


@pytest.mark.parametrize("wire", ["false", "False", "FALSE", "f", "0", "no", "n", "off", "Off"])
def test_words_for_false(text: Codec, wire: str) -> None:
    """marshmallow's words for false are false in text."""
    assert text.load(bool, wire) is False


@pytest.mark.parametrize(
    ("annotation", "wire", "message"),
    [
        pytest.param(int, "", NO_INTEGER, id="int-empty"),
        pytest.param(int, "+1", NO_INTEGER, id="int-plus"),
        pytest.param(int, "01", NO_INTEGER, id="int-leading-zero"),
        pytest.param(int, " 1", NO_INTEGER, id="int-space"),
        pytest.param(int, "1\n", NO_INTEGER, id="int-newline"),
        pytest.param(int, "1_0", NO_INTEGER, id="int-underscore"),
        pytest.param(int, "0x1", NO_INTEGER, id="int-hexadecimal"),
        pytest.param(int, "٣", NO_INTEGER, id="int-other-digits"),
        pytest.param(int, "3.5", NO_INTEGER, id="int-fraction"),
        pytest.param(int, "1e400", NO_INTEGER, id="int-infinite"),
        pytest.param(int, "9" * 4301, NO_INTEGER, id="int-too-long"),
        pytest.param(int, "true", NO_INTEGER, id="int-true"),
        pytest.param(float, "nan", NO_NUMBER, id="float-nan"),
        pytest.param(float, "Infinity", NO_NUMBER, id="float-infinity"),
        pytest.param(float, ".5", NO_NUMBER, id="float-no-integer-part"),
        pytest.param(float, "1e400", TOO_LARGE, id="float-infinite"),
        pytest.param(float, "9" * 400, TOO_LARGE, id="float-beyond-double"),
        pytest.param(bool, "", NO_BOOLEAN, id="bool-empty"),
        pytest.param(bool, "2", NO_BOOLEAN, id="bool-two"),
        pytest.param(bool, "maybe", NO_BOOLEAN, id="bool-word"),
        pytest.param(Decimal, "1e", NO_DECIMAL, id="Decimal"),
        pytest.param(uuid.UUID, "1", NO_UUID, id="UUID"),
        pytest.param(int | None, "null", NO_INTEGER, id="null"),
        pytest.param(int | None, None, NULL, id="None"),
    ],
)
def test_text_that_stands_for_no_value_is_refused(
    text: Codec, annotation: Any, wire: Any, message: str
) -> None:
    """Text is parsed strictly, and has no word for null."""
    assert text.refuse(annotation, wire) == [message]


WIRE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(alphabet="0123456789.-+eE aT:P\u0663")
    | st.decimals(allow_nan=False, allow_infinity=False).map(str)
    | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@settings(deadline=None)
@given(WIRE)
@pytest.mark.parametrize("annotation", [str, int, float, bool, Decimal, None])
def test_json_is_accepted_if_and_only_if_the_schema_says_so(annotation: Any, wire: Any) -> None:
    """The published schema is the contract: no more and no less is loaded."""
    field = JSON.field(annotation)
    valid = Draft202012Validator(field.json_schema).is_valid(wire)

    try:
        field.deserialize(wire)
    except ValidationError:
        assert not valid
    else:
        assert valid


@settings(deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(str), st.text()),
        st.tuples(st.just(int), st.integers()),
        st.tuples(st.just(float), st.floats(allow_nan=False, allow_infinity=False)),
        st.tuples(st.just(bool), st.booleans()),
        st.tuples(st.just(Decimal), st.decimals(allow_nan=False, allow_infinity=False)),
        st.tuples(st.just(uuid.UUID), st.uuids()),
    )
)
def test_what_is_dumped_is_loaded_again(case: tuple[Any, Any]) -> None:
    """A value survives the way out and back in unchanged."""
    annotation, value = case

    assert JSON.load(annotation, JSON.dump(annotation, value)) == value


def test_a_number_beyond_doubles_is_not_dumped(json: Codec) -> None:
    """An integer may be too long for a float."""
    assert json.mismatch(float, 10**400) == (
        "at $ expected a finite float, found a value of type int"
    )


@pytest.mark.parametrize("annotation", [Any, None])
def test_null_is_a_value_of_anything_and_of_none(json: Codec, annotation: Any) -> None:
    """Nobody has to write ``| None`` beside them."""
    assert json.load(annotation, None) is None
    assert json.dump(annotation, None) is None
    assert json.load(list[annotation], [None]) == [None]
    assert json.load(dict[str, annotation], {"a": None}) == {"a": None}
