"""schemathesis, as far as it is not there: a program of its name that says what it is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from flask_typed.probing import fuzzing
from flask_typed.probing.checking import CheckOptions
from flask_typed.probing.findings import CheckReport
from flask_typed.probing.fuzzing import FuzzingFailed, add_fuzzing, find_schemathesis
from flask_typed.probing.sending import HTTPSender
from flask_typed.probing.wiring import read_header_lines

from ..outside.documents import make_document

FOUND = {
    "seed": 3,
    "test_cases": {"generated": 43},
    "failures": [
        {"code": "ST101", "title": "Server error", "count": 2, "operations": ["GET /a", "GET /b"]}
    ],
    "errors": [{"title": "Network error"}],
}


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program that prints its arguments and the document, and writes a report."""
    path = tmp_path / "schemathesis"
    path.write_text(
        f"#!{sys.executable}\n"
        "import pathlib, sys\n"
        "print(*sys.argv[1:], sep='\\n')\n"
        "print(pathlib.Path('openapi.json').read_text())\n"
        f"pathlib.Path('report.json').write_text({json.dumps(FOUND)!r})\n"
    )
    path.chmod(0o755)
    return path


def run(program: Path, **options: Any) -> CheckReport:
    """Return the report of a check to which the program has added."""
    report = CheckReport("http://a", 1, reached={"GET /a": ["200"]})
    document = make_document({"/a": {}})
    sender = HTTPSender("http://a", 5)
    add_fuzzing(report, str(program), document, sender, CheckOptions(**options))
    return report


def test_findings(program: Path) -> None:
    """Each operation of a failure is a finding, and the output is in the report."""
    report = run(program)
    assert report.sent == 44
    assert [(one.kind, one.operation, one.came, one.expected) for one in report.findings] == [
        (
            "schemathesis",
            "GET /a",
            "Server error (2 times)",
            "none of ST101: see the output of schemathesis",
        ),
        (
            "schemathesis",
            "GET /b",
            "Server error (2 times)",
            "none of ST101: see the output of schemathesis",
        ),
        (
            "schemathesis",
            "the document",
            "Network error (1 times)",
            "none of its errors: see the output of schemathesis",
        ),
    ]
    assert json.loads(report.fuzzing.splitlines()[-1])["paths"] == {"/a": {}}


def test_arguments(program: Path) -> None:
    """It sends what the check sends: to the same operations, with the same headers and limits."""
    own = read_header_lines(["X-A: 1"])
    report = run(program, own=own, seed=7, max_cases=9, timeout=2)
    assert report.fuzzing.splitlines()[:-1] == [
        *("run", "openapi.json", "--url", "http://a", "--no-color"),
        *("--report-json-path", "report.json", "--seed", "7"),
        *("--request-timeout", "2", "--continue-on-failure", "--max-examples", "9"),
        *("--phases", "examples,fuzzing"),
        *("--include-name", "GET /a", "--header", "X-A: 1"),
    ]


def test_all_methods(program: Path) -> None:
    """All phases run where everything may be sent."""
    assert "--phases" not in run(program, all_methods=True).fuzzing


def test_one_operation(program: Path) -> None:
    """Phases that need other operations do not run for one of them."""
    found = run(program, all_methods=True, only=("a",)).fuzzing
    assert "--phases\nexamples,coverage,fuzzing\n" in found


def test_no_operation(program: Path) -> None:
    """Without an operation to check, nothing is sent: it would take all of them."""
    report = CheckReport("http://a")
    add_fuzzing(report, str(program), {}, HTTPSender("http://a", 5), CheckOptions())
    assert report == CheckReport("http://a")


def test_ignored(program: Path) -> None:
    """Its findings can be ignored."""
    assert run(program, ignored=frozenset({"schemathesis"})).findings == []


def test_no_report(tmp_path: Path) -> None:
    """If it writes no report, its output says why."""
    path = tmp_path / "schemathesis"
    path.write_text("#!/bin/sh\necho no such option >&2\nexit 2\n")
    path.chmod(0o755)
    message = r"^schemathesis has ended without a report:\nno such option$"
    with pytest.raises(FuzzingFailed, match=message):
        run(path)


def test_found_on_the_path(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be installed elsewhere."""
    monkeypatch.setattr(fuzzing.sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", str(program.parent))
    assert find_schemathesis() == str(program)


def test_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, the message has the command that installs it."""
    monkeypatch.setattr(fuzzing.sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "/nowhere")
    message = r"^--schemathesis needs the program schemathesis: pip install schemathesis$"
    with pytest.raises(FuzzingFailed, match=message):
        find_schemathesis()
