"""Finds the variants of each schema that a document needs.

Publishing time. An instance of a marshmallow schema may be restricted (``only``, ``exclude``) or
relaxed (``partial``, ``unknown``), and its fields may differ between requests and responses. Each
variant is a component of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from marshmallow import Schema, fields

from ..bridge.pausing import Pauses
from ..declare.patches import PatchField
from ..schemas.families.containers import item_fields
from ..schemas.families.model_schemas import ForgivingSchema, LeanSchema, ModelSchema
from ..schemas.families.unions import AnyOf, Tagged
from ..schemas.fields import Described, TypedField
from ..wire.jsonvalues import NotJson

#: Whether values are in requests (bodies, parameters) or in responses.
Direction = Literal["in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
#: A field of a request or a response, which is not inside another.
Root = tuple[fields.Field[Any], Direction]
#: The required fields that may be missing: all (``True``), some, or none.
Partial = bool | frozenset[str] | Literal["patch"] | None
#: All required fields may be missing, because the schema is that of a ``Patch``.
PATCH: Literal["patch"] = "patch"


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant of a schema class, with the options that distinguish it from others.

    :param schema: an instance with these options.
    """

    schema: Schema = field(compare=False, hash=False, repr=False)
    schema_class: type[Schema]
    only: frozenset[str] | None
    exclude: frozenset[str]
    load_only: frozenset[str]
    dump_only: frozenset[str]
    partial: Partial
    unknown: str

    def is_optional(self, name: str) -> bool:
        """Return whether a required field may be missing."""
        some = isinstance(self.partial, frozenset)
        return name in self.partial if some else bool(self.partial)  # type: ignore[operator]  # some


class Variants:
    """The variants of the schemas in nested fields, each made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str | None, Partial], Variant] = {}

    def find(self, nested: fields.Nested, inherited: Partial = None) -> Variant:
        """Return the variant of the schema in a nested field.

        :param inherited: the ``partial`` of the schema around it, as far as it applies here.
        """
        schema = nested.schema
        key = id(schema), nested.unknown, inherited
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Variant(  # keeps the schema, and its id
                schema,
                type(schema),
                None if schema.only is None else frozenset(schema.only),
                frozenset(schema.exclude),
                frozenset(schema.load_only),
                frozenset(schema.dump_only),
                find_partial(nested) if inherited is None else inherited,
                nested.unknown or schema.unknown,
            )
        return found


def find_partial(nested: fields.Nested) -> Partial:
    """Return marshmallow's ``partial`` of a nested schema in a form that can be compared."""
    partial: bool | Collection[str] | None = nested.schema.partial
    if partial and isinstance(nested, PatchField):
        return PATCH
    return partial if partial is None or isinstance(partial, bool) else frozenset(partial)


def inherit(partial: Partial, name: str | None) -> Partial:
    """Return the part of a schema's ``partial`` that applies inside one of its fields."""
    if not isinstance(partial, frozenset):
        return partial
    prefix = f"{name}."
    return frozenset(key.removeprefix(prefix) for key in partial if key.startswith(prefix))


#: A variant of a schema, and the direction of its use.
Use = tuple[Variant, Direction]


def moving_fields(schema: Schema, direction: Direction) -> dict[str, fields.Field[Any]]:
    """Return the fields of a schema in requests, or those in responses."""
    return schema.load_fields if direction == "in" else schema.dump_fields


def reject_unopened(nested: fields.Nested) -> None:
    """Raise if the schema of a field cannot be created, or lacks the plucked field.

    In requests, marshmallow decides what such a field does. marshmallow, or the user's function
    that creates the schema, may raise any error.
    """
    seen: list[tuple[type[Schema], str]] = []
    field: Any = nested
    while isinstance(field, fields.Pluck):
        key = type(field.schema), field.field_name
        if key in seen:
            raise NotJson(f"{field.field_name!r} plucks itself")
        seen.append(key)
        field = field.schema.fields[field.field_name]
    if isinstance(field, fields.Nested):
        moving_fields(field.schema, "in")


def is_open(nested: fields.Nested) -> bool:
    """Return whether the schema of a field can be created, and has the plucked field."""
    try:
        reject_unopened(nested)
    except Exception:  # recorded as an omission when the field is written
        return False
    return True


def rest_of(schema: Schema) -> tuple[fields.Field[Any], ...]:
    """Return the field for unnamed keys, if a schema has one."""
    return schema.rest if isinstance(schema, ModelSchema) else ()


#: The kinds of fields that have others inside.
NESTING = (fields.Pluck, fields.List, fields.Tuple, fields.Mapping, AnyOf, Tagged)


