"""The start of a worker: imports, the first response, the first document, and the memory.

Each figure comes from a process of its own. Rounds are interleaved. Times are CPU time, and
include the start of Python; each cell is the median of the rounds, with the minimum in brackets::

    pip install ".[gevent]" -r benchmarks/peers/requirements.txt
    python benchmarks/start/run.py

``--write docs/figures`` writes the figures of the documentation.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from facts import write_facts  # noqa: E402  # the path is known now

FRAMEWORKS = ("flask_typed", "flask-smorest", "APIFlask", "flask-openapi3", "FastAPI")
PACKAGES = ("Flask", "marshmallow", "flask-smorest", "APIFlask", "flask-openapi3", "fastapi")
SMALL, LARGE = 20, 1000
#: What is measured: the worker's arguments, its figure, the head, what it is multiplied with.
COLUMNS = (
    (("import",), "import", "import, ms", 1000),
    (("app", str(SMALL)), "ready", f"{SMALL} routes and a response, ms", 1000),
    (("app", str(SMALL)), "memory", f"memory of {SMALL} routes, MB", 1),
    (("app", str(LARGE)), "memory", f"of {LARGE:,} routes, MB", 1),
    (("app", str(LARGE)), "document", f"first document of {LARGE:,} routes, ms", 1000),
)

#: By framework and column, one for each round; by the empty name, of the hub.
Figures = dict[tuple[str, int], list[float]]


def ask(cache: str, *arguments: str) -> dict[str, float]:
    """Return what a worker has measured.

    :param cache: the folder for byte code, which a server has too.
    """
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environ = {**kept, "PYTHONPYCACHEPREFIX": cache}
    command = [sys.executable, str(HERE / "worker.py"), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    figures: dict[str, float] = json.loads(answer.stdout.strip().splitlines()[-1])
    return figures


def measure(rounds: int) -> Figures:
    """Return all figures, without those of the first round, which compiles."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as cache:
        for number in range(rounds + 1):
            for framework in FRAMEWORKS:
                asked = {
                    arguments: ask(cache, arguments[0], framework, *arguments[1:])
                    for arguments in dict.fromkeys(column[0] for column in COLUMNS)
                }
                for index, (arguments, name, _, times) in enumerate(COLUMNS):
                    figure = asked[arguments][name] * times
                    found.setdefault((framework, index), []).append(figure)
            stop = ask(cache, "hub", str(LARGE))["stop"]
            found.setdefault(("", 0), []).append(stop * 1000)
            print(f"\rround {number} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {key: figures[1:] for key, figures in found.items()}


def make_table(found: Figures) -> list[list[str]]:
    """Return the table."""
    rows = [["", *(head for _, _, head, _ in COLUMNS)]]
    for framework in FRAMEWORKS:
        figures = [found[framework, index] for index in range(len(COLUMNS))]
        cells = [f"{statistics.median(one):.0f} ({min(one):.0f})" for one in figures]
        rows.append([framework, *cells])
    return rows


def main() -> None:
    """Measure, print the table, and write the files."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="the folder that gets table and facts")
    options = parser.parse_args()
    found = measure(options.rounds)
    table = make_table(found)
    for row in table:
        print(f"{row[0]:16}" + "".join(f"{cell:>36}" for cell in row[1:]))
    stops = found["", 0]
    print(f"longest stop of the hub, ms: {statistics.median(stops):.0f} ({min(stops):.0f})")
    if options.write:
        path = options.write / "start.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(table)
        figures = {f"{name}, {column}": one for (name, column), one in found.items()}
        write_facts(options.write, "start", PACKAGES, rounds=options.rounds, figures=figures)


if __name__ == "__main__":
    main()
