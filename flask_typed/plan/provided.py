"""Arguments whose class brings its provider: ``paging: Paging``.

Registration time.
"""

from __future__ import annotations

import inspect
from typing import Any

from ..declare.dependencies import PROVIDED, Depends
from ..declare.markers import Marker
from ..declare.provided import METADATA, PROVIDER, ProvidedArgument
from ..declare.settings import Settings
from ..exceptions import DeclarationError
from ..schemas.factory import SchemaFactory
from ..schemas.hints import Hint
from ..schemas.metadata import Position

#: What stands for no default.
NOT_DEFAULTS = (inspect.Parameter.empty, PROVIDED)
ADVICE = "Check the value in the view."


def brings_provider(hint: Hint) -> bool:
    """Return whether a class makes a provider for the arguments that are annotated with it."""
    return isinstance(hint.origin, type) and hasattr(hint.origin, PROVIDER)


def find_claimed(hint: Hint) -> tuple[type, ...]:
    """Return the classes of metadata that such a class reads itself."""
    claimed: tuple[type, ...] = getattr(hint.origin, METADATA, ()) if brings_provider(hint) else ()
    return claimed


def find_provided_position(hint: Hint) -> Position:
    """Return the position of an argument of such a class."""
    return Position(
        f"on {hint}, which reads its own parameters", (Depends, *find_claimed(hint)), ADVICE
    )


def is_no_default(default: Any) -> bool:
    """Return whether an argument has no default of its own; a default may not be comparable."""
    return any(default is one for one in NOT_DEFAULTS)


def make_own_marker(
    parameter: inspect.Parameter, hint: Hint, factory: SchemaFactory, settings: Settings
) -> Depends:
    """Return the marker with the provider that the class of an argument makes.

    :raises DeclarationError: for an argument that the class cannot read.
    """
    claimed = find_claimed(hint)
    argument = ProvidedArgument(
        parameter.name,
        hint.args,
        hint.find(claimed) if claimed else (),
        None if is_no_default(parameter.default) else parameter.default,
        factory.rename,
        settings,
    )
    return Depends(getattr(hint.origin, PROVIDER)(argument))


def reject_location(hint: Hint, marker: Marker) -> None:
    """Raise for a location of a value that comes from several parameters."""
    raise DeclarationError(
        f"{hint} reads its own parameters, but {type(marker).__name__}() names a location.",
        instead="Leave the marker out.",
    )
