"""Mails of orders with a real Redis, relay and worker, which are killed in the middle of a task."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import Flask

from bookshop import create_app

from ..bridge.served.serving import find_port
from ..celery_tasks.services import (
    Worker,
    needs_redis,
    pause,
    running_redis,
    running_worker,
)
from ..patience import wait_until
from .test_mailing import place_order

pytestmark = needs_redis

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
#: How many orders are placed while there is a broker, and while there is none.
ORDERS = 3


@contextmanager
def running_relay(environment: Mapping[str, str]) -> Iterator[None]:
    """Run the command of the shop."""
    command = [sys.executable, "-m", "flask", "--app", "bookshop", "relay"]
    process = subprocess.Popen(command, cwd=EXAMPLES, env={**os.environ, **environment})
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def make_environment(folder: Path, database: Path, broker: str) -> dict[str, str]:
    """Return the settings of all processes of the shop."""
    return {
        "BOOKSHOP_BROKER": broker,
        "BOOKSHOP_INSTANCE": str(folder),
        "BOOKSHOP_MAIL_VISIBILITY": "2",
        "DATABASE_URL": f"sqlite:///{database}",
        "MAILS": str(folder / "mails"),
        "MAIL_SECONDS": "0.3",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(EXAMPLES), os.environ.get("PYTHONPATH", "")]),
    }


def kill_child(worker: Worker) -> None:
    """Kill the process that runs a task."""
    os.kill(worker.find_child(), signal.SIGKILL)
    worker.wait_for("SIGKILL")


def test_nothing_is_lost_or_mailed_twice(shop: Flask, first_day: Path, tmp_path: Path) -> None:
    """While a child, the broker and a whole worker are killed in the middle of a task."""
    port = find_port()
    database = Path(shutil.copy(first_day, tmp_path))
    environment = make_environment(tmp_path, database, f"redis://127.0.0.1:{port}/0")
    config = {"BROKER": environment["BOOKSHOP_BROKER"], "SECRET_KEY": shop.secret_key}
    app = create_app({**config, "DATABASE_URL": environment["DATABASE_URL"]})
    mails = tmp_path / "mails"
    mails.touch()

    def count_mails() -> int:
        return len(mails.read_text().splitlines())

    def place_orders() -> None:
        assert {place_order(app) for _ in range(ORDERS)} == {201}

    # It kills the worker itself.
    starting = running_worker("posting.celery", tmp_path / "first", environment, HERE)
    with running_relay(environment), suppress(ProcessLookupError), starting as first:
        with running_redis(tmp_path, port):
            place_orders()
            wait_until(count_mails, first.read_log)
            pause(0.1)
            kill_child(first)
        place_orders()
        with running_redis(tmp_path, port):
            wait_until(lambda: count_mails() > 1, first.read_log)
            pause(0.1)
            first.kill()
            second_log = tmp_path / "second"
            with running_worker("posting.celery", second_log, environment, HERE) as second:
                wait_until(lambda: count_mails() >= 2 * ORDERS, second.read_log)
                pause(0.5)
    app.extensions["bookshop.engine"].dispose()
    numbers = Counter(re.findall("Your order (\\S+),", mails.read_text()))
    assert sorted(numbers.values()) == [1] * 2 * ORDERS
