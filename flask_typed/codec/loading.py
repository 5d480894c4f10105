"""JSON bytes → values of the declared types; what is refused is judged by its schema, part by part.

Request time. Only the smallest parts that are refused are decoded and loaded through their fields::

    Loader.load                          all of a body; most bodies end here
    Judge.load                           a body that was refused: the first part
      └─ Judge.decide                    a part that was refused
           ├─ parts.Members.judge        an object with named fields
           │    ├─ Loader.read           each field; most end here
           │    └─ GeneratedSchema.build those that were refused or are absent
           │         └─ MemberReading.read
           │              └─ Judge.decide
           ├─ parts.Items.judge          an array; parts.Values.judge, an object with free keys
           │    └─ parts.take_all
           │         ├─ Loader.load      each item; most end here
           │         └─ Judge.decide     each that was refused
           └─ Judge.ask                  it has no parts: its field, or schema, decides

A :class:`Part` goes down with its data and its :class:`Place`; up comes its value, or ``REFUSED``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeAlias

import msgspec
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import BadRequest

from ..schemas.faults import escape_key, flatten, write_pointer
from ..schemas.fields import REFUSED
from ..schemas.searching import Enough, Search, limit_faults
from ..wire.decoding import decode_json, too_deep
from ..wire.limits import MAX_DEPTH, SAFE_DIGITS
from ..wire.numbers import read_exactly
from .entering import Form
from .hooks import read_hooked
from .refused import Refused

#: What decides about a value: the field of one, or the schema of an object.
Node: TypeAlias = "Schema | fields.Field[Any]"

#: What msgspec, hooks and constructors raise for what they refuse.
REFUSALS = (msgspec.MsgspecError, ValidationError, ValueError, RecursionError, Refused)

decode_string = msgspec.json.Decoder(str).decode


def read_finite(text: str) -> float:
    """Return a number of a value of any type, as it was written.

    :raises Refused: for one that is too large.
    """
    number = read_exactly(text)
    if math.isinf(number):
        raise Refused
    return number


class Loader:
    """Reads JSON bytes as one type, without its schema.

    :param node: the field or schema of the type.
    :param find_parts: returns what judges the parts of a value that was refused, if it has some.
    """

    def __init__(self, form: Form, node: Node, find_parts: Callable[[], Parts | None]) -> None:
        self.node = node
        self._decode = msgspec.json.Decoder(
            form.type, dec_hook=read_hooked, float_hook=read_finite
        ).decode
        self._build = form.build
        self._is_open = form.is_open
        self._find_parts = find_parts
        #: Returns the value, or raises one of :data:`REFUSALS`; not for what is open.
        self.read: Callable[[Any], Any] = self._read if form.build else self._decode

    @cached_property
    def parts(self) -> Parts | None:
        """What judges the parts; not made before something is refused."""
        return self._find_parts()

    @property
    def is_open(self) -> bool:
        """Whether values may be nested more deeply than the type is."""
        return self._is_open

    def _read(self, data: Any) -> Any:
        return self._build(self._decode(data))  # type: ignore[misc]  # is there, see above

    def load(self, data: Any, depth: int = MAX_DEPTH) -> Any:
        """Return the value of the declared type, or :data:`REFUSED` if the schema has to decide.

        :param data: bytes, or a piece of what msgspec has read.
        :param depth: how deep it may be nested.
        """
        if self._is_open and count_brackets(bytes(data)) > depth:
            return REFUSED
        try:
            return self.read(data)
        except REFUSALS:
            return REFUSED


def count_brackets(data: bytes) -> int:
    """Return how many arrays and objects begin in a JSON text, at most."""
    return data.count(b"[") + data.count(b"{")


class Part(NamedTuple):
    """What is read on its own: a body, or a field, an item, a value of what is around it.

    :ivar node: its field, or its schema.
    :ivar loader: reads it without them; nothing for a field of the user's own.
    """

    node: Node
    loader: Loader | None


# A Struct, since one is made for each part: that takes a fifth of a NamedTuple's time.
class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a part stands in a body.

    :ivar pointer: its JSON Pointer.
    :ivar depth: how deep it may be nested.
    """

    pointer: str
    depth: int

    def inside(self, key: str | int) -> Place:
        """Return the place of what stands under a key or an index."""
        return Place(f"{self.pointer}/{escape_key(str(key))}", self.depth - 1)


