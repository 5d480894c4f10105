"""The environment of a run, for the documentation: as a file of facts, and as a sentence."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any


def find_versions(packages: Iterable[str]) -> dict[str, str]:
    """Return the versions of Python and of packages."""
    return {"Python": platform.python_version(), **{name: version(name) for name in packages}}


def write_facts(folder: Path, name: str, packages: Iterable[str], **more: Any) -> None:
    """Write ``<name>.json``, with all figures, and ``<name>.txt``, with date and versions.

    :param more: what else is known of the run.
    """
    date = datetime.now(timezone.utc).date().isoformat()
    facts = {"date": date, "versions": find_versions(packages), **more}
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    (folder / f"{name}.txt").write_text(describe(facts), encoding="utf-8")


def describe(facts: dict[str, Any]) -> str:
    """Return a sentence in reStructuredText."""
    *others, last = (f"{name} {number}" for name, number in facts["versions"].items())
    return f"Measured on {facts['date']}, with {', '.join(others)} and {last}.\n"
