"""Patterns of ECMA-262 as Python reads them."""

from __future__ import annotations

import pytest
from flask_typed.contract.patterns import compile_pattern


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        pytest.param("^a$", "a", "a\n", id="end"),
        pytest.param(r"^\$$", "$", "", id="escaped"),
        pytest.param("^[$]$", "$", "a", id="in-class"),
        pytest.param(r"^[\]$]+$", "]$", "a", id="escaped-in-class"),
        pytest.param("^[[]$", "[", "]", id="bracket"),
        pytest.param("^[a&&~~||b]+$", "&~|", "c", id="operators"),
        pytest.param("^[[]]$", "[]", "[", id="nested"),
        pytest.param("^[[^]]$", "^]", "]", id="nested-caret"),
        pytest.param(r"^\d$", "1", "\u0661", id="digit"),
        pytest.param(r"^\w$", "a", "\u00e9", id="word"),
        pytest.param(r"^\s$", "\u2003", "a", id="space"),
        pytest.param(r"^\S$", "a", "\ufeff", id="no-space"),
        pytest.param(r"^[\s]$", "\u2003", "a", id="space-in-class"),
        pytest.param("^.$", "a", "\u2028", id="any"),
        pytest.param("^[^]$", "\n", "", id="whatever"),
        pytest.param("a[]|b", "b", "a", id="nothing"),
        pytest.param(r"^\/[\/]$", "//", "/", id="slash"),
        pytest.param(r"^\u{1F600}$", "\U0001f600", "u", id="code-point"),
        pytest.param(r"^(?<name>a)(?<=a)$", "a", "b", id="group"),
        pytest.param("^(?=a)(?!ab)", "a", "ab", id="looking-around"),
    ],
)
def test_meaning(pattern: str, fitting: str, other: str) -> None:
    """What the two read differently is written anew."""
    regex = compile_pattern(pattern)
    assert regex is not None
    assert regex.search(fitting)
    assert not regex.search(other)


def test_what_python_cannot_read() -> None:
    """Such a pattern is not compared."""
    assert compile_pattern(r"\p{Letter}") is None
    assert compile_pattern(r"\u{110000}") is None
