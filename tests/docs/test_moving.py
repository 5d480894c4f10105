"""The pages "Coming from …" count the lines of the services as they are."""

from __future__ import annotations

import pytest

from .pages import DOCS

MOVING = DOCS.parent / "examples" / "moving"
COUNTED = [
    ("fastapi", "Lines of the app, before and after", ["before.py"], ["after.py"]),
    ("fastapi", "Lines of models and store, unchanged", ["models.py", "library.py"], []),
    (
        "apiflask",
        "Lines of the app, before and after",
        ["before/__init__.py"],
        ["after/__init__.py"],
    ),
    (
        "apiflask",
        "Lines of the schemas, before and after",
        ["before/schemas.py"],
        ["after/schemas.py"],
    ),
    ("apiflask", "Lines of the store, unchanged", ["clinic.py"], []),
]


def count_lines(service: str, names: list[str]) -> int:
    """Return the number of lines of some files together."""
    texts = ((MOVING / service / name).read_text(encoding="utf-8") for name in names)
    return sum(len(text.splitlines()) for text in texts)


@pytest.mark.parametrize(("service", "row", "before", "after"), COUNTED)
def test_lines(service: str, row: str, before: list[str], after: list[str]) -> None:
    """A row has the numbers of lines of both sides, or of the files that are on both."""
    counts = [str(count_lines(service, names)) for names in (before, after) if names]
    page = (DOCS / "coming_from" / f"{service}.rst").read_text(encoding="utf-8")
    assert f"    * - {row}\n      - {' and '.join(counts)}\n" in page
