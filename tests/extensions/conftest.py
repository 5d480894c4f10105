"""What the tests of other extensions share: a program of the docs, new for each test."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Return what imports a program, whose app lets errors through; it is forgotten after that."""
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loaded: list[str] = []

    def load_program(name: str) -> ModuleType:
        program = importlib.import_module(name)
        program.app.testing = True
        loaded.append(name)
        return program

    yield load_program
    for name in loaded:
        del sys.modules[name]
