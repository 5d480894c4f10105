"""The tables of the documentation are those of the programs and of the tests."""

from __future__ import annotations

import ast
import csv
import importlib
from pathlib import Path

import pytest

from .conftest import FIGURES, LACKS, PROGRAMS, Program, find_missing

TESTS = Path(__file__).parent
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "beside"


def test_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines are those of the programs; ``benchmarks/beside/run.py`` writes them anew."""
    monkeypatch.syspath_prepend(BENCHMARK)  # type: ignore[no-untyped-call]  # pytest's
    lines = importlib.import_module("lines")
    with (FIGURES / "beside.csv").open(encoding="utf-8", newline="") as table:
        assert list(csv.reader(table)) == lines.make_table()
    assert [program.name for program in PROGRAMS] == list(lines.PROGRAMS)


def test_requirements() -> None:
    """Each requirement of the table is that of a test."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in TESTS.glob("test_*.py")]
    bodies = [node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert set(LACKS) <= {ast.get_docstring(body) for body in bodies}


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            program,
            id=program.name,
            marks=pytest.mark.skipif(
                bool(find_missing(program)),
                reason=f"{program.name} is not installed (the extra is called beside)",
            ),
        )
        for program in PROGRAMS
    ],
)
def test_installed(program: Program) -> None:
    """The other tests run on each program whose framework is installed."""
    assert find_missing(program) == []
