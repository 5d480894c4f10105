"""Mails of the bookshop while its processes are killed: none lost, none sent twice.

Starts Redis, the relay and a worker on a temporary SQLite file, and places orders in three rounds.
Each round kills a process in the middle of a task, then the whole worker, then the relay, and
restarts Redis::

    pip install ".[celery,example]"; apt-get install redis-server
    python benchmarks/bookshop/mails.py

It prints the numbers of orders, of mails, of orders with two mails, of kills, and the seconds. The
exit code is 1 if an order has no mail, or two. ``--help`` lists the options.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "examples"), str(ROOT)]

from flask import Flask  # noqa: E402

from bookshop import create_app, database, models  # noqa: E402
from tests.celery_tasks.services import Worker, find_port, running_redis  # noqa: E402
from tests.patience import wait_until  # noqa: E402

POSTING = ROOT / "tests" / "bookshop"
VISIBILITY = 2  # seconds


class Shop:
    """A shop, with the processes that mail its orders.

    :param folder: for the database, the mails and the logs.
    :param broker: the URL of Redis.
    :param seconds: that a mail takes.
    """

    def __init__(self, folder: Path, broker: str, seconds: float) -> None:
        self.folder = folder
        self.mails = folder / "mails"
        self.mails.touch()
        self.orders = self.kills = 0
        self.environment = {
            "BOOKSHOP_BROKER": broker,
            "BOOKSHOP_INSTANCE": str(folder),
            "BOOKSHOP_MAIL_VISIBILITY": str(VISIBILITY),
            "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite'}",
            "MAILS": str(self.mails),
            "MAIL_SECONDS": str(seconds),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "examples"), str(ROOT)]),
        }
        url = self.environment["DATABASE_URL"]
        self.app: Flask = create_app({"BROKER": broker, "DATABASE_URL": url, "SECRET_KEY": "-"})
        self.worker = self.start_worker()
        self.relay = self.start_relay()

    def start_worker(self) -> Worker:
        """Start a worker."""
        return Worker(
            "posting.celery", self.folder / f"worker{self.kills}", self.environment, POSTING
        )

    def start_relay(self) -> subprocess.Popen[bytes]:
        """Start a relay."""
        command = [sys.executable, "-m", "flask", "--app", "bookshop", "relay"]
        return subprocess.Popen(
            command, cwd=ROOT / "examples", env={**os.environ, **self.environment}
        )

    def place_orders(self, count: int) -> None:
        """Place orders as the view does: with their mails, in one transaction."""
        with self.app.app_context(), database.open_session() as session:
            for _ in range(count):
                order = make_order()
                session.add_all([order, models.Mail(order=order)])
                session.commit()
        self.orders += count

    def count_mails(self) -> Counter[str]:
        """Return the number of mails of each order."""
        return Counter(re.findall(r"Your order (\S+),", self.mails.read_text()))

    def kill_in_a_task(self, kill: Callable[[], None]) -> None:
        """Wait for a mail, and kill something in the middle of the next one."""
        known = self.count_mails().total()
        wait_until(lambda: self.count_mails().total() > known, self.worker.read_log)
        time.sleep(float(self.environment["MAIL_SECONDS"]) / 3)
        kill()
        self.kills += 1

    def kill_child(self) -> None:
        """Kill the process that runs a task."""
        os.kill(self.worker.find_child(), signal.SIGKILL)

    def restart_relay(self) -> None:
        """Kill the relay, and start another one."""
        self.relay.kill()
        self.relay.wait()
        self.relay = self.start_relay()

    def restart_worker(self) -> None:
        """Start another worker."""
        self.worker = self.start_worker()

    def stop(self) -> None:
        """End all processes."""
        self.relay.kill()
        self.relay.wait()
        self.worker.stop()


def make_order() -> models.Order:
    """Return an order for one book."""
    line = models.OrderLine(position=0, book_id=1, quantity=1, unit_price=Decimal("12.50"))
    return models.Order(
        customer="Anna Blume",
        email="anna@example.org",
        priority=models.Priority.NORMAL,
        channel=models.Channel.WEB,
        lines=[line],
    )


def run_round(shop: Shop, folder: Path, port: int, orders: int) -> None:
    """Place orders, and kill everything once."""
    with running_redis(folder, port):
        shop.place_orders(orders // 2)
        shop.kill_in_a_task(shop.kill_child)
        shop.kill_in_a_task(shop.restart_relay)
        shop.kill_in_a_task(shop.worker.kill)
        shop.restart_worker()
        shop.kill_in_a_task(lambda: None)  # Redis ends, in the middle of a task
    shop.place_orders(orders - orders // 2)


def main() -> int:
    """Run the rounds; return the exit code."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=20, help="placed in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.15, help="that a mail takes")
    options = parser.parse_args()
    started, port = time.monotonic(), find_port()
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        shop = Shop(folder, f"redis://127.0.0.1:{port}/0", options.seconds)
        stack.callback(shop.stop)
        for _ in range(options.rounds):
            run_round(shop, folder, port, options.orders)
        with running_redis(folder, port):
            wait_until(lambda: len(shop.count_mails()) >= shop.orders, shop.worker.read_log)
            time.sleep(2 * VISIBILITY + 1)  # what would come again, comes again
        mails = shop.count_mails()
    doubled = sum(count > 1 for count in mails.values())
    seconds = time.monotonic() - started
    print(f"{shop.orders} orders, {mails.total()} mails, {doubled} doubled, ", end="")
    print(f"{shop.orders - len(mails)} lost, {shop.kills} kills and restarts, {seconds:.0f} s")
    return 0 if mails.total() == len(mails) == shop.orders else 1


if __name__ == "__main__":
    sys.exit(main())
