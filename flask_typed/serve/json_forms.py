"""Values in their JSON form outside of a request: ``Typed.load`` and ``Typed.dump``.

Any time; a form is made at the first use of its type, under the app's lock.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import ValidationError, fields
from werkzeug.exceptions import BadRequest

from ..codec.codecs import Codecs
from ..codec.loading import judge_body
from ..exceptions import DataFault, DataInvalid
from ..messages.recognizing import find_code
from ..schemas.completing import complete_schemas
from ..schemas.factory import SchemaFactory
from ..schemas.faults import flatten, write_pointer
from ..schemas.fields import REFUSED, dump_value
from ..wire.decoding import decode_json
from .collecting import Faults, loading_values
from .responding import write_body


class JsonForm:
    """Reads and writes the values of one type, by the rules of bodies.

    :param name: of the type in messages.
    :param most: the number of faults that an error lists.
    """

    def __init__(
        self, field: fields.Field[Any], name: str, codecs: Codecs | None, most: int
    ) -> None:
        self._field = field
        self._name = name
        self._most = most
        self._loader = codecs.make_loader(field) if codecs else None
        self._dumper = codecs.make_dumper(field) if codecs else None

    def load(self, data: Any) -> Any:
        """Return the value of JSON data.

        :param data: a JSON value, or bytes with its text.
        :raises DataInvalid: with the faults of the data.
        """
        try:
            if isinstance(data, (bytes, bytearray)):
                return self._load_text(bytes(data))
            return self._load_value(data)
        except BadRequest as error:
            raise self._make_error([("", error.description or "")]) from error

    def _load_text(self, text: bytes) -> Any:
        if self._loader is None:
            return self._load_value(decode_json(text))
        loaded = self._loader.load(text)
        if loaded is not REFUSED:
            return loaded
        loaded, found = judge_body(self._loader, text, self._most)
        if found:
            raise self._make_error(found)
        return loaded

    def _load_value(self, value: Any) -> Any:
        try:
            with loading_values(Faults(self._most)):
                return self._field.deserialize(value)
        except ValidationError as error:
            found = list(flatten(error.messages, self._field))[: self._most]
            faults = ((write_pointer(path), message) for path, message in found)
            raise self._make_error(faults) from error

    def _make_error(self, faults: Iterable[tuple[str, str]]) -> DataInvalid:
        """Return the error for faults: the pointer and the message of each."""
        return DataInvalid(tuple(make_fault(*fault) for fault in faults), self._name)

    def dump(self, value: Any) -> Any:
        """Return the JSON value of a value.

        :raises ResponseMismatch: for a value that is not of the type.
        """
        return dump_value(self._field, value)

    def dump_json(self, value: Any) -> bytes:
        """Return the JSON text of a value.

        :raises ResponseMismatch: for a value that is not of the type.
        """
        return write_body(self._field, value, self._dumper)


def make_fault(pointer: str, message: str) -> DataFault:
    """Return a fault with the code of its message."""
    return DataFault(pointer, find_code(message), message)


def make_form(factory: SchemaFactory, kind: Any, codecs: Codecs | None, most: int) -> JsonForm:
    """Return the form of a type.

    :raises DeclarationError: for a type without one.
    """
    field = factory.shared(kind)
    factory.check_examples()
    complete_schemas(field)
    return JsonForm(field, factory.name(kind), codecs, most)
