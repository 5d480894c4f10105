"""Collections: arrays, sets, tuples, objects with free keys; in JSON, in text and in headers."""

from __future__ import annotations

import datetime as dt
import enum
import sys
import typing
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Len, Predicate
from flask_typed.schemas.families.containers import has_repeats, is_scalar, is_textual, to_hashable
from flask_typed.schemas.hints import resolve_hints
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import fields
from typing_extensions import TypeVarTuple, Unpack

from ..codec import Codec, make_codec

Ts = TypeVarTuple("Ts")
Prefixed = tuple[int, Unpack[tuple[str, ...]]]
ID = uuid.UUID("0123abcd-4567-89ab-cdef-0123456789ab")
JSON = make_codec()

NO_TEXT = "Not a valid string."
NO_LIST = "Not a valid list."
NO_INTEGER = "Not a valid integer."
NO_MAPPING = "Not a valid mapping type."
TWICE = "Must not hold an item twice."


class Size(enum.Enum):
    """A key by value."""

    SMALL = 1


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(list[int], [3, 1, 3], [3, 1, 3], id="list"),
        pytest.param(list[int], [], [], id="list-empty"),
        pytest.param(list, [1, "a"], [1, "a"], id="list-bare"),
        pytest.param(typing.List[int], [1], [1], id="List"),  # noqa: UP006
        pytest.param(list[list[int]], [[1], []], [[1], []], id="list-of-lists"),
        pytest.param(list[int | None], [1, None], [1, None], id="list-with-null"),
        pytest.param(list[None], [None], [None], id="list-of-null"),
        pytest.param(set[int], [3, 1], {1, 3}, id="set"),
        pytest.param(frozenset[str], ["a"], frozenset("a"), id="frozenset"),
        pytest.param(tuple[int, ...], [1, 2, 3], (1, 2, 3), id="tuple-variadic"),
        pytest.param(tuple, [1, "a"], (1, "a"), id="tuple-bare"),
        pytest.param(tuple[int, str], [1, "a"], (1, "a"), id="tuple-fixed"),
        pytest.param(tuple[()], [], (), id="tuple-empty"),
        pytest.param(tuple[int, Unpack[tuple[str, ...]]], [1], (1,), id="tuple-prefix-alone"),
        pytest.param(
            tuple[int, Unpack[tuple[str, ...]]], [1, "a", "b"], (1, "a", "b"), id="tuple-prefix"
        ),
        pytest.param(
            tuple[int, Unpack[tuple[str, Unpack[tuple[int, ...]]]]],
            [1, "a", 2],
            (1, "a", 2),
            id="tuple-prefix-unpacked",
        ),
        pytest.param(tuple[Unpack[tuple[int, ...]]], [1, 2], (1, 2), id="tuple-no-prefix"),
        pytest.param(tuple[None, ...], [None, None], (None, None), id="tuple-null"),
        pytest.param(
            tuple[int, Unpack[tuple[None, ...]]], [1, None], (1, None), id="tuple-prefix-null"
        ),
        pytest.param(tuple[int, Unpack[tuple[str]]], [1, "a"], (1, "a"), id="tuple-unpacked"),
        pytest.param(dict[str, int], {"a": 1}, {"a": 1}, id="dict"),
        pytest.param(dict, {"a": [1]}, {"a": [1]}, id="dict-bare"),
        pytest.param(dict[str, list[int]], {"a": [1]}, {"a": [1]}, id="dict-of-lists"),
        pytest.param(dict[int, str], {"-1": "a", "2": "b"}, {-1: "a", 2: "b"}, id="dict-int"),
        pytest.param(dict[bool, int], {"true": 1}, {True: 1}, id="dict-bool"),
        pytest.param(dict[float, int], {"1.5": 1}, {1.5: 1}, id="dict-float"),
        pytest.param(dict[uuid.UUID, int], {str(ID): 1}, {ID: 1}, id="dict-UUID"),
        pytest.param(
            dict[dt.date, int], {"2024-01-01": 1}, {dt.date(2024, 1, 1): 1}, id="dict-date"
        ),
        pytest.param(dict[Decimal, int], {"1.0": 1}, {Decimal("1.0"): 1}, id="dict-Decimal"),
        pytest.param(dict[Size, int], {"1": 1}, {Size.SMALL: 1}, id="dict-Enum"),
        pytest.param(dict[Literal["a"], int], {"a": 1}, {"a": 1}, id="dict-Literal"),
    ],
)
def test_json_is_loaded(json: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """Arrays and objects become the annotated collection."""
    loaded = json.load(annotation, wire)

    assert loaded == value
    assert type(loaded) is type(value)


@pytest.mark.parametrize(
    ("annotation", "wire", "messages"),
    [
        pytest.param(list[int], "12", [NO_LIST], id="list-text"),
        pytest.param(list[str], "ab", [NO_LIST], id="list-of-str-text"),
        pytest.param(list[int], {"0": 1}, [NO_LIST], id="list-object"),
        pytest.param(list[int], (1,), [NO_LIST], id="list-not-json"),
        pytest.param(list[int], None, ["Field may not be null."], id="list-null"),
        pytest.param(
            list[int], ["1", 2, True], {0: [NO_INTEGER], 2: [NO_INTEGER]}, id="list-items"
        ),
        pytest.param(list[list[int]], [[1], ["a"]], {1: {0: [NO_INTEGER]}}, id="list-of-lists"),
        pytest.param(list[int], [None], {0: ["Field may not be null."]}, id="list-null-item"),
        pytest.param(set[int], [1, 2, 1], [TWICE], id="set-repeat"),
        pytest.param(set[int], [1, 1.0], [TWICE], id="set-equal-numbers"),
        pytest.param(frozenset[str], ["a", "a"], [TWICE], id="frozenset-repeat"),
        pytest.param(set[int], ["a", "a"], {0: [NO_INTEGER], 1: [NO_INTEGER]}, id="set-items"),
        pytest.param(tuple[int, ...], [1, "a"], {1: [NO_INTEGER]}, id="tuple-variadic-item"),
        pytest.param(
            tuple[int, str],
            ["a", 1],
            {0: [NO_INTEGER], 1: ["Not a valid string."]},
            id="tuple-items",
        ),
        pytest.param(tuple[int, str], [1], ["Must hold exactly 2 items."], id="tuple-short"),
        pytest.param(tuple[int, str], [1, "a", 2], ["Must hold exactly 2 items."], id="tuple-long"),
        pytest.param(tuple[()], [1], ["Must hold exactly 0 items."], id="tuple-not-empty"),
        pytest.param(tuple[int, str], {}, ["Not a valid tuple."], id="tuple-object"),
        pytest.param(tuple[int, int], "12", ["Not a valid tuple."], id="tuple-text"),
        pytest.param(dict[str, int], [], [NO_MAPPING], id="dict-array"),
        pytest.param(dict[str, int], "a", [NO_MAPPING], id="dict-text"),
        pytest.param(dict[str, int], {"a": "1"}, {"a": {"value": [NO_INTEGER]}}, id="dict-value"),
        pytest.param(dict[int, int], {"a": 1}, {"a": {"key": [NO_INTEGER]}}, id="dict-key"),
        pytest.param(
            dict[int, int],
            {"a": "b"},
            {"a": {"key": [NO_INTEGER], "value": [NO_INTEGER]}},
            id="dict-both",
        ),
        pytest.param(
            dict[bool, int],
            {"maybe": 1},
            {"maybe": {"key": ["Not a valid boolean."]}},
            id="dict-key-bool",
        ),
        pytest.param(
            dict[Annotated[int, Ge(1)], int],
            {"0": 1},
            {"0": {"key": ["Must be greater than or equal to 1."]}},
            id="dict-key-constraint",
        ),
    ],
)
def test_json_that_does_not_fit_is_refused(
    json: Codec, annotation: Any, wire: Any, messages: Any
) -> None:
    """Every item that does not fit is told, each at its place."""
    assert json.refuse(annotation, wire) == messages


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(list[int], [1, 2], [1, 2], id="list"),
        pytest.param(list[int], (1, 2), [1, 2], id="list-from-tuple"),
        pytest.param(list[int], {1: "a"}.keys(), [1], id="list-from-keys"),
        pytest.param(list[int], range(2), [0, 1], id="list-from-range"),
        pytest.param(list[int | None], [None], [None], id="list-None"),
        pytest.param(set[int], {1}, [1], id="set"),
        pytest.param(set[Any], [1, True], [1, True], id="set-one-and-true"),
        pytest.param(frozenset[int], [2, 1], [2, 1], id="frozenset-keeps-order"),
        pytest.param(tuple[int, ...], (1, 2), [1, 2], id="tuple-variadic"),
        pytest.param(tuple[int, str], (1, "a"), [1, "a"], id="tuple-fixed"),
        pytest.param(tuple[int, str], [1, "a"], [1, "a"], id="tuple-from-list"),
        pytest.param(tuple[()], (), [], id="tuple-empty"),
        pytest.param(
            dict[str, dt.date], {"a": dt.date(2024, 1, 1)}, {"a": "2024-01-01"}, id="dict"
        ),
        pytest.param(dict[int, int], {1: 2}, {"1": 2}, id="dict-int"),
        pytest.param(dict[bool, int], {True: 1, False: 0}, {"true": 1, "false": 0}, id="dict-bool"),
        pytest.param(dict[Size, int], {Size.SMALL: 1}, {"1": 1}, id="dict-Enum"),
        pytest.param(dict[uuid.UUID, int], {ID: 1}, {str(ID): 1}, id="dict-UUID"),
    ],
)
def test_a_collection_is_dumped(json: Codec, annotation: Any, value: Any, wire: Any) -> None:
    """What iterates is written as an array, in its own order; keys are written as text."""
    assert json.dump(annotation, value) == wire


