"""Orders with retries while connections are cut and workers are killed: none lost, none doubled.

Starts the bookshop under gunicorn with gevent on the loopback interface, on SQLite and PostgreSQL.
Clients place orders with urllib3's ``Retry`` and an ``Idempotency-Key``, through a proxy that cuts
connections before a request is sent, after it, and within its response. Some workers are killed
between the commit of an order and its response::

    pip install ".[example]" urllib3; apt-get install postgresql
    python benchmarks/idempotent/run.py

Each order has a mark of its own, by which the database is compared with what the clients got. The
exit code is 1 if an order is lost or doubled, or a client got another order's response.
``--without-keys`` shows what happens without the header. ``--help`` lists the options.
"""

from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402  # after the patch, like all below
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from argparse import ArgumentParser, Namespace  # noqa: E402
from collections import Counter  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from dataclasses import dataclass, field  # noqa: E402
from pathlib import Path  # noqa: E402
from tempfile import TemporaryDirectory  # noqa: E402
from threading import Thread  # noqa: E402
from uuid import uuid4  # noqa: E402

import sqlalchemy as sa  # noqa: E402
from urllib3 import BaseHTTPResponse, PoolManager, Retry  # noqa: E402
from urllib3.exceptions import HTTPError  # noqa: E402

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "bookshop"), str(HERE.parents[1])]  # each has a run.py
import run as serving  # noqa: E402  # of the folder bookshop
from cutting import KINDS, CuttingProxy  # noqa: E402  # of this folder

from tests.bookshop.postgres import running_postgres  # noqa: E402

COLUMNS = (
    *("database", "orders", "retries", *KINDS, "kills"),
    *("409", "replayed", "lost", "doubled", "wrong"),
)


