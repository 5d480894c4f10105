"""Bodies that are decoded without a schema, and those that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.wire.decoding import BodyUnreadable, decode_json
from flask_typed.wire.limits import MAX_DEPTH, MAX_NUMBER_LENGTH


@pytest.mark.parametrize(
    ("data", "value"),
    [
        pytest.param(b'{"a": [1, 0.5, null]}', {"a": [1, 0.5, None]}, id="object"),
        pytest.param('"ä\\ud83d\\ude00"'.encode(), "ä😀", id="pair of surrogates"),
        pytest.param(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, None, id="depth"),
        pytest.param(b"9" * MAX_NUMBER_LENGTH, int("9" * MAX_NUMBER_LENGTH), id="digits"),
    ],
)
def test_values(data: bytes, value: Any) -> None:
    """JSON in UTF-8 is decoded, up to the limits."""
    decoded = decode_json(data)
    assert value is None or decoded == value


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(b"\xff", "The body is not UTF-8.", id="bytes"),
        pytest.param(b"[1,]", "The body is not JSON: .* at line 1, column .*", id="comma"),
        pytest.param(b"[NaN]", "The body is not JSON: NaN is not a JSON number.", id="NaN"),
        pytest.param(b"1e999", "The body holds a number that is too large.", id="infinite"),
        pytest.param(
            b"9" * (MAX_NUMBER_LENGTH + 1),
            "The body holds a number with too many digits.",
            id="digits",
        ),
        pytest.param(
            b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
            "The body is nested too deeply.",
            id="depth",
        ),
        pytest.param(
            b'"\\ud800"',
            "The body is not JSON: it holds half of a surrogate pair.",
            id="half of a pair",
        ),
    ],
)
def test_faults(data: bytes, message: str) -> None:
    """Anything else is a 400 that says what is wrong."""
    with pytest.raises(BodyUnreadable, match=message) as caught:
        decode_json(data)
    assert caught.value.code == 400


def test_depth_of_a_part() -> None:
    """A part of a body may be as deep as what is around it leaves."""
    assert decode_json(b"[[]]", 2) == [[]]
    with pytest.raises(BodyUnreadable, match="too deeply"):
        decode_json(b"[[]]", 1)
