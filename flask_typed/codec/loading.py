"""JSON bytes → values of the declared types; schemas judge rejected values part by part.

Request time. Only the smallest rejected parts are decoded and loaded through their fields::

    Loader.load                          a whole body; most bodies end here
    Judge.load                           a rejected body: the first part
      └─ Judge.decide                    a rejected part
           ├─ parts.Members.judge        an object with named fields
           │    ├─ Loader.read           each field; most end here
           │    └─ GeneratedSchema.build the rejected and the absent ones
           │         └─ MemberReading.read
           │              └─ Judge.decide
           ├─ parts.Items.judge          an array; parts.KeyedValues.judge, an object with free keys
           │    └─ parts.take_all
           │         ├─ Loader.load      each item; most end here
           │         └─ Judge.decide     each rejected item
           └─ Judge.ask                  a part without parts: its field, or schema, decides

Each call gets a :class:`Part` with its data and its :class:`PartPlace`, and returns the value or
``REFUSED``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import BadRequest

from ..libraries.marshmallow import run_validators
from ..schemas.faults import escape_key, flatten, write_pointer
from ..schemas.fields import REFUSED
from ..schemas.searching import Enough, Search, limit_faults
from ..wire.decoding import decode_json, too_deep
from ..wire.limits import MAX_DEPTH, SAFE_DIGITS
from ..wire.numbers import read_exactly
from .entering import ReadType
from .hooks import read_hooked
from .refused import Refused

#: The field or schema that decides about a value.
SchemaOrField: TypeAlias = "Schema | fields.Field[Any]"

#: The exceptions of msgspec, hooks and constructors for values that they reject.
REFUSALS = (msgspec.MsgspecError, ValidationError, ValueError, RecursionError, Refused)

decode_string = msgspec.json.Decoder(str).decode


def read_finite(text: str) -> float:
    """Return a number in a value of any type, with its text.

    :raises Refused: for a number that is too large for a float.
    """
    number = read_exactly(text)
    if math.isinf(number):
        raise Refused
    return number


class Loader:
    """Reads JSON bytes as one type, without its schema.

    :param node: the field or schema of the type.
    :param find_parts: returns the parts of a rejected value, if it has any.
    """

    def __init__(
        self, read_type: ReadType, node: SchemaOrField, find_parts: Callable[[], Parts | None]
    ) -> None:
        self.node = node
        self._decode = msgspec.json.Decoder(
            read_type.type, dec_hook=read_hooked, float_hook=read_finite
        ).decode
        self._build = read_type.build
        self._is_open = read_type.is_open
        self._find_parts = find_parts
        #: Returns the value, or raises one of :data:`REFUSALS`. Not for open types.
        self.read: Callable[[Any], Any] = self._read if read_type.build else self._decode

    @cached_property
    def parts(self) -> Parts | None:
        """The parts; made when a value is first rejected."""
        return self._find_parts()

    @property
    def is_open(self) -> bool:
        """Whether values may be nested more deeply than the type is."""
        return self._is_open

    def _read(self, data: Any) -> Any:
        return self._build(self._decode(data))  # type: ignore[misc]  # not None, see above

    def load(self, data: Any, depth: int = MAX_DEPTH) -> Any:
        """Return the value of the declared type, or :data:`REFUSED` if the schema has to decide.

        :param data: bytes, or a ``msgspec.Raw``.
        :param depth: the allowed depth of nesting.
        """
        if self._is_open and count_brackets(bytes(data)) > depth:
            return REFUSED
        try:
            return self.read(data)
        except REFUSALS:
            return REFUSED


def count_brackets(data: bytes) -> int:
    """Return the maximum number of arrays and objects in a JSON text."""
    return data.count(b"[") + data.count(b"{")


class Part(NamedTuple):
    """A value that is read on its own: a body, or a field, an item, a value of a larger part.

    :ivar node: its field, or its schema.
    :ivar loader: reads it without them; ``None`` for a custom field.
    """

    node: SchemaOrField
    loader: Loader | None


# A Struct because one is made for each part: it takes a fifth of the time of a NamedTuple.
class PartPlace(msgspec.Struct, frozen=True, gc=False):
    """The place of a part in a body.

    :ivar pointer: its JSON Pointer.
    :ivar depth: the allowed depth of nesting.
    """

    pointer: str
    depth: int

    def inside(self, key: str | int) -> PartPlace:
        """Return the place of the part under a key or an index."""
        return PartPlace(f"{self.pointer}/{escape_key(str(key))}", self.depth - 1)


class Judge:
    """Lets the schema decide about the rejected parts of a body, and about no others.

    :param search: has the number of faults that are searched for.
    :ivar faults: JSON Pointers with messages.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self.faults: list[tuple[str, str]] = []

    def load(self, loader: Loader, data: bytes) -> Any:
        """Return the value of a body, or :data:`REFUSED`.

        :raises Refused: if the body has to be decoded in one piece.
        :raises Enough: with the last fault that is searched for.
        """
        try:
            return self.decide(Part(loader.node, loader), data, PartPlace("", MAX_DEPTH))
        except REFUSALS as error:
            raise Refused from error

    def decide(self, part: Part, data: Any, place: PartPlace) -> Any:
        """Return the value of a rejected part, or :data:`REFUSED`."""
        parts = part.loader.parts if part.loader else None
        if parts is not None:
            try:
                return parts.judge(self, data, place)
            except msgspec.ValidationError:  # not an object, or not an array
                pass
        return self.ask(part.node, self.decode(data, place.depth), place.pointer)

    def decode(self, data: Any, depth: int) -> Any:
        """Return the JSON value of a part; msgspec decodes texts."""
        text = bytes(data)
        if text.startswith(b'"'):
            try:
                return decode_string(text)
            except (msgspec.MsgspecError, ValueError):  # half of a surrogate pair, or not UTF-8
                return decode_json(text, depth)
        if len(text) <= SAFE_DIGITS and text.removeprefix(b"-").isdigit():
            return int(text)
        return decode_json(text, depth)

    def ask(self, node: SchemaOrField, value: Any, pointer: str) -> Any:
        """Return the value that a field or schema loads from a JSON value, or :data:`REFUSED`."""
        try:
            if isinstance(node, fields.Field):  # first, because isinstance is slow for schemas
                return node.deserialize(value)
            return node.load(value)
        except ValidationError as error:
            self.refuse(error, node, pointer)
            return REFUSED

    def refuse(self, error: ValidationError, node: SchemaOrField, pointer: str) -> None:
        """Add the faults of a part."""
        for path, message in flatten(error.messages, node):
            self.note(pointer + write_pointer(path) if path else pointer, message)

    def note(self, pointer: str, message: str) -> None:
        """Add a fault.

        :raises Enough: if no more faults are searched for.
        """
        self.faults.append((pointer, message))
        self._search.left -= 1
        if self._search.left <= 0:
            raise Enough

    def finish(self, field: fields.Field[Any], values: Any, pointer: str) -> Any:
        """Return a collection of values, or :data:`REFUSED` if its validators reject it."""
        try:
            run_validators(field, values)
        except ValidationError as error:
            self.refuse(error, field, pointer)
            return REFUSED
        return values


