"""The pages for contributors name files that are there, and the versions that are supported."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATH = re.compile(r"``((?:docs|tests|examples|benchmarks|flask_typed)/[\w./-]*)``")


@pytest.mark.parametrize("page", ["CONTRIBUTING.rst", "SECURITY.rst", "docs/architecture.rst"])
def test_files_are_there(page: str) -> None:
    """Each file that a page names is there."""
    paths = PATH.findall((ROOT / page).read_text(encoding="utf-8"))
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_supported_pythons() -> None:
    """The policy of versions names the Pythons of the classifiers."""
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    policy = (ROOT / "docs" / "versions.rst").read_text(encoding="utf-8")
    named = re.findall(r"3\.\d+", policy.partition("**Python**")[2].partition("**Flask")[0])
    assert named == re.findall(r"Python :: (3\.\d+)", config["metadata"]["classifiers"])
