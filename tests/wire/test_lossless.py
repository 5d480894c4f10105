"""JSON of responses, read without any loss."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask_typed.wire.limits import MAX_NUMBER_LENGTH
from flask_typed.wire.lossless import RepeatedName, read_json

LONG = "9" * (MAX_NUMBER_LENGTH + 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("0.30", Decimal("0.30"), id="fraction"),
        pytest.param("30", 30, id="integer"),
        pytest.param(LONG, Decimal(LONG), id="more digits than Python converts"),
        pytest.param('{"a": [null]}', {"a": [None]}, id="object"),
    ],
)
def test_values(text: str, value: Any) -> None:
    """Each digit counts."""
    read = read_json(text)
    assert (read, type(read)) == (value, type(value))


def test_a_repeated_name() -> None:
    """Parsers read such an object in different ways."""
    with pytest.raises(RepeatedName, match=r"^$"):
        read_json('{"a": 1, "a": 1}')


def test_what_python_alone_reads() -> None:
    """NaN is not JSON."""
    with pytest.raises(ValueError, match=r"^NaN is not JSON$"):
        read_json("NaN")
