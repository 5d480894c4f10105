"""The header parameters that OpenAPI tells clients to ignore, described where clients look.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from apispec import APISpec
from marshmallow import fields

from ..declare.markers import Location
from ..plan.operation import Operation
from ..security.requirements import AUTHORIZING, write_requirements
from ..security.schemes import Requirement
from .naming import find_free

#: The names of headers that OpenAPI describes as media types, or as security schemes.
DESCRIBED_ELSEWHERE = frozenset({"accept", "content-type", "authorization"})
#: The name of the scheme of an argument that reads it.
SCHEME = "AuthorizationHeader"


def is_ignored(location: Location, name: str) -> bool:
    """Return whether OpenAPI tells clients to ignore a parameter."""
    return location == "header" and name.lower() in DESCRIBED_ELSEWHERE


def ignored_headers(operation: Operation) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Yield the header arguments of an operation that no parameter can describe."""
    for reader in operation.readers:
        if reader.location == "header":
            for name, field in reader.fields.items():
                if is_ignored("header", name) and not field.metadata.get("hidden"):
                    yield name, field


def describe_ignored(operation: Operation, description: str) -> str:
    """Return the description of an operation, with a sentence for each such header."""
    lines = [description]
    for name, field in ignored_headers(operation):
        words = str(field.metadata.get("description") or "")
        lines.append(f"Reads the header `{name}`{': ' if words else '.'}{words}")
    return "\n\n".join(filter(None, lines))


class AuthorizationScheme:
    """The security scheme for arguments that read the header ``Authorization``.

    :param spec: gets it when an operation needs it.
    """

    def __init__(self, spec: APISpec) -> None:
        self._spec = spec
        self._name = ""

    def add(self, operation: Operation, ways: Sequence[Requirement]) -> Any:
        """Return the Security Requirement Objects of an operation that has such an argument.

        :param ways: its requirements; where they read the header, they describe it.
        :returns: ``None`` if there is no such argument.
        """
        taken = [f for name, f in ignored_headers(operation) if name.lower() == "authorization"]
        if not taken or any(s.describe()["type"] in AUTHORIZING for way in ways for s in way):
            return None
        if not self._name:
            known = self._spec.components.security_schemes
            self._name = find_free(SCHEME, known)
            described = {"type": "apiKey", "in": "header", "name": "Authorization"}
            self._spec.components.security_scheme(self._name, described)
        written = write_requirements(ways) or [{}]
        optional = [] if taken[0].required else written
        return [*optional, *({**way, self._name: []} for way in written)]
