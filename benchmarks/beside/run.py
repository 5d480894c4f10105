"""Counts the lines of the five resources, and runs their tests on each framework.

It writes ``docs/figures/beside.csv`` with the lines, and ``docs/figures/beside_lacks.csv`` with the
requirements that some of the programs do not meet::

    pip install ".[beside,tests]"
    python benchmarks/beside/run.py
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest
from lines import PROGRAMS, RESOURCES, make_table

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from facts import write_facts  # noqa: E402  # it is beside the folder

FIGURES = ROOT / "docs" / "figures"
PACKAGES = [
    "Flask",
    "fastapi",
    "fastapi-pagination",
    "django",
    "django-ninja",
    "litestar",
    "flask-smorest",
    "APIFlask",
    "sqlakeyset",
    "SQLAlchemy",
    "pydantic",
    "marshmallow",
]
#: The modules of the tests, in the order of the resources.
MODULES = ["partial_update", "book_pages", "conditional", "repeatable", "bulk"]


class Recorder:
    """Records which program meets which requirement."""

    def __init__(self) -> None:
        """Record nothing yet."""
        self.outcomes: dict[tuple[str, str], dict[str, bool]] = {}
        self.errors: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: Any, call: Any
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Record the outcome of a test."""
        report = yield
        if call.when == "call" and "program" in item.callspec.params:
            module = item.module.__name__.rpartition("test_")[2]
            resource = RESOURCES[MODULES.index(module)]
            outcomes = self.outcomes.setdefault((resource, item.function.__doc__.strip()), {})
            outcomes[item.callspec.params["program"].name] = report.passed
        elif report.failed:
            self.errors.append(item.nodeid)
        return report

    def check(self) -> None:
        """Check that each test ran, and each program.

        :raises AssertionError: if one did not; its requirements would count as met.
        """
        assert not self.errors, self.errors
        assert {name for outcomes in self.outcomes.values() for name in outcomes} == set(PROGRAMS)


def write_csv(name: str, rows: Iterable[list[str]]) -> None:
    """Write a table."""
    with (FIGURES / name).open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, lineterminator="\n").writerows(rows)


def main() -> None:
    """Write the tables."""
    write_csv("beside.csv", make_table())
    recorder = Recorder()
    modules = [str(ROOT / "tests" / "beside" / f"test_{module}.py") for module in MODULES]
    pytest.main(["-q", "--runxfail", "--tb=no", "-p", "no:cacheprovider", *modules], [recorder])
    recorder.check()
    rows = [["Resource", "Requirement", *PROGRAMS]]
    for (resource, requirement), outcomes in recorder.outcomes.items():
        if not all(outcomes.values()):
            cells = ["" if outcomes.get(name, True) else "lacks" for name in PROGRAMS]
            rows.append([resource, requirement, *cells])
    write_csv("beside_lacks.csv", rows)
    total = len(recorder.outcomes)
    write_facts(FIGURES, "beside", PACKAGES, requirements=total, lacking=len(rows) - 1)


if __name__ == "__main__":
    main()
