"""The limits of a route: how long a body may be, and how many requests are in progress at once.

Registration time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from ..declare.checks import COUNT
from ..exceptions import DeclarationError
from .callees import Callee
from .operation import Payload


@dataclass(frozen=True, slots=True)
class RouteLimits:
    """The limits of a route; ``None`` leaves one to what is around.

    The names of the fields are those of the options of a route.

    :param max_body: the length of a body in bytes.
    :param max_concurrency: the number of requests in one worker process.
    """

    max_body: int | None = None
    max_concurrency: int | None = None


#: Leaves everything to what is around.
NO_LIMITS = RouteLimits()

#: The limits of a route, and those that a blueprint may have for its routes.
LIMIT_OPTIONS = tuple(field.name for field in fields(RouteLimits))
BLUEPRINT_LIMITS = ("max_body",)


def read_limits(
    options: dict[str, Any], *places: str, names: tuple[str, ...] = LIMIT_OPTIONS
) -> RouteLimits:
    """Take the limits out of the options of a route or a blueprint.

    :raises DeclarationError: for anything but a whole number above 0.
    """
    found = {name: options.pop(name) for name in names if options.get(name) is not None}
    for name, value in found.items():
        reject_other_limit(name, value, *places)
    return RouteLimits(**found)


def reject_other_limit(name: str, value: Any, *places: str) -> None:
    """Raise for a limit that is not a whole number above 0."""
    if not COUNT.accepts(value):
        raise DeclarationError(
            f"{name}= is {value!r}.", instead="Write a whole number above 0.", where=places
        )


def reject_limit_of_nothing(callee: Callee, limits: RouteLimits, payload: Payload | None) -> None:
    """Raise for a limit of the body on a route whose view takes none.

    A class-based view has other methods, and a decorator may read the body.
    """
    is_alone = not (callee.bound or callee.is_decorated)
    if limits.max_body is not None and payload is None and is_alone:
        raise DeclarationError(
            "max_body= limits a body, but the view takes none.",
            instead=(
                "Leave it out. A view that reads the body itself sets the limit of Flask:"
                " `request.max_content_length`."
            ),
        )
