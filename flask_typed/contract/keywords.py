"""The keywords of JSON Schema, for the comparison with responses.

Request time; imported when a value is first compared, because it imports ``jsonschema``. The
functions here replace those of the library that read numbers or patterns differently, take more
time than reading the value once, or write the value into a message.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from jsonschema import (  # type: ignore[import-untyped]  # has no types of its own
    Draft4Validator,
    Draft202012Validator,
    FormatChecker,
    SchemaError,
    ValidationError,
)
from jsonschema import validators as library

from ..review.references import JSONObject
from ..schemas.constraints import is_multiple
from .patterns import compile_pattern
from .values import are_unique, is_json_integer, is_json_number, make_equality_key

Errors = Iterator[ValidationError]

#: Compares a value with a keyword. Gets the validator, the keyword's value, the value, the schema.
KeywordCheck = Callable[[Any, Any, Any, JSONObject], Errors]


@dataclass(frozen=True, slots=True)
class Memory:
    """The results that are kept while one value is compared.

    :param fitting: whether a part of the value fits a schema, by the ids of both. Without it,
        recursive unions would repeat the same comparison exponentially often.
    :param choices: the keys of the choices of an ``enum``, by its id.
    """

    fitting: dict[tuple[int, int], bool] = field(default_factory=dict)
    choices: dict[int, frozenset[Hashable]] = field(default_factory=dict)


memory: ContextVar[Memory] = ContextVar("flask_typed_memory")


class SchemaValidator:
    """Compares values with one schema.

    :param schema: including the components that it refers to.
    :param version: of OpenAPI; 3.0 has a dialect of its own.
    """

    def __init__(self, schema: JSONObject, version: str) -> None:
        kind = Dialect30 if version.startswith("3.0") else Dialect31
        self._validator = kind(schema, format_checker=FORMAT_CHECKER)

    def find_errors(self, value: Any, most: int) -> list[ValidationError]:
        """Return the first errors of a value."""
        token = memory.set(Memory())
        try:
            return list(islice(self._validator.iter_errors(value), most))
        finally:
            memory.reset(token)


def find_schema_mistake(schema: Any, version: str) -> tuple[tuple[str | int, ...], str] | None:
    """Return the path to a part of a schema that is not valid, and the mistake; ``None`` without.

    :param version: of OpenAPI.
    """
    kind = Dialect30 if version.startswith("3.0") else Dialect31
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        return tuple(error.absolute_path), error.message
    return None


def fits(validator: Any, value: Any, schema: Any) -> bool:
    """Return whether a part of a value fits a schema."""
    if not isinstance(value, (dict, list)):
        return next(validator.descend(value, schema), None) is None
    found, key = memory.get().fitting, (id(value), id(schema))
    if key not in found:
        found[key] = next(validator.descend(value, schema), None) is None
    return found[key]


def check_type(validator: Any, kinds: Any, value: Any, schema: JSONObject) -> Errors:
    """Compare the type."""
    names = [kinds] if isinstance(kinds, str) else kinds
    if not any(validator.is_type(value, name) for name in names):
        yield ValidationError("")


def check_nullable_type(validator: Any, kinds: Any, value: Any, schema: JSONObject) -> Errors:
    """Compare the type; in OpenAPI 3.0, ``nullable`` also allows ``null``."""
    if value is not None or schema.get("nullable") is not True:
        yield from check_type(validator, kinds, value, schema)


def check_required(validator: Any, names: Any, value: Any, schema: JSONObject) -> Errors:
    """Check that all required members are present."""
    if isinstance(value, dict) and not all(name in value for name in names):
        yield ValidationError("")


def check_additional(validator: Any, allowed: Any, value: Any, schema: JSONObject) -> Errors:
    """Compare the members that the schema does not name."""
    if not isinstance(value, dict):
        return
    named = schema.get("properties", {})
    patterns = [compile_pattern(pattern) for pattern in schema.get("patternProperties", {})]
    others = [
        name
        for name in value
        if name not in named and not any(p and p.search(name) for p in patterns)
    ]
    if allowed is False and others:
        yield ValidationError("")
    elif isinstance(allowed, Mapping):
        for name in others:
            yield from validator.descend(value[name], allowed, path=name)


def check_names(validator: Any, names: Any, value: Any, schema: JSONObject) -> Errors:
    """Compare the names of members."""
    if isinstance(value, dict) and not all(fits(validator, name, names) for name in value):
        yield ValidationError("")


def check_any_of(validator: Any, branches: Any, value: Any, schema: JSONObject) -> Errors:
    """Check that a branch fits."""
    if not any(fits(validator, value, branch) for branch in branches):
        yield ValidationError("")


def check_one_of(validator: Any, branches: Any, value: Any, schema: JSONObject) -> Errors:
    """Check that exactly one branch fits; a tag selects the branch."""
    tagged = find_tagged(schema.get("discriminator"), value)
    if tagged in branches:
        yield from validator.descend(value, branches[branches.index(tagged)])
    elif sum(fits(validator, value, branch) for branch in branches) != 1:
        yield ValidationError("")


def find_tagged(discriminator: Any, value: Any) -> JSONObject | None:
    """Return the branch that an object's tag selects."""
    if not isinstance(discriminator, Mapping) or not isinstance(value, dict):
        return None
    tag = value.get(discriminator.get("propertyName"))
    reference = discriminator.get("mapping", {}).get(tag) if isinstance(tag, str) else None
    return {"$ref": reference} if reference else None


