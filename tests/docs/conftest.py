"""What the tests of the documentation share: the programs, imported as a reader would."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from .loading import forget_programs
from .pages import EXAMPLES


@pytest.fixture(autouse=True)
def _in_examples(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run a test in the folder of the programs, and forget the programs after it."""
    for name in [name for name in os.environ if name.startswith("FLASK_")]:
        monkeypatch.delenv(name)  # of the tests: a program would read it as one of its settings
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield
    forget_programs()
