"""Sentinels that stand for a value that is absent: PEP 661's, msgspec's ``UNSET``, pydantic's own.

Registration and request time. In ``int | MISSING``, and as a default, they say that a field may be
left out, which is not the same as null.
"""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Iterable
from typing import Any

import msgspec
import typing_extensions

from ..exceptions import DeclarationError

#: The classes of sentinels: Python's since 3.15, and typing_extensions', which pydantic uses.
SENTINEL_TYPES: tuple[type, ...] = tuple(
    {
        getattr(module, name): None
        for module in (builtins, typing_extensions)
        for name in ("sentinel", "Sentinel")
        if isinstance(getattr(module, name, None), type)
    }
)


def find_sentinels(annotations: Iterable[Any]) -> tuple[Any, ...]:
    """Return the sentinels among the members of a union; a class of msgspec stands for its own."""
    found = map(read_sentinel, annotations)
    return tuple(sentinel for sentinel in found if sentinel is not None)


def read_sentinel(annotation: Any) -> Any:
    """Return the sentinel that an annotation is, if it is one."""
    if annotation is msgspec.UnsetType:
        return msgspec.UNSET
    return annotation if is_of_pep_661(annotation) else None


def is_sentinel(value: Any) -> bool:
    """Say whether a value, or a default, stands for one that is absent."""
    return value is msgspec.UNSET or is_of_pep_661(value)


def is_of_pep_661(value: Any) -> bool:
    """Say whether a value is a sentinel of PEP 661.

    Since Python 3.15 the mark that a dataclass's field has no default is one too, and counts as
    that alone.
    """
    return isinstance(value, SENTINEL_TYPES) and value is not dataclasses.MISSING


def name_sentinel(sentinel: Any) -> str:
    """Return how a program writes a sentinel."""
    return repr(sentinel).strip("<>")  # as typing_extensions 4.15 wrote it


def reject_required(sentinels: tuple[Any, ...]) -> None:
    """Raise for what may be absent and has no default."""
    if sentinels:
        name = name_sentinel(sentinels[0])
        raise DeclarationError(
            f"{name} in the annotation says that the value may be absent, and there is no default.",
            instead=f"Write `= {name}`.",
        )


def reject_inside(sentinels: tuple[Any, ...]) -> None:
    """Raise for a value that may be absent where nothing can be left out."""
    if sentinels:
        raise DeclarationError(
            f"{name_sentinel(sentinels[0])} stands for a value that is absent, and nothing can be"
            " left out here.",
            instead="Leave it out: only fields with names, and arguments, may be absent.",
        )
