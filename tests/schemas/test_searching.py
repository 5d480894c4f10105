"""The search for faults, and what it leaves of marshmallow's messages."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.schemas.searching import (
    Messages,
    count_messages,
    cut_error,
    cut_messages,
    limit_faults,
    searching,
)
from flask_typed.schemas.wording import shorten, write_list
from marshmallow import ValidationError

NESTED: Any = {"a": ["1", "2"], "b": {0: ["3"], 1: {"c": ["4"]}}}


@pytest.mark.parametrize(
    ("messages", "most", "count"),
    [
        pytest.param("Wrong.", 9, 1, id="text"),
        pytest.param(["1", "2"], 9, 2, id="list"),
        pytest.param(NESTED, float("inf"), 4, id="nested"),
        pytest.param(NESTED, 3, 3, id="no further"),
    ],
)
def test_count(messages: Any, most: float, count: int) -> None:
    """Messages are counted at any depth, up to a number."""
    assert count_messages(messages, most) == count


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        pytest.param(1, {"a": ["1"]}, id="in a list"),
        pytest.param(2, {"a": ["1", "2"]}, id="at the end"),
        pytest.param(3, {"a": ["1", "2"], "b": {0: ["3"]}}, id="inside"),
        pytest.param(9, NESTED, id="all"),
    ],
)
def test_cut(most: int, kept: Any) -> None:
    """The first messages stay where they are."""
    assert cut_messages(NESTED, most) == kept
    error = ValidationError(NESTED)
    with limit_faults(most):
        cut_error(error)
    assert error.messages == kept


def test_no_limit() -> None:
    """Without a limit everything is found."""
    error = ValidationError(NESTED)
    cut_error(error)
    assert error.messages == NESTED
    found = Messages()
    for index in range(1000):
        found.add(index, ["Wrong."])
    assert len(found.error().args[0]) == 1000


def test_search_goes_on_as_it_was() -> None:
    """What a value has found is forgotten when it has been read, as a union wants it."""
    with limit_faults(2) as search:
        found = Messages()
        found.add("a", ["1"])
        assert search.left == 1
        with pytest.raises(ValidationError, match=r"1.*2"):
            found.add("b", ["2"])
        assert search.left == 2
    assert searching.get() is None


def test_lists_in_messages() -> None:
    """A list has its first items and the number of the rest; so has one whose first is long."""
    assert write_list(["a", 1]) == "a, 1"
    assert write_list(["a" * 300, "b"]) == f"{'a' * 199}… and 1 more"
    assert shorten("a" * 200) == "a" * 200
