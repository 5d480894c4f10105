"""Mixed load on the bookshop while its workers are killed: no other error, no leaked resource.

Starts PostgreSQL, and the shop under gunicorn with gevent on the loopback interface. For a minute,
clients read, order, upload covers and wait for stock in an ``async def`` view. Some of them
disconnect without the response. Every ten seconds a worker is killed, and gunicorn starts another::

    pip install ".[example]"; apt-get install postgresql
    python benchmarks/bookshop/faults.py

At the end, the file descriptors, greenlets and tasks of each worker are counted, and the sessions
and orders in the database. The exit code is 1 if there was a 5xx, if a connection broke while no
worker was killed, or if a resource is left.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread

import sqlalchemy as sa

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]
import run as serving  # noqa: E402  # of this folder

from tests.bookshop.postgres import running_postgres  # noqa: E402

PATIENCE = 30.0
#: For how long after a kill connections may break: those that the worker had.
SHADOW = 2.0
KINDS = ("read", "search", "order", "upload", "wait", "leave")
JSON = {"Content-Type": "application/json"}
COVER = (
    b'--x\r\nContent-Disposition: form-data; name="caption"\r\n\r\nfront\r\n'
    b'--x\r\nContent-Disposition: form-data; name="cover"; filename="c.png"\r\n\r\n'
    b"\x89PNG\r\n\x1a\n" + bytes(60_000) + b"\r\n--x--\r\n"
)


class Load:
    """What the clients do, and what came of it.

    :param address: of the shop.
    :param token: of its staff.
    """

    def __init__(self, address: str, token: str) -> None:
        self._address = address
        self._headers = {"Authorization": f"Bearer {token}"}
        self._lock = Lock()
        self.is_over = False
        self.kills: list[float] = []
        self.answers: Counter[tuple[str, int]] = Counter()
        self.broken: list[tuple[float, str]] = []
        self.failed: list[str] = []

    def work(self, seed: int) -> None:
        """Ask until it is over, on connections that are kept."""
        chance = random.Random(seed)  # noqa: S311  # no secret
        connection = self._connect()
        while not self.is_over:
            kind = chance.choice(KINDS)
            began = time.monotonic()
            try:
                if kind == "leave":
                    self._leave(chance)
                    continue
                status, body = self._ask(connection, kind, chance)
            except (OSError, HTTPException) as error:
                with self._lock:
                    self.broken.append((began, f"{kind}: {error!r}"))
                connection.close()
                connection = self._connect()
                time.sleep(0.05)
                continue
            with self._lock:
                self.answers[kind, status] += 1
                if status >= 500:
                    self.failed.append(f"{kind}: {status} {body[:200]!r}")
        connection.close()

    def _connect(self) -> HTTPConnection:
        return HTTPConnection(self._address, timeout=PATIENCE)

    def _ask(
        self, connection: HTTPConnection, kind: str, chance: random.Random
    ) -> tuple[int, bytes]:
        """Send a request of some kind, and return what is answered."""
        book = chance.randint(1, serving.BOOKS)
        if kind == "read":
            connection.request("GET", f"/books/{book}")
        elif kind == "search":
            connection.request("GET", "/books/?text=the&limit=20&sort=price")
        elif kind == "order":
            lines = [{"book_id": book, "quantity": 1}]
            order = {"customer": "Anna Blume", "email": "anna@example.org", "lines": lines}
            connection.request("POST", "/orders", json.dumps(order), {**self._headers, **JSON})
        elif kind == "upload":
            form = {"Content-Type": "multipart/form-data; boundary=x"}
            connection.request("PUT", f"/books/{book}/cover", COVER, {**self._headers, **form})
        else:
            connection.request("GET", f"/books/{book}/stock?known=1000000&seconds=0.3")
        response = connection.getresponse()
        return response.status, response.read()

    def _leave(self, chance: random.Random) -> None:
        """Ask for what takes long, and go away."""
        host, port = self._address.split(":")
        path = f"/books/{chance.randint(1, serving.BOOKS)}/stock?known=1000000&seconds=2"
        with socket.create_connection((host, int(port)), PATIENCE) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(0.1)

    def find_unexplained(self) -> list[str]:
        """Return the connections that broke while no worker was killed."""
        return [
            what
            for began, what in self.broken
            if not any(began - SHADOW < kill < began + SHADOW for kill in self.kills)
        ]


def find_workers(master: int) -> list[int]:
    """Return the processes of the workers."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="utf-8")
    return [int(pid) for pid in children.split()]


