"""The values at and beside the bounds that single keywords set.

Development time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..publish.pattern_texts import write_texts
from ..review.references import JSONObject, replace_exclusive_flags

#: Longer texts and arrays are not sent.
MAX_BOUND_LENGTH = 10_000
MAX_BOUND_ITEMS = 500
#: The number of members of an enumeration that are tried.
MAX_CHOICES = 20
#: The texts that may not match a pattern.
STRANGE_TEXTS = ("!", "a", "0", " ", "ä", "\u0000", "")
#: For each type, values of other types.
WRONG_VALUES: Mapping[str, Sequence[Any]] = {
    "array": ({},),
    "boolean": ("text",),
    "integer": ("text",),
    "number": ("text",),
    "object": ([],),
    "string": (12345,),
}


@dataclass(frozen=True, slots=True)
class SchemaBound:
    """One side of a bound.

    :param values: the first one on this side of the whole schema is taken.
    """

    words: str
    values: Sequence[Any]
    is_valid: bool


def find_choice_bounds(schema: JSONObject) -> Iterator[SchemaBound]:
    """Yield the members of an enumeration, and a value that is none."""
    choices = [schema["const"]] if "const" in schema else schema.get("enum")
    if choices is None:
        return
    for choice in choices[:MAX_CHOICES]:
        yield SchemaBound("is one of its values", [choice], True)
    texts = [choice for choice in choices if isinstance(choice, str)]
    numbers = [choice for choice in choices if isinstance(choice, (int, float))]
    if texts:
        yield SchemaBound("is none of its values", [f"{max(texts)}-x"], False)
    if numbers:
        yield SchemaBound("is none of its values", [max(numbers) + 1], False)


def find_text_bounds(schema: JSONObject, text: str) -> Iterator[SchemaBound]:
    """Yield texts of the least and the greatest length, and texts of another form.

    :param text: a valid one.
    """
    least, most = schema.get("minLength"), schema.get("maxLength")
    if least is not None:
        yield SchemaBound("has its minimum length", stretch(schema, text, least), True)
        if least > 0:
            short = stretch(schema, text, least - 1)
            yield SchemaBound("is just under its minimum length", short, False)
    if most is not None and most < MAX_BOUND_LENGTH:
        yield SchemaBound("has its maximum length", stretch(schema, text, most), True)
        yield SchemaBound("is just over its maximum length", stretch(schema, text, most + 1), False)
    if "pattern" in schema:
        yield SchemaBound("does not match its pattern", find_strange(schema, text), False)
    if "format" in schema:
        yield SchemaBound(f"is not of format {schema['format']}", find_strange(schema, text), False)


def stretch(schema: JSONObject, text: str, length: int) -> list[str]:
    """Return texts of a length, the most similar to a text first."""
    matching = [made for made in write_texts(schema.get("pattern", "")) if len(made) == length]
    last = text[-1:] or "a"
    return [*matching, *((text + last * length)[:length], "a" * length, "0" * length)]


def find_strange(schema: JSONObject, text: str) -> list[str]:
    """Return texts that have the length of a text, if possible, but another form."""
    least = schema.get("minLength", 0)
    repeated = [(strange * len(text))[: len(text)] for strange in STRANGE_TEXTS if strange]
    return [made for made in (*repeated, "not valid", text + "!") if len(made) >= least]


def find_number_bounds(schema: JSONObject, number: float) -> Iterator[SchemaBound]:
    """Yield the least and the greatest number, those beside them, and one that is no multiple.

    :param number: a valid one.
    """
    keywords = dict(schema)
    replace_exclusive_flags(keywords)  # OpenAPI 3.0
    step = find_step(keywords)
    for word, exclusive, sign, over in (
        ("minimum", "exclusiveMinimum", 1, "under"),
        ("maximum", "exclusiveMaximum", -1, "over"),
    ):
        if word in keywords:
            beside = [move(keywords[word], step * -sign)]
            yield SchemaBound(f"is at its {word}", [keywords[word]], True)
            yield SchemaBound(f"is just {over} its {word}", beside, False)
        if exclusive in keywords:
            bound = keywords[exclusive]
            inside = [move(bound, step * sign)]
            yield SchemaBound(f"is beside its exclusive {word}", inside, True)
            yield SchemaBound(f"is at its exclusive {word}", [bound], False)
    if "multipleOf" in keywords:
        yield SchemaBound("is the next multiple", [move(number, step), move(number, -step)], True)
        beside = [move(number, step / 2), move(number, Decimal(1))]
        yield SchemaBound(f"is no multiple of {keywords['multipleOf']}", beside, False)
    if keywords.get("type") == "integer":
        yield SchemaBound("is no integer", [move(number, Decimal("0.5"))], False)


def find_step(keywords: JSONObject) -> Decimal:
    """Return the distance of a number from a bound: a multiple, or a hundredth."""
    if "multipleOf" in keywords:
        return Decimal(str(keywords["multipleOf"]))
    return Decimal(1) if keywords.get("type") == "integer" else Decimal("0.01")


def move(number: float, distance: Decimal) -> int | float:
    """Return a number at a distance, in exact decimals."""
    moved = Decimal(str(number)) + distance
    return int(moved) if moved == moved.to_integral_value() else float(moved)


def find_item_bounds(
    schema: JSONObject, value: list[Any], samples: Sequence[Any]
) -> Iterator[SchemaBound]:
    """Yield arrays of the least and the greatest length, and one with equal items.

    :param value: a valid one.
    :param samples: valid items.
    """
    items = [*value, *(sample for sample in samples if sample not in value)]
    if not items:
        return
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None:
        yield SchemaBound("has its minimum number of items", [repeat_items(items, least)], True)
        if least > 0:
            yield SchemaBound("has too few items", [repeat_items(items, least - 1)], False)
    if most is not None and most < MAX_BOUND_ITEMS:
        yield SchemaBound("has its maximum number of items", [repeat_items(items, most)], True)
        yield SchemaBound("has too many items", [repeat_items(items, most + 1)], False)
    if schema.get("uniqueItems"):
        yield SchemaBound("has equal items", [[*value, items[0], items[0]]], False)


def repeat_items(items: Sequence[Any], length: int) -> list[Any]:
    """Return an array of a length."""
    return [items[index % len(items)] for index in range(length)]
