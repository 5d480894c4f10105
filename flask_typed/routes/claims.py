"""Names that are unique in an app: operationIds and security schemes.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..exceptions import DeclarationError, declared_in
from ..security.requirements import note_schemes
from ..security.schemes import Requirement
from ..serve.dispatch import Served


@dataclass(frozen=True, slots=True)
class Claims:
    """The names that are in use.

    :param ids: the operationIds that routes declare, with the names of their views.
    :param schemes: the Security Scheme Objects by their names.
    """

    ids: dict[str, str] = field(default_factory=dict)
    schemes: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def find_new(
        self, planned: Sequence[Served], requirements: Iterable[Requirement] = ()
    ) -> Claims:
        """Return the new names of operations, and of the app's own schemes.

        :raises DeclarationError: for a name that is in use.
        """
        return Claims(self._find_ids(planned), self._find_schemes(planned, requirements))

    def add(self, claims: Claims) -> None:
        """Add names."""
        self.ids.update(claims.ids)
        self.schemes.update(claims.schemes)

    def _find_ids(self, planned: Iterable[Served]) -> dict[str, str]:
        """Return the operationIds of operations."""
        found: dict[str, str] = {}
        for served in planned:
            operation = served.operation
            declared = operation.details.operation_id
            other = self.ids.get(declared or "") or found.get(declared or "")
            if other is not None:
                raise DeclarationError(
                    f"The operation_id {declared!r} is used by {other}.",
                    instead="Use another one, or none: the default is made from the endpoint.",
                    where=(f"view {operation.name}",),
                )
            if declared is not None:
                found[declared] = operation.name
        return found

    def _find_schemes(
        self, planned: Iterable[Served], requirements: Iterable[Requirement]
    ) -> dict[str, Mapping[str, Any]]:
        """Return the security schemes that are known, with those of operations and of the app."""
        known = dict(self.schemes)
        note_schemes(requirements, known)
        for served in planned:
            with declared_in(f"view {served.operation.name}"):
                note_schemes(served.operation.requirements, known)
        return known
