"""Requests per second, latency and CPU time over loopback: servers, ours and others.

One process serves on one core. wrk sends requests from another, on 64 keep-alive connections.
Rounds are interleaved, and each figure is the median of its rounds::

    pip install ".[gevent]" -r benchmarks/serving/requirements.txt; apt-get install wrk postgresql
    python benchmarks/serving/run.py

The apps of the works ``query``, ``small``, ``big`` and ``list`` are those of ``benchmarks/peers``.
``sql`` is one query of 20 rows, with a pool of 10 connections. ``CPU µs`` is the CPU time per
request of the server, with its child processes (on Linux). ``--write docs/figures`` writes the
figures of the documentation. Requests without a response at the end of a round are not counted.
"""

from __future__ import annotations

import csv
import json
import os
import pwd
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / "peers"
sys.path += [str(PEERS), str(HERE.parent)]
from facts import find_versions, write_facts  # noqa: E402  # the path is known now
from works import WORKS  # noqa: E402

BIN = Path(sys.executable).parent
CONFIG = HERE / "gunicorn.conf.py"
PATIENCE = 30.0
CONNECTIONS = 64
SERVER_CORE, CLIENT_CORE = "0", "1"
PACKAGES = (
    *("gunicorn", "gevent", "granian", "uvicorn", "uvloop", "fastapi", "litestar", "django-bolt"),
    *("robyn", "Flask", "psycopg", "asyncpg"),
)
TYPED, LIMIT = "contenders.flask_typed_app", "contenders.flask_msgspec"
FASTAPI, LITESTAR = "contenders.fastapi_{}", "contenders.litestar_app"


def gunicorn(worker: str, app: str, *options: str) -> list[str]:
    """Return the command of gunicorn, without its address."""
    return [str(BIN / "gunicorn"), "-k", worker, *options, f"{app}:make_app()", "-b"]


def granian(app: str, interface: str = "wsgi") -> list[str]:
    """Return the command of granian."""
    command = [str(BIN / "granian"), "--interface", interface, "--factory", "--no-access-log"]
    threads = ["--blocking-threads", "1"] if interface == "wsgi" else []
    return [*command, *threads, f"{app}:make_app", "--host", "127.0.0.1", "--port"]


def uvicorn(app: str) -> list[str]:
    """Return the command of uvicorn."""
    command = [str(BIN / "uvicorn"), "--factory", "--no-access-log", "--log-level", "warning"]
    return [*command, f"{app}:make_app", "--host", "127.0.0.1", "--port"]


def program(name: str) -> list[str]:
    """Return the command of a server that comes with its framework."""
    return [sys.executable, str(HERE / name)]


OWN = "flask_typed.worker.GeventWorker"
#: How each is called, and its command; the address follows, or the port.
SERVERS = {
    "flask_typed, its worker": gunicorn(OWN, TYPED),
    "flask_typed, gevent": gunicorn("gevent", TYPED),
    "flask_typed, gevent with a hook": gunicorn("gevent", TYPED, "-c", str(CONFIG)),
    "flask_typed, gevent_pywsgi": gunicorn("gevent_pywsgi", TYPED, "--log-level", "error"),
    "flask_typed, gthread": gunicorn("gthread", TYPED, "--threads", "8"),
    "flask_typed, granian": granian(TYPED),
    "bare msgspec, flask_typed's worker": gunicorn(OWN, LIMIT),
    "FastAPI, async def, uvicorn": uvicorn(FASTAPI.format("async")),
    "FastAPI, def, uvicorn": uvicorn(FASTAPI.format("def")),
    "Litestar, uvicorn": uvicorn(LITESTAR),
    "Litestar, granian": granian(LITESTAR, "asgi"),
    "django-bolt": program("bolt_app.py"),
    "robyn": program("robyn_app.py"),
}
SQL_SERVERS = {
    "flask_typed, its worker": gunicorn(OWN, "sql_typed"),
    "flask_typed, gevent": gunicorn("gevent", "sql_typed"),
    "FastAPI, async def, psycopg": uvicorn("sql_fastapi"),
    "FastAPI, async def, asyncpg": uvicorn("sql_asyncpg"),
}
COLUMNS = ("rate", "cpu", "p50", "p90", "p99", "p999", "max", "refused", "broken")

#: What wrk reports, by the names of ``report.lua``; times are milliseconds.
Figures = dict[str, float]


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    pid: int

    def measure_cpu(self) -> float:
        """Return the seconds of CPU time of the process and of its children; 0 if unknown."""
        return sum(measure_process(pid) for pid in find_tree(self.pid))


def find_tree(pid: int) -> Iterator[int]:
    """Yield a process, and those that it has started."""
    yield pid
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            yield from find_tree(int(child))


def measure_process(pid: int) -> float:
    """Return the seconds of CPU time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(command: list[str], url: str | None) -> Iterator[Server]:
    """Run a server on one core."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"127.0.0.1:{port}" if command[-1] == "-b" else str(port)
    environ = {**os.environ, "PYTHONPATH": f"{HERE}:{PEERS}"}
    if url is not None:
        environ["DATABASE_URL"] = url
    server = subprocess.Popen(
        ["taskset", "-c", SERVER_CORE, *command, address],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, server)
        yield Server(port, server.pid)
    finally:
        stop(server)


def stop(server: subprocess.Popen[bytes]) -> None:
    """End a server, by force if it does not end when it is asked to."""
    processes = list(find_tree(server.pid))
    server.terminate()
    try:
        server.wait(PATIENCE / 10)
    except subprocess.TimeoutExpired:
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.wait(PATIENCE)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit(f"The server does not start: {server.args}")


