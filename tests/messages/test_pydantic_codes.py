"""The codes of pydantic's faults are those of all others, where there is one."""

from __future__ import annotations

import pytest
from flask_typed.messages.catalogue import FAULTS

pytest.importorskip("pydantic", reason="pydantic is not installed")
faults = pytest.importorskip("flask_typed.pydantic.faults")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        pytest.param("missing", "required", id="missing"),
        pytest.param("string_too_short", "wrong_length", id="length"),
        pytest.param("string_type", "invalid_string", id="string"),
        pytest.param("time_delta_parsing", "invalid_duration", id="duration"),
        pytest.param("time_parsing", "invalid_time", id="time"),
        pytest.param("date_from_datetime_parsing", "invalid_date", id="date"),
        pytest.param("isbn", "isbn", id="own"),
    ],
)
def test_codes(kind: str, code: str) -> None:
    """The type of pydantic's error has a code; a type of a program's own is the code."""
    assert faults.name_code(kind) == code


def test_codes_are_documented() -> None:
    """All of them are in the catalogue, and so in the docs."""
    assert set(faults.CODES_OF_TYPES.values()) <= set(FAULTS)
