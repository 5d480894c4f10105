"""GraphQL's scalars: their texts are those of REST.

Registration and request time. Strawberry's own ``Date`` and others accept and write other texts
than REST does, so the graph replaces their definitions.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from graphql import GraphQLError, ValueNode, value_from_ast_untyped
from marshmallow import ValidationError, fields, validate
from strawberry.file_uploads import Upload
from strawberry.scalars import ID, JSON
from strawberry.types.scalar import ScalarDefinition
from werkzeug.datastructures import FileStorage

from ..exceptions import ResponseMismatch
from ..libraries.strawberry import make_scalar_annotation
from ..messages.recognizing import find_code
from ..schemas.constraints import open_validators
from ..schemas.factory import SchemaFactory
from ..schemas.families.decimals import PLAIN_NOTATION, DecimalNumber, DecimalText
from ..schemas.families.encoded import Address, Base64
from ..schemas.families.flags import Flags
from ..schemas.families.scalars import UUID, Anything, Boolean, Float, Integer, Null, String
from ..schemas.families.temporal import AnyDateTime, Date, DateTime, Duration, LocalDateTime, Time
from ..schemas.fields import TypedField
from ..schemas.graph_fields import IdText
from ..schemas.json_texts import JsonInText
from ..wire.encoding import encode
from ..wire.limits import MAX_NUMBER_LENGTH
from .shown import Shown

#: GraphQL's ``Int`` has 32 bits.
INT_RANGE = range(-(2**31), 2**31)


@dataclass(frozen=True)
class ScalarForm:
    """Reads and writes the values of a scalar by a field.

    :param keeps_text: whether the values are the texts themselves, which are only checked.
    """

    field: TypedField
    python_type: type
    keeps_text: bool = False

    def read(self, value: Any) -> Any:
        """Return the Python value of a value that a client has sent.

        :raises graphql.GraphQLError: if it is none.
        """
        try:
            loaded = self.field.load(value)
        except ValidationError as error:
            message = " ".join(map(str, error.messages))
            raise GraphQLError(message, extensions={"code": find_code(message)}) from error
        return value if self.keeps_text else loaded

    def read_literal(self, node: ValueNode, variables: Any = None) -> Any:
        """Return the Python value of a literal of a document.

        :raises graphql.GraphQLError: if it is none, with its place.
        """
        try:
            return self.read(read_json_literal(node, variables))
        except GraphQLError as error:
            raise GraphQLError(error.message, node, extensions=error.extensions) from error

    def write(self, value: Any) -> Any:
        """Return the value for the client.

        marshmallow's schemas and pydantic have written their values already.

        :raises ResponseMismatch: if the value is not of the type.
        """
        if not isinstance(value, str):
            return self.field.dump(value)
        try:
            loaded = self.field.load(value)
        except ValidationError as error:
            raise ResponseMismatch(
                self.field.expected, f"one that breaks: {error.messages}"
            ) from error
        return value if self.keeps_text else self.field.dump(loaded)


def read_json_literal(node: ValueNode, variables: Any = None) -> Any:
    """Return the JSON value of a literal.

    :raises graphql.GraphQLError: for a number that JSON cannot have.
    """
    value = read_json_variable(value_from_ast_untyped(node, variables))
    try:
        with suppress(TypeError):  # a variable, whose value is not there in validation
            encode(value)
    except ValueError as error:
        raise GraphQLError("A number is too large.", node) from error
    return value


def define(name: str, description: str, form: ScalarForm, url: str | None = None) -> Any:
    """Return the definition of a scalar."""
    return ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=url,
        serialize=form.write,
        parse_value=form.read,
        parse_literal=form.read_literal,
        origin=form.python_type,
    )


ISO_8601 = "https://www.iso.org/iso-8601-date-and-time-format.html"
ECMA_404 = "https://ecma-international.org/publications-and-standards/standards/ecma-404/"
MULTIPART_REQUEST = "https://github.com/jaydenseric/graphql-multipart-request-spec"
RFC_3339 = "https://www.rfc-editor.org/rfc/rfc3339"
RFC_4648 = "https://www.rfc-editor.org/rfc/rfc4648#section-4"
RFC_9562 = "https://www.rfc-editor.org/rfc/rfc9562"

#: The scalars of Python's types: their names, descriptions and specifications.
SCALAR_KINDS: Mapping[Any, tuple[str, str, str | None]] = {
    uuid.UUID: ("UUID", "A UUID in its canonical text form.", RFC_9562),
    Decimal: ("Decimal", "A decimal number as text, which keeps every digit.", None),
    dt.datetime: ("DateTime", "A date and time with an offset.", RFC_3339),
    dt.date: ("Date", "A date.", RFC_3339),
    dt.time: ("Time", "A time, with or without an offset.", RFC_3339),
    dt.timedelta: ("Duration", "A duration, without years and months.", ISO_8601),
    bytes: ("Base64", "Bytes in base64, with padding.", RFC_4648),
    ipaddress.IPv4Address: ("IPv4Address", "An IPv4 address.", None),
    ipaddress.IPv6Address: ("IPv6Address", "An IPv6 address.", None),
    ipaddress.IPv4Network: ("IPv4Network", "An IPv4 network.", None),
    ipaddress.IPv6Network: ("IPv6Network", "An IPv6 network.", None),
    ipaddress.IPv4Interface: ("IPv4Interface", "An IPv4 address and its network.", None),
    ipaddress.IPv6Interface: ("IPv6Interface", "An IPv6 address and its network.", None),
}


def define_scalars(factory: SchemaFactory) -> dict[object, ScalarDefinition]:
    """Return the definitions of scalars by Python's types, for Strawberry's schema."""
    found = {python_type: make_definition(factory, python_type) for python_type in SCALAR_KINDS}
    return {**found, JSON: define_json(), Upload: define_upload()}


def define_upload() -> Any:
    """Return the definition of files, which only a form has: Strawberry's accepts any value."""

    def read_literal(node: ValueNode, variables: Any = None) -> Any:
        raise GraphQLError("A file is a part of a form.", node)

    return ScalarDefinition(
        name="Upload",
        description="A file in a form.",
        specified_by_url=MULTIPART_REQUEST,
        serialize=str,
        parse_value=read_upload,
        parse_literal=read_literal,
        origin=None,
    )


