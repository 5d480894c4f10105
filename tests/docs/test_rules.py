"""The rules of "Where an argument comes from" in the docs have the numbers of the code."""

from __future__ import annotations

import inspect
import re

from flask_typed.plan.arguments import decide_location

from .pages import DOCS


def test_numbers() -> None:
    """The page lists as many rules as the code decides by."""
    page = (DOCS / "arguments.rst").read_text(encoding="utf-8")
    decided = re.findall(r"^ +# ([0-9])\.", inspect.getsource(decide_location), flags=re.M)
    assert re.findall(r"^([0-9])\. ", page, flags=re.M) == decided
