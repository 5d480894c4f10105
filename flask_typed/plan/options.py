"""The options that a route leaves to its blueprints and to the app, unless it has its own.

Registration time.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from ..declare.settings import Excluded

R = TypeVar("R")


def fill_in(options: R, default: R) -> R:
    """Return a record of options; those that are ``None`` have the value of another record.

    :param default: the options of what is around: of a blueprint, or of the app.
    """
    record: Any = options
    missing = [field.name for field in fields(record) if getattr(record, field.name) is None]
    filled: R = replace(record, **{name: getattr(default, name) for name in missing})
    return filled


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Whether responses leave out values; ``None`` leaves it to what is around.

    The names of the fields are those of the options of a route and of a blueprint.
    """

    exclude_none: bool | None = None
    exclude_unset: bool | None = None
    exclude_defaults: bool | None = None

    def read(self) -> Excluded:
        """Return the values that responses leave out; what nobody decides is not left out."""
        return Excluded(*(bool(getattr(self, field.name)) for field in fields(self)))


#: Leaves everything to what is around.
NO_EXCLUSION = Exclusion()