@pytest.mark.parametrize(
    ("annotation", "value", "wire"),
    [
        pytest.param(set[int], {10, 9, -1}, [-1, 9, 10], id="numbers"),
        pytest.param(frozenset[str], frozenset("cab"), ["a", "b", "c"], id="text"),
        pytest.param(set[Size], {Size.SMALL}, [1], id="Enum"),
        pytest.param(set[int | None], {None, 3, 12}, [12, 3, None], id="no-order-of-its-own"),
    ],
)
def test_a_set_is_dumped_in_an_order_that_does_not_change(
    json: Codec, annotation: Any, value: Any, wire: Any
) -> None:
    """Two processes write equal sets alike: as they sort, or else as their JSON does."""
    assert json.dump(annotation, value) == wire


def test_a_generator_is_dumped(json: Codec) -> None:
    """What can be iterated once is, and its constraints hold for all of it."""

    def count() -> Iterator[int]:
        yield from (1, 2)

    assert json.dump(Annotated[list[int], Len(2)], count()) == [1, 2]


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        pytest.param(list[int], 3, "$ expected a collection, found a value of type int", id="int"),
        pytest.param(
            list[str], "ab", "$ expected a collection, found a value of type str", id="list-str"
        ),
        pytest.param(
            list[int],
            b"ab",
            "$ expected a collection, found a value of type bytes",
            id="list-bytes",
        ),
        pytest.param(
            list[str],
            {"a": 1},
            "$ expected a collection, found a value of type dict",
            id="list-dict",
        ),
        pytest.param(list[int], None, "$ expected a collection, found None", id="list-None"),
        pytest.param(
            list[int], [1, "a"], "$[1] expected an int, found a value of type str", id="list-item"
        ),
        pytest.param(
            list[list[int]], [[], [1, None]], "$[1][1] expected an int, found None", id="deep-item"
        ),
        pytest.param(
            tuple[int, str],
            (1,),
            "$ expected a tuple of 2 items, found a value of type tuple",
            id="tuple-short",
        ),
        pytest.param(
            tuple[int, str],
            {1, "a"},
            "$ expected a tuple of 2 items, found a value of type set",
            id="tuple-unordered",
        ),
        pytest.param(
            tuple[int, str],
            (1, 2),
            "$[1] expected a str, found a value of type int",
            id="tuple-item",
        ),
        pytest.param(
            dict[str, int],
            [("a", 1)],
            "$ expected a mapping, found a value of type list",
            id="dict",
        ),
        pytest.param(
            dict[str, int], {1: 1}, "$.1 expected a str, found a value of type int", id="dict-key"
        ),
        pytest.param(
            dict[str, list[int]],
            {"a": [1, True]},
            "$.a[1] expected an int, found a value of type bool",
            id="dict-value",
        ),
    ],
)
def test_what_does_not_fit_is_not_dumped(
    json: Codec, annotation: Any, value: Any, message: str
) -> None:
    """The message leads to the item."""
    assert json.mismatch(annotation, value) == f"at {message}"


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        pytest.param(set[int], [1, 1], id="set"),
        pytest.param(frozenset[float], [1, 1.0], id="frozenset-equal-numbers"),
    ],
)
def test_a_set_with_a_repeat_is_not_dumped(json: Codec, annotation: Any, value: Any) -> None:
    """An array that announces unique items has unique items."""
    assert json.mismatch(annotation, value).startswith("at $ expected ")


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(list[int], ["1", "2.0"], [1, 2], id="list"),
        pytest.param(list[str], ["a, b"], ["a, b"], id="list-commas-mean-nothing"),
        pytest.param(set[bool], ["yes"], {True}, id="set"),
        pytest.param(tuple[int, bool], ["1", "true"], (1, True), id="tuple"),
    ],
)
def test_repeated_keys_are_items(text: Codec, annotation: Any, wire: Any, value: Any) -> None:
    """In text every item is parsed as text is."""
    assert text.load(annotation, wire) == value


