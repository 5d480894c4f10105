"""CPU time per request: flask_typed compared with its peers, each in its idiomatic form.

Each contender runs in a process of its own, without a server: the app is called as a server would
call it. All responses are compared before the measurement. Rounds are short and interleaved, so
that changes in the speed of the machine affect all contenders alike. CPU time is that of the
process with all its threads. ``gc.freeze()`` excludes the objects of the app from garbage
collection. The figure of a contender is the median of its rounds, its ratio the median of the
ratios to plain Flask in the same round::

    pip install . -r benchmarks/peers/requirements.txt
    python benchmarks/peers/run.py

``--write docs`` writes the files of the documentation: a table, the versions, and a chart, which
needs matplotlib.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from works import WORKS

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from facts import find_versions, write_facts  # noqa: E402  # the path is known now

#: What each contender is called.
CONTENDERS = {
    "flask_typed_app": "flask_typed",
    "flask_typed_schemas": "flask_typed, Schemas of marshmallow",
    "flask_typed_off": "flask_typed, acceleration off",
    "plain_flask": "Flask by hand, unchecked",
    "plain_flask_beside": "Flask by hand, on an app with Typed",
    "flask_msgspec": "Flask + bare msgspec (the limit)",
    "flask_msgspec_structs": "Flask + bare msgspec, Structs",
    "marshmallow_by_hand": "Flask + marshmallow by hand",
    "smorest": "flask-smorest",
    "apiflask_app": "APIFlask",
    "openapi3": "flask-openapi3",
    "fastapi_async": "FastAPI, async def",
    "fastapi_def": "FastAPI, def",
    "litestar_app": "Litestar, async def",
}
BASE = "plain_flask"
PACKAGES = (
    "Flask",
    "Werkzeug",
    "marshmallow",
    "msgspec",
    "webargs",
    "flask-smorest",
    "APIFlask",
    "flask-openapi3",
    "fastapi",
    "starlette",
    "pydantic",
    "litestar",
)

#: Seconds per request, by contender and work, one for each round.
Times = dict[str, dict[str, list[float]]]


class Worker:
    """A contender's process."""

    def __init__(self, contender: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, HERE / "worker.py", contender],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._read() != "ready":
            raise SystemExit(f"{contender} does not start.")

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def measure(self, work: str, count: int) -> float:
        """Return the seconds of CPU time that a request takes."""
        assert self._process.stdin is not None
        print(work, count, file=self._process.stdin, flush=True)
        return float(self._read()) / count

    def stop(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)


def measure(contenders: list[str], works: list[str], rounds: int) -> Times:
    """Return how long requests took."""
    workers = {name: Worker(name) for name in contenders}
    times: Times = {name: {work: [] for work in works} for name in contenders}
    for number in range(rounds):
        order = contenders[number % len(contenders) :] + contenders[: number % len(contenders)]
        for work in works:
            for name in order:
                slow = name in SLOW and work in ("big", "list", "ready", "last")
                count = max(WORKS[work].count // (5 if slow else 1), 1)
                times[name][work].append(workers[name].measure(work, count))
        print(f"\rround {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for worker in workers.values():
        worker.stop()
    return times


#: What takes ten times as long for large bodies is measured with fewer of them.
SLOW = ("flask_typed_off", "marshmallow_by_hand", "smorest", "apiflask_app")


def summarize(times: Times) -> list[dict[str, Any]]:
    """Return a row for each contender: microseconds, and ratios to plain Flask."""
    rows = []
    for name, works in times.items():
        row: dict[str, Any] = {"contender": CONTENDERS[name]}
        for work, taken in works.items():
            base = times[BASE][work]
            row[f"{work} µs"] = round(statistics.median(taken) * 1e6)
            ratios = [mine / theirs for mine, theirs in zip(taken, base, strict=True)]
            row[work] = round(statistics.median(ratios), 2)
        rows.append(row)
    return rows


def print_table(rows: list[dict[str, Any]], works: list[str]) -> None:
    """Print microseconds, and ratios."""
    print(f"{'':34}" + "".join(f"{work:>16}" for work in works))
    for row in rows:
        cells = (f"{row[f'{work} µs']:>9} {row[work]:>6.2f}" for work in works)
        print(f"{row['contender']:34}" + "".join(cells))


def write(folder: Path, rows: list[dict[str, Any]], works: list[str], rounds: int) -> None:
    """Write what the documentation shows."""
    from chart import draw  # noqa: PLC0415  # matplotlib is for this alone

    with (folder / "peers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *works])
        for row in rows:
            writer.writerow([row["contender"], *(f"{row[work]:.2f}" for work in works)])
    write_facts(folder, "peers", PACKAGES, rounds=rounds, rows=rows)
    draw(rows, {work: WORKS[work].title for work in works}, folder / "peers.svg")


def main() -> None:
    """Measure, print the table, and write the files."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=155)
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--works", nargs="+", choices=WORKS, default=list(WORKS))
    parser.add_argument("--write", type=Path, help="the folder that gets table, facts and chart")
    options = parser.parse_args()
    os.environ.setdefault("PYTHONHASHSEED", "0")
    contenders = list(dict.fromkeys([*options.only, BASE]))
    rows = summarize(measure(contenders, options.works, options.rounds))
    print_table(rows, options.works)
    print(", ".join(f"{name} {found}" for name, found in find_versions(PACKAGES).items()))
    if options.write:
        write(options.write, rows, options.works, options.rounds)


if __name__ == "__main__":
    main()
