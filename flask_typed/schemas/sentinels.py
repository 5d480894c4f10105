"""Sentinels that stand for an absent value: PEP 661's, msgspec's ``UNSET``, pydantic's own.

Registration and request time. In ``int | MISSING``, and as a default, they mean that a field may be
absent, which differs from null.
"""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Iterable
from typing import Any

import msgspec
import typing_extensions

from ..exceptions import DeclarationError

#: The classes of sentinels: Python's (since 3.15) and typing_extensions', which pydantic uses.
SENTINEL_TYPES: tuple[type, ...] = tuple(
    {
        getattr(module, name): None
        for module in (builtins, typing_extensions)
        for name in ("sentinel", "Sentinel")
        if isinstance(getattr(module, name, None), type)
    }
)


def find_sentinels(annotations: Iterable[Any]) -> tuple[Any, ...]:
    """Return the sentinels among the members of a union; ``UnsetType`` stands for ``UNSET``."""
    found = map(read_sentinel, annotations)
    return tuple(sentinel for sentinel in found if sentinel is not None)


def read_sentinel(annotation: Any) -> Any:
    """Return the sentinel of an annotation, or ``None`` for any other annotation."""
    if annotation is msgspec.UnsetType:
        return msgspec.UNSET
    return annotation if is_of_pep_661(annotation) else None


def is_sentinel(value: Any) -> bool:
    """Return whether a value or a default is a sentinel for an absent value."""
    return value is msgspec.UNSET or is_of_pep_661(value)


def is_of_pep_661(value: Any) -> bool:
    """Return whether a value is a sentinel of PEP 661.

    Since Python 3.15 ``dataclasses.MISSING`` is one too, but it only means that a field has no
    default.
    """
    return isinstance(value, SENTINEL_TYPES) and value is not dataclasses.MISSING


def name_sentinel(sentinel: Any) -> str:
    """Return the name of a sentinel in a program."""
    return repr(sentinel).strip("<>")  # as typing_extensions 4.15 wrote it


def reject_required(sentinels: tuple[Any, ...]) -> None:
    """Raise for a value that may be absent but has no default."""
    if sentinels:
        name = name_sentinel(sentinels[0])
        raise DeclarationError(
            f"{name} in the annotation lets the value be absent, but there is no default.",
            instead=f"Write `= {name}`.",
        )


def reject_inside(sentinels: tuple[Any, ...]) -> None:
    """Raise for a value that may be absent in a position that always has one."""
    if sentinels:
        raise DeclarationError(
            f"{name_sentinel(sentinels[0])} stands for an absent value, but no value can be absent"
            " here.",
            instead="Remove it: only arguments and named fields may be absent.",
        )
