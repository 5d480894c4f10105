"""JSON Patch (RFC 6902): the operations, and how they change a document.

Registration time makes the schema of the operations; requests call the functions. We wrote it
ourselves: the library ``jsonpatch`` does not tell which operation has failed, takes ``true`` for
``1``, and lets a short list of copies fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, TypeVar, cast

from marshmallow import Schema, ValidationError, validate
from typing_extensions import Doc, TypeAliasType

from ..declare.markers import Body
from ..declare.models import model
from ..declare.patches import PatchConflict
from ..declare.problems import RequestInvalid
from ..messages.catalogue import INTO_ITSELF, NO_VALUE_THERE, TOO_MANY_COPIES
from ..wire.limits import MAX_DEPTH
from .families.containers import to_hashable
from .faults import flatten, write_pointer
from .patch_faults import report_faults

C = TypeVar("C", bound=type[Any])
#: A JSON Pointer (RFC 6901).
Pointer = Annotated[
    str, validate.Regexp(r"^(/([^/~]|~0|~1)*)*$"), Doc("A JSON Pointer (RFC 6901) to a value.")
]
#: The keys that lead to a value.
Keys = tuple[str, ...]
#: The place of a whole document, and that of nothing else.
EVERYWHERE: frozenset[Keys] = frozenset({()})
#: How many values the operations of one request may copy. A long text counts as several.
MAX_COPIED = 10_000
#: The length of the texts that count as one value more.
LENGTH_OF_VALUE = 100
#: How many values the operations of one request may move to a deeper place.
MAX_DEEPENED = 1_000_000
#: The index of an item of an array.
INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def describe_operation(cls: C) -> C:
    """Return the class of an operation: members that RFC 6902 does not know are ignored."""
    return cast("C", model(extra="ignore", rename=None)(dataclass(frozen=True)(cls)))


@describe_operation
class JsonPatchAdd:
    """Add a value, in place of one that is there, or insert an item into an array."""

    op: Literal["add"]
    path: Pointer
    value: Any


@describe_operation
class JsonPatchRemove:
    """Remove a value."""

    op: Literal["remove"]
    path: Pointer


@describe_operation
class JsonPatchReplace:
    """Replace a value."""

    op: Literal["replace"]
    path: Pointer
    value: Any


@describe_operation
class JsonPatchMove:
    """Move a value to another place."""

    op: Literal["move"]
    source: Annotated[Pointer, Body(alias="from")]
    path: Pointer


@describe_operation
class JsonPatchCopy:
    """Copy a value to another place."""

    op: Literal["copy"]
    source: Annotated[Pointer, Body(alias="from")]
    path: Pointer


@describe_operation
class JsonPatchTest:
    """Apply no operation unless a value is equal to this one."""

    op: Literal["test"]
    path: Pointer
    value: Any


AnyOperation: TypeAlias = (
    JsonPatchAdd
    | JsonPatchRemove
    | JsonPatchReplace
    | JsonPatchMove
    | JsonPatchCopy
    | JsonPatchTest
)
#: The union has a name in the document.
JsonPatchOperation = TypeAliasType("JsonPatchOperation", AnyOperation)


class Rejected(Exception):
    """An operation cannot be applied.

    :param member: the name of the member of the operation that is at fault.
    """

    def __init__(self, message: str, member: str = "path") -> None:
        self.message = message
        self.member = member
        super().__init__(message)


class TestFailed(Exception):
    """The value of a ``test`` differs from that of the document."""


class Present(dict[str, Any]):
    """An object of a document while operations change it, which knows its former content.

    A copy of it is an ordinary object.

    :param before: the object before the operations.
    """

    def __init__(self, before: Mapping[str, Any]) -> None:
        super().__init__({key: hold_present(value) for key, value in before.items()})
        self.before = before

    def __deepcopy__(self, memo: object) -> dict[str, Any]:
        """Return a copy that continues nothing."""
        return {key: deepcopy(value) for key, value in self.items()}


def hold_present(value: Any) -> Any:
    """Return a JSON value whose objects know their former content; the given one is not used."""
    if isinstance(value, dict):
        return Present(value)
    return list(map(hold_present, value)) if isinstance(value, list) else value


def was_removed(key: str, before: Any, after: Mapping[str, Any]) -> bool:
    """Return whether an operation has removed a key of an object, not replaced the whole object.

    :param before: the object before the operations.
    """
    return key not in after and isinstance(after, Present) and after.before is before


class Comparison(NamedTuple):
    """A document before and after a JSON Patch, or an object inside of it.

    :param paths: the places inside of it that the operations change.
    """

    before: Any
    after: Any
    paths: frozenset[Keys]

    @classmethod
    def of_object(cls, after: Present) -> Comparison:
        """Return the comparison of an object with its former content."""
        return cls(after.before, after, EVERYWHERE)

    def find_touched(self) -> Iterator[str]:
        """Yield the keys whose values may have changed."""
        if () in self.paths:
            yield from filter(self.differs, dict.fromkeys((*self.before, *self.after)))
        else:
            yield from sorted({path[0] for path in self.paths})

    def differs(self, key: str) -> bool:
        """Return whether the value of a key has changed."""
        both = (
            tuple(map(to_hashable, [part[key]] if key in part else []))
            for part in (self.before, self.after)
        )
        before, after = both
        return before != after

    def sets(self, key: str) -> bool:
        """Return whether the operations change the value of a key, or remove it.

        An object that replaces another may lack the keys that no request has.
        """
        is_given = key in self.after or was_removed(key, self.before, self.after)
        return is_given and self.differs(key)

    def inside(self, key: str) -> Comparison:
        """Return the part of the document under a key, which it has after the operations."""
        inner = frozenset(path[1:] for path in self.paths if path[:1] == (key,))
        paths = inner if inner and () not in self.paths else EVERYWHERE
        return Comparison(self.before.get(key), self.after[key], paths)

    @property
    def is_continued(self) -> bool:
        """Whether an object is changed or replaced, not another one of the document moved there."""
        if not (isinstance(self.before, dict) and isinstance(self.after, dict)):
            return False
        return not isinstance(self.after, Present) or self.after.before is self.before


def change_document(operations: Sequence[Any], document: Any) -> Any:
    """Return a document that the operations have changed; the given one stays as it is.

    Its objects are ``Present`` if they are those of the given document, perhaps at another place.

    :raises RequestInvalid: for the first operation that cannot be applied.
    :raises PatchConflict: for the first ``test`` that fails.
    """
    changed = Changing(hold_present(document))
    for index, operation in enumerate(operations):
        try:
            changed.apply(operation)
        except Rejected as error:
            raise report_faults([(f"/{index}/{error.member}", error.message)]) from error
        except TestFailed as error:
            raise PatchConflict(pointer=f"/{index}/value") from error
    return changed.document


class Changing:
    """A document while operations change it.

    :ivar document: the document.
    """

    def __init__(self, document: Any) -> None:
        self.document = document
        self._copied = 0
        self._deepened = 0

    def apply(self, operation: Any) -> None:
        """Apply an operation.

        :raises Rejected: if it cannot be applied.
        """
        OPERATIONS[operation.op](self, operation, split_pointer(operation.path))

    def add(self, operation: Any, keys: Keys) -> None:
        """Add the value of the operation."""
        reject_depth_at(keys, measure_json(operation.value).depth)
        self._put(keys, deepcopy(operation.value))

    def remove(self, operation: Any, keys: Keys) -> None:
        """Remove a value."""
        self._take(keys, "path")

    def replace(self, operation: Any, keys: Keys) -> None:
        """Replace a value."""
        if keys:
            self._take(keys, "path")
        self.add(operation, keys)

    def move(self, operation: Any, keys: Keys) -> None:
        """Move a value."""
        source = split_pointer(operation.source)
        if len(keys) > len(source) and keys[: len(source)] == source:
            raise Rejected(INTO_ITSELF)
        if keys == source:
            return
        value = self._take(source, "from")
        if len(keys) > len(source):
            size = measure_json(value)
            self._deepened += size.weight
            if self._deepened > MAX_DEEPENED:
                raise Rejected(TOO_MANY_COPIES, "from")
            reject_depth_at(keys, size.depth)
        self._put(keys, value)

    def copy(self, operation: Any, keys: Keys) -> None:
        """Copy a value."""
        value = find_at(self.document, split_pointer(operation.source), "from")
        size = measure_json(value)
        self._copied += size.weight
        if self._copied > MAX_COPIED:
            raise Rejected(TOO_MANY_COPIES, "from")
        reject_depth_at(keys, size.depth)
        self._put(keys, deepcopy(value))

    def test(self, operation: Any, keys: Keys) -> None:
        """Compare a value, as JSON Schema does: ``1`` is ``1.0``, but not ``true``.

        :raises TestFailed: if it differs.
        """
        present = find_at(self.document, keys, "path")
        if to_hashable(present) != to_hashable(operation.value):
            raise TestFailed

    def _put(self, keys: Keys, value: Any) -> None:
        if not keys:
            self.document = value
            return
        *outer, last = keys
        holder = find_at(self.document, tuple(outer), "path")
        if isinstance(holder, dict):
            holder[last] = value
        elif isinstance(holder, list) and last == "-":
            holder.append(value)
        elif isinstance(holder, list):
            holder.insert(read_index(last, len(holder), "path"), value)
        else:
            raise Rejected(NO_VALUE_THERE)

    def _take(self, keys: Keys, member: str) -> Any:
        """Remove a value from the document, and return it."""
        if not keys:
            raise Rejected(INTO_ITSELF, member)
        *outer, last = keys
        holder = find_at(self.document, tuple(outer), member)
        find_at(holder, (last,), member)
        return holder.pop(int(last) if isinstance(holder, list) else last)


#: The methods that apply operations, by name.
OPERATIONS: Mapping[str, Callable[[Changing, Any, Keys], None]] = {
    "add": Changing.add,
    "remove": Changing.remove,
    "replace": Changing.replace,
    "move": Changing.move,
    "copy": Changing.copy,
    "test": Changing.test,
}


def split_pointer(pointer: str) -> Keys:
    """Return the keys of a JSON Pointer."""
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:])


def find_at(document: Any, keys: Keys, member: str) -> Any:
    """Return the value under some keys of a document.

    :param member: the member of the operation that has the keys.
    :raises Rejected: if there is none.
    """
    for key in keys:
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list):
            document = document[read_index(key, len(document) - 1, member)]
        else:
            raise Rejected(NO_VALUE_THERE, member)
    return document


def read_index(key: str, most: int, member: str) -> int:
    """Return the index of an item of an array.

    :param most: the largest index.
    :raises Rejected: for a key that is no index of the array.
    """
    if not INDEX.fullmatch(key) or int(key) > most:
        raise Rejected(NO_VALUE_THERE, member)
    return int(key)


class JsonSize(NamedTuple):
    """The size of a JSON value.

    :ivar weight: the number of values that it consists of; a long text counts as several.
    """

    weight: int
    depth: int


def measure_json(value: Any) -> JsonSize:
    """Return the size of a JSON value."""
    weight, depth, level = 0, 0, [value]
    while level:
        weight += len(level) + sum(len(one) for one in level if isinstance(one, str)) // (
            LENGTH_OF_VALUE
        )
        depth += 1
        level = [inner for one in level for inner in list_json_parts(one)]
    return JsonSize(weight, depth)


def list_json_parts(value: Any) -> Iterable[Any]:
    """Return the values inside a JSON value; the keys of an object are among them."""
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list) else ()


def reject_depth_at(keys: Keys, depth: int) -> None:
    """Raise for a value that is nested too deeply at its place."""
    if len(keys) + depth > MAX_DEPTH:
        raise Rejected(TOO_MANY_COPIES)


def find_changed(operations: Sequence[Any]) -> frozenset[Keys]:
    """Return the places of a document that operations change."""
    return frozenset(path for operation in operations for _, path in list_changed(operation))


def list_changed(operation: Any) -> Iterator[tuple[str, Keys]]:
    """Yield the places of a document that an operation changes, with the members that have them."""
    if operation.op != "test":
        yield "path", split_pointer(operation.path)
    if operation.op == "move":
        yield "from", split_pointer(operation.source)


def reject_invalid_result(
    error: ValidationError, schema: Schema | None, operations: Sequence[Any]
) -> RequestInvalid:
    """Return the problem for a changed document that is not valid, with pointers to operations."""
    found = flatten(error.messages, schema)
    return report_faults(
        (locate_operation(tuple(map(str, path)), operations), message) for path, message in found
    )


def locate_operation(keys: Keys, operations: Sequence[Any]) -> str:
    """Return the pointer of the last operation that has changed a value; empty if none has."""
    for index in reversed(range(len(operations))):
        for member, path in list_changed(operations[index]):
            if not is_related(keys, path):
                continue
            if len(keys) >= len(path) and hasattr(operations[index], "value"):
                return f"/{index}/value{write_pointer(keys[len(path) :])}"
            return f"/{index}/{member}"
    return ""


def is_related(keys: Keys, path: Keys) -> bool:
    """Return whether one of two places is in the other; ``-`` is the index of a new item."""
    return all(one in (key, "-") for key, one in zip(keys, path, strict=False))
