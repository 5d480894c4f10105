"""Security schemes and what operations ask of clients, in OpenAPI's words.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..declare.security import Requirement


def find_schemes(requirements: Iterable[Requirement]) -> dict[str, Mapping[str, Any]]:
    """Return the Security Scheme Objects by their names, which registration has told apart."""
    return {scheme.name: scheme.describe() for way in requirements for scheme in way}


def write_requirements(ways: Sequence[Requirement]) -> list[dict[str, list[str]]]:
    """Return the Security Requirement Objects: any of them is enough."""
    return [{scheme.name: list(scopes) for scheme, scopes in way.items()} for way in ways]
