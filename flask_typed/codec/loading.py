"""JSON bytes → values of the declared types; what is refused is judged by its schema, part by part.

Request time. Only the smallest parts that are refused are decoded and loaded through their fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

import msgspec
from marshmallow import Schema, ValidationError, fields, missing
from werkzeug.exceptions import BadRequest

from ..schemas.families.containers import Object
from ..schemas.families.model_schemas import GeneratedSchema
from ..schemas.faults import escape, flatten, write_pointer
from ..schemas.fields import REFUSED
from ..schemas.searching import Enough, Search, limit_faults
from ..wire.decoding import decode_json, too_deep
from ..wire.limits import MAX_DEPTH, SAFE_DIGITS
from ..wire.numbers import read_exactly
from .entering import Form
from .hooks import read_hooked
from .refused import Refused

#: What msgspec, hooks and constructors raise for what they refuse.
REFUSALS = (msgspec.MsgspecError, ValidationError, ValueError, RecursionError, Refused)

decode_text = msgspec.json.Decoder(str).decode


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
    :param find_parts: returns what judges the parts of a value that was refused, if it has any.
    """

    def __init__(
        self,
        form: Form,
        node: Schema | fields.Field[Any],
        find_parts: Callable[[], Parts | None],
    ) -> None:
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
            return self.decide(loader, loader.node, data, "", MAX_DEPTH)
        except REFUSALS as error:
            raise Refused from error

    def decide(
        self,
        loader: Loader | None,
        node: Schema | fields.Field[Any],
        data: Any,
        place: str,
        depth: int,
    ) -> Any:
        """Return the value of a part that was refused, or :data:`REFUSED`.

        :param loader: nothing for a part that is not accelerated.
        :param place: its JSON Pointer.
        :param depth: how deep it may be nested.
        """
        parts = loader.parts if loader else None
        if parts is not None:
            try:
                return parts.judge(self, data, place, depth - 1)
            except msgspec.ValidationError:  # no object, no array
                pass
        return self.ask(node, self.decode(data, depth), place)

    def decode(self, data: Any, depth: int) -> Any:
        """Return the JSON value of a part; of one that is a text, by msgspec."""
        text = bytes(data)
        if text.startswith(b'"'):
            try:
                return decode_text(text)
            except (msgspec.MsgspecError, ValueError):  # half of a surrogate pair, no UTF-8
                return decode_json(text, depth)
        if len(text) <= SAFE_DIGITS and text.removeprefix(b"-").isdigit():
            return int(text)
        return decode_json(text, depth)

    def ask(self, node: Schema | fields.Field[Any], value: Any, place: str) -> Any:
        """Return what a field makes of a JSON value, or :data:`REFUSED`."""
        try:
            if isinstance(node, fields.Field):  # first: a schema's class is slow to be asked
                return node.deserialize(value)
            return node.load(value)
        except ValidationError as error:
            self.refuse(error, node, place)
            return REFUSED

    def refuse(self, error: ValidationError, node: Schema | fields.Field[Any], place: str) -> None:
        """Note what is wrong with a part."""
        for path, message in flatten(error.messages, node):
            self.note(place + write_pointer(path) if path else place, message)

    def note(self, place: str, message: str) -> None:
        """Note a fault.

        :raises Enough: if no more are looked for.
        """
        self.faults.append((place, message))
        self._search.left -= 1
        if self._search.left <= 0:
            raise Enough

    def finish(self, field: fields.Field[Any], values: Any, place: str) -> Any:
        """Return a collection of values, or :data:`REFUSED` if its validators refuse it."""
        try:
            field._validate(values)
        except ValidationError as error:
            self.refuse(error, field, place)
            return REFUSED
        return values

    def take_all(
        self,
        loader: Loader | None,
        node: Schema | fields.Field[Any],
        parts: Iterable[tuple[str | int, Any]],
        place: str,
        depth: int,
    ) -> Iterator[Any]:
        """Yield the value of each part of a collection, or :data:`REFUSED`.

        :param parts: keys or indexes, with data.
        :param place: of the collection.
        """
        # What is open is not tried first: it would be tried again at each level inside of it.
        read = loader if loader and not loader.is_open else None
        for key, data in parts:
            value = read.load(data, depth) if read else REFUSED
            if value is REFUSED:  # only then is its place asked for
                value = self.decide(loader, node, data, f"{place}/{escape(str(key))}", depth)
            yield value


class Parts(Protocol):
    """Of what a value consists."""

    def judge(self, judge: Judge, data: Any, place: str, depth: int) -> Any:
        """Return the value, or :data:`REFUSED`.

        :param depth: how deep each part may be nested.
        :raises msgspec.ValidationError: for data that does not consist of such parts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Members:
    """The fields of an object, by their names on the wire."""

    schema: GeneratedSchema
    loaders: Mapping[str, Loader | None]
    #: What reads the values of fields whose depth is no question.
    quick: Mapping[str, Callable[[Any], Any]]
    read: ClassVar[Any] = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

    def judge(self, judge: Judge, data: Any, place: str, depth: int) -> Any:
        """Return the object, or :data:`REFUSED`."""
        loaders, quick = self.loaders, self.quick
        raws = self.read(data)
        known = {}
        for name, raw in raws.items():
            read_quickly = quick.get(name)
            if read_quickly is None:
                if name not in loaders:
                    judge.decode(raw, depth)  # it has to be JSON as all the rest
                continue
            try:
                known[name] = read_quickly(raw)
            except REFUSALS:
                continue

        def read(name: str, field: fields.Field[Any], raw: Any) -> Any:
            if raw is missing:
                return judge.ask(field, missing, f"{place}/{escape(name)}")
            return judge.decide(loaders[name], field, raw, f"{place}/{escape(name)}", depth)

        def refuse(name: str, messages: list[str]) -> None:
            for message in messages:
                judge.note(f"{place}/{escape(name)}", message)

        try:
            return self.schema.build(raws, read, refuse, known=known)
        except ValidationError as error:
            judge.refuse(error, self.schema, place)
            return REFUSED


@dataclass(frozen=True, slots=True)
class Items:
    """The items of an array.

    :param inner: the field or schema of an item.
    :param collect: makes the collection of the items.
    """

    field: fields.Field[Any]
    inner: Schema | fields.Field[Any]
    loader: Loader | None
    collect: Callable[[list[Any]], Any]
    read: ClassVar[Any] = msgspec.json.Decoder(list[msgspec.Raw]).decode

    def judge(self, judge: Judge, data: Any, place: str, depth: int) -> Any:
        """Return the collection, or :data:`REFUSED`."""
        count = len(judge.faults)
        parts = enumerate(self.read(data))
        items = list(judge.take_all(self.loader, self.inner, parts, place, depth))
        if len(judge.faults) > count:
            return REFUSED
        return judge.finish(self.field, self.collect(items), place)


@dataclass(frozen=True, slots=True)
class Values:
    """The values of an object with free keys."""

    field: Object
    loader: Loader | None

    def judge(self, judge: Judge, data: Any, place: str, depth: int) -> Any:
        """Return the mapping, or :data:`REFUSED`."""
        field = self.field
        count = len(judge.faults)
        raws = Members.read(data)
        taken = judge.take_all(self.loader, field.value_field, raws.items(), place, depth)
        values = dict(zip(raws, taken, strict=True))
        return REFUSED if len(judge.faults) > count else judge.finish(field, values, place)


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
