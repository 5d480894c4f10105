"""The report of a check, as text and as JSON.

Development time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from .findings import CheckReport, ContractFinding

#: Findings of one kind, of one operation and with one answer, that the text shows in full.
MAX_ALIKE = 2


def write_check_report(report: CheckReport, form: str) -> Iterator[str]:
    """Yield the lines of a report.

    :param form: ``text`` or ``json``.
    """
    if form == "json":
        yield json.dumps(asdict(report), ensure_ascii=False, indent=2)
        return
    yield from map(escape_controls, write_text_report(report))


def escape_controls(line: str) -> str:
    """Return a line without the controls of a terminal, which a server may have sent."""
    return "".join(one if one.isprintable() or one == "\t" else ascii(one)[1:-1] for one in line)


def write_text_report(report: CheckReport) -> Iterator[str]:
    """Yield the lines of a report as text."""
    for alike in group_findings(report.findings):
        yield from write_alike(alike)
    yield from write_section("Path variables:", write_used(report))
    yield from write_section("Documented, but not reached:", write_unreached(report))
    yield from write_section("Not checked:", report.notes)
    yield from write_section("schemathesis:", report.fuzzing.splitlines())
    yield (
        f"{count_words(len(report.reached), 'operation')}, {count_words(report.sent, 'request')},"
        f" {count_words(len(report.findings), 'finding')}"
    )


def group_findings(findings: Sequence[ContractFinding]) -> list[list[ContractFinding]]:
    """Return the findings side by side that differ only in their case, or in the item of a list."""
    groups: dict[tuple[str, ...], list[ContractFinding]] = {}
    for one in findings:
        came = re.sub(r"/[0-9]+(?=/|$)", "/*", one.came)
        groups.setdefault((one.operation, one.kind, came, one.expected), []).append(one)
    return list(groups.values())


def write_alike(alike: Sequence[ContractFinding]) -> Iterator[str]:
    """Yield the lines of findings that are alike."""
    first = alike[0]
    name = f" ({first.operation_id})" if first.operation_id else ""
    yield f"{first.operation}{name} [{first.kind}]"
    yield f"    came:     {first.came}"
    yield f"    expected: {first.expected}"
    for one in alike[:MAX_ALIKE]:
        yield f"    case:     {one.case}"
        yield f"    {one.curl}"
    if len(alike) > MAX_ALIKE:
        yield f"    and {count_words(len(alike) - MAX_ALIKE, 'more case')}"
    yield ""


def write_used(report: CheckReport) -> list[str]:
    """Return a line for each operation with path variables."""
    return [
        f"{operation}: {', '.join(f'{name}={value}' for name, value in values.items())}"
        for operation, values in report.used.items()
    ]


def write_unreached(report: CheckReport) -> list[str]:
    """Return a line for each operation with documented statuses that did not come."""
    return [f"{name}: {' '.join(keys)}" for name, keys in report.unreached.items() if keys]


def write_section(heading: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield a section, unless it is empty."""
    if lines:
        yield heading
        yield from (f"    {line}" for line in lines)
        yield ""


def count_words(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