def fields_inside(outer: Any) -> Iterator[fields.Field[Any]]:
    """Yield the fields directly inside a field of such a kind."""
    if isinstance(outer, fields.Pluck):
        if is_open(outer):
            yield outer.schema.fields[outer.field_name]
    elif isinstance(outer, fields.List):
        yield outer.inner
    elif isinstance(outer, fields.Tuple):
        yield from item_fields(outer)
    elif isinstance(outer, fields.Mapping):
        yield from filter(None, (outer.key_field, outer.value_field))
    elif isinstance(outer, AnyOf):
        yield from outer.members
    else:
        yield from outer.members.values()


def decides_description(field: fields.Field[Any]) -> bool:
    """Return whether the class of a field decides how it is described, for each direction."""
    return isinstance(field, TypedField) and type(field).describe is not TypedField.describe


def may_need_component(field: fields.Field[Any]) -> bool:
    """Return whether a field may need a component, for itself or for something inside."""
    is_simple = not isinstance(field, (fields.Nested, *NESTING))
    own = decides_description(field) or getattr(field, "component", None) is not None
    return own or not is_simple


def walk_fields(root: fields.Field[Any]) -> Sequence[fields.Field[Any]]:
    """Return a field and the fields inside it, except those inside a schema."""
    if not isinstance(root, NESTING):  # most are scalars
        return (root,)
    return [root, *(found for inner in fields_inside(root) for found in walk_fields(inner))]


def find_nested(root: fields.Field[Any]) -> Iterator[fields.Nested]:
    """Yield the nested fields in a field, or the field itself, but nothing inside their schemas."""
    for found in walk_fields(root):
        if isinstance(found, fields.Nested) and holds_whole_schema(found) and is_open(found):
            yield found


def holds_whole_schema(nested: fields.Nested) -> bool:
    """Return whether a field holds a whole schema, not a plucked field of it."""
    return not isinstance(nested, fields.Pluck)


def find_uses(roots: Iterable[Root], pauses: Pauses) -> dict[Use, list[Use]]:
    """Return every use of a schema in the roots, with the uses directly inside it."""
    found: dict[Use, list[Use]] = {}
    variants = Variants()
    waiting: list[Use] = [
        (variants.find(nested), direction)
        for root, direction in pauses.between(roots)
        for nested in find_nested(root)
    ]
    while waiting:
        pauses.take()
        use = waiting.pop()
        if use not in found:
            found[use] = list(dict.fromkeys(inner_uses(use, variants)))
            waiting.extend(found[use])
    return found


def inner_uses(use: Use, variants: Variants) -> Iterator[Use]:
    """Yield the uses of schemas directly inside a schema."""
    variant, direction = use
    moving = moving_fields(variant.schema, direction).values()
    for inner in (*moving, *rest_of(variant.schema)):
        for nested in find_nested(inner):
            yield variants.find(nested, inherit(variant.partial, inner.name)), direction


def find_asymmetric(uses: dict[Use, list[Use]], pauses: Pauses) -> set[Variant]:
    """Return the variants that differ between requests and responses, also in inner schemas."""
    found = {variant for variant, _ in pauses.between(uses) if is_asymmetric(variant)}
    before = -1
    while before < len(found):
        before = len(found)
        pauses.take()
        found.update(use[0] for use, inner in uses.items() if any(v in found for v, _ in inner))
    return found


def is_asymmetric(variant: Variant) -> bool:
    """Return whether the fields of a schema itself differ between requests and responses."""
    schema = variant.schema
    if schema.load_fields.keys() != schema.dump_fields.keys():
        return True
    if find_present(variant, "in") != find_present(variant, "out"):
        return True
    entering = (*schema.load_fields.values(), *rest_of(schema))
    inside = (found for field in entering for found in walk_fields(field))
    return any(
        describe_field(found, "in") != describe_field(found, "out")
        for found in inside
        if decides_description(found)
    )


def describe_field(field: Any, direction: Direction) -> Described | None:
    """Return the description of a field; ``None`` if a user's class fails to make one."""
    try:
        described: Described = field.describe(direction)
    except Exception:  # recorded as an omission when the field is written
        return None
    return described


def ignored_fields(schema: Schema) -> Collection[str]:
    """Return the keys that a schema ignores."""
    return schema.ignored if isinstance(schema, ForgivingSchema) else ()


def find_present(variant: Variant, direction: Direction) -> Collection[str]:
    """Return the fields that are always present: required, or with a default in responses."""
    schema = variant.schema
    required = {name for name, field in schema.fields.items() if field.required}
    present = {n for n in required if not variant.is_optional(n)} if variant.partial else required
    if direction == "out" and isinstance(schema, ModelSchema):
        others = schema.fields.keys() - required
        present = present.union(name for name in others if schema.has_default(name))
    excludes = isinstance(schema, LeanSchema)
    return {n for n in present if not schema.may_exclude(n)} if excludes else present  # type: ignore[attr-defined]  # lean