class Judge:
    """Lets the schema decide about a body that was refused, and about no more of it than that.

    :param search: says how many faults are looked for.
    :ivar faults: what is wrong: JSON Pointers with messages.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        self.faults: list[tuple[str, str]] = []

    def load(self, loader: Loader, data: bytes) -> Any:
        """Return the value of a body, or :data:`REFUSED`.

        :raises Refused: if the body has to be decoded in one piece.
        :raises Enough: with the last fault that is looked for.
        """
        try:
            return self.decide(Part(loader.node, loader), data, Place("", MAX_DEPTH))
        except REFUSALS as error:
            raise Refused from error

    def decide(self, part: Part, data: Any, place: Place) -> Any:
        """Return the value of a part that was refused, or :data:`REFUSED`."""
        parts = part.loader.parts if part.loader else None
        if parts is not None:
            try:
                return parts.judge(self, data, place)
            except msgspec.ValidationError:  # no object, no array
                pass
        return self.ask(part.node, self.decode(data, place.depth), place.pointer)

    def decode(self, data: Any, depth: int) -> Any:
        """Return the JSON value of a part; of one that is a text, by msgspec."""
        text = bytes(data)
        if text.startswith(b'"'):
            try:
                return decode_string(text)
            except (msgspec.MsgspecError, ValueError):  # half of a surrogate pair, no UTF-8
                return decode_json(text, depth)
        if len(text) <= SAFE_DIGITS and text.removeprefix(b"-").isdigit():
            return int(text)
        return decode_json(text, depth)

    def ask(self, node: Node, value: Any, pointer: str) -> Any:
        """Return what a field makes of a JSON value, or :data:`REFUSED`."""
        try:
            if isinstance(node, fields.Field):  # first: a schema's class is slow to be asked
                return node.deserialize(value)
            return node.load(value)
        except ValidationError as error:
            self.refuse(error, node, pointer)
            return REFUSED

    def refuse(self, error: ValidationError, node: Node, pointer: str) -> None:
        """Note what is wrong with a part."""
        for path, message in flatten(error.messages, node):
            self.note(pointer + write_pointer(path) if path else pointer, message)

    def note(self, pointer: str, message: str) -> None:
        """Note a fault.

        :raises Enough: if no more are looked for.
        """
        self.faults.append((pointer, message))
        self._search.left -= 1
        if self._search.left <= 0:
            raise Enough

    def finish(self, field: fields.Field[Any], values: Any, pointer: str) -> Any:
        """Return a collection of values, or :data:`REFUSED` if its validators refuse it."""
        try:
            field._validate(values)
        except ValidationError as error:
            self.refuse(error, field, pointer)
            return REFUSED
        return values


class Parts(Protocol):
    """Of what a value consists, and who judges it."""

    def judge(self, judge: Judge, data: Any, place: Place) -> Any:
        """Return the value, or :data:`REFUSED`.

        :param place: of the value.
        :raises msgspec.ValidationError: for data that does not consist of such parts.
        """
        ...


def judge_body(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Let the schema decide about a body that was refused, and about no more of it than that.

    :param most: how many faults are looked for.
    :returns: the value, or :data:`REFUSED`, and the faults: JSON Pointers with messages.
    :raises werkzeug.exceptions.BadRequest: for a body that is not JSON.
    """
    try:
        return judge_parts(loader, body, most)
    except (Refused, BadRequest):  # what is said of the whole is said with its places
        return judge_whole(loader, body, most)


def judge_parts(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Return the value of a body, and its faults, where the schema decides about its parts."""
    with limit_faults(most) as search:
        judge = Judge(search)
        try:
            return judge.load(loader, body), judge.faults
        except Enough:
            return REFUSED, judge.faults


def judge_whole(loader: Loader, body: bytes, most: int) -> tuple[Any, list[tuple[str, str]]]:
    """Return the same, where the schema decides about all of a body."""
    value = decode_json(body)
    with limit_faults(most) as search:
        judge = Judge(search)
        try:
            return judge.ask(loader.node, value, ""), judge.faults
        except Enough:
            return REFUSED, judge.faults
        except RecursionError as error:
            raise too_deep() from error
