"""A run says what the properties were tried on."""

from __future__ import annotations

from typing import Any

from .figures import FIGURES


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many types were drawn and how many values were tried."""
    if FIGURES:
        said = ", ".join(f"{count:,} {what}" for what, count in FIGURES.items())
        terminalreporter.write_line(f"properties: {said}")
