"""Contenders that need no more than flask_typed needs give the answers that all have to give."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"
CONTENDERS = [
    "flask_typed_app",
    "flask_typed_schemas",
    "flask_typed_off",
    "flask_msgspec",
    "flask_msgspec_structs",
    "marshmallow_by_hand",
]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that runs a contender."""
    monkeypatch.syspath_prepend(PEERS)  # type: ignore[no-untyped-call]  # pytest's
    return importlib.import_module("worker")


@pytest.mark.parametrize("contender", CONTENDERS)
def test_answers_are_compared(worker: Any, contender: str) -> None:
    """Each work is answered as all have to answer it, and what is wrong is refused."""
    call = worker.check(contender)
    works = importlib.import_module("works").WORKS
    assert call(works["small"], 2)[0] == 200
    assert call(works["bad"], 2)[0] == 422


@pytest.mark.parametrize("contender", ["plain_flask", "plain_flask_beside"])
def test_plain_flask_checks_nothing(worker: Any, contender: str) -> None:
    """What the ratios are taken of takes everything, with a Typed beside it too."""
    worker.check(contender, validates=False)
    with pytest.raises(SystemExit, match=f"{contender} answers bad with 200"):
        worker.check(contender)
