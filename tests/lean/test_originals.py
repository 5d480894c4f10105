"""Functions of Flask and Werkzeug are recognized, and those that others put in their place not."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from flask import Flask, Request
from flask_typed.lean.originals import CHECKSUMS, are_original, is_original, make_checksum

#: What works otherwise in a version to come, and is Flask's own there.
CHANGED = {"flask.app.Flask.process_response": "3.2"}


def find_owner(path: str) -> tuple[type, str]:
    """Return the class and the name of a function."""
    module, kind, name = path.rsplit(".", 2)
    return getattr(import_module(module), kind), name


@pytest.mark.parametrize("path", CHECKSUMS)
def test_installed_versions(path: str) -> None:
    """The functions of the installed versions are known, but for those that have changed."""
    owner, name = find_owner(path)
    takes_context = "ctx" in Flask.preprocess_request.__code__.co_varnames
    assert is_original(owner, name) is not (takes_context and path in CHANGED)


def test_unknown_names() -> None:
    """What is not there, and what is not replaced, is not recognized."""
    assert not is_original(Flask, "no_such_method")
    assert not is_original(Flask, "url_for")


def test_all_are_asked() -> None:
    """One that is not recognized is enough."""
    assert are_original(Flask, "create_url_adapter", "preprocess_request")
    assert not are_original(Flask, "create_url_adapter", "url_for")


def test_inherited_functions() -> None:
    """A class has the functions of its bases."""

    class Shop(Flask):
        def create_url_adapter(self, request: Any) -> Any:
            return super().create_url_adapter(
                request
            )  # pragma: no cover: of the shape that people write

    assert is_original(Shop, "do_teardown_request")
    assert not is_original(Shop, "create_url_adapter")


def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as tools for tracing put it in the place of another."""

    @functools.wraps(function)
    def traced(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)  # pragma: no cover: only looked at

    return traced


class Proxy:
    """Has the attributes of a function, as the wrappers of wrapt have."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __getattr__(self, name: str) -> Any:
        return getattr(self._function, name)


@pytest.mark.parametrize("replace", [wrap, Proxy])
def test_replaced_functions(monkeypatch: pytest.MonkeyPatch, replace: Any) -> None:
    """A function around the original has the name of the original, and is not it."""
    monkeypatch.setattr(Flask, "preprocess_request", replace(Flask.preprocess_request))
    assert not is_original(Flask, "preprocess_request")


def test_properties(monkeypatch: pytest.MonkeyPatch) -> None:
    """A property is recognized by its function."""
    assert is_original(Request, "blueprints")
    monkeypatch.setattr(Request, "blueprints", property(lambda self: ["shop"]))
    assert not is_original(Request, "blueprints")


def test_inner_functions_count() -> None:
    """A function that differs from another in an inner function is another."""

    def first() -> Any:
        return lambda: len  # pragma: no cover: only looked at

    def second() -> Any:
        return lambda: sum  # pragma: no cover: only looked at

    assert make_checksum(first) != make_checksum(second)  # type: ignore[arg-type]  # are functions