def ask_left(address: str, workers: int) -> dict[int, dict[str, int]]:
    """Return what is left in each worker."""
    found: dict[int, dict[str, int]] = {}
    deadline = time.monotonic() + PATIENCE
    while len(found) < workers and time.monotonic() < deadline:
        connections = [HTTPConnection(address, timeout=PATIENCE) for _ in range(8)]
        for connection in connections:
            connection.request("GET", "/left")
        for connection in connections:
            left = json.loads(connection.getresponse().read())
            connection.close()
            found[left.pop("pid")] = left
    return found


def settle(address: str, workers: int, before: dict[str, int]) -> dict[int, dict[str, int]]:
    """Return what is left when no more goes, at the latest after a while."""
    deadline = time.monotonic() + PATIENCE
    while True:
        left = ask_left(address, workers)
        if not find_leaks(left, before) or time.monotonic() > deadline:
            return left
        time.sleep(0.5)


def find_leaks(left: dict[int, dict[str, int]], before: dict[str, int]) -> list[str]:
    """Return what there is more of than before.

    Of descriptors there may be eight more: the connections that ask, and those of the pool.
    """
    room = {"descriptors": 8 + 5, "greenlets": 8 + 4, "tasks": 0}
    return [
        f"worker {pid}: {number} {kind}, and {before[kind]} before"
        for pid, counts in left.items()
        for kind, number in counts.items()
        if number > before[kind] + room[kind]
    ]


def count_sessions(url: str) -> dict[str, int]:
    """Return how many sessions the database has, by their state."""
    engine = sa.create_engine(url)
    query = sa.text(
        "SELECT state, count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() GROUP BY state"
    )
    try:
        with engine.connect() as connection:
            return {str(state): count for state, count in connection.execute(query)}
    finally:
        engine.dispose()


def main() -> int:
    """Run the load; return the exit code."""
    parser = ArgumentParser(description="Load on the bookshop while its workers are killed.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's")
    parser.add_argument("--every", type=float, default=10, help="seconds from kill to kill")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        url = os.environ.get("DATABASE_URL") or stack.enter_context(running_postgres())
        log = Path(folder, "gunicorn.log")
        serving.CONFIG = HERE / "faults.conf.py"
        address = stack.enter_context(serving.serving(url, options.workers, log))
        master = int(log.read_text(encoding="utf-8").partition("] [")[2].partition("]")[0])
        token = serving.log_in(address)
        serving.fill_shelves(address, token)
        time.sleep(6)  # connections that were kept are closed
        before = max(ask_left(address, options.workers).values(), key=lambda left: left["tasks"])
        ordered = serving.count_orders(url)
        load = Load(address, token)
        threads = [Thread(target=load.work, args=(seed,)) for seed in range(options.clients)]
        for thread in threads:
            thread.start()
        end = time.monotonic() + options.seconds
        while time.monotonic() < end:
            time.sleep(min(options.every, max(0, end - time.monotonic())))
            if time.monotonic() < end - options.every / 2:
                victim = random.choice(find_workers(master))  # noqa: S311
                load.kills.append(time.monotonic())
                os.kill(victim, signal.SIGKILL)
        load.is_over = True
        for thread in threads:
            thread.join(PATIENCE)
        left = settle(address, options.workers, before)
        sessions = count_sessions(url)
        stored = serving.count_orders(url) - ordered
        text = log.read_text(encoding="utf-8")
    return report(load, left, before, sessions, stored, text.count("Traceback"))


def report(
    load: Load,
    left: dict[int, dict[str, int]],
    before: dict[str, int],
    sessions: dict[str, int],
    stored: int,
    tracebacks: int,
) -> int:
    """Print what came of it; return the exit code."""
    for kind in KINDS[:-1]:
        statuses = {status: n for (name, status), n in sorted(load.answers.items()) if name == kind}
        print(f"{kind:8}", "  ".join(f"{status}: {n}" for status, n in statuses.items()))
    placed = load.answers["order", 201]
    print(f"{len(load.kills)} workers killed, {len(load.broken)} connections broken by it")
    print(f"orders answered with 201: {placed}, stored: {stored}")
    print(f"before: {before}; after: {[*left.values()]}; sessions of the database: {sessions}")
    faults = [
        *load.failed,
        *load.find_unexplained(),
        *find_leaks(left, before),
        *(f"{count} sessions {state}" for state, count in sessions.items() if state != "idle"),
    ]
    if stored < placed:
        faults.append(f"{placed - stored} orders are lost")
    if tracebacks:
        faults.append(f"{tracebacks} tracebacks in the log")
    print("\n".join(faults[:20]) or "nothing else failed, nothing is left")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
