"""How the values that two schemas take differ: which are taken no more, which are new."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .references import Keywords, Shape, follow, read_shape

#: ``narrower``: values are taken no more; ``wider``: there are new ones; ``other``: both may be;
#: ``added``: a key that nobody has to send or to read.
Kind = Literal["narrower", "wider", "other", "added"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference of two schemas.

    :param place: of the value, as a path of keys: ``author.name``, ``items[].price``.
    """

    kind: Kind
    place: str
    what: str


#: Keywords of which a larger number takes less, or more.
LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
#: Keywords that are handled by a function of their own.
STRUCTURE = (
    *("enum", "properties", "required", "additionalProperties", "items", "prefixItems", "allOf"),
    *("uniqueItems", "readOnly", "writeOnly"),
)


class SchemaComparison:
    """Compares the schemas of two documents.

    :param side: the direction of the values: read-only keys do not enter, write-only ones do not
        leave.
    """

    def __init__(self, old: Keywords, new: Keywords, side: Literal["in", "out"]) -> None:
        self._old = old
        self._new = new
        self._side: Literal["in", "out"] = side
        self._left_out = "readOnly" if side == "in" else "writeOnly"
        self._seen: set[tuple[str, str]] = set()

    def compare(self, old: Any, new: Any, place: str = "") -> Iterator[Difference]:
        """Yield the differences of two schemas."""
        one, other = read_shape(self._old, old), read_shape(self._new, new)
        if one.name and other.name:
            if (one.name, other.name) in self._seen:
                return
            self._seen.add((one.name, other.name))
        yield from self._compare(one, other, place)

    def _compare(self, old: Shape, new: Shape, place: str) -> Iterator[Difference]:
        if old.nullable != new.nullable:
            kind: Kind = "wider" if new.nullable else "narrower"
            yield Difference(kind, place, f"null is {'a' if new.nullable else 'no'} value now")
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

    def _compare_branches(self, old: Shape, new: Shape, place: str) -> Iterator[Difference]:
        """Yield what changed about alternatives; a schema without them is one."""
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
            yield Difference("narrower", place, f"{name_schema(branch)} is no alternative now")
        for branch in news:
            yield Difference("wider", place, f"{name_schema(branch)} is a new alternative")

    def _is_equal(self, old: Any, new: Any) -> bool:
        """Say whether two schemas take the same values."""
        other = SchemaComparison(self._old, self._new, self._side)
        other._seen = set(self._seen)
        return not any(other.compare(old, new))

    def _has_same_tag(self, old: Any, new: Any) -> bool:
        """Say whether two alternatives are told apart from others by the same constant."""
        tags = [
            {
                (name, json.dumps(schema.get("const", schema.get("enum")), sort_keys=True))
                for name, schema in follow(document, branch).get("properties", {}).items()
                if isinstance(schema, Mapping) and not {"const", "enum"}.isdisjoint(schema)
            }
            for document, branch in ((self._old, old), (self._new, new))
        ]
        return bool(tags[0] & tags[1])

    def _compare_keys(self, old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
        """Yield what changed about the keys of objects."""
        known, current = self._read_keys(self._old, old), self._read_keys(self._new, new)
        needed, needs = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in known.items():
            inside = join(place, name)
            if name not in current:
                if name not in new.get("properties", {}):
                    yield Difference("other", inside, "the key is gone")
                continue
            if name in needs - needed:
                yield Difference("narrower", inside, "the key is required now")
            elif name in needed - needs:
                yield Difference("wider", inside, "the key may be missing now")
            yield from self.compare(schema, current[name], inside)
        for name in current:
            if name not in known and name not in old.get("properties", {}):
                kind: Kind = "narrower" if name in needs else "added"
                what = "a required key is new" if name in needs else "the key is new"
                yield Difference(kind, join(place, name), what)
        yield from self._compare_rest(old, new, place)

    def _read_keys(self, document: Keywords, keywords: Keywords) -> Mapping[str, Any]:
        """Return the schemas of the keys that travel in our direction."""
        return {
            name: schema
            for name, schema in keywords.get("properties", {}).items()
            if not follow(document, schema).get(self._left_out)
        }

    def _compare_rest(self, old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
        """Yield what changed about keys that have no name."""
        was, now = old.get("additionalProperties", True), new.get("additionalProperties", True)
        if was == now:
            return
        if now is False:
            yield Difference("narrower", place, "other keys are refused now")
        elif was is False:
            yield Difference("added", place, "other keys are taken now")
        else:
            yield from self.compare(was, now, f"{place}{{}}")

    def _compare_items(self, old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
        """Yield what changed about what is in arrays."""
        fixed = is_fixed(old), is_fixed(new)
        count = 0 if any(fixed) else max(map(len, (places_of(old), places_of(new))))
        places = zip(read_places(old, count), read_places(new, count), strict=False)
        for index, (one, other) in enumerate(places):
            yield from self.compare(one, other, f"{place}[{index}]")
        if not all(fixed) and ("items" in old or "items" in new):
            yield from self.compare(old.get("items", True), new.get("items", True), f"{place}[]")
        if old.get("uniqueItems", False) != new.get("uniqueItems", False):
            kind: Kind = "narrower" if new.get("uniqueItems") else "wider"
            what = "no item" if new.get("uniqueItems") else "an item"
            yield Difference(kind, place, f"{what} may come twice now")

    def _compare_all(self, old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
        """Yield what changed about schemas that hold together."""
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
            yield Difference("wider", place, f"{name_schema(part)} need not hold now")
        for part in news[len(olds) :]:
            yield Difference("narrower", place, f"{name_schema(part)} has to hold now")


def is_fixed(schema: Keywords) -> bool:
    """Say whether an array ends with its places: its ``items`` repeats what is in any of them."""
    places = places_of(schema)
    return bool(places) and schema.get("maxItems") == len(places)


def places_of(schema: Keywords) -> Sequence[Any]:
    """Return the schemas of the first places of an array that have their own."""
    places: Sequence[Any] = schema.get("prefixItems", ())
    return places


def read_places(schema: Keywords, count: int) -> Sequence[Any]:
    """Return the schemas of so many first items of an array, or of all that have their own."""
    places = places_of(schema)
    return [*places, *[schema.get("items", True)] * (count - len(places))]


def compare_types(old: Shape, new: Shape, place: str) -> Iterator[Difference]:
    """Yield which types are taken no more, and which are new; an integer is a number."""
    gone = old.types - new.types - ({"integer"} if "number" in new.types else set())
    come = new.types - old.types - ({"integer"} if "number" in old.types else set())
    for types, kind, words in ((gone, "narrower", "no type now"), (come, "wider", "a type now")):
        if types:
            yield Difference(kind, place, f"{' and '.join(sorted(types))}: {words}")  # type: ignore[arg-type]  # of the pair above


def compare_choices(old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
    """Yield which values of an enumeration are gone, and which are new."""
    was, now = old.get("enum"), new.get("enum")
    if was is None and now is not None:
        yield Difference("narrower", place, f"only {write(now)} now")
    elif was is not None and now is None:
        yield Difference("wider", place, f"not only {write(was)} now")
    elif was is not None and now is not None:
        for value in was:
            if value not in now:
                yield Difference("narrower", place, f"{write(value)} is no value now")
        for value in now:
            if value not in was:
                yield Difference("wider", place, f"{write(value)} is a new value")


def compare_bounds(old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
    """Yield how bounds have moved."""
    for keywords, is_tighter in ((LEAST, operator.gt), (MOST, operator.lt)):
        for keyword in keywords:
            was, now = old.get(keyword), new.get(keyword)
            if was != now:
                tighter = now is not None and (was is None or is_tighter(now, was))
                kind: Kind = "narrower" if tighter else "wider"
                yield Difference(kind, place, say_change(keyword, was, now))


def compare_others(old: Keywords, new: Keywords, place: str) -> Iterator[Difference]:
    """Yield how keywords differ of which nothing more is known; one less takes more."""
    handled = {*STRUCTURE, *LEAST, *MOST}
    for keyword in dict.fromkeys((*old, *new)):
        was, now = old.get(keyword), new.get(keyword)
        if keyword not in handled and was != now:
            kind: Kind = "narrower" if was is None else "wider" if now is None else "other"
            yield Difference(kind, place, say_change(keyword, was, now))


def list_branches(shape: Shape) -> Iterable[Any]:
    """Return the alternatives of a schema."""
    if shape.branches:
        return shape.branches
    types = {} if not shape.types else {"type": sorted(shape.types)}
    return [{"$ref": shape.name} if shape.name else {**types, **shape.keywords}]


def is_named_alike(one: Any, other: Any) -> bool:
    """Say whether two schemas refer to components of one name."""
    names = [schema.get("$ref") if isinstance(schema, Mapping) else None for schema in (one, other)]
    return names[0] is not None and names[0] == names[1]


def name_schema(schema: Any) -> str:
    """Return what a schema is called in a report."""
    if isinstance(schema, Mapping) and "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return write(schema)


def say_change(keyword: str, was: Any, now: Any) -> str:
    """Return a sentence for a keyword that has changed."""
    if was is None:
        return f"{keyword} is {write(now)}, and was not there"
    if now is None:
        return f"{keyword} was {write(was)}, and is gone"
    return f"{keyword} is {write(now)}, and was {write(was)}"


def write(value: Any) -> str:
    """Return a value as JSON, not all of it if it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def join(place: str, name: str) -> str:
    """Return the place of a key."""
    return f"{place}.{name}" if place else name
