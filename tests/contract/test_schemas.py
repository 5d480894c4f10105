"""Values and schemas: what differs, and in which words."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from flask_typed.contract.records import find_member_names
from flask_typed.contract.schemas import Schema
from flask_typed.contract.values import are_unique, make_equality_key
from flask_typed.wire.lossless import read_json

ITEM = {"$ref": "#/components/schemas/Item"}
TAGGED = {
    "oneOf": [ITEM, {"$ref": "#/components/schemas/Other"}],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {
            "item": "#/components/schemas/Item",
            "other": "#/components/schemas/Other",
            "gone": "#/components/schemas/Gone",
        },
    },
}
COMPONENTS: dict[str, Any] = {
    "Item": {"type": "object", "properties": {"kind": {"const": "item"}, "n": {"minimum": 1}}},
    "Other": {"type": "object", "properties": {"kind": {"const": "other"}}, "required": ["m"]},
}


def find(schema: Any, text: str, version: str = "3.1.0") -> list[str]:
    """Return the differences of a JSON text."""
    document: Any = {"openapi": version, "components": {"schemas": COMPONENTS}, "own": schema}
    exact = json.loads(json.dumps(document), parse_float=Decimal)
    found = Schema(exact["own"], exact, set(find_member_names(exact))).find_faults(read_json(text))
    return [f"{fault.pointer} {fault.expected}" for fault in found]


@pytest.mark.parametrize(
    ("schema", "fitting", "other", "expected"),
    [
        ({"type": "integer"}, "1.0", "1.5", "type integer"),
        ({"type": "integer"}, "9" * 5000, "true", "type integer"),
        ({"type": "integer"}, "1e400", "1e-400", "type integer"),
        ({"type": ["number", "null"]}, "null", '"x"', "type number or null"),
        ({"type": "number"}, "0.5", "false", "type number"),
        ({"multipleOf": 0.1}, "0.3", "0.35", "multipleOf 0.1"),
        ({"multipleOf": 0.1}, '"x"', "1e-400", "multipleOf 0.1"),
        ({"multipleOf": 3}, "9" * 5000, "1" + "0" * 5000, "multipleOf 3"),
        ({"maximum": 0.3}, "0.3", "0.30000000000000000001", "maximum 0.3"),
        ({"exclusiveMinimum": 9007199254740993}, "9007199254740994", "9007199254740993",
         "exclusiveMinimum 9007199254740993"),
        ({"enum": ["a", 1, None]}, "1.0", "true", 'enum ["a", 1, null]'),
        ({"enum": list(range(100))}, "99", "100", "enum"),
        ({"items": {"enum": ["a", "b"]}}, '["a", "b"]', None, ""),
        ({"const": {"a": [1]}}, '{"a": [1.0]}', '{"a": [true]}', 'const {"a": [1]}'),
        ({"uniqueItems": True}, "[1, true, null]", "[1, 1.0]", "items that differ from each other"),
        ({"uniqueItems": False}, "[1, 1]", None, ""),
        ({"uniqueItems": True}, '"x"', '[{"a": 1}, {"a": 1}]', "items that differ from each other"),
        ({"minItems": 1}, "[1]", "[]", "minItems 1"),
        ({"maxItems": 1}, "[1]", "[1, 2]", "maxItems 1"),
        ({"minProperties": 1}, '{"a": 1}', "{}", "minProperties 1"),
        ({"maxProperties": 0}, "{}", '{"a": 1}', "maxProperties 0"),
        ({"minLength": 2}, '"\U0001f600\U0001f600"', '"\U0001f600"', "minLength 2"),
        ({"pattern": "^a$"}, '"a"', '"a\\n"', 'pattern "^a$"'),
        ({"pattern": r"\p{L}"}, '"1"', None, ""),
        ({"pattern": "a"}, "1", None, ""),
        ({"not": {"enum": [1]}}, "2", "1", 'not {"enum": [1]}'),
        ({"propertyNames": {"maxLength": 1}}, '{"a": 1}', '{"ab": 1}',
         "member names that match propertyNames"),
        ({"required": ["a"]}, "1", "{}", 'a member "a"'),
        ({"additionalProperties": False}, "{}", '{"a": 1}', "only members of the schema"),
        ({"additionalProperties": False, "patternProperties": {"^x": {}}}, '{"xa": 1}', '{"a": 1}',
         "only members of the schema"),
        ({"additionalProperties": False}, "1", None, ""),
        ({"additionalProperties": True}, '{"a": 1}', None, ""),
        ({"prefixItems": [True], "items": False}, "[1]", "[1, 2]", "fewer items"),
        ({"anyOf": [{"type": "null"}, {"type": "string"}]}, "null", "1",
         "one of 2 schemas (anyOf)"),
        ({"oneOf": [{"minimum": 1}, {"maximum": 2}]}, "0", "1",
         "exactly one of 2 schemas (oneOf)"),
        ({"allOf": [{"minimum": 1}]}, "1", "0", "minimum 1"),
    ],
)  # fmt: skip
def test_keywords(schema: Any, fitting: str, other: str | None, expected: str) -> None:
    """Each keyword takes what it describes, and names itself where it does not."""
    assert find(schema, fitting) == []
    assert other is None or find(schema, other) == [f" {expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"kind": "item", "n": 1}', []),
        ('{"kind": "item", "n": 0}', ["/n minimum 1"]),
        ('{"kind": "other"}', [' a member "m"']),
        ('{"kind": "gone"}', [" exactly one of 2 schemas (oneOf)"]),
        ('{"kind": ["item"]}', [" exactly one of 2 schemas (oneOf)"]),
        ("1", [" exactly one of 2 schemas (oneOf)"]),
    ],
)
def test_a_tag_leads_to_its_member(text: str, expected: list[str]) -> None:
    """What is said is said of the member that is meant."""
    assert find(TAGGED, text) == expected


@pytest.mark.parametrize(
    ("name", "fitting", "others"),
    [
        ("date", "2024-02-29", ["2023-02-29", "2024-2-29", "20240229", "x"]),
        ("date-time", "2024-02-29T23:59:60.5z", ["2024-02-29", "2024-02-29 00:00:00Z"]),
        ("time", "12:00:00+01:00", ["12:00", "25:00:00Z", "12:00:00"]),
        ("uuid", "12345678-1234-5678-1234-56781234567F", ["12345678123456781234567812345678"]),
        ("email", "a@b", ["a", "@b", "a@"]),
        ("ipv4", "127.0.0.1", ["127.0.0.256", "::1"]),
        ("ipv6", "::1", ["127.0.0.1", "::g"]),
        ("uri", "anything", []),
    ],
)
def test_formats(name: str, fitting: str, others: list[str]) -> None:
    """Those that everybody reads alike are compared; all are for text alone."""
    schema = {"format": name}
    assert find(schema, json.dumps(fitting)) == find(schema, "1") == []
    for other in others:
        assert find(schema, json.dumps(other)) == [f' format "{name}"']


@pytest.mark.parametrize(
    ("schema", "text", "expected"),
    [
        ({"type": "string", "nullable": True}, "null", []),
        ({"type": "string", "nullable": True}, "1", [" type string"]),
        ({"type": "integer"}, "1.0", []),
        ({"minimum": 1, "exclusiveMinimum": True}, "1", [" minimum 1"]),
        ({"multipleOf": 0.1}, "0.3", []),
        ({"propertyNames": False, "const": 1}, '{"a": 1}', []),
        ({"allOf": [ITEM]}, '{"n": 0}', ["/n minimum 1"]),
    ],
)
def test_openapi_30(schema: Any, text: str, expected: list[str]) -> None:
    """Its dialect has ``nullable``, flags at bounds, and fewer keywords."""
    assert find(schema, text, "3.0.3") == expected


def test_pointers() -> None:
    """Names of the document are repeated, and others are not."""
    schema = {"properties": {"a/b~c": {"items": {"additionalProperties": {"type": "null"}}}}}
    assert find(schema, '{"a/b~c": [{}, {"ann": 1}]}') == ["/a~1b~0c/1/* type null"]


def test_false() -> None:
    """The schema that takes nothing; the library does not tell where it stands."""
    assert find({"properties": {"a": False}}, '{"a": 1}') == [" nothing"]


EITHER = {"$ref": "#/components/schemas/Either"}
BRANCHES = [
    {"type": "object", "properties": {"next": EITHER}, "required": [name]} for name in ("x", "y")
]
COMPONENTS["Either"] = {"anyOf": [*BRANCHES, {"type": "null"}]}


def test_recursive_unions_take_no_longer() -> None:
    """Each part is compared with each branch once, however deep it is: it would take an age."""
    assert find(EITHER, '{"y": 1, "next": ' * 40 + "null" + "}" * 40) == []
    assert find(EITHER, '{"y": 1, "next": ' * 40 + "1" + "}" * 40) != []


def test_keys_of_values() -> None:
    """Equal in JSON, and only then."""
    texts = ["1", "1.0", "10e-1", "true", '"1"', "0", "-0.0", "[1]", '{"a": 1}', "null", "1e1000"]
    equal = {frozenset({"1", "1.0", "10e-1"}), frozenset({"0", "-0.0"})}
    keys = {text: make_equality_key(read_json(text)) for text in texts}
    for one in texts:
        for other in texts:
            is_equal = one == other or any({one, other} <= group for group in equal)
            assert (keys[one] == keys[other]) is is_equal, (one, other)
    assert are_unique([read_json(str(number)) for number in range(10_000)])
