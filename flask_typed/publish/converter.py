"""marshmallow fields → JSON Schema: apispec, with converters of ours where it is wrong or silent.

Publishing time. A conversion is an ordered list of small functions of one shape: field and what is
known so far in, more keywords out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import marshmallow as ma
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import make_schema_key, resolve_schema_instance
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import validate

from ..schemas.choices import write_text
from ..schemas.constraints import MultipleOf, Predicate
from ..schemas.containers import Array, Object
from ..schemas.fields import TypedField
from ..schemas.scalars import NUMBER, Boolean, String
from ..schemas.unions import AnyOf, Tagged

Keywords = dict[str, Any]

#: The keywords for the length of each JSON type.
LENGTHS = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}


class TypedConverter(OpenAPIConverter):
    """apispec's converter, which also knows the fields that flask_typed makes."""

    def init_attribute_functions(self) -> None:
        """Set the order of conversions; later ones see what earlier ones said."""
        self.field_mapping = dict(self.field_mapping)  # apispec's is one for the whole process
        self.attribute_functions: list[Any] = [
            self.field2own_schema,
            self.field2default,
            self.field2choices,
            self.field2read_only,
            self.field2write_only,
            self.field2bounds,
            self.field2lengths,
            self.field2multiple_of,
            self.field2patterns,
            self.metadata2properties,
            self.enum2properties,
            self.nested2properties,
            self.pluck2properties,
            self.list2properties,
            self.array2properties,
            self.tuple2properties,
            self.dict2properties,
            self.object2properties,
            self.union2properties,
            self.timedelta2properties,
            self.datetime2properties,
            self.field2words,
            self.field2nullable,
        ]

    def field2own_schema(self, field: ma.fields.Field[Any], ret: Keywords) -> Mapping[str, Any]:
        """Our fields know their schema; apispec knows marshmallow's."""
        if isinstance(field, TypedField):
            return field.json_schema
        schema: Keywords = self.field2type_and_format(field)
        return schema

    def field2default(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """Our fields carry their default in its wire form, in the metadata."""
        return {} if isinstance(field, TypedField) else super().field2default(field)

    def field2choices(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The values that ``OneOf`` and ``Equal`` leave; ``ContainsOnly`` is about items."""
        closed: list[Any] = [
            [v.comparable] if isinstance(v, validate.Equal) else v.choices
            for v in open_validators(field.validators)
            if isinstance(v, (validate.Equal, validate.OneOf))
            and not isinstance(v, validate.ContainsOnly)
        ]
        if not closed:
            return {}
        left = [value for value in closed[0] if all(value in values for values in closed)]
        return {"enum": [field._serialize(value, None, None) for value in left]}

    def field2bounds(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Numeric bounds; the bounds of what travels as text are said in words."""
        bounds: Keywords = {}
        if is_numeric(ret):
            for range_ in find_validators(field, validate.Range):
                set_bound(bounds, "minimum", range_.min, range_.min_inclusive)
                set_bound(bounds, "maximum", range_.max, range_.max_inclusive)
        return bounds

    def field2lengths(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """The length of text, arrays and objects."""
        kind = ret.get("type", "array" if is_many(field) else "")
        if not isinstance(kind, str) or kind not in LENGTHS:
            return {}
        lengths: Keywords = {}
        for length in find_validators(field, validate.Length):
            exact = length.equal
            least, most = (length.min, length.max) if exact is None else (exact, exact)
            for keyword, bound, pick in zip(LENGTHS[kind], (least, most), (max, min), strict=True):
                if bound is not None:
                    lengths[keyword] = pick(bound, lengths.get(keyword, bound))
        return lengths

    def field2multiple_of(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """``multipleOf`` of numbers."""
        found = [to_number(v.multiple_of) for v in find_validators(field, MultipleOf)]
        if not found or not is_numeric(ret):
            return {}
        others = {"allOf": [{"multipleOf": number} for number in found[1:]]} if found[1:] else {}
        return {"multipleOf": found[0], **others}

    def field2patterns(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Patterns, anchored at the start as marshmallow matches them; several hold together."""
        patterns = [write_pattern(v.regex) for v in find_validators(field, validate.Regexp)]
        patterns = ([ret["pattern"]] if "pattern" in ret else []) + patterns
        if not patterns:
            return {}
        others = {"allOf": [{"pattern": p} for p in patterns[1:]]} if patterns[1:] else {}
        return {"pattern": patterns[0], **others}

    def array2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """A set is an array whose items are unique."""
        return {"uniqueItems": True} if isinstance(field, Array) and field.unique else {}

    def tuple2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """A tuple is an array of a fixed length, each place with its own schema."""
        if not isinstance(field, ma.fields.Tuple):
            return {}
        items = [self.field2property(item) for item in field.tuple_fields]
        bounds = {"minItems": len(items), "maxItems": len(items)}
        return {"type": "array", **({"prefixItems": items} if items else {}), **bounds}

    def datetime2properties(self, field: ma.fields.Field[Any], **kwargs: Any) -> Keywords:
        """apispec's, without keywords that are ``None`` or that JSON Schema does not have."""
        said: Keywords = super().datetime2properties(field, **kwargs)
        for keyword in [keyword for keyword, value in said.items() if value is None]:
            del said[keyword]
            kwargs["ret"].pop(keyword, None)
        said.pop("min", None)
        return said

    def object2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The keys of a mapping, where not every text is one."""
        if not isinstance(field, Object):
            return {}
        names = as_text(self.field2property(field.key_field))
        return {} if names == String.json_schema else {"propertyNames": names}

    def union2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """A union is any of its members; a tagged one is one of them, told apart by a key."""
        if isinstance(field, AnyOf):
            return {"anyOf": [self.field2property(member) for member in field.members]}
        if not isinstance(field, Tagged):
            return {}
        references = {tag: self.field2property(member) for tag, member in field.members.items()}
        members = list({id(field.members[tag]): ref for tag, ref in references.items()}.values())
        mapping = {tag: reference["$ref"] for tag, reference in references.items()}
        discriminator = {"propertyName": field.tag, "mapping": mapping}
        return {"oneOf": members, "discriminator": discriminator}

    def field2words(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """What JSON Schema cannot say of the constraints goes into the description."""
        words = [*describe_bounds(field, ret), *describe_conditions(field)]
        if not words:
            return {}
        return {"description": " ".join(filter(None, [ret.get("description"), *words]))}

    def field2nullable(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """``null`` beside the type; a closed set of values gets it too."""
        if not field.allow_none or "null" in ret.get("type", ()):
            return {}
        for keyword in ("anyOf", "oneOf"):
            if keyword in ret and "$ref" not in ret:
                return {keyword: [*ret[keyword], {"type": "null"}]}
        closed = {"enum": [*ret["enum"], None]} if "enum" in ret else {}
        return {**super().field2nullable(field, ret), **closed}


class TypedPlugin(MarshmallowPlugin):
    """apispec's marshmallow plugin with our converter and names that are decided beforehand."""

    Converter = TypedConverter
    converter: TypedConverter  # pyright: ignore[reportIncompatibleVariableOverride]  # ours

    def __init__(self, names: Mapping[Any, str]) -> None:
        super().__init__(schema_name_resolver=lambda schema: names[schema_key(schema)])


def schema_key(schema: Any) -> Any:
    """Return what tells a schema and its modifiers from others."""
    return make_schema_key(resolve_schema_instance(schema))


def find_validators(field: ma.fields.Field[Any], kind: type) -> list[Any]:
    """Return the validators of a class, those inside ``And`` too."""
    return [
        validator for validator in open_validators(field.validators) if isinstance(validator, kind)
    ]


def open_validators(validators: Iterable[Any]) -> Iterable[Any]:
    """Yield validators, with ``And`` replaced by what it joins."""
    for validator in validators:
        if isinstance(validator, validate.And):
            yield from open_validators(validator.validators)
        else:
            yield validator


def is_numeric(keywords: Mapping[str, Any]) -> bool:
    """Say whether a schema is a number's."""
    return keywords.get("type") in ("integer", "number")


def is_many(field: ma.fields.Field[Any]) -> bool:
    """Say whether a nested field holds a list."""
    return isinstance(field, ma.fields.Nested) and bool(field.many or field.schema.many)


def set_bound(bounds: Keywords, keyword: str, bound: Any, inclusive: bool) -> None:
    """Note a bound; of several, the narrowest that is left is the one that JSON Schema can hold."""
    if bound is None:
        return
    name = keyword if inclusive else f"exclusive{keyword.capitalize()}"
    pick = max if keyword == "minimum" else min
    number = to_number(bound)
    bounds[name] = pick(number, bounds.get(name, number))


def to_number(value: Any) -> Any:
    """Return a bound as a JSON number."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def write_pattern(regex: re.Pattern[Any]) -> str:
    """Return a pattern as JSON Schema reads it: not anchored unless it says so."""
    pattern = str(regex.pattern).replace(r"\Z", "$").replace(r"\A", "^")
    return pattern if pattern.startswith("^") else f"^(?:{pattern})"


def as_text(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a mapping's key, which is always a string on the wire."""
    if keywords.get("type") == "string":
        return keywords
    if "enum" in keywords:
        return {"type": "string", "enum": [write_text(value) for value in keywords["enum"]]}
    if is_numeric(keywords):
        return {"type": "string", "pattern": f"^{NUMBER.pattern}$"}
    if keywords.get("type") == "boolean":
        words = Boolean.truthy | Boolean.falsy
        return {"type": "string", "enum": sorted(word for word in words if isinstance(word, str))}
    return String.json_schema


def describe_bounds(field: ma.fields.Field[Any], keywords: Keywords) -> Iterable[str]:
    """Yield sentences for bounds on what is no JSON number."""
    if is_numeric(keywords):
        return
    for range_ in find_validators(field, validate.Range):
        for bound, inclusive, word in (
            (range_.min, range_.min_inclusive, "least"),
            (range_.max, range_.max_inclusive, "most"),
        ):
            if bound is not None:
                than = "greater" if word == "least" else "less"
                yield f"At {word} {bound}." if inclusive else f"Must be {than} than {bound}."


def describe_conditions(field: ma.fields.Field[Any]) -> Iterable[str]:
    """Yield sentences for conditions that only Python can check."""
    said = (
        validate.Range,
        validate.Length,
        validate.Regexp,
        validate.OneOf,
        validate.Equal,
        MultipleOf,
    )
    for validator in open_validators(field.validators):
        if isinstance(validator, Predicate):
            yield f"Must satisfy {validator.words}."
        elif isinstance(validator, validate.ContainsOnly) or not isinstance(validator, said):
            name = getattr(validator, "__name__", type(validator).__name__)
            yield f"Checked further by {name}."