@pytest.mark.parametrize(
    ("annotation", "wire", "value"),
    [
        pytest.param(list[int], "1, 2,3", [1, 2, 3], id="list"),
        pytest.param(list[str], " a ,b ", ["a", "b"], id="list-spaces"),
        pytest.param(list[str], "a", ["a"], id="list-single"),
        pytest.param(list[str], "", [], id="list-empty"),
        pytest.param(set[int], "2,1", {1, 2}, id="set"),
        pytest.param(tuple[str, int], "a, 1", ("a", 1), id="tuple"),
    ],
)
def test_commas_separate_the_items_of_a_header(
    header: Codec, annotation: Any, wire: str, value: Any
) -> None:
    """A header holds its items in one line."""
    assert header.load(annotation, wire) == value


def test_an_item_of_a_header_is_refused_at_its_place(header: Codec) -> None:
    """The index counts between the commas."""
    assert header.refuse(list[int], "1, a") == {1: [NO_INTEGER]}


@pytest.mark.parametrize(
    ("form", "several"),
    [
        pytest.param("json", True, id="json"),
        pytest.param("text", True, id="text"),
        pytest.param("header", False, id="header"),
    ],
)
@pytest.mark.parametrize("annotation", [list[int], tuple[int, int]])
def test_webargs_is_told_whether_a_key_repeats(
    request: pytest.FixtureRequest, form: str, several: bool, annotation: Any
) -> None:
    """webargs hands over all values of a key where items are not separated by commas."""
    codec: Codec = request.getfixturevalue(form)

    assert codec.field(annotation).is_multiple is several


