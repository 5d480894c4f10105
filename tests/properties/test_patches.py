"""Patches: the accelerated path and the schemas alone read the same, and a patch changes its keys.

Hypothesis draws types with named fields, and values of them.
"""

from __future__ import annotations

import json
from typing import Any

from flask_typed import DeclarationError, Patch
from flask_typed.codec.codecs import Codecs
from flask_typed.codec.loading import judge_body
from flask_typed.schemas.factory import SchemaFactory
from flask_typed.schemas.faults import flatten, write_pointer
from flask_typed.schemas.fields import REFUSED, dump_value
from flask_typed.schemas.metadata import ARGUMENT
from flask_typed.schemas.patches import make_registry
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from .declarations import (
    DECLARATIONS,
    JSON,
    Box,
    boxed,
    classed,
    dictionary,
    modelled,
    mutate,
    named,
    structured,
)
from .test_exactness import EXAMPLES

SETTINGS = settings(
    max_examples=EXAMPLES // 4,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
#: Types with named fields.
MODELS = (
    st.one_of(DECLARATIONS.map(make) for make in (boxed, classed, named, structured))
    | st.tuples(DECLARATIONS, DECLARATIONS).map(dictionary)
    | st.lists(DECLARATIONS, min_size=1, max_size=3).map(modelled)
)


class Reading:
    """The field of a patch, its loader, and the field of whole values."""

    def __init__(self, annotation: Any) -> None:
        factory = SchemaFactory(make_registry())
        self.whole = factory.json(annotation)
        self.field = factory.json.at(ARGUMENT)(Patch[annotation])
        self.loader = Codecs().make_loader(self.field)

    def read_plainly(self, value: Any) -> Any:
        """Return the patch of a JSON value by the schema alone, and the faults."""
        try:
            return self.field.deserialize(value), []
        except ValidationError as error:
            found = flatten(error.messages, self.field)
            return REFUSED, [(write_pointer(path), text) for path, text in found]

    def read(self, value: Any) -> Any:
        """Return the patch of a JSON value; both paths read it alike."""
        assert self.loader is not None
        plain, faults = self.read_plainly(value)
        body = json.dumps(value).encode()
        quick, found = self.loader.load(body), []
        if quick is REFUSED:
            quick, found = judge_body(self.loader, body, 10_000)
        assert (repr(getattr(quick, "changes", None)), found) == (
            repr(getattr(plain, "changes", None)),
            faults,
        )
        return plain


def make_reading(annotation: Any) -> Reading | None:
    """Return the fields; none for a union of which one member hides another."""
    try:
        return Reading(annotation)
    except DeclarationError:
        return None


def draw_reading(data: st.DataObject) -> tuple[Reading, st.SearchStrategy[Any]]:
    """Draw a type with named fields, and return it with its values."""
    annotation, values = data.draw(MODELS)
    reading = make_reading(annotation)
    assume(reading is not None and reading.loader is not None)
    assert reading is not None
    return reading, values


def test_what_cannot_be_declared_is_not_read() -> None:
    """A union of which one member hides another has no fields."""
    assert make_reading(Box[list[int] | tuple[int, ...]]) is None


@SETTINGS
@given(data=st.data())
def test_reading(data: st.DataObject) -> None:
    """Every value is read alike."""
    reading, values = draw_reading(data)
    whole = dump_value(reading.whole, data.draw(values))
    part = {key: whole[key] for key in data.draw(st.sets(st.sampled_from(sorted(whole))))}
    reading.read(part)
    for near in data.draw(st.lists(mutate(part) | JSON, max_size=4)):
        reading.read(near)


@SETTINGS
@given(data=st.data())
def test_applying(data: st.DataObject) -> None:
    """The keys of a patch change, the others stay."""
    reading, values = draw_reading(data)
    target = data.draw(values)
    before, other = dump_value(reading.whole, target), dump_value(reading.whole, data.draw(values))
    part = {key: other[key] for key in data.draw(st.sets(st.sampled_from(sorted(other))))}
    assume(not has_objects(part))  # they are merged
    patch = reading.read(part)
    assume(patch is not REFUSED)  # it has a read-only key
    after = dump_value(reading.whole, patch.apply(target))
    assert after == {**before, **part}


def has_objects(part: dict[str, Any]) -> bool:
    """Return whether a value is an object."""
    return any(isinstance(value, dict) for value in part.values())
