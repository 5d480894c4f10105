"""Traces under real servers, of requests that wait at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from ..bridge.served.serving import serving
from ..patience import PATIENCE, wait_until

#: How often each kind of request works, in spans.
KINDS = {"sync": 1, "async": 2, "lines": 3, "events": 3}
#: How many requests of each kind are sent at once.
COUNT = 4


def ask(url: str) -> int:
    """Read a response to its end, and return its status code."""
    with urlopen(url, timeout=PATIENCE) as response:
        response.read()
        status: int = response.status
    return status


@pytest.mark.parametrize("worker", [["gevent"], ["gthread", "--threads", "16"]], ids=lambda w: w[0])
def test_spans_stay_in_the_trace_of_their_request(tmp_path: Path, worker: list[str]) -> None:
    """In greenlets, threads and on the loop, in streams too."""
    paths = [f"/{kind}/{number}" for kind in KINDS for number in range(COUNT)]
    with serving(tmp_path, "gunicorn", "-k", *worker, module="traced") as server:
        urls = [f"http://127.0.0.1:{server.port}{path}" for path in paths]
        with ThreadPoolExecutor(len(paths)) as clients:
            assert {status // 100 for status in clients.map(ask, urls)} == {2}
        wait_until(lambda: len(server.get("/spans")) == len(paths), server.read_log)
        found: dict[str, list[list[str]]] = {}
        for key, names in server.get("/spans").items():
            found.setdefault(key.partition(" ")[2], []).append(names)
        assert "Traceback" not in server.read_log()
    assert {name: sorted(traces) for name, traces in found.items()} == {
        f"GET /{kind}/<int:number>": [[f"work {number}"] * count for number in range(COUNT)]
        for kind, count in KINDS.items()
    }
