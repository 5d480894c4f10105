"""What the tests of the documentation share: the programs, imported as a reader would."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import pytest

from .pages import EXAMPLES


@pytest.fixture(autouse=True)
def _in_examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a test in the folder of the programs, and forget the programs after it."""
    known = set(sys.modules)
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    importlib.invalidate_caches()
    yield
    programs = {path.stem for path in EXAMPLES.glob("*.py")}
    for name in programs & set(sys.modules) - known:
        del sys.modules[name]
