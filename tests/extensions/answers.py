"""How typed routes refuse, as JSON."""

from __future__ import annotations

from typing import Any

from flask_typed.messages.recognizing import find_code


def problem(status: int, title: str, **members: Any) -> dict[str, Any]:
    """Return the body of an error."""
    return {"type": "about:blank", "title": title, "status": status, **members}


def invalid(*faults: tuple[str, str, str]) -> dict[str, Any]:
    """Return the body of a 422: where, pointer and detail of each fault."""
    count = "One value" if len(faults) == 1 else f"{len(faults)} values"
    return problem(
        422,
        "The request is not valid.",
        detail=f"{count} of the request cannot be accepted.",
        errors=[
            {"in": place, "pointer": at, "code": find_code(detail), "detail": detail}
            for place, at, detail in faults
        ],
    )