def read_upload(value: Any) -> Any:
    """Return a file.

    :raises graphql.GraphQLError: for any other value.
    """
    if not isinstance(value, FileStorage):
        raise GraphQLError("A file is a part of a form.")
    return value


def read_json_variable(value: Any) -> Any:
    """Return a JSON value.

    :raises graphql.GraphQLError: if it has a file.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, (list, dict)):
            waiting.extend(one.values() if isinstance(one, dict) else one)
        elif isinstance(one, FileStorage):
            raise GraphQLError("A file is no JSON value.")
    return value


def define_json() -> Any:
    """Return the definition of JSON values: a literal has no other numbers than a variable."""

    return ScalarDefinition(
        name="JSON",
        description="Any JSON value.",
        specified_by_url=ECMA_404,
        serialize=lambda value: value,
        parse_value=read_json_variable,
        parse_literal=read_json_literal,
        origin=None,
    )


def make_definition(factory: SchemaFactory, python_type: type) -> ScalarDefinition:
    """Return the definition of the scalar of a type, in the form that REST has."""
    name, description, url = SCALAR_KINDS[python_type]
    field: Any = factory.json(python_type)
    form = ScalarForm(field, python_type)
    made: ScalarDefinition = define(name, description, form, url)
    if python_type in EXACT_WRITERS:
        made.serialize = make_scalar_writer(python_type, EXACT_WRITERS[python_type], form.write)
    return made


def write_plain_decimal(number: Decimal) -> str:
    """Return the text of a Decimal if it is in plain notation already; else an empty text."""
    text = str(number)
    return text if len(text) <= MAX_NUMBER_LENGTH and PLAIN_NOTATION.fullmatch(text) else ""


#: What writes most values of a class in less time than their field; empty for any other value.
EXACT_WRITERS: Mapping[Any, Callable[[Any], str]] = {
    dt.date: dt.date.isoformat,
    uuid.UUID: str,
    Decimal: write_plain_decimal,
}


def make_scalar_writer(
    python_type: type, write: Callable[[Any], str], write_others: Callable[[Any], Any]
) -> Callable[[Any], Any]:
    """Return what writes the values of a class, and any other value as its field does."""

    def write_value(value: Any) -> Any:
        return (write(value) if type(value) is python_type else "") or write_others(value)

    return write_value


BIG_INT = make_scalar_annotation(
    define("BigInt", "An integer of any size.", ScalarForm(Integer(), int)),
)
DECIMAL_NUMBER = make_scalar_annotation(
    define("DecimalNumber", "A JSON number with every digit.", ScalarForm(DecimalNumber(), Decimal))
)
LOCAL_DATETIME = make_scalar_annotation(
    define(
        "LocalDateTime",
        "A date and time without an offset.",
        ScalarForm(LocalDateTime(), str, keeps_text=True),
    )
)
ANY_DATETIME = make_scalar_annotation(
    define(
        "AnyDateTime",
        "A date and time, with or without an offset.",
        ScalarForm(AnyDateTime(), str, keeps_text=True),
    )
)


def find_bounds(field: fields.Field[Any]) -> Iterator[Any]:
    """Yield the bounds in the validators of a field."""
    for validator in open_validators(field.validators):
        if isinstance(validator, validate.Range):
            yield from (bound for bound in (validator.min, validator.max) if bound is not None)


def show_integer(field: Integer) -> Shown:
    """Return ``Int``, or ``BigInt`` if a bound tells that values may be larger."""
    is_big = any(int(bound) not in INT_RANGE for bound in find_bounds(field))
    return Shown(BIG_INT if is_big else int)


def show_flags(field: Flags) -> Shown:
    """Return the type of a sum of members."""
    return Shown(int if field.mask in INT_RANGE else BIG_INT, field.dump)


def show_datetime(field: DateTime) -> Shown:
    """Return ``DateTime``; naive values of an annotation with ``AssumeUTC()`` get their zone."""
    return Shown(dt.datetime, partial(field.validated, dumped=None) if field.naive_is_utc else None)


def show_address(field: Address) -> Shown:
    """Return the type of an address."""
    return Shown(field.kind.python_type)


#: The type of each class of field; the first match wins.
SHOWN_SCALARS: tuple[tuple[type, Callable[[Any], Shown]], ...] = (
    (Flags, show_flags),
    (Integer, show_integer),
    (Float, lambda field: Shown(float)),
    (Boolean, lambda field: Shown(bool)),
    (IdText, lambda field: Shown(ID)),
    (String, lambda field: Shown(str)),
    (UUID, lambda field: Shown(uuid.UUID)),
    (DecimalText, lambda field: Shown(Decimal)),
    (DecimalNumber, lambda field: Shown(DECIMAL_NUMBER)),
    (LocalDateTime, lambda field: Shown(LOCAL_DATETIME)),
    (AnyDateTime, lambda field: Shown(ANY_DATETIME)),
    (DateTime, show_datetime),
    (Date, lambda field: Shown(dt.date)),
    (Time, lambda field: Shown(dt.time)),
    (Duration, lambda field: Shown(dt.timedelta)),
    (Base64, lambda field: Shown(bytes)),
    (Address, show_address),
    (JsonInText, lambda field: Shown(str, field.dump)),
    (Anything, lambda field: Shown(JSON, field.dump)),
    (Null, lambda field: Shown(type(None))),
)


def show_scalar(field: fields.Field[Any]) -> Shown | None:
    """Return the type of a scalar; ``None`` for any other field."""
    return next((show(field) for kind, show in SHOWN_SCALARS if isinstance(field, kind)), None)