@pytest.mark.parametrize(
    ("items", "repeats"),
    [
        pytest.param([], False, id="none"),
        pytest.param([1, 2], False, id="different"),
        pytest.param([1, 1.0], True, id="equal-numbers"),
        pytest.param([1, True], False, id="one-and-true"),
        pytest.param([0, False, None, ""], False, id="falsy"),
        pytest.param([[1], [1]], True, id="arrays"),
        pytest.param([[1], [True]], False, id="arrays-one-and-true"),
        pytest.param([[1, 2], [2, 1]], False, id="arrays-order"),
        pytest.param([{"a": 1, "b": 2}, {"b": 2, "a": 1}], True, id="objects"),
        pytest.param([{"a": [1]}, {"a": [True]}], False, id="objects-one-and-true"),
        pytest.param([[], {}], False, id="array-and-object"),
    ],
)
def test_repeats_are_what_json_schema_calls_equal(items: list[Any], repeats: bool) -> None:
    """Numbers are equal by value, booleans are no numbers, the order of keys means nothing."""
    assert has_repeats(items) is repeats


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from([0.0, 1.0, "", "1"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=4,
)


@settings(deadline=None)
@given(JSON_VALUES, JSON_VALUES)
def test_frozen_values_are_equal_only_where_the_values_are(one: Any, other: Any) -> None:
    """Freezing confuses no two JSON values that Python tells apart."""
    assert to_hashable(one) != to_hashable(other) or one == other


@settings(deadline=None)
@given(
    st.one_of(
        st.tuples(st.just(list[int]), st.lists(st.integers())),
        st.tuples(st.just(set[str]), st.sets(st.text())),
        st.tuples(st.just(tuple[bool, ...]), st.lists(st.booleans()).map(tuple)),
        st.tuples(st.just(tuple[int, str]), st.tuples(st.integers(), st.text())),
        st.tuples(st.just(dict[int, bool]), st.dictionaries(st.integers(), st.booleans())),
        st.tuples(st.just(dict[uuid.UUID, str]), st.dictionaries(st.uuids(), st.text())),
        st.tuples(
            st.just(dict[float, int]),
            st.dictionaries(st.floats(allow_nan=False, allow_infinity=False), st.integers()),
        ),
    )
)
def test_what_is_dumped_is_loaded_again(case: tuple[Any, Any]) -> None:
    """A collection survives the way out and back in unchanged."""
    annotation, value = case

    assert JSON.load(annotation, JSON.dump(annotation, value)) == value


@pytest.mark.parametrize(
    ("annotation", "scalar", "textual"),
    [
        pytest.param(int, True, True, id="scalar"),
        pytest.param(Size, True, True, id="Enum"),
        pytest.param(list[int], False, True, id="list"),
        pytest.param(set[int], False, True, id="set"),
        pytest.param(tuple[int, str], False, True, id="tuple"),
        pytest.param(list[list[int]], False, False, id="list-of-lists"),
        pytest.param(list[dict[str, int]], False, False, id="list-of-dicts"),
        pytest.param(tuple[int, list[int]], False, False, id="tuple-with-list"),
        pytest.param(dict[str, int], False, False, id="dict"),
        pytest.param(Any, False, False, id="Any"),
        pytest.param(None, False, False, id="None"),
        pytest.param(Annotated[Any, fields.Raw()], False, False, id="Raw"),
        pytest.param(Annotated[Any, fields.Url()], True, True, id="ready-field"),
    ],
)
def test_what_can_be_written_in_a_query_string(
    json: Codec, annotation: Any, scalar: bool, textual: bool
) -> None:
    """A scalar, or a collection of scalars."""
    field = json.field(annotation)

    assert (is_scalar(field), is_textual(field)) == (scalar, textual)


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        pytest.param(set[Any], [[1]], id="anything"),
        pytest.param(frozenset[Any], [{"a": 1}], id="object"),
        pytest.param(set[tuple[Any, int]], [[[1], 1]], id="tuple"),
    ],
)
def test_a_set_is_sent_single_values_only(json: Codec, annotation: Any, wire: Any) -> None:
    """Whether a value can be hashed may not be known before it comes."""
    assert json.refuse(annotation, wire) == ["Must hold single values only."]


