"""A thousand event streams in one process, and the speed of JSON Lines, beside FastAPI's.

One process serves on one core, and the clients run on another. Rounds are interleaved, and each
figure is the median of its rounds. A ratio compares two figures of the same run::

    pip install ".[gevent]" -r benchmarks/streams/requirements.txt
    python benchmarks/streams/run.py

``--write docs/figures`` writes the figures of the documentation.
"""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SERVING = HERE.parent / "serving"
sys.path[:0] = [str(SERVING), str(HERE.parent)]
from facts import write_facts  # noqa: E402  # the path is known now
from run import CLIENT_CORE, find_tree, serving  # noqa: E402  # of serving/

GUNICORN = [sys.executable, "-m", "gunicorn", "-k", "flask_typed.worker.GeventWorker"]
GUNICORN += ["--worker-connections", "4000", "--chdir", str(HERE), "--log-level", "error"]
UVICORN = [sys.executable, "-m", "uvicorn", "--app-dir", str(HERE), "--log-level", "error"]
UVICORN += ["--no-access-log", "fastapi_app:app", "--port"]
PACKAGES = ("Flask", "gunicorn", "gevent", "fastapi", "uvicorn", "uvloop")
#: How many lines one request asks for.
LINES = 20_000


@dataclass(frozen=True)
class Way:
    """A way to send a stream.

    :param command: starts its server.
    :param prefix: of its paths.
    """

    name: str
    command: Sequence[str]
    prefix: str = ""


OURS = [*GUNICORN, "typed_app:app", "-b"]
WAYS = (
    Way("flask_typed, a generator", OURS),
    Way("flask_typed, an async generator", OURS, "/async"),
    Way("FastAPI, an async generator", UVICORN, "/async"),
)


def measure_memory(pid: int) -> int:
    """Return the private memory of a server's processes, in bytes."""
    total = 0
    for each in find_tree(pid):
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text(encoding="utf-8")
        lines = (line.split() for line in rollup.splitlines())
        total += sum(1024 * int(parts[1]) for parts in lines if parts[0].startswith("Private_"))
    return total


def fetch(port: int, path: str) -> Any:
    """Return the JSON of a URL."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    value = json.loads(connection.getresponse().read())
    connection.close()
    return value


def measure_streams(way: Way, streams: int, seconds: int) -> dict[str, float]:
    """Return the figures of many event streams."""
    with serving(list(way.command), None) as server:
        for _ in range(20):
            fetch(server.port, "/other")
        before = measure_memory(server.pid)
        command = ["taskset", "-c", CLIENT_CORE, sys.executable, str(HERE / "load.py")]
        arguments = [str(server.port), f"{way.prefix}/ticks", str(streams), str(seconds)]
        with subprocess.Popen(
            [*command, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as client:
            assert client.stdout is not None
            assert client.stdin is not None
            assert client.stdout.readline() == "open\n"
            time.sleep(2)  # each stream has sent something
            memory = measure_memory(server.pid) - before
            client.stdin.write("\n")
            client.stdin.flush()
            seen = json.loads(client.stdout.readline())
        left = wait_for_closing(server.port)
        return {
            "late": 1000 * quantile(seen["late"], 0.99),
            "other": 1000 * quantile(seen["took"], 0.99),
            "kilobytes": memory / streams / 1024,
            "events": len(seen["late"]) / seconds,
            "ended": seen["ended"],
            "left": left,
        }


def wait_for_closing(port: int) -> int:
    """Return how many streams are still open some time after their clients have left."""
    counts: Mapping[str, int] = {}
    for _ in range(50):
        counts = fetch(port, "/counts")
        if counts["opened"] == counts["closed"]:
            break
        time.sleep(0.1)
    return counts["opened"] - counts["closed"]


def measure_lines(way: Way, requests: int) -> dict[str, float]:
    """Return how many lines of a kilobyte a process sends in a second."""
    with serving(list(way.command), None) as server:
        url = f"http://127.0.0.1:{server.port}{way.prefix}/lines?lines={LINES}"
        command = ["taskset", "-c", CLIENT_CORE, "curl", "-s", "-N", "-o", "/dev/null", url]
        subprocess.run(command, check=True)
        begin = time.perf_counter()
        for _ in range(requests):
            subprocess.run(command, check=True)
        return {"lines": requests * LINES / (time.perf_counter() - begin)}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them is."""
    return sorted(values)[int(share * (len(values) - 1))]


def interleave(
    ways: Sequence[Way], rounds: int, measure: Callable[[Way], dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return the median of each figure, by the names of the ways."""
    found: dict[str, list[dict[str, float]]] = {way.name: [] for way in ways}
    for number in range(rounds):
        for way in ways if number % 2 else reversed(ways):
            found[way.name].append(measure(way))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return {
        name: {key: statistics.median(each[key] for each in rows) for key in rows[0]}
        for name, rows in found.items()
    }


def main() -> None:
    """Measure, print, and perhaps write."""
    parser = ArgumentParser(description="Streams of one process, beside FastAPI's.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=10, help="length of a round of events")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    events = interleave(
        WAYS, options.rounds, lambda way: measure_streams(way, options.streams, options.seconds)
    )
    fastapi = Way("FastAPI, a generator", UVICORN)
    lines = interleave((*WAYS, fastapi), options.rounds, lambda way: measure_lines(way, 5))
    for name, row in events.items():
        print(
            f"{name:32} p99 late {row['late']:7.1f} ms, other p99 {row['other']:7.1f} ms,"
            f" {row['kilobytes']:6.1f} KiB/stream, {row['events']:6.0f} events/s,"
            f" {row['ended']:.0f} ended, {row['left']:.0f} left open"
        )
    for name, row in lines.items():
        print(f"{name:32} {row['lines']:9.0f} lines/s")
    if options.write:
        write(options.write, events, lines)


def write(
    folder: Path, events: dict[str, dict[str, float]], lines: dict[str, dict[str, float]]
) -> None:
    """Write what the documentation shows."""
    with (folder / "streams.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ("", "Late by, p99", "Another view, p99", "Memory of a stream", "Left open", "Lines/s")
        )
        for name, row in lines.items():
            one = events.get(name)
            cells = ("",) * 4
            if one is not None:
                times = (f"{one['late']:.0f} ms", f"{one['other']:.0f} ms")
                cells = (*times, f"{one['kilobytes']:.0f} KiB", f"{one['left']:.0f}")
            writer.writerow((name, *cells, f"{row['lines']:.0f}"))
    write_facts(folder, "streams", PACKAGES, events=events, lines=lines)


if __name__ == "__main__":
    main()