class Parts(Protocol):
    """The parts of which a value consists."""

    def judge(self, judge: Judge, data: Any, place: PartPlace) -> Any:
        """Return the value, or :data:`REFUSED`.

        :param place: of the value.
        :raises msgspec.ValidationError: for data that does not have such parts.
        """
        ...


def judge_body(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Let the schema decide about the rejected parts of a body, and about no others.

    :param most: the number of faults that are searched for.
    :returns: the value, or :data:`REFUSED`, and the faults: JSON Pointers with messages.
    :raises werkzeug.exceptions.BadRequest: for a body that is not JSON.
    """
    try:
        return judge_parts(loader, body, most)
    except (Refused, BadRequest):  # the messages need line and column in the whole body
        return judge_whole(loader, body, most)


def judge_parts(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Return the value of a body and its faults; the schema decides about its parts."""
    with limit_faults(most) as search:
        judge = Judge(search)
        try:
            return judge.load(loader, body), judge.faults
        except Enough:
            return REFUSED, judge.faults


def judge_whole(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Return the value of a body and its faults; the schema decides about the whole body."""
    value = decode_json(body)
    with limit_faults(most) as search:
        judge = Judge(search)
        try:
            return judge.ask(loader.node, value, ""), judge.faults
        except Enough:
            return REFUSED, judge.faults
        except RecursionError as error:
            raise too_deep() from error
