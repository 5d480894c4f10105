"""Converts URL rules to paths, and werkzeug's converters to schemas of path variables.

Publishing time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import fields
from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)
from werkzeug.routing.converters import NumberConverter

from ..libraries.werkzeug import host_parts, path_parts
from .examples import find_path_example, is_plain_scalar
from .samples import NO_VALUE

#: The escapes of characters with a special meaning in a path of OpenAPI.
ESCAPED = {ord(character): f"%{ord(character):02X}" for character in "{}?#"}


def write_path(rule: Rule) -> str:
    """Return the path of a rule with its variables in braces."""
    return write_parts(path_parts(rule))


def write_parts(parts: Iterable[tuple[bool, str]]) -> str:
    """Return a text with its variables in braces. Literal braces are escaped."""
    return "".join(f"{{{text}}}" if dynamic else text.translate(ESCAPED) for dynamic, text in parts)


def write_servers(rule: Rule, server_name: str | None) -> list[dict[str, Any]]:
    """Return the server of a rule for one host or subdomain; none for other rules.

    :param server_name: the app's ``SERVER_NAME``, the parent domain of a subdomain.
    """
    parts = host_parts(rule)
    host = write_parts(parts)
    if not host:
        return []
    if not rule.map.host_matching:
        if server_name is None:
            return []
        host = f"{host}.{server_name}"
    variables = {text: {"default": text} for dynamic, text in parts if dynamic}
    return [{"url": f"//{host}", **({"variables": variables} if variables else {})}]


def describe_number(converter: NumberConverter) -> Mapping[str, Any]:
    """Return the bounds of a numeric converter. Only a signed one accepts negative numbers."""
    least = converter.min if converter.min is not None else None if converter.signed else 0
    bounds = {"minimum": least, "maximum": converter.max}
    return {keyword: bound for keyword, bound in bounds.items() if bound is not None}


def describe_any(converter: AnyConverter) -> Mapping[str, Any]:
    """Return the texts that an ``any`` converter accepts."""
    return {"type": "string", "enum": sorted(converter.items)}


def describe_string(converter: UnicodeConverter) -> Mapping[str, Any]:
    """Return the length of a text, which werkzeug keeps only in the regular expression."""
    found = re.fullmatch(r"\[\^/\]\{(\d+)(,?)(\d*)\}", converter.regex)
    if not found:
        return {"type": "string"}
    least, several, most = int(found[1]), bool(found[2]), found[3]
    bounds = {"minLength": least} if least > 1 else {}
    if most or not several:
        bounds["maxLength"] = int(most or least)
    return {"type": "string", **bounds}


#: Werkzeug's own classes.
OWN_CONVERTERS = frozenset(
    (
        *(IntegerConverter, FloatConverter, UUIDConverter),
        *(AnyConverter, PathConverter, UnicodeConverter),
    )
)
#: The functions that describe converters; looked up by class, in order.
CONVERTERS: tuple[tuple[type[BaseConverter], Callable[[Any], Mapping[str, Any]]], ...] = (
    (IntegerConverter, lambda converter: {"type": "integer", **describe_number(converter)}),
    (FloatConverter, lambda converter: {"type": "number", **describe_number(converter)}),
    (UUIDConverter, lambda converter: {"type": "string", "format": "uuid"}),
    (AnyConverter, describe_any),
    (PathConverter, lambda converter: {"type": "string"}),
    (UnicodeConverter, describe_string),
)


def describe_converter(converter: BaseConverter) -> Mapping[str, Any]:
    """Return the schema of a converter's variable; ``string`` for a user's own converter."""
    found = (describe for kind, describe in CONVERTERS if isinstance(converter, kind))
    describe = next(found, None)
    return describe(converter) if describe else {"type": "string"}


def write_path_parameter(
    name: str,
    converter: BaseConverter,
    parameter: Mapping[str, Any] = MappingProxyType({}),
    field: fields.Field[Any] | None = None,
) -> dict[str, Any]:
    """Return the Parameter Object of a variable of a path, with an example.

    :param parameter: the Parameter Object of the view's argument, if the view takes it.
    :param field: of the argument.
    """
    schema = {**describe_converter(converter), **parameter.get("schema", {})}
    written = {"in": "path", "name": name, "required": True, **parameter}
    if parameter.keys().isdisjoint(("example", "examples")):
        example = find_path_example(converter, schema, field)
        written.update({} if example is NO_VALUE else {"example": example})
    return {**written, "schema": schema}


def is_common(converter: BaseConverter, field: fields.Field[Any] | None) -> bool:
    """Return whether variables of the same name and classes are written alike."""
    if type(converter) not in OWN_CONVERTERS:
        return False
    return field is None or (is_plain_scalar(field) and not (field.metadata or field.allow_none))


def identify_converter(converter: BaseConverter) -> tuple[Any, ...]:
    """Return the class and the options of a converter of werkzeug's."""
    options = (getattr(converter, name, None) for name in ("min", "max", "fixed_digits"))
    return type(converter), converter.regex, *options
