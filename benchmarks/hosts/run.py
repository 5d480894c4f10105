"""Restarts of two hosts behind nginx under load: failed requests, delays and lost events.

PostgreSQL, Redis, nginx and the hosts are started by the files of docs/examples/several_hosts. Each
host has a core of its own::

    pip install ".[tests]"; apt-get install nginx redis-server postgresql
    python benchmarks/hosts/run.py

``--write docs/figures`` writes the figures of the documentation.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]
from cluster import Cluster, Host  # noqa: E402  # the path is known now
from facts import write_facts  # noqa: E402

from tests.bookshop.postgres import running_postgres  # noqa: E402

PACKAGES = ("Flask", "gunicorn", "gevent", "redis", "Flask-Limiter", "psycopg")
#: Seconds before the first host is restarted, and after each.
PAUSE = 2


def do_nothing(cluster: Cluster, host: Host) -> None:
    """Let some time pass."""
    time.sleep(5)


def restart(cluster: Cluster, host: Host) -> None:
    """Do ``systemctl restart``."""
    host.stop()
    host.start()
    host.wait_until_up()


def take_out(cluster: Cluster, host: Host) -> None:
    """Let nginx send nothing to the host while it restarts."""
    cluster.take_out(host.name)
    time.sleep(PAUSE)  # its requests end
    restart(cluster, host)
    cluster.take_out()


def reload(cluster: Cluster, host: Host) -> None:
    """Do ``systemctl reload``."""
    host.reload()


def kill(cluster: Cluster, host: Host) -> None:
    """Kill all processes, and start the service."""
    host.kill()
    host.start()
    host.wait_until_up()


def restart_redis(cluster: Cluster, host: Host) -> None:
    """Restart Redis, which is away for two seconds."""
    cluster.restart_redis(2)


CASES: dict[str, Callable[[Cluster, Host], None]] = {
    "No restart": do_nothing,
    "``systemctl restart``": restart,
    "``down`` in nginx, then ``systemctl restart``": take_out,
    "``systemctl reload``": reload,
    "``kill -9``, then ``systemctl start``": kill,
    "Redis is away for 2 s": restart_redis,
}


def measure(cluster: Cluster, case: str, rate: int, streams: int) -> dict[str, Any]:
    """Do something with each host in turn, under load, and return the figures."""
    command = [sys.executable, str(HERE / "load.py"), str(cluster.port), str(rate), str(streams)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as clients:
        assert clients.stdin is not None
        assert clients.stdout is not None
        clients.stdout.readline()
        time.sleep(PAUSE)
        for host in cluster.hosts:
            CASES[case](cluster, host)
            time.sleep(PAUSE)
        clients.stdin.close()
        seen: dict[str, Any] = json.loads(clients.stdout.readline())
    requests = seen.pop("requests")
    took = sorted(1000 * each[2] for each in requests)
    failed = Counter(str(each[3]) for each in requests if each[3] not in (200, 201))
    times = {name: quantile(took, share) for name, share in (("p50", 0.5), ("p99", 0.99))}
    counts = {"requests": len(requests), "failed": sum(failed.values()), "failures": failed}
    return {**counts, **times, "slowest": took[-1], **seen}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of sorted values is."""
    return values[int(share * (len(values) - 1))]


def main() -> None:
    """Measure, print, and perhaps write."""
    parser = ArgumentParser(description="Restarts of two hosts under load.")
    parser.add_argument("--rate", type=int, default=200, help="requests a second")
    parser.add_argument("--streams", type=int, default=20)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    with (
        TemporaryDirectory() as folder,
        running_postgres() as url,
        Cluster(Path(folder), url, has_cores=True).running() as cluster,
    ):
        for case in CASES:
            rows[case] = measure(cluster, case, options.rate, options.streams)
            print(case, json.dumps(rows[case]), flush=True)
    if options.write:
        write(options.write, rows, rate=options.rate, streams=options.streams)


def write(folder: Path, rows: dict[str, dict[str, Any]], **load: int) -> None:
    """Write what the documentation shows."""
    with (folder / "hosts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        heads = ("Each host in turn", "Requests", "Failed", "p50", "p99", "Slowest")
        writer.writerow((*heads, "Events lost", "Events repeated"))
        for case, row in rows.items():
            times = (f"{row[name]:.0f} ms" for name in ("p50", "p99", "slowest"))
            counts = (row["requests"], row["failed"])
            writer.writerow((case, *counts, *times, row["lost"], row["twice"]))
    write_facts(folder, "hosts", PACKAGES, rows=rows, **load)


if __name__ == "__main__":
    main()