def load(port: int, work: str, seconds: int, body: Path, connections: int = CONNECTIONS) -> Figures:
    """Ask a server, and return figures."""
    path = "/books?shelf=7" if work == "sql" else WORKS[work].path
    if work != "sql" and WORKS[work].query:
        path = f"{path}?{WORKS[work].query}"
    command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--timeout", f"{seconds + 10}s"]  # what is later than that wrk leaves out
    command += ["-s", str(HERE / "report.lua"), f"http://127.0.0.1:{port}{path}", "--"]
    sent = [] if work == "sql" else [WORKS[work].method, *([str(body)] if WORKS[work].body else [])]
    answer = subprocess.run(
        [*command, *(sent or ["GET"])], capture_output=True, text=True, check=True
    )
    figures: Figures = json.loads(answer.stdout.strip().splitlines()[-1])
    return figures


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run a PostgreSQL with a table of 10,000 books, and yield its URL."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    user: dict[str, Any] = {}
    if os.geteuid() == 0:  # which it refuses to be
        user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}
    initdb, postgres = (find_program(name) for name in ("initdb", "postgres"))
    with TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        os.chown(folder, user.get("user", -1), user.get("group", -1))
        data = f"{folder}/data"
        make = [initdb, "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(make, check=True, capture_output=True, cwd=folder, **user)
        command = ["taskset", "-c", CLIENT_CORE, postgres, "-D", data, "-k", folder]
        with open(f"{folder}/log", "wb") as log:
            server = subprocess.Popen(
                [*command, "-c", "listen_addresses="], stdout=log, stderr=log, cwd=folder, **user
            )
        try:
            url = f"postgresql://postgres@/postgres?host={folder}"
            fill(url)
            yield url
        finally:
            server.terminate()
            server.wait(PATIENCE)


def find_program(name: str) -> str:
    """Return the path of a program of PostgreSQL."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise SystemExit(f"{name} is not there: apt-get install postgresql.")
    return found


def fill(url: str) -> None:
    """Make the table, as soon as the server lets somebody in."""
    import psycopg  # noqa: PLC0415  # for the work sql alone

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection = psycopg.connect(url)
            break
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
    with connection:
        connection.execute(
            "CREATE TABLE books AS SELECT n AS id, 'Book ' || n AS title, n / 4.0::float8 AS price,"
            " n % 500 AS shelf FROM generate_series(1, 10000) AS n"
        )
        connection.execute("CREATE INDEX ON books (shelf)")
        connection.execute("ANALYZE books")
    connection.close()


def measure(works: list[str], seconds: int, rounds: int, only: str) -> list[dict[str, Any]]:
    """Return a row for each server and work."""
    found: dict[tuple[str, str], list[Figures]] = {}
    with TemporaryDirectory() as folder:
        body = Path(folder) / "body.json"
        for number in range(rounds):
            for work in works:
                if work == "sql":
                    with running_postgres() as url:
                        measure_round(work, SQL_SERVERS, found, (seconds, body, url, only))
                else:
                    body.write_bytes(WORKS[work].body)
                    measure_round(work, SERVERS, found, (seconds, body, None, only))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return [
        {
            "work": work,
            "server": server,
            **{name: statistics.median(each[name] for each in figures) for name in COLUMNS},
        }
        for (work, server), figures in found.items()
    ]


def measure_round(
    work: str,
    servers: dict[str, list[str]],
    found: dict[tuple[str, str], list[Figures]],
    options: tuple[int, Path, str | None, str],
) -> None:
    """Ask each server for a while."""
    seconds, body, url, only = options
    for name, command in servers.items():
        if only in name:
            with serving(command, url) as server:
                load(server.port, work, 1, body)
                before = server.measure_cpu()
                figures = load(server.port, work, seconds, body)
                used = server.measure_cpu() - before
                figures["cpu"] = used / figures["requests"] * 1e6
                found.setdefault((work, name), []).append(figures)


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the figures."""
    times = ("p50 ms", "p90 ms", "p99 ms", "p99.9 ms", "max ms")
    heads = ("requests/s", "CPU µs", *times, "4xx/5xx", "broken")
    print(f"{'':8}{'':38}" + "".join(f"{head:>11}" for head in heads))
    for row in rows:
        cells = "".join(f"{row[name]:11.1f}" for name in COLUMNS)
        print(f"{row['work']:8}{row['server']:38}{cells}")


def write(folder: Path, rows: list[dict[str, Any]], options: dict[str, int]) -> None:
    """Write what the documentation shows."""
    from bars import draw  # noqa: PLC0415  # matplotlib is for the chart alone

    with (folder / "serving.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        times = ["p50 ms", "p90 ms", "p99 ms", "p99.9 ms"]
        writer.writerow(["", "", "requests/s", "CPU µs", *times, "errors"])
        for row in rows:
            times = [f"{row[name]:.0f}" for name in ("rate", "cpu", "p50", "p90", "p99", "p999")]
            errors = f"{row['refused'] + row['broken']:.0f}"
            writer.writerow([row["work"], row["server"], *times, errors])
    write_facts(folder, "serving", PACKAGES, **options, connections=CONNECTIONS, rows=rows)
    draw(rows, folder / "serving.svg")


def main() -> None:
    """Measure, print the table, and write the files."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    works = ["query", "small", "big", "list", "sql"]
    parser.add_argument("--works", nargs="+", choices=works, default=works)
    parser.add_argument("--only", default="", help="a part of the servers' names")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="the folder that gets table, facts and chart")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not there: apt-get install wrk, or brew install wrk.")
    rows = measure(options.works, options.seconds, options.rounds, options.only)
    print_table(rows)
    print(", ".join(f"{name} {found}" for name, found in find_versions(PACKAGES).items()))
    if options.write:
        write(options.write, rows, {"seconds": options.seconds, "rounds": options.rounds})


if __name__ == "__main__":
    main()
