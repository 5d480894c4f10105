"""The page "Configuration" says what the package knows."""

from __future__ import annotations

import ast
import importlib
import os
import re
import shlex

import pytest
from flask_typed.declare.settings import DEFAULTS

from .pages import DOCS

VARIABLE = re.compile(r"    \* - ``(SHOP_TYPED_.*)``\n")
CONFVAL = re.compile(r"\.\. confval:: (\w+)\n.*\n    :default: ``(.*)``\n")


def test_keys_and_defaults() -> None:
    """Each key is on the page with its default, in the order of the package."""
    page = (DOCS / "configuration.rst").read_text(encoding="utf-8")
    shown = [(key, ast.literal_eval(default)) for key, default in CONFVAL.findall(page)]
    assert shown == list(DEFAULTS.items())


def test_values_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program takes the variables that the page shows, as the page says."""
    page = (DOCS / "configuration.rst").read_text(encoding="utf-8")
    shown = shlex.split(" ".join(VARIABLE.findall(page)))
    variables = dict(variable.split("=", 1) for variable in shown)
    monkeypatch.setattr(os, "environ", variables)
    app = importlib.import_module("from_environment").app
    settings = app.extensions["typed"].tools.settings
    assert (settings.title, settings.version, settings.plain_routes) == ("Bookshop", "2.0", True)
    assert settings.servers == ("https://shop.example",)
    assert settings.contact == {"email": "desk@shop.example"}
