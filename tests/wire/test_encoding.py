"""JSON values that are written by Python's own encoder."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask_typed.wire.encoding import encode


def test_decimals_are_written_to_the_last_digit() -> None:
    """Wherever they stand."""
    value = {"a": [Decimal("1.10"), True], 1: "b"}
    assert encode(value) == b'{"a":[1.10,true],"1":"b"}'
    with pytest.raises(TypeError, match="not JSON serializable"):
        encode([object()])


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param({"ä": [1, None]}, '{"ä":[1,null]}', id="UTF-8, and no spaces"),
        pytest.param({True: Decimal(1), 1.5: 2}, '{"true":1,"1.5":2}', id="keys"),
        pytest.param((10**400, Decimal("1e-3")), f"[1{'0' * 400},0.001]", id="numbers"),
    ],
)
def test_values(value: Any, written: str) -> None:
    """Each has one text."""
    assert encode(value).decode() == written


@pytest.mark.parametrize(
    "value",
    [float("nan"), [float("inf")], Decimal("nan"), "\ud800"],
    ids=["NaN", "infinity", "Decimal", "surrogate"],
)
def test_what_json_does_not_have(value: Any) -> None:
    """It is refused, and never written as something else."""
    with pytest.raises((TypeError, ValueError), match=r"not JSON|surrogates not allowed"):
        encode(value)
