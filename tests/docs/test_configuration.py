"""The page "Configuration" says what the package knows."""

from __future__ import annotations

import ast
import re

from flask_typed.declare.settings import DEFAULTS

from .pages import DOCS

CONFVAL = re.compile(r"\.\. confval:: (\w+)\n.*\n    :default: ``(.*)``\n")


def test_keys_and_defaults() -> None:
    """Each key is on the page with its default, in the order of the package."""
    page = (DOCS / "configuration.rst").read_text(encoding="utf-8")
    shown = [(key, ast.literal_eval(default)) for key, default in CONFVAL.findall(page)]
    assert shown == list(DEFAULTS.items())