@pytest.mark.parametrize(
    ("annotation", "wire"),
    [
        pytest.param(dict[float, int], {"1": 1, "1.0": 2}, id="float"),
        pytest.param(dict[bool, int], {"true": 1, "yes": 2}, id="bool"),
    ],
)
def test_two_texts_of_one_key_are_refused(json: Codec, annotation: Any, wire: Any) -> None:
    """One of the values would be lost; the document says so in words."""
    assert json.refuse(annotation, wire) == ["Must not hold a key twice."]
    assert json.field(annotation).remark == "No two keys may mean the same."


@pytest.mark.parametrize("key", ["1.0", "1e0", "-0", "01", "+1", " 1", "1.5"])
def test_an_integer_has_one_text_as_a_key(json: Codec, text: Codec, key: str) -> None:
    """So that the document can tell keys apart; in a query, JSON's grammar holds."""
    assert json.refuse(dict[int, int], {key: 1}) == {key: {"key": [NO_INTEGER]}}
    assert json.field(dict[int, int]).remark is None
    assert json.load(dict[int, int], {"-1": 1, "0": 2}) == {-1: 1, 0: 2}
    assert text.load(int, "1.0") == 1


def test_a_set_of_anything_is_published_as_one_of_single_values(json: Codec) -> None:
    """Others cannot be hashed."""
    assert json.field(set).inner.json_schema == {"type": ["string", "number", "boolean", "null"]}
    assert json.field(list).inner.json_schema == {}


def test_a_set_with_a_repeat_says_so(json: Codec) -> None:
    """Two members may be one on the wire."""
    assert json.mismatch(set[int], [1, 1]) == (
        "at $ expected items that differ, found one item twice"
    )


def test_a_constraint_of_anything_holds_on_dump(json: Codec) -> None:
    """What is announced is kept, whatever the type."""
    annotation = Annotated[Any, Predicate(lambda value: value == 1)]

    assert json.mismatch(annotation, 2) == (
        "at $ expected a JSON value, found one that breaks: ['Does not satisfy lambda.']"
    )


