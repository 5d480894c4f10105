"""Views that ask for credentials, and answers without them."""

from __future__ import annotations

from typing import Annotated, Any

from flask_typed import (
    Depends,
    Scheme,
    Typed,
)

UNKNOWN = {
    "type": "about:blank",
    "title": "Authentication is required.",
    "status": 401,
}

BEARER = {"Authorization": "Bearer t0ken"}


def add(typed: Typed, scheme: Scheme[Any]) -> None:
    """Add a view that shows what a scheme finds."""

    def view(found: Any) -> str:
        return repr(found)

    view.__annotations__["found"] = Annotated[Any, Depends(scheme)]
    typed.get("/")(view)
