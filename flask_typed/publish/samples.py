"""Proposes JSON values that may be valid against a schema; the caller checks them.

Publishing time. The values are constants, so that a document has the same ones every time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ..schemas.factory import find_examples
from ..schemas.families.addresses import ADDRESS_KINDS
from ..schemas.families.temporal import AnyDateTime, LocalDateTime, Time
from ..schemas.fields import COMPONENT_PREFIX
from .pattern_texts import write_texts

#: A schema that no value is valid against.
NO_SCHEMA: Mapping[str, Any] = {"enum": []}

#: The texts of each format, the best first.
FORMAT_TEXTS: Mapping[str, tuple[str, ...]] = {
    "date": ("2026-05-01",),
    "date-time": ("2026-05-01T09:30:00Z",),
    "time": ("09:30:00Z",),
    "duration": ("PT1H30M", "P1D"),
    "decimal": ("9.99", "1", "0.5", "10", "100", "0", "-1"),
    "uuid": ("3fa85f64-5717-4562-b3fc-2c963f66afa6",),
    "uuid1": ("0b8a22ca-80ad-11eb-9439-0242ac130002",),
    "uuid3": ("6fa459ea-ee8a-3ca4-894e-db77e160355e",),
    "uuid4": ("3fa85f64-5717-4562-b3fc-2c963f66afa6",),
    "uuid5": ("886313e1-3b8a-5372-9b90-0c9aee199e5d",),
    "email": ("ada@example.com",),
    "idn-email": ("ada@example.com",),
    "name-email": ("Ada <ada@example.com>",),
    "hostname": ("example.com",),
    "uri": ("https://example.com/", "postgresql://user:password@example.com/name"),
    "uri-reference": ("/books/1",),
    "multi-host-uri": ("postgresql://user:password@example.com/name",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "ipv4network": ("192.0.2.0/24",),
    "ipv6network": ("2001:db8::/32",),
    "ipv4interface": ("192.0.2.1/24",),
    "ipv6interface": ("2001:db8::1/64",),
    "ipvanyaddress": ("192.0.2.1",),
    "ipvanynetwork": ("192.0.2.0/24",),
    "ipvanyinterface": ("192.0.2.1/24",),
    "json-pointer": ("/a",),
    "regex": ("^a+$",),
    "json-string": ("{}", "[]", "1"),
    "base64": ("aGVsbG8=",),
    "base64url": ("aGVsbG8=",),
}
#: The texts of each class of addresses.
ADDRESS_TEXTS: Mapping[str, str] = {
    "IPv4 address": "192.0.2.1",
    "IPv6 address": "2001:db8::1",
    "IPv4 network": "192.0.2.0/24",
    "IPv6 network": "2001:db8::/32",
    "IPv4 interface": "192.0.2.1/24",
    "IPv6 interface": "2001:db8::1/64",
}
#: The texts of patterns of ours that have no format.
PATTERN_TEXTS: Mapping[str, str] = {
    Time.json_schema["pattern"]: "09:30:00",
    LocalDateTime.json_schema["pattern"]: "2026-05-01T09:30:00",
    AnyDateTime.json_schema["pattern"]: "2026-05-01T09:30:00Z",
    **{f"^(?:{kind.pattern})$": ADDRESS_TEXTS[kind.words] for kind in ADDRESS_KINDS},
}
#: The encoded texts of each encoding.
ENCODED_TEXTS = {"base64": ("aGVsbG8=",), "base64url": ("aGVsbG8=",)}
#: The texts that are proposed for any text, and the JSON texts.
TEXTS = ("string", "some longer text", "text", "a", "A", "1")
JSON_TEXTS = ("{}", "[]", "1", '"string"', "null")
#: Longer texts and arrays are not proposed.
MAX_SAMPLE = 200
MAX_SAMPLE_ITEMS = 20
#: The number of proposals for a part of a value.
MAX_PROPOSALS = 40
#: Schemas inside each other.
MAX_SAMPLE_DEPTH = 8
#: Objects at a greater depth have no optional keys: there may be very many.
FULL_DEPTH = 4
#: The numbers that are proposed for any number, and times the step of multiples.
SAMPLE_NUMBERS = (1, 0, 2, 1.5, 10, 100, -1)

#: Stands for no value.
NO_VALUE: Any = object()


@dataclass(frozen=True, slots=True)
class SampleSource:
    """The components that schemas refer to.

    :param components: their schemas by name; those that are not written yet are missing.
    :param is_full: whether objects have their optional keys too.
    :param accepts: whether a value is valid against a schema. Without it, the first proposal for
        each part is taken, and known values are valid: the schemas that we publish have examples.
    """

    components: Mapping[str, Any]
    is_full: bool = False
    accepts: Callable[[Mapping[str, Any], Any], bool] | None = None

    def pick(self, schema: Mapping[str, Any], depth: int) -> Any:
        """Return the first proposal for a part of a value, or :data:`NO_VALUE`."""
        return pick_first(self.pick_several(schema, depth))

    def pick_several(self, schema: Mapping[str, Any], depth: int) -> Iterator[Any]:
        """Yield the proposals for a part of a value, of which there are not endlessly many."""
        for value in islice(propose(schema, self, depth), MAX_PROPOSALS):
            if self.accepts is None or self.accepts(schema, value):
                yield value

    def resolve(self, reference: str) -> Mapping[str, Any]:
        """Return the schema that a reference refers to."""
        found = self.components.get(reference.removeprefix(COMPONENT_PREFIX), NO_SCHEMA)
        return found if isinstance(found, Mapping) else NO_SCHEMA


def pick_first(proposals: Iterator[Any]) -> Any:
    """Return the first proposal, or :data:`NO_VALUE`."""
    return next(proposals, NO_VALUE)


def propose(schema: Mapping[str, Any], source: SampleSource, depth: int = 0) -> Iterator[Any]:
    """Yield values that may be valid against a schema, the best first."""
    if depth > MAX_SAMPLE_DEPTH:
        return
    known = list(find_known(schema))
    yield from known
    if "enum" in schema or (known and source.accepts is None):
        return
    if "$ref" in schema:
        yield from propose(source.resolve(schema["$ref"]), source, depth + 1)
    elif "anyOf" in schema or "oneOf" in schema:
        yield from propose_union(schema, source, depth)
    elif "allOf" in schema and schema.get("type", "object") == "object":
        yield from propose(merge_parts(schema, source.resolve), source, depth + 1)
    else:
        kinds = schema.get("type", "object" if "properties" in schema else "string")
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            yield from PROPOSERS[kind](schema, source, depth + 1)


def merge_parts(
    schema: Mapping[str, Any], resolve: Callable[[str], Mapping[str, Any]]
) -> Mapping[str, Any]:
    """Return a schema with the keywords of its ``allOf``, as far as one schema can have them.

    :param resolve: returns the target of a reference.
    """
    rest = {word: value for word, value in schema.items() if word != "allOf"}
    merged: dict[str, Any] = {}
    for part in (*schema["allOf"], rest):
        own = resolve(part["$ref"]) if "$ref" in part else part
        own = merge_parts(own, resolve) if "allOf" in own else own
        properties = {**merged.get("properties", {}), **own.get("properties", {})}
        required = [*merged.get("required", ()), *own.get("required", ())]
        merged.update(own)
        if properties:
            merged.update(properties=properties)
        if required:
            merged.update(required=list(dict.fromkeys(required)))
    return merged


def find_known(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the values that a schema names: examples, the default, choices."""
    yield from find_examples(schema)
    if schema.get("default") is not None:
        yield schema["default"]
    if "const" in schema:
        yield schema["const"]
    yield from schema.get("enum", ())


