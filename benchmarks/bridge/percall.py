"""Microseconds per call of an async function from a greenlet, with the bridge and with asgiref."""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402  # after the patch
import statistics  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402

from asgiref.sync import async_to_sync  # noqa: E402
from flask import Flask  # noqa: E402
from flask_typed import Typed  # noqa: E402

CALLS, ROUNDS = 500, 20


async def give() -> int:
    """Return at once."""
    return 1


def measure(function: Callable[[], int]) -> float:
    """Return the microseconds of a call."""
    start = time.perf_counter()
    for _ in range(CALLS):
        function()
    return (time.perf_counter() - start) / CALLS * 1e6


def main() -> None:
    """Print the medians of interleaved rounds."""
    app = Flask(__name__)
    Typed(app)
    functions = {"bridge": app.ensure_sync(give), "asgiref": async_to_sync(give)}
    found: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(ROUNDS):
        for name, function in functions.items():
            found[name].append(measure(function))
    print(json.dumps({name: statistics.median(times) for name, times in found.items()}))


main()