def check_unique(validator: Any, unique: Any, value: Any, schema: JSONObject) -> Errors:
    """Check that no two items are equal."""
    if unique and isinstance(value, list) and not are_unique(value):
        yield ValidationError("")


def check_enum(validator: Any, choices: Any, value: Any, schema: JSONObject) -> Errors:
    """Check that the value is among the choices."""
    known = memory.get().choices
    if id(choices) not in known:
        known[id(choices)] = frozenset(map(make_equality_key, choices))
    if make_equality_key(value) not in known[id(choices)]:
        yield ValidationError("")


def check_const(validator: Any, constant: Any, value: Any, schema: JSONObject) -> Errors:
    """Compare the value with the only allowed one."""
    if make_equality_key(value) != make_equality_key(constant):
        yield ValidationError("")


def check_not(validator: Any, excluded: Any, value: Any, schema: JSONObject) -> Errors:
    """Check that a value does not fit a schema."""
    if fits(validator, value, excluded):
        yield ValidationError("")


def make_limit(kind: type[list[Any]] | type[dict[Any, Any]], *, least: bool) -> KeywordCheck:
    """Return the check of the length of an array or an object."""

    def check_length(validator: Any, limit: Any, value: Any, schema: JSONObject) -> Errors:
        if isinstance(value, kind) and (len(value) < limit if least else len(value) > limit):
            yield ValidationError("")

    return check_length


def check_multiple(validator: Any, step: Any, value: Any, schema: JSONObject) -> Errors:
    """Compare a number, exactly."""
    if is_json_number(value) and not is_multiple(Decimal(value), Decimal(step)):
        yield ValidationError("")


def check_pattern(validator: Any, pattern: str, value: Any, schema: JSONObject) -> Errors:
    """Search a text for a pattern. A pattern that Python cannot compile is not compared."""
    regex = compile_pattern(pattern) if isinstance(value, str) else None
    if regex is not None and not regex.search(value):
        yield ValidationError("")


KEYWORD_CHECKS: Mapping[str, KeywordCheck] = {
    "type": check_type,
    "required": check_required,
    "additionalProperties": check_additional,
    "propertyNames": check_names,
    "anyOf": check_any_of,
    "oneOf": check_one_of,
    "uniqueItems": check_unique,
    "enum": check_enum,
    "const": check_const,
    "multipleOf": check_multiple,
    "pattern": check_pattern,
    "not": check_not,
    "minItems": make_limit(list, least=True),
    "maxItems": make_limit(list, least=False),
    "minProperties": make_limit(dict, least=True),
    "maxProperties": make_limit(dict, least=False),
}

#: The types of numbers, in every version.
NUMBERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "number": lambda checker, value: is_json_number(value),
    "integer": lambda checker, value: is_json_integer(value),
}

Dialect31 = library.extend(
    Draft202012Validator,
    KEYWORD_CHECKS,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(NUMBERS),
)
#: OpenAPI 3.0 has an older JSON Schema, and ``nullable``.
Dialect30 = library.extend(
    Draft4Validator,
    {
        name: check
        for name, check in KEYWORD_CHECKS.items()
        if name not in ("propertyNames", "const")
    }
    | {"type": check_nullable_type},
    type_checker=Draft4Validator.TYPE_CHECKER.redefine_many(NUMBERS),
)

#: The compared formats: those that the standard library can read by JSON Schema's rules.
FORMAT_CHECKER = FormatChecker(formats=())

TIME_TEXT = re.compile(
    r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
DATE_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_date(text: str) -> bool:
    """Return whether a text is a date of RFC 3339 that exists in the calendar."""
    if not DATE_TEXT.fullmatch(text):
        return False
    year, month, day = map(int, text.split("-"))
    dt.date(year, month, day)
    return True


def is_date_time(text: str) -> bool:
    """Return whether a text is a date and a time of RFC 3339."""
    return text[10:11] in ("T", "t") and is_date(text[:10]) and is_time(text[11:])


def is_time(text: str) -> bool:
    """Return whether a text is a time of RFC 3339."""
    return bool(TIME_TEXT.fullmatch(text))


def is_uuid(text: str) -> bool:
    """Return whether a text is a UUID."""
    return bool(UUID_TEXT.fullmatch(text))


def is_email(text: str) -> bool:
    """Return whether a text may be an email address: a name, ``@``, and a host."""
    name, _, host = text.rpartition("@")
    return bool(name and host)


for format_name, read in {
    "date": is_date,
    "date-time": is_date_time,
    "time": is_time,
    "uuid": is_uuid,
    "email": is_email,
    "ipv4": lambda text: bool(ipaddress.IPv4Address(text)) or True,
    "ipv6": lambda text: bool(ipaddress.IPv6Address(text)) or True,
}.items():

    def check_format(value: object, read: Callable[[str], bool] = read) -> bool:
        """Compare a text with a format; all other values fit."""
        return not isinstance(value, str) or read(value)

    FORMAT_CHECKER.checks(format_name, raises=ValueError)(check_format)
