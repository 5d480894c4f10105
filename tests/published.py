"""What tests of schemas leave out of a document: the examples, which have tests of their own."""

from __future__ import annotations

from typing import Any


def without_examples(part: Any) -> Any:
    """Return a part of a document without the examples of its schemas and parameters."""
    if isinstance(part, list):
        return [without_examples(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    return {
        key: without_examples(inner)
        for key, inner in part.items()
        if key not in ("example", "examples")
    }
