"""The cost of ``async`` views and of the hub watch under gunicorn's gevent worker.

One process serves on one core, and wrk sends requests from another. Rounds are interleaved, and
each figure is the median of its rounds. A ratio compares two figures of the same run::

    pip install ".[gevent]" -r benchmarks/bridge/requirements.txt; apt-get install wrk
    python benchmarks/bridge/run.py

``--write docs/figures`` writes the figures of the documentation.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVING = HERE.parent / "serving"
sys.path[:0] = [str(SERVING), str(HERE.parent)]
from facts import write_facts  # noqa: E402  # the path is known now
from run import CLIENT_CORE, serving  # noqa: E402  # of serving/

COMMAND = [sys.executable, "-m", "gunicorn", "-k", "gevent", "--chdir", str(HERE)]
COMMAND += ["--log-level", "error", "bridge_app:app", "-b"]
PACKAGES = ("gunicorn", "gevent", "asgiref", "Flask")


@dataclass(frozen=True)
class Case:
    """Two ways of one thing: the second is held against the first.

    :param limits: the limit of the watch, in milliseconds.
    """

    name: str
    paths: tuple[str, str]
    connections: int
    limits: tuple[int, int] = (0, 0)


CASES = (
    Case("awaits 0.2 s; sync sleeps as long", ("/wait", "/async/wait"), 200),
    Case("answers at once; sync does", ("/", "/async"), 50),
    Case("watched, 100 ms; unwatched", ("/", "/"), 50, (0, 100)),
)


def load(case: Case, way: int, seconds: int) -> tuple[float, int]:
    """Return the requests per second, and how many failed."""
    os.environ["LIMIT"] = str(case.limits[way])
    with serving(COMMAND, None) as port:
        command = ["taskset", "-c", CLIENT_CORE, "wrk", "-t1", f"-c{case.connections}"]
        command += ["--timeout", f"{seconds + 10}s", "-s", str(SERVING / "report.lua")]
        url = f"http://127.0.0.1:{port}{case.paths[way]}"
        for duration in (1, seconds):
            answer = subprocess.run(
                [*command, f"-d{duration}s", url, "--", "GET"],
                capture_output=True,
                text=True,
                check=True,
            )
        figures = json.loads(answer.stdout.strip().splitlines()[-1])
    return float(figures["rate"]), int(figures["refused"] + figures["broken"])


def measure(seconds: int, rounds: int) -> list[dict[str, float | str]]:
    """Return a row for each case."""
    found: dict[str, list[tuple[float, float, int]]] = {case.name: [] for case in CASES}
    for number in range(rounds):
        for case in CASES:
            order = (0, 1) if number % 2 else (1, 0)
            rates = {way: load(case, way, seconds) for way in order}
            found[case.name].append((rates[0][0], rates[1][0], rates[0][1] + rates[1][1]))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return [
        {
            "case": case.name,
            "connections": case.connections,
            "first": statistics.median(each[1] for each in found[case.name]),
            "second": statistics.median(each[0] for each in found[case.name]),
            "ratio": statistics.median(each[1] / each[0] for each in found[case.name]),
            "errors": sum(each[2] for each in found[case.name]),
        }
        for case in CASES
    ]


def main() -> None:
    """Measure, print, and perhaps write."""
    parser = ArgumentParser(description="What async costs under gunicorn's gevent worker.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6, help="length of a round")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    command = [sys.executable, str(HERE / "percall.py")]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    calls: dict[str, float] = json.loads(output)
    print(f"one call: {calls['bridge']:.1f} µs by the bridge, {calls['asgiref']:.1f} by asgiref")
    rows = measure(options.seconds, options.rounds)
    for row in rows:
        print(
            f"{row['case']:36}{row['connections']:5} {row['first']:9.1f} {row['second']:9.1f}"
            f" {row['ratio']:7.3f} {row['errors']:3} errors"
        )
    if options.write:
        write(options.write, rows, calls)


def write(folder: Path, rows: list[dict[str, float | str]], calls: dict[str, float]) -> None:
    """Write what the documentation shows."""
    with (folder / "bridge.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        heads = ("A view that …", "Connections", "Requests/s", "of the other", "Ratio", "Errors")
        writer.writerow(heads)
        for row in rows:
            rates = (f"{row['first']:.0f}", f"{row['second']:.0f}", f"{row['ratio']:.2f}")
            writer.writerow((row["case"], row["connections"], *rates, row["errors"]))
    write_facts(folder, "bridge", PACKAGES, rows=rows, microseconds_per_call=calls)


if __name__ == "__main__":
    main()
