"""Drawn requests at drawn apps, under gunicorn with a gevent worker.

``FLASK_TYPED_ROUNDS`` is how many apps are tried, and ``FLASK_TYPED_SEED`` the first of them.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

from .rounds import run

ROUNDS = int(os.environ.get("FLASK_TYPED_ROUNDS", "6"))
SEED = int(os.environ.get("FLASK_TYPED_SEED", "1"))


def test_everything_holds(tmp_path: Path) -> None:
    """No 5xx, no traceback, and nothing that the document of the app does not have."""
    figures: Counter[Any] = Counter()
    failures = list(islice(run(tmp_path, SEED, ROUNDS, figures), 5))
    print(dict(figures))
    assert not failures, "\n\n".join(map(str, failures))
    assert figures["apps"] == ROUNDS
    assert {200, 400, 401, 415, 422} <= set(figures)
