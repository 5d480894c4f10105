"""One contender in a process of its own, which prints the CPU time of requests.

Each line of stdin is the name of a work and a number of requests. Each line of stdout is the CPU
time of these requests in seconds, of all threads of this process.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from collections.abc import Iterable
from typing import Any

from calling import Caller, make_asgi_caller, make_wsgi_caller
from works import WORKS, Work

#: The contenders that accept everything.
UNCHECKED = ("plain_flask", "plain_flask_beside")


def make_caller(contender: str) -> Caller:
    """Return what calls the app of a contender."""
    module = importlib.import_module(f"contenders.{contender}")
    make = make_asgi_caller if module.IS_ASGI else make_wsgi_caller
    return make(module.make_app())


def check(
    contender: str, works: Iterable[Work] = WORKS.values(), *, validates: bool = True
) -> Caller:
    """Return what calls the app of a contender, if all its answers are right.

    :raises SystemExit: for an answer that is not what every contender has to answer.
    """
    call = make_caller(contender)
    for work in works:
        status, body = call(work, 1)
        if work.expected is None:
            right = 400 <= status < 500 if validates else status == 200
        else:
            right = status == 200 and is_same(json.loads(body), work.expected)
        if not right:
            raise SystemExit(f"{contender} answers {work.name} with {status}: {body[:500]!r}")
    return call


def is_same(answer: Any, expected: Any) -> bool:
    """Say whether an answer is the expected one; ``+00:00`` and ``Z`` are one offset."""
    if isinstance(answer, dict) and isinstance(expected, dict):
        return answer.keys() == expected.keys() and all(
            is_same(answer[key], value) for key, value in expected.items()
        )
    if isinstance(answer, list) and isinstance(expected, list):
        return len(answer) == len(expected) and all(map(is_same, answer, expected))
    if isinstance(answer, str) and isinstance(expected, str):
        return answer.replace("+00:00", "Z") == expected
    return bool(answer == expected)


def main(contender: str) -> None:
    """Serve measurements until stdin ends."""
    call = check(contender, validates=contender not in UNCHECKED)
    for work in WORKS.values():  # everything that is made at the first requests is made
        call(work, work.count)
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        name, count = line.split()
        start = time.process_time()
        call(WORKS[name], int(count))
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
