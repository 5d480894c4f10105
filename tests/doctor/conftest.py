"""Where the doctor's tests plant it, in a process that gevent has not patched."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator

import gevent.monkey
import pytest
from flask_typed.doctor import modules


@pytest.fixture(autouse=True)
def _app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be of the app but what a test plants: not all the tests that are imported."""
    monkeypatch.setattr(modules, "is_own_file", lambda path: path == str(request.path))


@pytest.fixture
def module(request: pytest.FixtureRequest) -> Iterator[types.ModuleType]:
    """Return an empty module of the app's own."""
    made = types.ModuleType("planted_here")
    made.__file__ = str(request.path)
    sys.modules["planted_here"] = made
    yield made
    del sys.modules["planted_here"]


@pytest.fixture
def patched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let gevent say that it has patched everything."""
    monkeypatch.setattr(gevent.monkey, "is_module_patched", lambda name: True)
