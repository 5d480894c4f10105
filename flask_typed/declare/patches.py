"""Partial updates: ``Patch[T]``, and the marker that accepts JSON Patch too.

Declaration and request time. A plan applies the changes; the layers above make it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

from .problems import Problem

T = TypeVar("T")
V = TypeVar("V")


@dataclass(frozen=True)
class JsonPatch:
    """Accept JSON Patch (RFC 6902) too, as ``application/json-patch+json``.

    ``Annotated[Patch[Book], JsonPatch()]``. All operations are applied, or none.

    :param max_operations: The number of operations that one request may have.
    """

    max_operations: int = 100


class PatchConflict(Problem):
    """The object is not in the state that a test of the patch expects.

    :param pointer: A JSON Pointer (RFC 6901) inside the body to the value of the test.
    """

    status = 409

    pointer: str


class Changes(dict[str, Any]):
    """The changes of an object: the new values by the names of its attributes.

    A value may be ``Changes`` itself, for an object inside the object.
    """


class KeyChanges(dict[Any, Any]):
    """The changes of a mapping: the new values by its keys; ``None`` removes a key."""


class PatchPlan(Protocol):
    """Knows a type: it reads the names of changes, and applies them."""

    def reject_names(self, given: Mapping[str, Any]) -> None:
        """Raise for a name that is not an attribute of the type.

        :raises TypeError: for the first such name.
        """
        ...

    def find_given(self, operations: Sequence[Any]) -> frozenset[str]:
        """Return the names of the attributes that the operations of a JSON Patch change."""
        ...

    def view(self, changes: Changes) -> Any:
        """Return the new values by attribute, or by key for a type of dicts."""
        ...

    def apply(self, changes: Changes, target: Any) -> Any:
        """Return the changed object, once it is valid as a whole."""
        ...

    def apply_operations(self, operations: Sequence[Any], target: Any) -> Any:
        """Return the object changed by a JSON Patch, once it is valid as a whole."""
        ...


class PatchField:
    """The behaviour of a field whose values are patches.

    :ivar plan: applies them.
    """

    plan: PatchPlan


class Patch(Generic[T]):
    """The changes of an object that a client sends: a body of which every key may be absent.

    Annotate an argument: ``patch: Patch[Book]``. In a test of a view, write the values by their
    names: ``Patch(Book, title="Emma")``; changes of an inner object are a patch themselves.

    :param cls: The type of the object.
    :param values: The new values by the names of attributes.
    :raises TypeError: for a name that the type does not have.
    """

    #: Makes the plan of a type outside of an app; :mod:`flask_typed.schemas.patches` sets it.
    make_plan: ClassVar[Callable[[Any], PatchPlan]]

    def __init__(self, cls: type[T], /, **values: Any) -> None:
        plan = type(self).make_plan(cls)
        plan.reject_names(values)
        changes = {
            name: value.changes if isinstance(value, Patch) else value
            for name, value in values.items()
        }
        self._fill(plan, Changes(changes), None)

    @classmethod
    def from_request(
        cls, plan: PatchPlan, changes: Changes, operations: Sequence[Any] | None = None
    ) -> Patch[Any]:
        """Return the patch that a client has sent.

        :param operations: of a JSON Patch, which has no changes yet.
        """
        made = cls.__new__(cls)
        made._fill(plan, changes, operations)
        return made

    def _fill(self, plan: PatchPlan, changes: Changes, operations: Sequence[Any] | None) -> None:
        self._plan = plan
        #: The new values by attribute.
        self.changes = changes
        self._operations = operations

    @property
    def operations(self) -> Sequence[Any] | None:
        """The operations of a JSON Patch; ``None`` for any other patch."""
        return self._operations

    @property
    def given(self) -> frozenset[str]:
        """The names of the attributes that were sent.

        Those of a JSON Patch are the attributes that its operations change.
        """
        if self._operations is None:
            return frozenset(self.changes)
        return self._plan.find_given(self._operations)

    @property
    def values(self) -> T:
        """The new values, by attribute as those of ``T``; by key if ``T`` is a dict.

        :raises AttributeError: when an attribute is read that was not sent (:exc:`KeyError` for a
            key), and for a JSON Patch, whose values depend on the object that it changes.
        """
        if self._operations is not None:
            raise AttributeError(
                "A JSON Patch has no values of its own: apply() it, and read the result."
            )
        return cast("T", self._plan.view(self.changes))

    def apply(self, target: V) -> V:
        """Change an object, and return it. Nothing is changed if the result is not valid.

        The object is a ``T``, or any object with its attributes, such as a row of a database. One
        that cannot be changed, such as a frozen dataclass, stays as it is, and a changed copy is
        returned.

        :param target: The object.
        :raises RequestInvalid: if the changed object is not a valid ``T``.
        :raises PatchConflict: if a ``test`` of a JSON Patch fails.
        """
        if self._operations is not None:
            return cast("V", self._plan.apply_operations(self._operations, target))
        return cast("V", self._plan.apply(self.changes, target))

    def __len__(self) -> int:
        """Return the number of attributes that were sent."""
        return len(self.given)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(sorted(self.given)) or 'nothing'}>"
