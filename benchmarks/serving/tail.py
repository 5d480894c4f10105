"""The tail latency of gunicorn's gevent worker, with one change at a time, on the work ``small``.

All servers run at the same time, each a gunicorn with one worker on one core. In each round, they
get requests one after the other, from another core, on 64 keep-alive connections. Each figure is
the median of its rounds::

    pip install ".[gevent]"; apt-get install wrk
    python benchmarks/serving/tail.py

``CPU µs`` is the worker's CPU time per request. ``in a row`` is the number of consecutive requests
of one connection, and ``longest`` their maximum. The changes are in ``tail_variants.py``. Requests
without a response at the end of a round are not counted.
"""

from __future__ import annotations

import csv
import json
import shutil
import statistics
from argparse import ArgumentParser
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from run import (
    BIN,
    CONNECTIONS,
    HERE,
    PATIENCE,
    WORKS,
    Figures,
    find_versions,
    load,
    serving,
    write_facts,
)

PACKAGES = ("gunicorn", "gevent", "Flask")
APP = "tail_app:make_app({})"
HEADS = {
    "rate": "requests/s",
    "p50": "p50 ms",
    "p90": "p90 ms",
    "p99": "p99 ms",
    "max": "max ms",
    "cpu": "CPU µs",
    "row": "in a row",
    "longest": "longest",
    "refused": "4xx/5xx",
    "broken": "broken",
}


class Case(NamedTuple):
    """What is changed.

    :param names: of ``tail_variants.py``, with ``+`` between them.
    :param options: of gunicorn.
    :param wait: seconds that each request waits.
    """

    names: str = "leave_as_it_is"
    options: tuple[str, ...] = ()
    wait: float | None = None
    connections: int = CONNECTIONS


CASES = {
    "gevent": Case(),
    "flask_typed's worker": Case(options=("-k", "flask_typed.worker.GeventWorker")),
    "gevent_pywsgi": Case(options=("-k", "gevent_pywsgi", "--log-level", "error")),
    "give way after each request": Case("give_way"),
    "give way if served last": Case("give_way_to_the_waiting"),
    "give way every 5 ms": Case("give_way_in_time"),
    "the view waits 1 ms": Case(wait=0.001),
    "keepalive = 75": Case(options=("--keep-alive", "75")),
    "keepalive = 0": Case(options=("--keep-alive", "0")),
    "no gevent.Timeout": Case("switch_timeouts_off"),
    "headers and body at once": Case("write_once"),
    "TCP_NODELAY off": Case("switch_nagle_on"),
    "backlog = 64": Case(options=("--backlog", "64")),
    "access log": Case(options=("--access-logfile", "/dev/null")),
    "no garbage collector": Case("collect_no_garbage"),
    "max_accept = 1": Case("accept_one_at_a_time"),
    "max_accept = 1, give way": Case("accept_one_at_a_time+give_way"),
    "8 connections": Case(connections=8),
    "16 connections": Case(connections=16),
    "32 connections": Case(connections=32),
    "128 connections": Case(connections=128),
    "128 connections, give way": Case("give_way", connections=128),
}


def make_command(case: Case) -> list[str]:
    """Return the command of gunicorn, without its address."""
    config = str(HERE / "tail_variants.py")
    command = ["env", f"VARIANT={case.names}", str(BIN / "gunicorn"), "-c", config]
    return [*command, *case.options, APP.format(case.wait), "-b"]


def read_counted(port: int) -> Figures:
    """Return what a worker has counted since it was last asked."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", "/counted")
    counted: Figures = json.loads(connection.getresponse().read())
    connection.close()
    return counted


def ask(port: int, case: Case, seconds: int, body: Path) -> Figures:
    """Ask a server for a while, and return figures."""
    read_counted(port)
    figures = load(port, "small", seconds, body, case.connections)
    counted = read_counted(port)
    return {
        **figures,
        "cpu": counted["cpu"] / counted["requests"] * 1e6,
        "row": counted["requests"] / counted["runs"],
        "longest": counted["longest"],
    }


def measure(cases: dict[str, Case], seconds: int, rounds: int) -> list[dict[str, str | float]]:
    """Return a row for each case."""
    found: dict[str, list[Figures]] = {name: [] for name in cases}
    with ExitStack() as stack:
        body = Path(stack.enter_context(TemporaryDirectory())) / "body.json"
        body.write_bytes(WORKS["small"].body)
        ports = {
            name: stack.enter_context(serving(make_command(case), None)).port
            for name, case in cases.items()
        }
        for name, case in cases.items():
            load(ports[name], "small", 1, body, case.connections)
        for _ in range(rounds):
            for name, case in cases.items():
                found[name].append(ask(ports[name], case, seconds, body))
    return [
        {"case": name, **{key: statistics.median(each[key] for each in figures) for key in HEADS}}
        for name, figures in found.items()
    ]


def print_table(rows: list[dict[str, str | float]]) -> None:
    """Print the figures."""
    print(f"{'':30}" + "".join(f"{head:>11}" for head in HEADS.values()))
    for row in rows:
        print(f"{row['case']:30}" + "".join(f"{row[name]:11.1f}" for name in HEADS))


def write(folder: Path, rows: list[dict[str, str | float]], options: dict[str, int]) -> None:
    """Write ``tail.csv``, ``tail.json`` and ``tail.txt``."""
    with (folder / "tail.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *HEADS.values()])
        for row in rows:
            cells = (f"{row[name]:.{1 if name == 'row' else 0}f}" for name in HEADS)
            writer.writerow([row["case"], *cells])
    write_facts(folder, "tail", PACKAGES, **options, connections=CONNECTIONS, rows=rows)


def main() -> None:
    """Measure, print the table, and write the files."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="a part of the cases' names")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="the folder that gets table and facts")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not there: apt-get install wrk, or brew install wrk.")
    cases = {name: case for name, case in CASES.items() if options.only in name}
    rows = measure(cases, options.seconds, options.rounds)
    print_table(rows)
    print(", ".join(f"{name} {found}" for name, found in find_versions(PACKAGES).items()))
    if options.write:
        write(options.write, rows, {"seconds": options.seconds, "rounds": options.rounds})


if __name__ == "__main__":
    main()
