"""The differences of two schemas: values that are no longer valid, and new valid values."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .references import ComparableSchema, JSONObject, follow, read_comparable

#: ``narrower``: some values are no longer valid; ``wider``: some values are newly valid; ``other``:
#: both are possible; ``added``: an optional key is new.
DifferenceKind = Literal["narrower", "wider", "other", "added"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of two schemas.

    :param place: the path of keys to the value: ``author.name``, ``items[].price``.
    """

    kind: DifferenceKind
    place: str
    message: str


#: Bounds: a larger number makes fewer values valid (``LEAST``), or more (``MOST``).
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
#: Keywords that have a function of their own.
STRUCTURE = (
    *("enum", "properties", "required", "additionalProperties", "items", "prefixItems", "allOf"),
    *("uniqueItems", "readOnly", "writeOnly"),
)


class SchemaComparison:
    """Compares the schemas of two documents.

    :param side: ``"in"`` for requests, which have no read-only keys; ``"out"`` for responses,
        which have no write-only keys.
    """

    def __init__(self, old: JSONObject, new: JSONObject, side: Literal["in", "out"]) -> None:
        self._old = old
        self._new = new
        self._side: Literal["in", "out"] = side
        self._left_out = "readOnly" if side == "in" else "writeOnly"
        self._seen: set[tuple[str, str]] = set()

    def compare(self, old: Any, new: Any, place: str = "") -> Iterator[Difference]:
        """Yield the differences of two schemas."""
        one, other = read_comparable(self._old, old), read_comparable(self._new, new)
        if one.name and other.name:
            if (one.name, other.name) in self._seen:
                return
            self._seen.add((one.name, other.name))
        yield from self._compare(one, other, place)

    def _compare(
        self, old: ComparableSchema, new: ComparableSchema, place: str
    ) -> Iterator[Difference]:
        if old.nullable != new.nullable:
            kind: DifferenceKind = "wider" if new.nullable else "narrower"
            yield Difference(
                kind, place, f"null is {'valid now' if new.nullable else 'no longer valid'}"
            )
        was, now = old.keywords, new.keywords
        if old.branches or new.branches:
            yield from self._compare_branches(old, new, place)
            was, now = (shape.keywords if shape.branches else {} for shape in (old, new))
        else:
            yield from compare_types(old, new, place)
        for compare in (
            compare_choices,
            compare_bounds,
            compare_others,
            self._compare_keys,
            self._compare_items,
            self._compare_all,
        ):
            yield from compare(was, now, place)

    def _compare_branches(
        self, old: ComparableSchema, new: ComparableSchema, place: str
    ) -> Iterator[Difference]:
        """Yield the differences of alternatives. A schema without any is its own alternative."""
        olds, news = list(list_branches(old)), list(list_branches(new))
        for is_same in (is_named_alike, self._is_equal, self._has_same_tag):
            for branch in list(olds):
                twin = next((other for other in news if is_same(branch, other)), None)
                if twin is not None:
                    olds.remove(branch)
                    news.remove(twin)
                    yield from self.compare(branch, twin, place)
        if len(olds) == len(news) == 1:
            yield from self.compare(olds[0], news[0], place)
            return
        for branch in olds:
            yield Difference("narrower", place, f"{name_schema(branch)} is not an alternative now")
        for branch in news:
            yield Difference("wider", place, f"{name_schema(branch)} is a new alternative")

    def _is_equal(self, old: Any, new: Any) -> bool:
        """Return whether the same values are valid for two schemas."""
        other = SchemaComparison(self._old, self._new, self._side)
        other._seen = set(self._seen)
        return not any(other.compare(old, new))

    def _has_same_tag(self, old: Any, new: Any) -> bool:
        """Return whether the same constant distinguishes two alternatives from the others."""
        tags = [
            {
                (name, json.dumps(schema.get("const", schema.get("enum")), sort_keys=True))
                for name, schema in follow(document, branch).get("properties", {}).items()
                if isinstance(schema, Mapping) and not {"const", "enum"}.isdisjoint(schema)
            }
            for document, branch in ((self._old, old), (self._new, new))
        ]
        return bool(tags[0] & tags[1])

    def _compare_keys(self, old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
        """Yield the differences of the keys of objects."""
        known, current = self._read_keys(self._old, old), self._read_keys(self._new, new)
        was_required, is_required = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in known.items():
            inside = join_place(place, name)
            if name not in current:
                if name not in new.get("properties", {}):
                    yield Difference("other", inside, "the key is gone")
                continue
            if name in is_required - was_required:
                yield Difference("narrower", inside, "the key is required now")
            elif name in was_required - is_required:
                yield Difference("wider", inside, "the key is optional now")
            yield from self.compare(schema, current[name], inside)
        for name in current:
            if name not in known and name not in old.get("properties", {}):
                kind: DifferenceKind = "narrower" if name in is_required else "added"
                is_new = f"the key is new{' and required' if name in is_required else ''}"
                yield Difference(kind, join_place(place, name), is_new)
        yield from self._compare_rest(old, new, place)

    def _read_keys(self, document: JSONObject, keywords: JSONObject) -> Mapping[str, Any]:
        """Return the schemas of the keys that exist in our direction."""
        return {
            name: schema
            for name, schema in keywords.get("properties", {}).items()
            if not follow(document, schema).get(self._left_out)
        }

    def _compare_rest(self, old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
        """Yield the differences of keys that the schema does not name."""
        was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if was == now:
            return
        if now is False:
            yield Difference("narrower", place, "other keys are rejected now")
        elif was is False:
            yield Difference("added", place, "other keys are accepted now")
        else:
            yield from self.compare(was, now, f"{place}{{}}")

    def _compare_items(self, old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
        """Yield the differences of the items of arrays."""
        fixed = is_fixed(old), is_fixed(new)
        count = 0 if any(fixed) else max(map(len, (prefix_schemas(old), prefix_schemas(new))))
        places = zip(first_schemas(old, count), first_schemas(new, count), strict=False)
        for index, (one, other) in enumerate(places):
            yield from self.compare(one, other, f"{place}[{index}]")
        if not all(fixed) and ("items" in old or "items" in new):
            yield from self.compare(read_item_schema(old), read_item_schema(new), f"{place}[]")
        if old.get("uniqueItems", False) != new.get("uniqueItems", False):
            kind: DifferenceKind = "narrower" if new.get("uniqueItems") else "wider"
            message = "must be unique" if new.get("uniqueItems") else "may repeat"
            yield Difference(kind, place, f"items {message} now")

    def _compare_all(self, old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
        """Yield the differences of ``allOf``."""
        olds, news = list(old.get("allOf", ())), list(new.get("allOf", ()))
        for part in list(olds):
            same = (p for p in news if is_named_alike(part, p) or self._is_equal(part, p))
            twin = next(same, None)
            if twin is not None:
                olds.remove(part)
                news.remove(twin)
                yield from self.compare(part, twin, place)
        for one, other in zip(olds, news, strict=False):
            yield from self.compare(one, other, place)
        for part in olds[len(news) :]:
            yield Difference("wider", place, f"{name_schema(part)} no longer applies")
        for part in news[len(olds) :]:
            yield Difference("narrower", place, f"{name_schema(part)} applies now")


def is_fixed(schema: JSONObject) -> bool:
    """Return whether an array has a fixed length. Its ``items`` then adds nothing."""
    places = prefix_schemas(schema)
    return bool(places) and schema.get("maxItems") == len(places)


def read_item_schema(schema: JSONObject) -> Any:
    """Return the schema of every item of an array; of a fixed one, that of any position."""
    if "items" in schema or not is_fixed(schema):
        return schema.get("items", True)
    places = prefix_schemas(schema)
    kinds = [place for index, place in enumerate(places) if place not in places[:index]]
    return {"anyOf": kinds} if len(kinds) > 1 else kinds[0]


def prefix_schemas(schema: JSONObject) -> Sequence[Any]:
    """Return the schemas of ``prefixItems``."""
    places: Sequence[Any] = schema.get("prefixItems", ())
    return places


def first_schemas(schema: JSONObject, count: int) -> Sequence[Any]:
    """Return the schemas of the first items of an array.

    :param count: the least number of schemas to return.
    """
    places = prefix_schemas(schema)
    return [*places, *[schema.get("items", True)] * (count - len(places))]


def compare_types(old: ComparableSchema, new: ComparableSchema, place: str) -> Iterator[Difference]:
    """Yield the types that are gone, and those that are new. An integer is a number."""
    gone = old.types - new.types - ({"integer"} if "number" in new.types else set())
    come = new.types - old.types - ({"integer"} if "number" in old.types else set())
    changes = ((gone, "narrower", "no longer valid"), (come, "wider", "valid now"))
    for types, kind, words in changes:
        if types:
            yield Difference(kind, place, f"{' and '.join(sorted(types))}: {words}")  # type: ignore[arg-type]  # of the pair above


def compare_choices(old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
    """Yield the enum values that are gone, and those that are new."""
    was, now = old.get("enum"), new.get("enum")
    if was is None and now is not None:
        yield Difference("narrower", place, f"only {shorten_json(now)} is valid now")
    elif was is not None and now is None:
        yield Difference("wider", place, f"values other than {shorten_json(was)} are valid now")
    elif was is not None and now is not None:
        for value in was:
            if value not in now:
                yield Difference("narrower", place, f"{shorten_json(value)} is no longer valid")
        for value in now:
            if value not in was:
                yield Difference("wider", place, f"{shorten_json(value)} is valid now")


def compare_bounds(old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
    """Yield the bounds that have changed."""
    for keywords, is_tighter in ((LEAST, operator.gt), (MOST, operator.lt)):
        for keyword in keywords:
            was, now = old.get(keyword), new.get(keyword)
            if was != now:
                tighter = now is not None and (was is None or is_tighter(now, was))
                kind: DifferenceKind = "narrower" if tighter else "wider"
                yield Difference(kind, place, describe_keyword_change(keyword, was, now))


def compare_others(old: JSONObject, new: JSONObject, place: str) -> Iterator[Difference]:
    """Yield the changes of all other keywords. Removing one makes more values valid."""
    handled = {*STRUCTURE, *LEAST, *MOST}
    for keyword in dict.fromkeys((*old, *new)):
        was, now = old.get(keyword), new.get(keyword)
        if keyword not in handled and was != now:
            kind: DifferenceKind = (
                "narrower" if was is None else "wider" if now is None else "other"
            )
            yield Difference(kind, place, describe_keyword_change(keyword, was, now))


def list_branches(shape: ComparableSchema) -> Iterable[Any]:
    """Return the alternatives of a schema."""
    if shape.branches:
        return shape.branches
    types = {} if not shape.types else {"type": sorted(shape.types)}
    return [{"$ref": shape.name} if shape.name else {**types, **shape.keywords}]


def is_named_alike(one: Any, other: Any) -> bool:
    """Return whether two schemas refer to components with the same name."""
    names = [schema.get("$ref") if isinstance(schema, Mapping) else None for schema in (one, other)]
    return names[0] is not None and names[0] == names[1]


def name_schema(schema: Any) -> str:
    """Return the name of a schema for a report."""
    if isinstance(schema, Mapping) and "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return shorten_json(schema)


def describe_keyword_change(keyword: str, was: Any, now: Any) -> str:
    """Return a sentence for a keyword that has changed."""
    if was is None:
        return f"{keyword} {shorten_json(now)} is new"
    if now is None:
        return f"{keyword} {shorten_json(was)} is gone"
    return f"{keyword} changed from {shorten_json(was)} to {shorten_json(now)}"


def shorten_json(value: Any) -> str:
    """Return a value as JSON, cut to 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def join_place(place: str, name: str) -> str:
    """Return the place of a key."""
    return f"{place}.{name}" if place else name