def propose_union(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield values of the members of a union; a value of a model has its tag."""
    discriminator = schema.get("discriminator", {})
    for tag, reference in discriminator.get("mapping", {}).items():
        for value in propose({"$ref": reference}, source, depth):
            yield {discriminator["propertyName"]: tag, **value}
    for member in schema.get("anyOf", ()) or schema.get("oneOf", ()):
        yield from propose(member, source, depth + 1)


def propose_object(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield an object with its required keys; one of free keys has some of them."""
    properties = schema.get("properties", {})
    required = schema.get("required", ())
    made = {name: source.pick(properties.get(name, {}), depth) for name in required}
    if source.is_full and depth <= FULL_DEPTH:
        made.update(propose_optional(schema, source, depth))
    rest = schema.get("additionalProperties")
    least = schema.get("minProperties", 0)
    if isinstance(rest, Mapping) and (least > len(made) or not properties):
        keys = propose(schema.get("propertyNames", {"enum": ["key", "a", "b"]}), source, depth)
        value = source.pick(rest, depth)
        made.update({str(key): value for key in islice(keys, max(1, least - len(made)))})
    if NO_VALUE not in made.values():
        yield made
    if not (required or least):
        yield {}


def propose_optional(
    schema: Mapping[str, Any], source: SampleSource, depth: int
) -> Iterator[tuple[str, Any]]:
    """Yield the optional keys of an object for which there are values."""
    for name, inner in schema.get("properties", {}).items():
        if name not in schema.get("required", ()) and not inner.get("readOnly"):
            value = source.pick(inner, depth + 1)
            if value is not NO_VALUE:
                yield name, value


def propose_array(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield an array of the first items, and of as many further ones as there must be."""
    made = [source.pick(place, depth) for place in schema.get("prefixItems", ())]
    least = schema.get("minItems", 0)
    items = schema.get("items", {})
    missing = least - len(made) if made else max(least, 1 if "items" in schema else 0)
    if 0 < missing <= MAX_SAMPLE_ITEMS:
        several = list(islice(source.pick_several(items, depth), missing))
        if several and not schema.get("uniqueItems"):
            several += several[:1] * (missing - len(several))
        made += several
    if NO_VALUE not in made and least <= len(made):
        yield made
    if not least:
        yield []


def propose_number(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield numbers near the bounds, and multiples."""
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    step = schema.get("multipleOf", 1)
    yield from SAMPLE_NUMBERS
    yield from (number * step for number in SAMPLE_NUMBERS)
    if least is not None:
        yield from (least, least + step, (least // step + 1) * step, least + 0.5)
    if most is not None:
        yield from (most, most - step, most // step * step, most - 0.5)
    if least is not None and most is not None:
        yield (least + most) / 2


def propose_integer(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield the whole numbers among them."""
    yield from (int(n) for n in propose_number(schema, source, depth) if n == int(n))


def propose_text(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield texts of the format or of the pattern; else, of the length."""
    patterns = [schema.get("pattern"), *(part.get("pattern") for part in schema.get("allOf", ()))]
    if schema.get("contentMediaType") == "application/json":
        yield from JSON_TEXTS
    yield from FORMAT_TEXTS.get(str(schema.get("format")), ())
    yield from ENCODED_TEXTS.get(str(schema.get("contentEncoding")), ())
    for pattern in filter(None, patterns):
        if pattern in PATTERN_TEXTS:
            yield PATTERN_TEXTS[pattern]
        yield from write_texts(pattern)
    least, most = schema.get("minLength", 0), schema.get("maxLength", MAX_SAMPLE)
    if least <= MAX_SAMPLE and not any(patterns):
        yield from (text for text in TEXTS if least <= len(text) <= most)
        yield from ((text * (least // len(text) + 1))[: max(least, 1)] for text in TEXTS)


def propose_null(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield null."""
    yield None


def propose_boolean(schema: Mapping[str, Any], source: SampleSource, depth: int) -> Iterator[Any]:
    """Yield both values."""
    yield from (True, False)


#: The function that proposes values of each type.
PROPOSERS: Mapping[str, Callable[[Mapping[str, Any], SampleSource, int], Iterator[Any]]] = {
    "object": propose_object,
    "array": propose_array,
    "number": propose_number,
    "integer": propose_integer,
    "string": propose_text,
    "boolean": propose_boolean,
    "null": propose_null,
}