@pytest.mark.parametrize(
    ("wire", "messages"),
    [
        pytest.param({}, ["Not a valid tuple."], id="object"),
        pytest.param([], ["Must hold at least 1 items."], id="too short"),
        pytest.param(["1"], {0: [NO_INTEGER]}, id="a place"),
        pytest.param([1, "a", 2, "b", 3], {2: [NO_TEXT], 4: [NO_TEXT]}, id="the rest"),
    ],
)
def test_a_tuple_with_a_rest_is_checked_place_by_place(
    json: Codec, wire: Any, messages: Any
) -> None:
    """The first places have types of their own, all others one."""
    assert json.refuse(Prefixed, wire) == messages


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(
            (), "at $ expected a tuple of at least 1 items, found a value of type tuple", id="short"
        ),
        pytest.param(
            "ab", "at $ expected a tuple of at least 1 items, found a value of type str", id="text"
        ),
        pytest.param(
            (1, "a", 2), "at $[2] expected a str, found a value of type int", id="the rest"
        ),
    ],
)
def test_a_tuple_with_a_rest_is_checked_on_dump(json: Codec, value: Any, message: str) -> None:
    """Each item has the type of its place."""
    assert json.mismatch(Prefixed, value) == message


def test_a_tuple_with_a_rest_is_dumped(json: Codec) -> None:
    """It is an array."""
    assert json.dump(Prefixed, (1, "a", "b")) == [1, "a", "b"]


def test_a_tuple_with_a_rest_can_be_written_as_text(text: Codec, header: Codec) -> None:
    """Each item is read by the field of its place."""
    assert (text.load(Prefixed, ["1", "2"]), header.load(Prefixed, "1, 2")) == ((1, "2"),) * 2


def test_a_rest_of_objects_cannot_be_written_as_text(text: Codec) -> None:
    """A collection in text holds single values only."""
    error = text.reject(tuple[int, Unpack[tuple[dict[str, int], ...]]])
    assert error.what == "A collection of objects or of collections cannot be written as text."


def test_a_tuple_with_a_rest_may_be_hashable(json: Codec) -> None:
    """A set holds it if Python can hash the rest too."""
    assert json.load(set[Prefixed], [[1, "a"]]) == {(1, "a")}
    error = json.reject(set[tuple[int, Unpack[tuple[list[int], ...]]]])
    assert error.what.endswith("are not hashable.")


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(tuple[Unpack[tuple[str, ...]], int], id="a place after the rest"),
        pytest.param(tuple[Unpack[tuple[str, ...]], Unpack[tuple[int, ...]]], id="two rests"),
    ],
)
def test_places_after_a_rest_are_refused(json: Codec, annotation: Any) -> None:
    """JSON Schema has no words for them."""
    error = json.reject(annotation)
    assert error.what.endswith("has items after a part of any length, so their places are unknown.")


@pytest.mark.parametrize(
    "annotation",
    [
        pytest.param(list[Unpack[tuple[int, str]]], id="list"),
        pytest.param(dict[str, Unpack[tuple[int]]], id="dict"),
        pytest.param(tuple[Unpack[Ts]], id="TypeVarTuple"),
        pytest.param(Unpack[tuple[int]], id="alone"),
    ],
)
def test_what_is_unpacked_elsewhere_is_refused(json: Codec, annotation: Any) -> None:
    """Where one type stands there cannot be any number of them."""
    assert json.reject(annotation).what.endswith(" is unpacked in place of a single type.")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="there is no star in annotations")
def test_a_star_is_unpacked(json: Codec) -> None:
    """``*tuple[…]`` is what ``Unpack`` was before."""
    names = {"it": "tuple[int, *tuple[str, ...]]"}
    prefixed = resolve_hints(type("Held", (), {"__annotations__": names}))["it"]
    assert json.load(prefixed, [1, "a"]) == (1, "a")
    assert json.refuse(prefixed, [1, 2]) == {1: [NO_TEXT]}


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        pytest.param(
            list[int, str],  # type: ignore[type-arg]  # which Python does not count
            "list[int, str] has another number of type arguments than list takes, 1.",
            id="list",
        ),
        pytest.param(
            dict[str],  # type: ignore[type-arg]
            "dict[str] has another number of type arguments than dict takes, 2.",
            id="dict",
        ),
    ],
)
def test_type_arguments_are_counted(json: Codec, annotation: Any, message: str) -> None:
    """One that nobody would read is refused, and so is one that is missing."""
    assert json.reject(annotation).what == message
