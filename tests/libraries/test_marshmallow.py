"""The private names of marshmallow: what schemas add to it, and fields without validators."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.libraries.marshmallow import (
    InheritedHooks,
    deserialize_unchecked,
    find_declared_fields,
    find_readers,
    forget_schema,
    has_hooks,
    has_own_methods,
    has_post_load,
    replace_fields,
    run_validators,
    serialize_unchecked,
)
from marshmallow import Schema, ValidationError, fields, post_load, pre_load, validate

LIMITED = fields.Integer(validate=validate.Range(max=9))


class Book(Schema):
    """Has a field, and nothing else."""

    title = fields.String()


class Trimmed(Book):
    """Has a hook before it loads."""

    @pre_load
    def trim(self, data: Any, **_: Any) -> Any:
        """Trim the title."""
        return {"title": data["title"].strip()}


class Made(Book):
    """Has a hook after it has loaded, and a method of its own."""

    @post_load
    def make(self, data: Any, **_: Any) -> Any:
        """Make a tuple."""
        return tuple(data.values())

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Look up a key in capitals."""
        return obj.get(attr.upper(), default)


@pytest.mark.parametrize(
    ("schema", "hooks", "post_loads", "methods"),
    [
        pytest.param(Book, False, False, False, id="plain"),
        pytest.param(Trimmed, True, False, False, id="before"),
        pytest.param(Made, True, True, True, id="after"),
    ],
)
def test_schemas(schema: type[Schema], hooks: bool, post_loads: bool, methods: bool) -> None:
    """What a class of schemas adds to marshmallow's is found; and it does what it adds."""
    made = schema()
    assert (has_hooks(made), has_post_load(made), has_own_methods(schema)) == (
        hooks,
        post_loads,
        methods,
    )
    assert made.load({"title": "Emma"}) in ({"title": "Emma"}, ("Emma",))
    assert made.dump({"title": "Emma", "TITLE": "Emma"}) == {"title": "Emma"}


def test_declared_fields() -> None:
    """They are there without an instance."""
    assert list(find_declared_fields(Book)) == ["title"]


def test_replaced_fields() -> None:
    """A schema has the fields that it was given, and not those of its class."""
    schema = Book()
    replace_fields(schema, {"pages": fields.Integer()})
    assert schema.load({"pages": 3}) == {"pages": 3}
    assert list(schema.fields) == ["pages"]


def test_schemas_of_nested_fields() -> None:
    """A field that has forgotten its schema makes it anew."""
    field = fields.Nested(Book)
    known = field.schema
    assert field.schema is known
    forget_schema(field)
    assert field.schema is not known


def test_readers() -> None:
    """They are marshmallow's own methods, or those of a class of the user's."""

    class Own(fields.Integer):
        def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
            return super()._deserialize(value, *args, **options)

    assert [reader.__module__ for reader in find_readers(Own)] == [__name__, fields.__name__]
    assert [reader.__module__ for reader in find_readers(fields.String)] == [fields.__name__]
    assert Own().deserialize("3") == 3


def test_values_without_validators() -> None:
    """A value is read and written by its field alone, be it one that validators refuse."""
    assert deserialize_unchecked(LIMITED, "12") == 12
    assert serialize_unchecked(LIMITED, 12) == 12


def test_validators_alone() -> None:
    """They are asked about a value that was read before."""
    run_validators(LIMITED, 3)
    with pytest.raises(ValidationError, match="less than or equal to 9"):
        run_validators(LIMITED, 12)


def test_inherited_hooks() -> None:
    """A class with the mark has the very hooks of its base; another class has its own."""

    class Marked(InheritedHooks):
        mark = "marked"

    class Base(Schema, metaclass=Marked):
        @post_load
        def make(self, data: Any, **_: Any) -> Any:
            """Make a tuple."""
            return tuple(data.values())

    class Same(Base):
        marked = True
        title = fields.String()

    class Other(Base):
        title = fields.String()

        @pre_load
        def trim(self, data: Any, **_: Any) -> Any:
            """Trim the title."""
            return {"title": data["title"].strip()}

    assert Same.resolve_hooks() is Base._hooks
    assert Same().load({"title": " Emma"}) == (" Emma",)
    assert Other().load({"title": " Emma"}) == ("Emma",)
