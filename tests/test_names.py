"""The public names."""

from __future__ import annotations

import types

import flask_typed


def test_all_is_all() -> None:
    """``__all__`` names exactly what the package shows."""
    shown = {
        name
        for name, value in vars(flask_typed).items()
        if not name.startswith("_")
        and name != "annotations"
        and not isinstance(value, types.ModuleType)
    }
    assert sorted(shown) == flask_typed.__all__


def test_all_have_docstrings() -> None:
    """Every public name says what it is."""
    assert [name for name in flask_typed.__all__ if not getattr(flask_typed, name).__doc__] == []
