"""Options that a route leaves to what is around it."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed import DeclarationError, Typed
from flask_typed.plan.options import Exclusion, fill_in


def test_a_route_decides_before_what_is_around() -> None:
    """False is a decision too; only None is filled in."""
    route, app = Exclusion(exclude_none=False), Exclusion(exclude_none=True, exclude_unset=True)
    assert fill_in(route, app) == Exclusion(exclude_none=False, exclude_unset=True)


@pytest.mark.parametrize("option", ["unknown", "exclusion"])
def test_names_of_records_are_not_options(typed: Typed, option: str) -> None:
    """A route does not ignore an option that has the name of one of our records."""

    def view() -> int: ...

    given: Any = {option: "exclude"}
    with pytest.raises(DeclarationError, match=f"^{option}= is not an option of a route"):
        typed.get("/", **given)(view)
