"""The growth of a request's cost with its size, for each type and each location.

Each case is a request of ``n`` parts, for growing ``n``: valid, invalid, or made to be slow. It
measures the CPU time of the process, the shortest of several rounds with interleaved sizes, and the
size of the response. An exponent of 1 is linear, 2 is quadratic::

    pip install .[pydantic]
    python benchmarks/growth/inputs.py

The exit code is 1 if a case grows faster than ``--most``, or a response faster than its request.
``--schemas`` measures without the accelerated path.
"""

from __future__ import annotations

import json
import math
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.pydantic import PYDANTIC
from input_places import PLACES, Make, Sent, add_routes
from input_types import CASES

SIZES = (1_000, 2_000, 4_000, 8_000)
#: Shorter requests say nothing: what does not grow at all is most of their time.
LEAST_SECONDS = 0.005
#: How large an answer may be, whatever it answers, and for each byte of the request.
ANSWER_BYTES, ANSWER_RATIO = 100_000, 2


@dataclass(frozen=True)
class Growth:
    """How one case grows.

    :param seconds: for each size.
    """

    name: str
    seconds: Mapping[int, float]
    sent: int
    answered: int
    status: int

    @property
    def exponent(self) -> float:
        """The power of the size that the time grows with, between the second size and the last."""
        first, last = SIZES[1], SIZES[-1]
        if self.seconds[last] < LEAST_SECONDS:
            return 0
        return math.log(self.seconds[last] / self.seconds[first], last / first)

    @property
    def is_bounded(self) -> bool:
        """Whether the answer is no larger than the request allows."""
        return self.answered <= ANSWER_BYTES + ANSWER_RATIO * self.sent


def make_client(accelerated: bool) -> FlaskClient:
    """Return the client of an app with a route for each case."""
    app = Flask("inputs")
    app.config.update(
        TYPED_ACCELERATION=accelerated, MAX_FORM_PARTS=None, MAX_FORM_MEMORY_SIZE=None
    )
    typed = Typed(app, types=PYDANTIC)
    add_routes(typed)
    for case in CASES:
        typed.post(f"/body/{case.name}", endpoint=case.name)(make_view(case.annotation))
    return app.test_client()


def make_view(annotation: Any) -> Callable[..., int]:
    """Return a view whose body is of a type."""

    def view(value: Any) -> int:
        return 1

    view.__annotations__ = {"value": annotation, "return": int}
    return view


def make_cases() -> Iterator[tuple[str, Make]]:
    """Yield what makes the requests, by name."""
    for case in CASES:
        for kind, make in case.bodies.items():
            yield f"{case.name}, {kind}", send_json(f"/body/{case.name}", make)
    yield from PLACES.items()


def send_json(path: str, make: Callable[[int], Any]) -> Make:
    """Return what makes requests with JSON bodies."""
    return lambda n: Sent(path, body=json.dumps(make(n)), content_type="application/json")


def measure(client: FlaskClient, rounds: int, name: str, make: Make) -> Growth:
    """Return how one case grows."""
    requests = {size: make(size) for size in SIZES}
    seconds = dict.fromkeys(SIZES, math.inf)
    for _ in range(rounds):
        for size, sent in requests.items():
            start = time.process_time()
            answer = client.open(
                sent.path,
                method="POST" if sent.body else "GET",
                query_string=sent.query,
                data=sent.body or None,
                content_type=sent.content_type,
                headers=sent.headers,
            )
            seconds[size] = min(seconds[size], time.process_time() - start)
    return Growth(name, seconds, sent.size, len(answer.data), answer.status_code)


def main() -> None:
    """Measure, and print a table."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=float, default=1.4, help="the largest exponent")
    parser.add_argument("--only", default="", help="cases whose name holds a text")
    parser.add_argument("--schemas", action="store_true", help="without the accelerated path")
    options = parser.parse_args()
    failed = 0
    print(f"{'case':44} {'kB':>6} {'ms':>8} {'exponent':>8} {'status':>6} {'answer kB':>9}")
    client = make_client(not options.schemas)
    for name, make in make_cases():
        if options.only not in name:
            continue
        growth = measure(client, options.rounds, name, make)
        fails = growth.exponent > options.most or not growth.is_bounded
        failed += fails
        print(
            f"{growth.name:44} {growth.sent / 1e3:6.0f} {growth.seconds[SIZES[-1]] * 1e3:8.1f}"
            f" {growth.exponent:8.2f} {growth.status:6} {growth.answered / 1e3:9.1f}"
            f"{'  <--' if fails else ''}",
            flush=True,
        )
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