@dataclass
class Clients:
    """What the clients do, and what came of it.

    :param address: of the proxy.
    :param deadline: when they stop, however many orders are left.
    :ivar placed: the id of the order, by its mark.
    :ivar failed: the errors of orders that were given up, by the mark.
    """

    address: str
    token: str
    orders: int
    deadline: float
    has_keys: bool
    placed: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def run(self, number: int) -> None:
        """Place the orders by a number of clients at once."""
        threads = [Thread(target=self._work) for _ in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self) -> None:
        """Place orders, one after the other."""
        retry = Retry(
            total=60,
            allowed_methods=None,
            status_forcelist=[409, 502, 503, 504],
            backoff_factor=0.02,
            backoff_max=1,
        )
        with PoolManager(retries=retry, timeout=30) as pool:
            while self.counts["begun"] < self.orders and time.monotonic() < self.deadline:
                self.counts["begun"] += 1
                self._place(pool, str(uuid4()))

    def _place(self, pool: PoolManager, mark: str) -> None:
        """Place an order, and note what the client gets."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if self.has_keys:
            headers["Idempotency-Key"] = f'"{mark}"'
        line = {"book_id": 1 + self.counts["begun"] % serving.BOOKS, "quantity": 1}
        order = {"customer": "Anna", "email": "a@example.org", "notes": mark, "lines": [line]}
        try:
            response = self._send(pool, json.dumps(order), headers)
        except HTTPError as error:
            self.failed[mark] = repr(error)
            return
        if response.status != 201:
            self.failed[mark] = f"{response.status} {response.data[:200]!r}"
            return
        self.counts["replayed"] += "Idempotent-Replayed" in response.headers
        made = json.loads(response.data)
        self.placed[mark] = made["id"] if made["notes"] == mark else ""

    def _send(self, pool: PoolManager, body: str, headers: dict[str, str]) -> BaseHTTPResponse:
        """Send an order until there is a whole response.

        To http.client, and so to urllib3, a response that is cut off within its headers is whole,
        with an empty body.
        """
        while True:
            url = f"http://{self.address}/orders"
            response = pool.request("POST", url, body=body, headers=headers)
            history = response.retries.history if response.retries else ()
            self.counts["retries"] += len(history)
            self.counts["409"] += sum(attempt.status == 409 for attempt in history)
            if "Content-Length" in response.headers and response.data:
                return response
            self.counts["retries"] += 1


def read_orders(url: str) -> dict[str, list[str]]:
    """Return the ids of the orders in the database, by their marks."""
    engine = sa.create_engine(url)
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        query = sa.text("SELECT notes, id FROM orders WHERE email = 'a@example.org'")
        for mark, number in connection.execute(query):
            found.setdefault(mark, []).append(str(number).replace("-", ""))
    engine.dispose()
    return found


@contextmanager
def running_database(name: str, folder: str) -> Iterator[str]:
    """Yield the URL of an empty database."""
    if name == "sqlite":
        yield f"sqlite:///{folder}/shop.sqlite"
    else:
        with running_postgres() as url:
            yield url


def measure(name: str, options: Namespace) -> bool:
    """Run the orders on a database, and print what came of it; return whether all is well."""
    with TemporaryDirectory() as folder, running_database(name, folder) as url:
        log = Path(folder, "gunicorn.log")
        with serving.serving(url, options.workers, log) as address:
            token = serving.log_in(address)
            serving.fill_shelves(address, token)
            proxy = CuttingProxy(address, options.share)
            began = time.monotonic()
            with proxy.listening() as front:
                deadline = began + options.seconds
                clients = Clients(front, token, options.orders, deadline, not options.without_keys)
                clients.run(options.clients)
            seconds = time.monotonic() - began
        stored = read_orders(url)
        kills = log.read_text(encoding="utf-8").count("SIGKILL")
    return report(name, clients, stored, proxy.cuts, kills, seconds)


def report(
    name: str,
    clients: Clients,
    stored: dict[str, list[str]],
    cuts: Counter[str],
    kills: int,
    seconds: float,
) -> bool:
    """Print a line of the table; return whether no order is lost or doubled."""
    lost = [mark for mark in clients.placed if mark not in stored]
    doubled = [mark for mark, numbers in stored.items() if len(numbers) > 1]
    wrong = [
        mark
        for mark, number in clients.placed.items()
        if number.replace("-", "") not in stored.get(mark, [number.replace("-", "")])
    ]
    figures = (
        len(clients.placed),
        clients.counts["retries"],
        *(cuts[kind] for kind in KINDS),
        kills,
        clients.counts["409"],
        clients.counts["replayed"],
        len(lost) + len(clients.failed),
        len(doubled),
        len(wrong),
    )
    titled = zip(COLUMNS[1:], figures, strict=True)
    cells = (f"{cell:>{max(len(title), 6)}}" for title, cell in titled)
    print(f"{name:10}", *cells, f"{seconds:8.0f}", sep="  ", flush=True)
    for mark, error in list(clients.failed.items())[:5]:
        print(f"    given up: {mark} {error}")
    return not (lost or doubled or wrong or clients.failed)


def main() -> int:
    """Run the orders; return the exit code."""
    parser = ArgumentParser(description="Orders with retries, while connections are cut.")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's")
    parser.add_argument("--share", type=float, default=0.03, help="cut connections, of each kind")
    parser.add_argument("--kill-one-in", type=int, default=400, help="orders that kill a worker")
    parser.add_argument("--seconds", type=float, default=600, help="at most, for each database")
    parser.add_argument("--without-keys", action="store_true")
    parser.add_argument("databases", nargs="*", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    serving.CONFIG = HERE / "killing.conf.py"
    os.environ["KILL_ONE_IN"] = str(options.kill_one_in)
    titles = (f"{title:>{max(len(title), 6)}}" for title in COLUMNS[1:])
    print(f"{COLUMNS[0]:10}", *titles, " seconds", sep="  ")
    rounds = [measure(name, options) for name in options.databases]
    return 0 if all(rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
