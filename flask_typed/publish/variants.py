"""The schemas of a document, in each of the forms in which they are used.

Publishing time. A marshmallow schema may be narrowed (``only``, ``exclude``) or loosened
(``partial``, ``unknown``), and may take other fields than it gives: each form that differs is a
component.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from marshmallow import Schema, fields

from ..schemas.families.containers import item_fields
from ..schemas.families.model_schemas import ForgivingSchema, ModelSchema
from ..schemas.families.unions import AnyOf, Tagged
from ..schemas.fields import Described, TypedField
from ..wire.jsonvalues import NotJson

#: Whether values enter (request bodies, parameters) or leave (responses).
Direction = Literal["in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
#: Which fields may be left out: all, some, or those that are not required.
Partial = bool | frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Variant:
    """A form of a schema class: what tells it from other forms.

    :param schema: an instance that has the form.
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
        """Say whether a field may be left out though it is required."""
        some = isinstance(self.partial, frozenset)
        return name in self.partial if some else bool(self.partial)  # type: ignore[operator]  # some


def make_variant(nested: fields.Nested, inherited: Partial = None) -> Variant:
    """Return the form in which a field uses a schema.

    :param inherited: what the schema around it says of fields that may be left out.
    """
    schema = nested.schema
    return Variant(
        schema,
        type(schema),
        None if schema.only is None else frozenset(schema.only),
        frozenset(schema.exclude),
        frozenset(schema.load_only),
        frozenset(schema.dump_only),
        freeze(schema.partial) if inherited is None else inherited,
        nested.unknown or schema.unknown,
    )


def freeze(partial: bool | Collection[str] | None) -> Partial:
    """Return what marshmallow's ``partial`` says, in a form that can be compared."""
    return partial if partial is None or isinstance(partial, bool) else frozenset(partial)


def inherit(partial: Partial, name: str | None) -> Partial:
    """Return what is left of a schema's ``partial`` for the schema of one of its fields."""
    if not isinstance(partial, frozenset):
        return partial
    prefix = f"{name}."
    return frozenset(key.removeprefix(prefix) for key in partial if key.startswith(prefix))


#: A form of a schema, and the direction in which it is used.
Use = tuple[Variant, Direction]


def moving_fields(schema: Schema, direction: Direction) -> dict[str, fields.Field[Any]]:
    """Return the fields of a schema that enter, or those that leave."""
    return schema.load_fields if direction == "in" else schema.dump_fields


def reject_unopened(nested: fields.Nested) -> None:
    """Raise for a field whose schema cannot be made, or lacks the field that is plucked.

    What a request does with such a field is for marshmallow to say. Marshmallow, or the user's
    function that makes the schema, may raise anything.
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
    """Return whether the schema of a field can be made, and has the field that is plucked."""
    try:
        reject_unopened(nested)
    except Exception:  # the document says it where it writes the field
        return False
    return True


def rest_of(schema: Schema) -> tuple[fields.Field[Any], ...]:
    """Return the field of keys without a name, if a schema reads them."""
    return schema.rest if isinstance(schema, ModelSchema) else ()


def inner_fields(outer: fields.Field[Any]) -> Iterator[fields.Field[Any]]:
    """Yield the fields inside a field that holds others, one level deep."""
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
    elif isinstance(outer, Tagged):
        yield from outer.members.values()


def find_fields(root: fields.Field[Any]) -> Iterator[fields.Field[Any]]:
    """Yield a field and those inside it; what is inside a schema is left."""
    yield root
    for inner in inner_fields(root):
        yield from find_fields(inner)


def find_nested(root: fields.Field[Any]) -> Iterator[fields.Nested]:
    """Yield the fields that hold a schema, in or at a field; what is inside the schema is left."""
    for found in find_fields(root):
        if isinstance(found, fields.Nested) and is_whole(found) and is_open(found):
            yield found


def is_whole(nested: fields.Nested) -> bool:
    """Return whether a field holds all of a schema, and not one field of it."""
    return not isinstance(nested, fields.Pluck)


def find_uses(roots: Iterable[tuple[fields.Field[Any], Direction]]) -> dict[Use, list[Use]]:
    """Return every use of a schema that can be reached, with the uses that stand in it."""
    found: dict[Use, list[Use]] = {}
    waiting: list[Use] = [
        (make_variant(nested), direction)
        for root, direction in roots
        for nested in find_nested(root)
    ]
    while waiting:
        use = waiting.pop()
        if use not in found:
            found[use] = list(dict.fromkeys(inner_uses(use)))
            waiting.extend(found[use])
    return found


def inner_uses(use: Use) -> Iterator[Use]:
    """Yield the uses of schemas that stand in a schema itself."""
    variant, direction = use
    moving = moving_fields(variant.schema, direction).values()
    for inner in (*moving, *rest_of(variant.schema)):
        for nested in find_nested(inner):
            yield make_variant(nested, inherit(variant.partial, inner.name)), direction


def find_two_faced(uses: dict[Use, list[Use]]) -> set[Variant]:
    """Return the variants that take other values than they give, somewhere inside."""
    found = {variant for variant, _ in uses if is_two_faced(variant)}
    before = -1
    while before < len(found):
        before = len(found)
        found.update(use[0] for use, inner in uses.items() if any(v in found for v, _ in inner))
    return found


def is_two_faced(variant: Variant) -> bool:
    """Say whether a schema takes other fields than it gives, or less of them."""
    schema = variant.schema
    if schema.load_fields.keys() != schema.dump_fields.keys():
        return True
    if any(
        is_present(variant, name, "in") != is_present(variant, name, "out")
        for name in schema.fields
    ):
        return True
    entering = (*schema.load_fields.values(), *rest_of(schema))
    inside = (found for field in entering for found in find_fields(field))
    return any(
        describe_field(found, "in") != describe_field(found, "out")
        for found in inside
        if isinstance(found, TypedField)
    )


def describe_field(field: TypedField, direction: Direction) -> Described | None:
    """Return what a field says of its values; ``None`` if a class of the user's own fails to."""
    try:
        return field.describe(direction)
    except Exception:  # the document says it where it writes the field
        return None


def ignored_fields(schema: Schema) -> Collection[str]:
    """Return the names on the wire of the keys that a schema ignores."""
    return schema.ignored if isinstance(schema, ForgivingSchema) else ()


def is_present(variant: Variant, name: str, direction: Direction) -> bool:
    """Say whether a field is always there: required, or with a default and on its way out."""
    schema = variant.schema
    if schema.fields[name].required:
        return not variant.is_optional(name)
    return direction == "out" and isinstance(schema, ModelSchema) and schema.has_default(name)
