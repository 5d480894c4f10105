"""Mixed load on the bookshop: no 5xx, no lost order.

Starts the shop under gunicorn with gevent on the loopback interface. wrk sends requests on 64
connections for ten seconds (40 % orders, 10 % changes of stock, 50 % reads). Then the number of
orders in the database is compared with the number of 201 responses::

    pip install ".[example]"; apt-get install wrk
    python benchmarks/bookshop/run.py

It uses a temporary SQLite file, or the empty database of ``DATABASE_URL``. The exit code is 1 if a
check failed. ``--help`` lists the options.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

HERE = Path(__file__).resolve().parent
CONFIG = HERE.parents[1] / "examples" / "bookshop" / "gunicorn.conf.py"
LISTENING = re.compile(r"Listening at: http://(127\.0\.0\.1:\d+)")
PATIENCE = 30.0
DRAIN = 4  # seconds in which the last answers come
BOOKS = 21
#: The shop makes this account on its first start; a database of yours has it, or is empty.
STAFF = {"grant_type": "password", "username": "load@example.org", "password": token_urlsafe()}
COLUMNS = {
    "rate": ("requests/s", ".0f"),
    "p50": ("p50 ms", ".1f"),
    "p99": ("p99 ms", ".1f"),
    "max": ("max ms", ".1f"),
    "requests": ("requests", "d"),
    "failed": ("5xx", "d"),
    "refused": ("4xx", "d"),
    "broken": ("broken off", "d"),
    "placed": ("201 for orders", "d"),
    "stored": ("orders stored", "d"),
}


def main() -> int:
    """Run the load; return the exit code."""
    options = read_options()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not there: apt-get install wrk, or brew install wrk.")
    with TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/shop.sqlite"
        log = Path(folder, "gunicorn.log")
        with serving(url, options.workers, log) as address:
            token = log_in(address)
            fill_shelves(address, token)
            print(f"{sa.make_url(url).get_backend_name()}, {options.workers} workers, ", end="")
            print(f"{options.connections} connections, {options.seconds} s a round")
            print("  ".join(heading for heading, _ in COLUMNS.values()))
            rounds = [measure(address, token, url, options) for _ in range(options.rounds)]
        tracebacks = log.read_text(encoding="utf-8").count("Traceback")
    if tracebacks:
        print(f"{tracebacks} tracebacks in the log")
    return 0 if all(map(is_good, rounds)) and not tracebacks else 1


def read_options() -> Namespace:
    """Return the options of the command line."""
    parser = ArgumentParser(description="Load on the bookshop.")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=10, help="length of a round")
    parser.add_argument("--workers", type=int, default=2, help="gunicorn's")
    return parser.parse_args()


@contextmanager
def serving(url: str, workers: int, log: Path) -> Iterator[str]:
    """Run the shop, and yield its address.

    :param log: where gunicorn writes its log.
    """
    environment = {
        **os.environ,
        "BIND": "127.0.0.1:0",
        "DATABASE_URL": url,
        "WEB_CONCURRENCY": str(workers),
        "BOOKSHOP_INSTANCE": str(log.parent),
        "BOOKSHOP_STAFF_EMAIL": STAFF["username"],
        "BOOKSHOP_STAFF_PASSWORD": STAFF["password"],
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(CONFIG)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
    try:
        yield wait_for_address(server, log)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for_address(server: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait until the shop answers, and return where."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        text = log.read_text(encoding="utf-8")
        if "Booting worker" in text:
            address = LISTENING.findall(text)[0]
            ask(address, "GET", "/health")
            return str(address)
        time.sleep(0.05)
    raise SystemExit(log.read_text(encoding="utf-8"))


def ask(
    address: str,
    method: str,
    path: str,
    body: str | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Send a request that must succeed, and return the body of the answer."""
    connection = HTTPConnection(address, timeout=PATIENCE)
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    content = response.read()
    if response.status != 200:
        raise SystemExit(f"{method} {path}: {response.status} {content.decode()}")
    connection.close()
    return content


def log_in(address: str) -> str:
    """Return the token of the account that the shop was started with."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return str(json.loads(ask(address, "POST", "/token", urlencode(STAFF), form))["access_token"])


def fill_shelves(address: str, token: str) -> None:
    """Give the shop so many copies that no order is refused for the lack of them."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    for book_id in range(1, BOOKS + 1):
        ask(address, "PATCH", f"/books/{book_id}", json.dumps({"stock": 1_000_000}), headers)


def measure(address: str, token: str, url: str, options: Namespace) -> dict[str, Any]:
    """Run one round, and print its figures."""
    before = count_orders(url)
    figures = run_wrk(address, token, options)
    figures["rate"] = figures["requests"] / options.seconds
    figures["stored"] = count_orders(url) - before
    cells = (f"{figures[n]:>{len(head)}{spec}}" for n, (head, spec) in COLUMNS.items())
    print("  ".join(cells), flush=True)
    return figures


def run_wrk(address: str, token: str, options: Namespace) -> dict[str, Any]:
    """Let wrk work for a round, and return what it counted."""
    command = [
        "wrk",
        "--threads=2",
        f"--connections={options.connections}",
        f"--duration={options.seconds + DRAIN}s",
        f"--timeout={options.seconds + DRAIN}s",
        f"--script={HERE / 'mixed.lua'}",
        f"http://{address}",
        "--",
        str(options.seconds),
        token,
    ]
    limit = options.seconds + DRAIN + PATIENCE
    output = subprocess.run(command, capture_output=True, check=True, text=True, timeout=limit)
    figures: dict[str, Any] = json.loads(output.stdout.splitlines()[-1])
    return figures


def count_orders(url: str) -> int:
    """Return how many orders are in the database."""
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            return int(connection.scalar(sa.text("SELECT count(*) FROM orders")) or 0)
    finally:
        engine.dispose()


def is_good(figures: Mapping[str, Any]) -> bool:
    """Say whether a round was without errors, and no order was lost."""
    faultless = not (figures["failed"] or figures["refused"] or figures["broken"])
    return faultless and figures["stored"] == figures["placed"] > 0


if __name__ == "__main__":
    sys.exit(main())
