"""Security schemes and what operations ask of clients, in OpenAPI's words.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..declare.security import Requirement
from ..exceptions import SetupError


def find_schemes(requirements: Iterable[Requirement]) -> dict[str, Mapping[str, Any]]:
    """Return the Security Scheme Objects by their names.

    :raises SetupError: for two schemes of one name.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for way in requirements:
        for scheme in way:
            described = scheme.describe()
            if found.setdefault(scheme.name, described) != described:
                raise SetupError(
                    f"Two security schemes are called {scheme.name!r}: give one another name=."
                )
    return found


def write_requirements(ways: Sequence[Requirement]) -> list[dict[str, list[str]]]:
    """Return the Security Requirement Objects: any of them is enough."""
    return [{scheme.name: list(scopes) for scheme, scopes in way.items()} for way in ways]
