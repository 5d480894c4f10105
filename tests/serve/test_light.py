"""Providers that only make values run without anything to close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from flask.testing import FlaskClient
from flask_typed import Depends, Typed
from flask_typed.serve.dispatch import must_close
from flask_typed.state import get_state


def count(limit: int = 1) -> int:
    """Provide a number."""
    return limit


def open_count(limit: int = 1) -> Iterator[int]:
    """Provide a number, and close it."""
    yield limit


@pytest.mark.parametrize(
    ("provider", "options", "is_light"),
    [
        (count, {}, True),
        (open_count, {}, False),
        (lambda: 1, {"scope": "app"}, False),
        (count, {"max_concurrency": 3}, False),
    ],
)
def test_what_needs_no_stack(
    typed: Typed,
    client: FlaskClient,
    provider: Callable[..., Any],
    options: Any,
    *,
    is_light: bool,
) -> None:
    """A stack is only opened where a provider is closed, or kept."""

    def view(number: Any) -> int:
        answer: int = number
        return answer

    view.__annotations__["number"] = Annotated[int, Depends(provider, **options)]
    typed.get("/")(view)
    (operation,) = get_state(client.application).operations
    assert must_close(operation) is not is_light
    assert client.get("/").get_json() == 1
