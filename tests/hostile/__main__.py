"""Plays rounds, and prints what goes wrong: ``python -m tests.hostile [first seed] [rounds]``."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .rounds import run


def main(first: int = 1, count: int = 1) -> int:
    """Play rounds until they are over or interrupted; return how often something went wrong."""
    figures: Counter[Any] = Counter()
    failures = 0
    with TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        for failure in run(Path(folder), first, count, figures):
            failures += 1
            print(f"\n{failure}", flush=True)
    print(dict(figures), f"{failures} failures")
    return failures


if __name__ == "__main__":  # pragma: no cover: where it is the program
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
