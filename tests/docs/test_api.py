"""The page "API" has every public name."""

from __future__ import annotations

import flask_typed

from .pages import DOCS, read_blocks


def test_public_names() -> None:
    """Each name of ``flask_typed.__all__`` is documented once, and nothing that is not there."""
    blocks = read_blocks((DOCS / "api.rst").read_text(encoding="utf-8"))
    names = [b.argument.removesuffix("()") for b in blocks if b.name.startswith("auto")]
    assert sorted(name for name in names if "." not in name) == sorted(flask_typed.__all__)
