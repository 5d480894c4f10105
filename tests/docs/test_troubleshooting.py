"""The page "Troubleshooting by message" has every message about a program."""

from __future__ import annotations

import re
from typing import get_args

from flask_typed.doctor.findings import CheckName
from flask_typed.worker.settings import CHANGED

from .messages import find_messages
from .pages import DOCS

PAGE = (DOCS / "troubleshooting.rst").read_text(encoding="utf-8")


def test_errors() -> None:
    """Each message of an error about a program has one entry, and no entry is of another."""
    entries = re.findall(r"^``(.+)``\n    \S", PAGE, flags=re.M)
    messages = find_messages()
    assert {"missing": messages - {*entries}, "gone": {*entries} - messages} == {
        "missing": set(),
        "gone": set(),
    }
    assert len(entries) == len({*entries})


def test_findings_of_the_doctor() -> None:
    """Each check of the doctor has an entry."""
    table = PAGE.partition("Findings of the doctor\n---")[2].partition("\n\nSetup and")[0]
    found = re.findall(r"^    \* - ``(.+)``\n      - ", table, flags=re.M)
    assert found == [*get_args(CheckName)]


def test_start_of_a_worker() -> None:
    """The line that a worker logs at its start has an entry."""
    assert f"*{CHANGED.partition(':')[0].replace('%s', '…')}*\n    " in PAGE
