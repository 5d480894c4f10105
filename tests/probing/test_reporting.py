"""The report of a check, as text and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask_typed.probing.findings import CheckReport, ContractFinding
from flask_typed.probing.reporting import write_check_report


def find(operation: str, case: str, operation_id: str = "") -> ContractFinding:
    """Return a finding."""
    came, expected = "status 500", "no server error"
    curl = f"curl -i http://a{case}"
    return ContractFinding("server-error", operation, operation_id, case, came, expected, curl)


def test_nothing() -> None:
    """A report without findings is one line."""
    report = CheckReport("http://a", 1, reached={"GET /": ["200"]}, unreached={"GET /": []})
    assert list(write_check_report(report, "text")) == ["1 operation, 1 request, 0 findings"]


def test_text() -> None:
    """Findings that are alike are one, with two of their cases."""
    report = CheckReport(
        "http://a",
        7,
        [
            find("GET /a", "/1", "read"),
            find("GET /b", "/2"),
            *(find("GET /a", f"/{number}", "read") for number in (3, 4, 5)),
        ],
        {"GET /a": ["200"], "GET /b": []},
        {"GET /a": ["404", "422"], "GET /b": []},
        {"GET /a": {"id": "7 (an answer)", "name": "x (the document)"}},
        ["GET /c is not checked."],
        "Done.\nNothing.",
    )
    assert "\n".join(write_check_report(report, "text")) == (
        """\
GET /a (read) [server-error]
    came:     status 500
    expected: no server error
    case:     /1
    curl -i http://a/1
    case:     /3
    curl -i http://a/3
    and 2 more cases

GET /b [server-error]
    came:     status 500
    expected: no server error
    case:     /2
    curl -i http://a/2

Path variables:
    GET /a: id=7 (an answer), name=x (the document)

Documented, but not reached:
    GET /a: 404 422

Not checked:
    GET /c is not checked.

schemathesis:
    Done.
    Nothing.

2 operations, 7 requests, 5 findings"""
    )


def test_items() -> None:
    """Findings in several items of a list are one."""
    report = CheckReport(
        "http://a",
        1,
        [
            replace(find("GET /a", "/1"), came=f"status 200 with another body /{number}/price")
            for number in range(9)
        ],
    )
    lines = list(write_check_report(report, "text"))
    assert lines[1] == "    came:     status 200 with another body /0/price"
    assert lines[7:9] == ["    and 7 more cases", ""]


def test_controls() -> None:
    """A document cannot send its commands to the terminal, or add lines."""
    report = CheckReport("http://a", 1, [find("GET /a", "/1", "\x1b[31m\n9 findings\u202eé")])
    first, *_ = write_check_report(report, "text")
    assert first == r"GET /a (\x1b[31m\n9 findings\u202eé) [server-error]"


def test_json() -> None:
    """Programs get every finding."""
    report = CheckReport("http://a", 1, [find("GET /a", "/1")])
    written: Any = json.loads("".join(write_check_report(report, "json")))
    assert written == {
        "url": "http://a",
        "sent": 1,
        "findings": [
            {
                "kind": "server-error",
                "operation": "GET /a",
                "operation_id": "",
                "case": "/1",
                "came": "status 500",
                "expected": "no server error",
                "curl": "curl -i http://a/1",
            }
        ],
        "reached": {},
        "unreached": {},
        "used": {},
        "notes": [],
        "fuzzing": "",
    }
