"""The growth of costs: imports, a thousand routes, and requests by the size of their parts.

Each round runs in a new process. Rounds are interleaved, and each figure is the median of its
rounds. Times are CPU time of the process::

    pip install . -r benchmarks/peers/requirements.txt
    python benchmarks/growth/run.py

``--write docs`` writes the figures of the documentation.
"""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))
from facts import write_facts  # noqa: E402  # the path is known now

FRAMEWORKS = ("flask_typed", "FastAPI", "flask-smorest", "APIFlask", "flask-openapi3", "Litestar")
PAIR = ("flask_typed", "FastAPI")
ROUTES, MODELS = 1000, 300
#: So often in each round an app of so many routes is made by each.
TIMES = 3
#: Against what the cost of a request is drawn, and what it is called.
KINDS = {
    "routes": ("routes of the app", (1, 10, 100, 1000)),
    "parameters": ("parameters in the query", (1, 2, 5, 10, 20)),
    "dependencies": ("providers in a chain", (0, 1, 2, 5, 10, 20)),
    "body": ("objects in and out", (1, 10, 100, 1000, 10000)),
}
PACKAGES = ("Flask", "Werkzeug", "marshmallow", "msgspec", "fastapi", "pydantic")
PACKAGES += ("flask-smorest", "APIFlask", "flask-openapi3", "litestar")

#: By framework and what was measured, one for each round.
Figures = dict[tuple[str, str], list[float]]


def ask(*arguments: str) -> dict[str, float]:
    """Return what a worker has measured."""
    command = [sys.executable, str(HERE / "worker.py"), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if answer.returncode:
        raise SystemExit(f"{' '.join(arguments)}: {answer.stderr.strip()[-1000:]}")
    figures: dict[str, float] = json.loads(answer.stdout.strip().splitlines()[-1])
    return figures


def measure(rounds: int) -> Figures:
    """Return all figures."""
    found: Figures = {}
    for number in range(rounds):
        for framework in FRAMEWORKS * TIMES:
            asked = {
                **ask("import", framework),
                **ask("register", framework, str(ROUTES), str(MODELS)),
            }
            for name, figure in asked.items():
                found.setdefault((framework, name), []).append(figure)
        for kind, (_, numbers) in KINDS.items():
            for count in numbers:
                for framework in PAIR:
                    figure = ask("request", framework, kind, str(count))["request"]
                    found.setdefault((framework, f"{kind} {count}"), []).append(figure)
        print(f"\rround {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


#: How each figure of an app of many routes is shown: its head, what it is multiplied with, digits.
REGISTRATION = {
    "import": ("import, ms", 1000, 0),
    "registration": ("1,000 routes, s", 1, 2),
    "memory": ("memory, MB", 1, 0),
    "first": ("first document, ms", 1000, 0),
    "later": ("later ones, ms", 1000, 2),
    "size": ("its size, kB", 1, 0),
}


def make_table(medians: dict[tuple[str, str], float]) -> list[list[str]]:
    """Return the table of apps of many routes."""
    rows = [["", *(head for head, _, _ in REGISTRATION.values())]]
    for framework in FRAMEWORKS:
        cells = [
            f"{medians[framework, name] * times:.{digits}f}"
            for name, (_, times, digits) in REGISTRATION.items()
        ]
        rows.append([framework, *cells])
    return rows


def print_tables(medians: dict[tuple[str, str], float]) -> None:
    """Print all figures."""
    for row in make_table(medians):
        print(f"{row[0]:16}" + "".join(f"{cell:>20}" for cell in row[1:]))
    for kind, (title, numbers) in KINDS.items():
        print(f"\n{title:26}" + "".join(f"{count:>10}" for count in numbers))
        for framework in PAIR:
            cells = (medians[framework, f"{kind} {count}"] * 1e6 for count in numbers)
            print(f"{framework + ', µs':26}" + "".join(f"{cell:10.0f}" for cell in cells))


def draw(medians: dict[tuple[str, str], float], path: Path) -> None:
    """Draw the cost of a request against each number."""
    import matplotlib as mpl  # noqa: PLC0415  # for this alone

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(2, 2, figsize=(9, 6), layout="constrained")
    for axis, (kind, (title, numbers)) in zip(axes.flat, KINDS.items(), strict=True):
        for framework, color in zip(PAIR, ("#b5361c", "#767676"), strict=True):
            costs = [medians[framework, f"{kind} {count}"] * 1e6 for count in numbers]
            axis.plot(numbers, costs, marker="o", color=color, label=framework)
        if kind in ("routes", "body"):
            axis.set(xscale="log", yscale="log")
        else:
            axis.set_ylim(bottom=0)
        axis.set_xlabel(title)
        axis.set_ylabel("CPU time per request, µs")
        axis.grid(visible=True, alpha=0.3)
    axes.flat[0].set_ylim(10, 10000)
    axes.flat[0].legend()
    figure.savefig(path, metadata={"Date": None}, facecolor="white")


def write(folder: Path, medians: dict[tuple[str, str], float], rounds: int) -> None:
    """Write what the documentation shows."""
    with (folder / "growth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(make_table(medians))
    figures = {f"{framework}, {name}": cost for (framework, name), cost in medians.items()}
    write_facts(folder, "growth", PACKAGES, rounds=rounds, figures=figures)
    draw(medians, folder / "growth.svg")


def main() -> None:
    """Measure, print the tables, and write the files."""
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="the folder that gets table, facts and chart")
    options = parser.parse_args()
    found = measure(options.rounds)
    medians: dict[tuple[str, str], float] = {
        key: statistics.median(figures) for key, figures in found.items()
    }
    print_tables(medians)
    if options.write:
        write(options.write, medians, options.rounds)


if __name__ == "__main__":
    main()
