"""Guards of documents: which objects decide who may read, and which would guard nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import pytest
from flask_typed import DeclarationError, Depends, Document, HTTPBearer, Security


def get_user() -> str: ...


def decorate(function: Callable[..., Any]) -> Callable[..., Any]: ...


def open_door() -> Iterator[None]:
    """Provide nothing, and close."""
    yield  # pragma: no cover: nobody calls it


def read_user(token: Annotated[str, Depends(HTTPBearer())]) -> str:
    """Provide a user."""
    ...


@pytest.mark.parametrize(
    ("guard", "name"),
    [
        pytest.param(HTTPBearer(), "HTTPBearer", id="scheme"),
        pytest.param(HTTPBearer, "HTTPBearer", id="class of a scheme"),
        pytest.param(Depends, "Depends", id="class Depends"),
        pytest.param("staff", "str", id="text"),
        pytest.param(open_door, "open_door", id="generator"),
        pytest.param(read_user, "read_user", id="provider"),
    ],
)
def test_guards_that_guard_nothing(guard: Any, name: str) -> None:
    """A document's guard is a decorator or a dependency."""
    what = f"{name} is not a guard: it is neither a view decorator nor Depends()."
    instead = "Write `guard=Depends(…)` or `guard=Security(…)` with the provider."
    with pytest.raises(DeclarationError, match=r"\n  ") as caught:
        Document(guard=guard)
    assert str(caught.value) == f"{what}\n  in Document(guard=…)\n  {instead}"


@pytest.mark.parametrize("guard", [None, decorate, Depends(get_user), Security(HTTPBearer())])
def test_guards(guard: Any) -> None:
    """Those are."""
    assert Document(guard=guard).guard is guard
