"""Converts marshmallow fields to JSON Schema, with apispec and with our own conversions.

Publishing time. Our conversions replace or extend those of apispec that are wrong or incomplete. A
schema is the result of an ordered list of small functions: each gets the field and the keywords so
far, and returns more keywords.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from apispec import APISpec
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import validate

from ..declare.names import to_ascii
from ..libraries.apispec import METADATA_KEYWORDS
from ..schemas.constraints import MultipleOf, open_validators
from ..schemas.deprecation import is_deprecated
from ..schemas.families.choices import write_choice
from ..schemas.families.containers import Array, Object, PrefixArray
from ..schemas.families.model_schemas import LeanSchema, ModelSchema, wire_name
from ..schemas.families.scalars import Boolean, String
from ..schemas.families.unions import AnyOf, Tagged
from ..schemas.fields import COMPONENT_PREFIX, Described, TypedField, copy_without_null
from ..schemas.json_texts import JsonInText
from ..schemas.marshmallow_forms import find_form
from ..schemas.registry import EMPTY_IS_NULL
from ..wire.jsonvalues import NotJson, find_json_fault, to_json
from .constraints import (
    WIRE_PATTERNS,
    ConstraintConversions,
    intersect,
    write_number_keys,
)
from .examples import find_example, is_plain_scalar, needs_example
from .fitting import reject_mismatch
from .illustrating import illustrate
from .keywords import Keywords, Written, is_numeric, join_all, write_value
from .naming import base_name
from .omitting import Omissions
from .own import Own, all_schemas, find_references, read_own, refer
from .samples import NO_VALUE, SampleSource
from .schemawords import list_examples, reject_keyword_value, write_as_objects
from .variants import (
    Direction,
    Use,
    Variant,
    Variants,
    find_present,
    ignored_fields,
    inherit,
    moving_fields,
    reject_unopened,
    rest_of,
)

#: JSON Schema's names for the formats of marshmallow's text fields.
MARSHMALLOW_FORMATS = {"email": "email", "url": "uri"}
#: The keywords for unknown keys, by marshmallow's policy.
CLOSED = {
    ma.EXCLUDE: {},
    ma.INCLUDE: {"additionalProperties": True},
    ma.RAISE: {"additionalProperties": False},
}
#: The keywords of a reference or a union, which stay together if null is allowed too.
WHOLE_KEYWORDS = ("$ref", "oneOf", "discriminator", "required", "title")
#: Keywords whose values are values of the field.
VALUES = ("default", "example", "examples", "enum")
#: The keyword that a conversion writes, for messages.
CONVERSION_KEYWORDS = {
    "field2own_schema": "type",
    "nested2properties": "$ref",
    "pluck2properties": "type",
}
#: The classes of fields that a conversion is called for; those that are not listed are for all.
CONVERTED_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "field2wire_patterns": tuple(kind for kind, *_ in WIRE_PATTERNS),
    "nested2properties": ma.fields.Nested,
    "pluck2properties": ma.fields.Pluck,
    "list2properties": ma.fields.List,
    "array2properties": Array,
    "tuple2properties": ma.fields.Tuple,
    "dict2properties": ma.fields.Dict,
    "object2properties": Object,
    "union2properties": (AnyOf, Tagged),
    "timedelta2properties": ma.fields.TimeDelta,
}
#: The classes of validators that a conversion of constraints is called for.
CONVERTED_VALIDATORS: Mapping[str, type | tuple[type, ...]] = {
    "field2choices": (validate.OneOf, validate.NoneOf, validate.Equal),
    "field2formats": (validate.Email, validate.URL),
    "field2bounds": validate.Range,
    "field2lengths": validate.Length,
    "field2multiple_of": MultipleOf,
    "field2patterns": validate.Regexp,
    "field2wire_patterns": object,
    "field2members": (validate.ContainsOnly, validate.ContainsNoneOf),
    "field2words": object,
}
#: Conversions that have keywords only for a field whose attribute is true.
CONVERTED_ATTRIBUTES = {
    "field2read_only": "dump_only",
    "field2write_only": "load_only",
    "metadata2properties": "metadata",
    "field2nullable": "allow_none",
}
#: The schema of a read-only key in a request, which is ignored and may have any value.
IGNORED = {"readOnly": True, "description": "Ignored in requests."}


@dataclass(frozen=True, slots=True)
class Components:
    """The components of a document.

    :param names: the component names by use of a schema, assigned beforehand.
    :param own: the component names by component that a field defines itself.
    :param omissions: collects the values that the document leaves out.
    :param made: the names of the components that are written already.
    """

    spec: APISpec
    names: Mapping[Use, str]
    own: Mapping[Own, str]
    omissions: Omissions
    made: set[str] = field(default_factory=set)


class TypedConverter(ConstraintConversions, OpenAPIConverter):
    """apispec's converter, extended for the fields of flask_typed.

    :param components: the components of the document, shared by the converters of both directions.
    :param direction: whether to describe values in requests or in responses.
    """

    def __init__(self, components: Components, direction: Direction) -> None:
        super().__init__(components.spec.openapi_version, None, components.spec)
        self._components = components
        self._direction: Direction = direction
        self._around: Variant | None = None
        self._variants = Variants()
        self._conversions: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        self._examples: dict[tuple[type, str], Any] = {}

    def init_attribute_functions(self) -> None:
        """Set the order of conversions; later ones see the keywords of earlier ones."""
        self.field_mapping = dict(self.field_mapping)  # apispec shares its own in the process
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

    def describe(self, field: ma.fields.Field[Any]) -> Keywords:
        """Return the keywords of a field. Its examples may have names, as those of a parameter do.

        Each conversion runs separately: if one fails, its keyword is left out and the field stays.
        """
        written: Keywords = {}
        for convert in self._find_conversions(field):
            try:  # a context manager for each would double the time
                written.update(convert(field, ret=written))
            except Exception as error:
                self.note(field, CONVERSION_KEYWORDS.get(convert.__name__, "a keyword"), error)
        if "default" in written and not self._may_have_default(field, written):
            del written["default"]
        return written

    def _may_have_default(self, field: ma.fields.Field[Any], written: Keywords) -> bool:
        """Return whether the default of a field is published.

        ``null`` is not: generators make it a value of fields that have no ``null``, and a field
        that may be left out is optional without it. marshmallow does not apply the defaults of a
        schema that is ``partial``.
        """
        if self._around is not None and self._around.partial:
            return not self._around.is_optional(str(field.name))
        try:
            reject_default(field, written["default"], written)
        except Exception as error:
            self.note(field, "default", error)
            return False
        return written["default"] is not None

    def _find_conversions(self, field: ma.fields.Field[Any]) -> tuple[Any, ...]:
        """Return the conversions that can add keywords to a field, in their order."""
        kinds = find_constraints(field)
        is_plain = not field.metadata
        key = type(field), kinds, field.dump_only, field.load_only, is_plain, field.allow_none
        found = self._conversions.get(key)
        if found is None:
            skipped = {
                name
                for name in CONVERTED_ATTRIBUTES
                if not getattr(field, CONVERTED_ATTRIBUTES[name])
            }
            if isinstance(field, TypedField):
                skipped.add("field2default")  # it is in the metadata
            skipped.update(
                name
                for name, converted in CONVERTED_VALIDATORS.items()
                if not any(issubclass(kind, converted) for kind in kinds)
            )
            found = self._conversions[key] = tuple(
                convert
                for convert in self.attribute_functions
                if convert.__name__ not in skipped
                and isinstance(field, CONVERTED_KINDS.get(convert.__name__, object))
            )
        return found

    def field2property(self, field: ma.fields.Field[Any]) -> Keywords:
        """Return the schema of a field, with an example if pages need one."""
        return self.add_example(field, list_examples(self.describe(field)))

    def add_example(self, field: ma.fields.Field[Any], written: Keywords) -> Keywords:
        """Return the keywords of a field with an example, unless pages can do without."""
        if not needs_example(field, written):
            return written
        value = self.find_example(field, written)
        return written if value is NO_VALUE else {**written, "examples": [value]}

    def find_example(self, field: ma.fields.Field[Any], written: Keywords) -> Any:
        """Return a JSON value that a field accepts, or :data:`NO_VALUE`."""
        if isinstance(field, JsonInText):
            value = self.find_example(field.inner, self.describe(field.inner))
            return value if value is NO_VALUE else json.dumps(value)
        source = SampleSource(self.spec.components.schemas)
        if not is_plain_scalar(field):
            return find_example(field, written, source)
        key = type(field), str(written)
        if key not in self._examples:
            self._examples[key] = find_example(field, written, source)
        return self._examples[key]

    def note(self, field: ma.fields.Field[Any], word: Any, error: Exception) -> None:
        """Record that a keyword of a field is left out.

        :param word: the keyword, or the validator that is converted.
        """
        name = word if isinstance(word, str) else type(word).__name__
        self._components.omissions.note(self._place(field), name, error)

    def _place(self, field: ma.fields.Field[Any]) -> str:
        """Return the place of a field in words."""
        name = getattr(field, "name", None) or field.data_key
        place = f"field {name!r}" if name else f"a field of {type(field).__name__}"
        return f"{place} of {self._around.schema_class.__name__}" if self._around else place

    def field2own_schema(self, field: ma.fields.Field[Any], ret: Keywords) -> Mapping[str, Any]:
        """Return the schema that a field of ours has; for others, apispec's type and our form."""
        if isinstance(field, TypedField):
            return self._refer_own(field.describe(self._direction), field)
        form = find_form(field)
        known: Keywords = self.describe(form) if form else {}
        typed: Keywords = self.field2type_and_format(field)
        if isinstance(form, String) and typed.get("format") in MARSHMALLOW_FORMATS:
            return {**known, "format": MARSHMALLOW_FORMATS[typed["format"]]}
        return known or typed or self._describe_unknown(field)

    def metadata2properties(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """Return the keywords in the metadata that can be published, with our defaults."""
        written: Keywords = {}
        for word, value in read_metadata(field.metadata).items():
            if word == "default" and not isinstance(field, TypedField):
                continue
            try:
                written[word] = self._write_word(field, word, value)
            except Exception as error:
                self.note(field, word, error)
        return written

    def _write_word(self, field: ma.fields.Field[Any], word: str, value: Any) -> Any:
        """Return the value of a keyword in the metadata.

        :raises NotJson: if the value cannot be published.
        """
        known = write_named(field, value) if word in VALUES else to_json(value)
        reject_keyword_value(word, known)
        if word == "enum":
            return intersect([known])
        for name in find_references(known):
            if name not in self._names:
                raise NotJson(f"no component is called {name!r}")
        return write_as_objects(word, known)

    @property
    def _names(self) -> set[str]:
        """The names of all components of the document."""
        return {*self._components.names.values(), *self._components.own.values()}

    def _describe_unknown(self, field: ma.fields.Field[Any]) -> Keywords:
        """Return the schema of an unknown field: any value, but null only if it allows it."""
        if isinstance(field, ma.fields.Nested) or field.dump_only or field.allow_none:
            return {}
        if isinstance(field, ma.fields.Mapping):
            return {"type": "object"}
        return {"type": ["array", "boolean", "number", "object", "string"]}

    def _refer_own(self, described: Described, field: TypedField) -> Keywords:
        """Return a field's schema, or a reference to it; components that it needs are made."""
        if described.component is None and not described.definitions:
            return dict(described.schema)
        names = {name: self._components.own[own] for name, own in read_own(described).items()}
        illustrated: Mapping[str, Any] = {}
        if not self._components.made.issuperset(names.values()):
            illustrated = all_schemas(described)
            with self._components.omissions.omitting(self._place(field), "examples"):
                illustrated = illustrate(described, field)
        for local in all_schemas(described):
            if names[local] not in self._components.made:
                self._components.made.add(names[local])
                written: Keywords = refer(illustrated[local], names.__getitem__)
                title = {} if to_ascii(local) == local else {"title": local}
                self.spec.components.schema(names[local], Written({**title, **written}))
        if described.component is not None:
            return {"$ref": COMPONENT_PREFIX + names[described.component]}
        inline: Keywords = refer(described.schema, names.__getitem__)
        return inline

    def field2default(self, field: ma.fields.Field[Any], **_: Any) -> Keywords:
        """The default in its wire form."""
        with self._components.omissions.omitting(self._place(field), "default"):
            if "default" in field.metadata:
                return {"default": write_named(field, field.metadata["default"])}
            default = field.load_default
            if default is not ma.missing and not callable(default):
                return {"default": write_value(field, default)}
        return {}

    def nested2properties(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return a reference to the component of a schema; the first reference writes it."""
        if not isinstance(field, ma.fields.Nested) or isinstance(field, ma.fields.Pluck):
            return {}
        schema = field.schema  # raises if it cannot be created
        reference = self._refer(field)
        return {"type": "array", "items": reference} if field.many or schema.many else reference

    def pluck2properties(self, field: ma.fields.Pluck, **_: Any) -> Keywords:
        """Return the schema of a plucked field, perhaps in an array."""
        reject_unopened(field)
        plucked = self.field2property(field.schema.fields[field.field_name])
        return {"type": "array", "items": plucked} if field.many else plucked

    def _refer(self, field: ma.fields.Nested) -> Keywords:
        inherited = inherit(self._around.partial, field.name) if self._around else None
        variant = self._variants.find(field, inherited)
        name = self._components.names[variant, self._direction]
        if name not in self._components.made:
            self._components.made.add(name)  # first: a recursive type refers to itself
            outside, self._around = self._around, variant
            try:
                self.spec.components.schema(name, Written(self._write_component(variant)))
            finally:
                self._around = outside
        reference: Keywords = self.spec.components.get_ref("schema", name)
        return reference

    def _write_component(self, variant: Variant) -> Keywords:
        schema = variant.schema
        moving = moving_fields(schema, self._direction)
        present = find_present(variant, self._direction)
        names = {name: str(wire_name(name, field)) for name, field in schema.fields.items()}
        required = sorted(names[name] for name in moving if name in present)
        ignored = ignored_fields(schema) if self._direction == "in" else ()
        properties = {
            names[name]: self.field2property(field) if name in moving else dict(IGNORED)
            for name, field in shown_fields(schema).items()
            if name in moving or names[name] in ignored
        }
        return {
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            **self._write_words(variant),
            **self._describe_rest(variant),
        }

    def _write_words(self, variant: Variant) -> Keywords:
        """Return the title, description and ``deprecated`` of a component.

        If OpenAPI does not allow the type's name as a component name, the type's name is the title.
        """
        own_name = base_name(variant)
        words: Keywords = {} if to_ascii(own_name) == own_name else {"title": own_name}
        for word in ("title", "description"):
            if hasattr(variant.schema.Meta, word):
                place = f"{variant.schema_class.__name__}.Meta"
                with self._components.omissions.omitting(place, word):
                    value = to_json(getattr(variant.schema.Meta, word))
                    reject_keyword_value(word, value)
                    words[word] = value
        if isinstance(variant.schema, ModelSchema) and is_deprecated(variant.schema.model.origin):
            words["deprecated"] = True
        return words

    def _describe_rest(self, variant: Variant) -> Keywords:
        """Return ``additionalProperties``."""
        rest = [self.field2property(field) for field in rest_of(variant.schema)]
        return {"additionalProperties": rest[0]} if rest else CLOSED[variant.unknown]

    def array2properties(self, field: Array, ret: Keywords) -> Keywords:
        """Return ``uniqueItems`` of a set, and a pattern that keeps the separator out of items."""
        written: Keywords = {"uniqueItems": True} if field.unique else {}
        items = ret["items"]
        if (
            field.separator
            and items.get("type") == "string"
            and {"enum", "format"}.isdisjoint(items)
        ):
            pattern = {"pattern": f"^[^{field.separator}]*$"}
            written["items"] = {**items, **join_all(items, [pattern])}
        return written

    def tuple2properties(self, field: ma.fields.Tuple, ret: Keywords) -> Keywords:
        """Return an array with a schema for each position.

        ``maxItems`` closes it. ``items`` describes only further items: some generators read it as
        the schema of every item.
        """
        items = [self.field2property(item) for item in field.tuple_fields]
        places = {"prefixItems": items} if items else {}
        if isinstance(field, PrefixArray):
            least = max(len(items), ret.get("minItems", 0))
            rest = self.field2property(field.rest)
            return {"type": "array", **places, "items": rest, "minItems": least}
        return {"type": "array", **places, "minItems": len(items), "maxItems": len(items)}

    def object2properties(self, field: Object, **_: Any) -> Keywords:
        """Return ``propertyNames`` of a mapping, unless every string is a valid key."""
        names = self._write_key(field.key_field)
        return {} if names == String.json_schema else {"propertyNames": names}

    def _write_key(self, key: ma.fields.Field[Any]) -> Mapping[str, Any]:
        keywords: Keywords = self.field2property(key)
        if "$ref" not in keywords or not isinstance(key, TypedField):
            return as_text(keywords)
        schema = key.describe(self._direction).schema
        return keywords if schema.get("type") == "string" else as_text(schema)

    def union2properties(self, field: AnyOf | Tagged, **_: Any) -> Keywords:
        """Return ``anyOf`` of a union; of a tagged one ``oneOf`` with a discriminator."""
        if isinstance(field, AnyOf):
            return {"anyOf": [self.field2property(member) for member in field.members]}
        references = {tag: self.field2property(member) for tag, member in field.members.items()}
        members = list({id(field.members[tag]): ref for tag, ref in references.items()}.values())
        mapping = {tag: reference["$ref"] for tag, reference in references.items()}
        discriminator = {"propertyName": field.tag, "mapping": mapping}
        needed = self._direction == "in" and field.has_optional_tag
        required = {"required": [field.tag]} if needed else {}
        return {"oneOf": members, "discriminator": discriminator, **required}

    def field2nullable(self, field: ma.fields.Field[Any], ret: Keywords) -> Keywords:
        """Return ``null`` as an additional type, and in a list of values."""
        has_null = field.allow_none and not field.metadata.get(EMPTY_IS_NULL)
        if not has_null or "null" in ret.get("type", ()):
            return {}
        closed = {"enum": intersect([[*ret["enum"], None]])} if "enum" in ret else {}
        if "type" in ret:
            branches = {"allOf": list(map(add_null, ret["allOf"]))} if "allOf" in ret else {}
            return {**add_null({"type": ret["type"]}), **closed, **branches}
        if "anyOf" in ret:
            return {"anyOf": [*ret["anyOf"], {"type": "null"}]}
        if not any(key in ret for key in WHOLE_KEYWORDS if key != "title"):
            return closed
        whole = {key: ret.pop(key) for key in WHOLE_KEYWORDS if key in ret}
        return {"anyOf": [whole, {"type": "null"}]}


def add_null(schema: Keywords) -> Keywords:
    """Return a schema that allows ``null`` beside its type, if it has one."""
    kind = schema.get("type", [])
    kinds = [kind] if isinstance(kind, str) else kind
    return {**schema, "type": [*kinds, "null"]} if kinds else schema


def find_constraints(field: ma.fields.Field[Any]) -> tuple[type, ...]:
    """Return the classes of a field's validators; ``object`` is for its remark, or other checks."""
    found = tuple(map(type, open_validators(field.validators))) if field.validators else ()
    has_more = getattr(field, "checks", ()) or getattr(field, "remark", None)
    return (*found, object) if has_more else found


def shown_fields(schema: ma.Schema) -> Mapping[str, ma.fields.Field[Any]]:
    """Return the fields of a schema as the document shows them: without null if it is left out."""
    if not (isinstance(schema, LeanSchema) and schema.excluded.none):
        return schema.fields
    shown = {key: show_without_null(field) for key, field in schema.fields.items()}
    return {key: field for key, field in shown.items() if field is not None}


def show_without_null(field: ma.fields.Field[Any]) -> ma.fields.Field[Any] | None:
    """Return a field without null; ``None`` if it has no other value."""
    return field.without_null() if isinstance(field, TypedField) else copy_without_null(field)


def read_metadata(metadata: Mapping[Any, Any]) -> Keywords:
    """Return the JSON Schema keywords in a field's metadata."""
    dashed = {
        key.replace("_", "-") if key.startswith("x_") else key: value
        for key, value in metadata.items()
        if isinstance(key, str)
    }
    return {
        key: value
        for key, value in dashed.items()
        if key in METADATA_KEYWORDS or key.startswith("x-")
    }


def write_named(field: ma.fields.Field[Any], value: Any) -> Any:
    """Return the JSON form of a value, or of a list of values, in the metadata of a field.

    JSON values stay unchanged. The field dumps any other value, such as a date.

    :raises NotJson: if neither JSON nor the field can express the value.
    """
    if find_json_fault(value) is None:
        return to_json(value)
    try:
        return write_value(field, value)
    except Exception:  # a value of another type: its class may raise anything
        several = isinstance(value, list)
        return [write_named(field, item) for item in value] if several else to_json(value)


def reject_default(field: ma.fields.Field[Any], default: Any, keywords: Keywords) -> None:
    """Raise if the field or its schema does not allow a default.

    :raises NotJson: with the reason.
    """
    if default is None and field.allow_none:
        return
    if not isinstance(field, TypedField):  # ours are checked at registration
        try:
            field.deserialize(default)
        except ma.ValidationError as error:
            raise NotJson(f"the field rejects it: {error}") from error
    reject_mismatch(keywords, default)


def as_text(keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of a mapping's key, which is always a string in JSON."""
    if keywords.get("type") == "string":
        return keywords
    if "enum" in keywords:
        return {"type": "string", "enum": [write_choice(value) for value in keywords["enum"]]}
    if is_numeric(keywords):
        return write_number_keys(keywords)
    if keywords.get("type") == "boolean":
        words = Boolean.truthy | Boolean.falsy
        return {"type": "string", "enum": sorted(word for word in words if isinstance(word, str))}
    return String.json_schema
