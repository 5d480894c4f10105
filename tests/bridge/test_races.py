"""Clients that leave at each stage of a request: a short run of what is run for longer by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RACES = Path(__file__).parents[2] / "benchmarks" / "bridge" / "races.py"


@pytest.mark.parametrize("worker", ["gevent", "gthread"])
def test_every_session_is_closed_once_and_after_use(worker: str) -> None:
    """Whenever clients leave; and what an answer told was done."""
    command = [sys.executable, str(RACES), "--worker", worker, "--seconds", "3"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    figures = json.loads(run.stdout)
    assert run.returncode == 0, (figures, run.stderr)
    assert figures["opened"] == figures["closed"] > 0
    assert figures["left"] > 0
    assert figures["status 200"] > 0
