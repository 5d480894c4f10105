"""Clients that disconnect at each stage of a request: is each session closed once, and after use?

Run it by hand, for any time. The exit code is 1 if a check failed::

    pip install ".[gevent]"
    python benchmarks/bridge/races.py --seconds 60

For a client that stays, the sessions of its request must be committed before the 200 arrives.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WORKERS = {
    "gevent": ("-k", "gevent"),
    "gthread": ("-k", "gthread", "--threads", "16"),
}
PATHS = ("/sync/sync", "/sync/async", "/async/async", "/several", "/stream", "/swapped")
CLIENTS = 12
chance = random.Random()  # noqa: S311  # it keeps no secret
#: How long the server may take to settle, and a client waits for an answer, in seconds.
PATIENCE = 30.0
#: How long the clients stay that leave, in seconds: about as long as the longest request.
LONGEST = 0.03
#: What has to be 0; no thread was free any more to tell the rest.
STUCK = {"counts": {}, "committed": [], "waiting": 0, "tasks": 0, "stuck": 1}
FAULTS = (
    "stuck",
    "unclosed",
    "closed twice",
    "closed in use",
    "told but not done",
    "waiting",
    "tasks",
)


@contextmanager
def serving(kind: str) -> Iterator[int]:
    """Run the app under gunicorn, and return its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", *WORKERS[kind], "--chdir", str(HERE)]
    command += ["--log-level", "critical", "--bind", f"127.0.0.1:{port}", "races_app:app"]
    process = subprocess.Popen([*command, "--graceful-timeout", "5"])
    try:
        wait_for(port)
        yield int(port)
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Wait until the app answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fetch(port, "/state")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def fetch(port: int, path: str) -> tuple[int, str]:
    """Return the status and the text of an answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def leave(port: int, path: str) -> None:
    """Ask, and go away after a while: in good order, or with a reset."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        if chance.random() < 0.5:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(chance.uniform(0, LONGEST))


def race(port: int, until: float) -> tuple[Counter[str], set[int]]:
    """Ask until a moment; return what came of it, and the sessions that answers told of."""
    found: Counter[str] = Counter()
    told: set[int] = set()
    while time.monotonic() < until:
        path = chance.choice(PATHS)
        if chance.random() < 0.7:
            leave(port, path)
            found["left"] += 1
            continue
        try:
            status, text = fetch(port, path)
        except (OSError, HTTPException):
            found["no answer"] += 1
            continue
        found[f"status {status}"] += 1
        if status == 200:
            told.update(map(int, text.replace(",", " ").strip("[]\n ").split()))
    return found, told


def settle(port: int) -> dict[str, Any]:
    """Return the state of the app when nothing happens any more, or patience ends."""
    deadline = time.monotonic() + PATIENCE / 4
    while True:
        try:
            state: dict[str, Any] = json.loads(fetch(port, "/state")[1])
        except OSError:
            return STUCK
        counts = state["counts"]
        idle = counts["opened"] == counts["closed"] and not state["tasks"] and state["waiting"] < 2
        if idle or time.monotonic() > deadline:
            return state
        time.sleep(0.1)


def measure(kind: str, seconds: float) -> dict[str, int]:
    """Return what was counted under one kind of worker."""
    with serving(kind) as port, ThreadPoolExecutor(CLIENTS) as pool:
        until = time.monotonic() + seconds
        results = list(pool.map(lambda _: race(port, until), range(CLIENTS)))
        state = settle(port)
    counts = Counter(state["counts"])
    told = set[int]().union(*(told for _, told in results))
    answers = sum((found for found, _ in results), Counter[str]())
    return {
        **dict(sorted(answers.items())),
        "stuck": state.get("stuck", 0),
        "opened": counts["opened"],
        "closed": counts["closed"],
        "unclosed": counts["opened"] - counts["closed"],
        "closed twice": counts["closed twice"],
        "closed in use": counts["closed in use"],
        "told but not done": len(told.difference(state["committed"])),
        "waiting": max(0, state["waiting"] - 1),
        "tasks": state["tasks"],
    }


def main() -> None:
    """Race, and print what was counted."""
    parser = ArgumentParser(description="Clients that leave at each stage of a request.")
    parser.add_argument("--seconds", type=float, default=20, help="for each kind of worker")
    parser.add_argument("--worker", choices=WORKERS, action="append", help="by default each")
    options = parser.parse_args()
    bad = 0
    for kind in options.worker or WORKERS:
        figures = measure(kind, options.seconds)
        print(json.dumps({"worker": kind, **figures}), flush=True)
        bad += sum(figures[name] for name in FAULTS)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
