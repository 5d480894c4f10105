"""marshmallow fields → JSON Schema: apispec, with converters of ours where it is wrong or silent.

Publishing time. A conversion is an ordered list of small functions of one shape: field and what is
known so far in, more keywords out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from apispec import APISpec
from apispec.ext.marshmallow.openapi import OpenAPIConverter

from ..schemas.choices import write_text
from ..schemas.containers import Array, Object
from ..schemas.fields import Described, TypedField
from ..schemas.forms import find_form
from ..schemas.objects import wire_name
from ..schemas.scalars import Boolean, String
from ..schemas.unions import AnyOf, Tagged
from .constraints import ConstraintConversions, write_number_keys
from .keywords import Keywords, is_many, is_numeric, join_all
from .own import PREFIX, Own, all_schemas, read_own, refer
from .variants import (
    Direction,
    Use,
    Variant,
    ignored_fields,
    inherit,
    is_present,
    make_variant,
    moving_fields,
)

#: The formats of text that marshmallow has classes for, as JSON Schema calls them.
FORMATS = {"email": "email", "url": "uri"}
#: What a schema says of keys that it does not name.
CLOSED = {
    ma.EXCLUDE: {},
    ma.INCLUDE: {"additionalProperties": True},
    ma.RAISE: {"additionalProperties": False},
}
#: A read-only key in a request, where such keys are ignored: it may hold anything.
IGNORED = {"readOnly": True, "description": "Ignored in a request."}


@dataclass(frozen=True, slots=True)
class Components:
    """The components of a document: their names, decided beforehand, and which are made.

    :param names: for each use of a schema.
    :param own: for each component that a field says.
    """

    spec: APISpec
    names: Mapping[Use, str]
    own: Mapping[Own, str]
    made: set[str] = field(default_factory=set)


class TypedConverter(ConstraintConversions, OpenAPIConverter):
    """apispec's converter, which also knows the fields that flask_typed makes.

    :param components: of the document, which converters of both directions share.
    :param direction: whether it describes what enters or what leaves.
    """

    def __init__(self, components: Components, direction: Direction) -> None:
        super().__init__(components.spec.openapi_version, None, components.spec)
        self._components = components
        self._direction: Direction = direction
        self._around: Variant | None = None

    def init_attribute_functions(self) -> None:
        """Set the order of conversions; later ones see what earlier ones said."""
        self.field_mapping = dict(self.field_mapping)  # apispec's is one for the whole process
        self.attribute_functions: list[Any] = [
            self.field2own_schema,
            self.field2default,
            self.field2choices,
            self.field2read_only,
            self.field2write_only,
            self.field2formats,
            self.field2bounds,
            self.field2lengths,
            self.field2multiple_of,
            self.field2patterns,
            self.field2wire_patterns,
            self.metadata2properties,
            self.nested2properties,
            self.pluck2properties,
            self.list2properties,
            self.array2properties,
            self.field2members,
            self.tuple2properties,
            self.dict2properties,
            self.object2properties,
            self.union2properties,
            self.timedelta2properties,
            self.field2words,
            self.field2nullable,
        ]

    def field2own_schema(self, field: ma.fields.Field[Any], ret: Keywords) -> Mapping[str, Any]:
        """Our fields know their schema; of others the form says what apispec does not."""
        if isinstance(field, TypedField):
            return self._refer_own(field.describe(self._direction))
        form = find_form(field)
        known: Keywords = self.field2property(form) if form else {}
        told: Keywords = self.field2type_and_format(field)
        if isinstance(form, String) and told.get("format") in FORMATS:
            return {**known, "format": FORMATS[told["format"]]}
        return known or told or self._say_anything(field)

    def _say_anything(self, field: ma.fields.Field[Any]) -> Keywords:
        """A field of which nothing is known takes anything, but null only if it says so."""
        if isinstance(field, ma.fields.Nested) or field.dump_only or field.allow_none:
            return {}
        if isinstance(field, ma.fields.Mapping):
            return {"type": "object"}
        return {"type": ["array", "boolean", "number", "object", "string"]}

    def _refer_own(self, described: Described) -> Keywords:
        """Return a field's schema, or a reference to it; components that it needs are made."""
        names = {name: self._components.own[own] for name, own in read_own(described).items()}
        for local, schema in all_schemas(described).items():
            if names[local] not in self._components.made:
                self._components.made.add(names[local])
                written: Keywords = refer(schema, names.__getitem__)
                self.spec.components.schema(names[local], written)
        if described.component is not None:
            return {"$ref": PREFIX + names[described.component]}
        inline: Keywords = refer(described.schema, names.__getitem__)
        return inline

    def field2default(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """Our fields carry their default in its wire form, in the metadata."""
        return {} if isinstance(field, TypedField) else super().field2default(field)

    def nested2properties(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """A schema is a reference to its component, which is made when it is first referred to."""
        if not isinstance(field, ma.fields.Nested) or isinstance(field, ma.fields.Pluck):
            return {}
        reference = self._refer(field)
        return {"type": "array", "items": reference} if is_many(field) else reference

    def _refer(self, field: ma.fields.Nested) -> Keywords:
        inherited = inherit(self._around.partial, field.name) if self._around else None
        variant = make_variant(field, inherited)
        name = self._components.names[variant, self._direction]
        if name not in self._components.made:
            self._components.made.add(name)  # first: a recursive type refers to itself
            outside, self._around = self._around, variant
            self.spec.components.schema(name, self._write_component(variant))
            self._around = outside
        reference: Keywords = self.spec.components.get_ref("schema", name)
        return reference

    def _write_component(self, variant: Variant) -> Keywords:
        schema, meta = variant.schema, variant.schema.Meta
        moving = moving_fields(schema, self._direction)
        required = [name for name in moving if is_present(variant, name, self._direction)]
        names = {name: wire_name(name, field) for name, field in schema.fields.items()}
        ignored = ignored_fields(schema) if self._direction == "in" else ()
        properties = {
            names[name]: self.field2property(field) if name in moving else dict(IGNORED)
            for name, field in schema.fields.items()
            if name in moving or names[name] in ignored
        }
        said = {key: getattr(meta, key) for key in ("title", "description") if hasattr(meta, key)}
        return {
            "type": "object",
            "properties": properties,
            **({"required": sorted(names[name] for name in required)} if required else {}),
            **said,
            **CLOSED[variant.unknown],
        }

    def array2properties(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """A set is an array whose items are unique; what stands between items is in none."""
        if not isinstance(field, Array):
            return {}
        told: Keywords = {"uniqueItems": True} if field.unique else {}
        items = ret["items"]
        if (
            field.separator
            and items.get("type") == "string"
            and {"enum", "format"}.isdisjoint(items)
        ):
            told["items"] = {**items, **join_all(items, [{"pattern": f"^[^{field.separator}]*$"}])}
        return told

    def tuple2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """A tuple is an array of a fixed length, each place with its own schema.

        ``items``, of which there are none after the places, says what is in any of them to
        consumers that ask for it, or that know no ``prefixItems``.
        """
        if not isinstance(field, ma.fields.Tuple):
            return {}
        items = [self.field2property(item) for item in field.tuple_fields]
        bounds = {"minItems": len(items), "maxItems": len(items)}
        kinds = [item for index, item in enumerate(items) if item not in items[:index]]
        any_of_them = {"anyOf": kinds} if len(kinds) > 1 else kinds[0] if kinds else {}
        places = {"prefixItems": items} if items else {}
        return {"type": "array", **places, "items": any_of_them, **bounds}

    def object2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The keys of a mapping, where not every text is one."""
        if not isinstance(field, Object):
            return {}
        names = self._write_key(field.key_field)
        return {} if names == String.json_schema else {"propertyNames": names}

    def _write_key(self, key: ma.fields.Field[Any]) -> Mapping[str, Any]:
        keywords: Keywords = self.field2property(key)
        if "$ref" not in keywords or not isinstance(key, TypedField):
            return as_text(keywords)
        schema = key.describe(self._direction).schema
        return keywords if schema.get("type") == "string" else as_text(schema)

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

    def field2nullable(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """``null`` beside the type; a closed set of values gets it too."""
        if not field.allow_none or "null" in ret.get("type", ()):
            return {}
        closed = {"enum": [*ret["enum"], None]} if "enum" in ret else {}
        if "type" in ret:
            kinds = [ret["type"]] if isinstance(ret["type"], str) else ret["type"]
            return {"type": [*kinds, "null"], **closed}
        if "anyOf" in ret:
            return {"anyOf": [*ret["anyOf"], {"type": "null"}]}
        whole = {key: ret.pop(key) for key in ("$ref", "oneOf", "discriminator") if key in ret}
        return {"anyOf": [whole, {"type": "null"}]} if whole else closed


def as_text(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a mapping's key, which is always a string on the wire."""
    if keywords.get("type") == "string":
        return keywords
    if "enum" in keywords:
        return {"type": "string", "enum": [write_text(value) for value in keywords["enum"]]}
    if is_numeric(keywords):
        return write_number_keys(keywords)
    if keywords.get("type") == "boolean":
        words = Boolean.truthy | Boolean.falsy
        return {"type": "string", "enum": sorted(word for word in words if isinstance(word, str))}
    return String.json_schema
