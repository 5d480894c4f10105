"""The texts that carry values, in both directions."""

from __future__ import annotations

from typing import Any

import pytest
from flask_typed.outside.operations import ApiInput
from flask_typed.outside.texts import find_input_fault, write_named_texts
from flask_typed.outside.values import ApiSchemas

from .documents import make_document

SCHEMAS = ApiSchemas(make_document({}), "readOnly")
INTEGERS = {"type": "array", "items": {"type": "integer"}, "maxItems": 2}


def make_input(
    schema: Any = None, style: str = "form", *, explode: bool = True, location: str = "query"
) -> ApiInput:
    """Return a parameter."""
    return ApiInput(location, "a", False, schema or {}, style, explode)


@pytest.mark.parametrize(
    ("target", "value", "texts"),
    [
        pytest.param(make_input(), "x y", [("a", "x y")], id="text"),
        pytest.param(make_input(), True, [("a", "true")], id="boolean"),
        pytest.param(make_input(), 1.5, [("a", "1.5")], id="number"),
        pytest.param(make_input(), [1, 2], [("a", "1"), ("a", "2")], id="repeated"),
        pytest.param(make_input(explode=False), [1, 2], [("a", "1,2")], id="joined"),
        pytest.param(
            make_input(style="pipeDelimited", explode=False), [1, 2], [("a", "1|2")], id="pipes"
        ),
        pytest.param(make_input(location="path"), [1, 2], [("a", "1,2")], id="path"),
        pytest.param(make_input(), {"x": 1, "y": 2}, [("x", "1"), ("y", "2")], id="members"),
        pytest.param(
            make_input(style="deepObject"),
            {"x": 1, "y": [2, 3]},
            [("a[x]", "1"), ("a[y]", "2"), ("a[y]", "3")],
            id="deep",
        ),
        pytest.param(make_input(explode=False), {"x": 1}, [("a", "x,1")], id="joined members"),
        pytest.param(
            make_input(style="simple", location="path"), {"x": 1}, [("a", "x=1")], id="exploded"
        ),
        pytest.param(
            ApiInput("query", "a", False, {}, "form", True, is_json=True),
            {"x": 1},
            [("a", '{"x": 1}')],
            id="json",
        ),
    ],
)
def test_write(target: ApiInput, value: Any, texts: list[tuple[str, str]]) -> None:
    """A value is written in the style of its parameter."""
    assert write_named_texts(target, value) == texts


@pytest.mark.parametrize(
    ("target", "texts", "expected"),
    [
        pytest.param(make_input({"type": "integer"}), ["7"], None, id="integer"),
        pytest.param(make_input({"type": "integer"}), ["x"], "type integer", id="no integer"),
        pytest.param(make_input({"type": "object"}), ["x"], None, id="object"),
        pytest.param(make_input(INTEGERS), ["1", "2"], None, id="array"),
        pytest.param(make_input(INTEGERS), ["1", "x"], "type integer", id="item"),
        pytest.param(make_input(INTEGERS), ["1", "2", "3"], "maxItems 2", id="items"),
        pytest.param(make_input(INTEGERS, explode=False), ["1, 2"], None, id="joined"),
        pytest.param(make_input(INTEGERS, explode=False), [""], None, id="nothing"),
        pytest.param(
            make_input(INTEGERS, "spaceDelimited", explode=False), ["1 2"], None, id="spaces"
        ),
        pytest.param(
            make_input({"anyOf": [{"type": "null"}, INTEGERS]}), ["1", "2"], None, id="union"
        ),
        pytest.param(
            make_input({"type": "array", "items": {"type": "string"}}), ["1"], None, id="texts"
        ),
        pytest.param(
            make_input({"type": "array", "items": {"type": "object"}}), ["1"], None, id="objects"
        ),
    ],
)
def test_compare(target: ApiInput, texts: list[str], expected: str | None) -> None:
    """Texts are compared with the schema of their parameter."""
    assert find_input_fault(SCHEMAS, target, texts) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [('{"x": 1}', None), ("[]", "type object"), ("{", "JSON")]
)
def test_compare_json(text: str, expected: str | None) -> None:
    """A text in JSON is read."""
    target = ApiInput("query", "a", False, {"type": "object"}, "form", True, is_json=True)
    assert find_input_fault(SCHEMAS, target, [text]) == expected
