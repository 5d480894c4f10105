"""The accelerated path and the schemas alone: one answer, one value, one text.

Hypothesis draws types and values; one app has the accelerated path and the other does not.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
from collections import OrderedDict, deque
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import pytest
from annotated_types import Ge, Gt, Le, Len, MultipleOf
from flask import Flask
from flask_typed import Body, DeclarationError, Query, ResponseMismatch, Typed
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from .declarations import DECLARATIONS, JSON, NEAR, SCALARS, Branch, Cat, Colour, Odd, Tree, mutate
from .test_exactness import EXAMPLES

SETTINGS = settings(
    max_examples=EXAMPLES // 4,  # two apps for each type
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Side:
    """One app with a route that takes a type, and one that gives it."""

    def __init__(self, annotation: Any, *, accelerated: bool) -> None:
        app = Flask("shop")
        app.testing = True
        app.config["TYPED_ACCELERATION"] = accelerated
        typed = Typed(app)

        def take(value: Any) -> str:
            self.value = value
            return "taken"

        def give() -> Any:
            return self.given

        take.__annotations__["value"] = Annotated[annotation, Body()]
        give.__annotations__["return"] = list[annotation]
        typed.post("/")(take)
        typed.get("/")(give)
        self.client = app.test_client()
        self.given: list[Any] = []

    def take(self, data: bytes) -> Any:
        """Return what is answered to a body, and the value that the view got."""
        self.value = None
        response = self.client.post("/", data=data, content_type="application/json")
        return response.status_code, response.json, self.value, repr(self.value)

    def give(self, value: Any) -> Any:
        """Return what is answered where a view returns a value, or why it does not fit."""
        self.given = [value]
        try:
            return self.client.get("/").json
        except ResponseMismatch as error:
            return str(error)


class Sides:
    """Both."""

    def __init__(self, annotation: Any) -> None:
        self.sides = [Side(annotation, accelerated=accelerated) for accelerated in (True, False)]

    def take(self, data: bytes) -> Any:
        """Compare what is answered to a body."""
        quick, plain = (side.take(data) for side in self.sides)
        assert quick == plain, data
        return quick

    def give(self, value: Any) -> Any:
        """Compare what is answered for a value."""
        quick, plain = (side.give(value) for side in self.sides)
        assert quick == plain, value
        return quick

    def dump(self, value: Any) -> Any:
        """Return the JSON value of a Python value that fits."""
        given = self.give(value)
        return given[0] if isinstance(given, list) else None


def make_sides(annotation: Any) -> Sides | None:
    """Return both apps; none for a union of which one member hides another."""
    try:
        return Sides(annotation)
    except DeclarationError:
        return None


def test_what_cannot_be_declared_is_not_compared() -> None:
    """A union of which one member hides another has no sides."""
    assert make_sides(list[int] | tuple[int, ...]) is None


#: Python values of types that were not asked for.
STRANGE = st.one_of(
    *(values for _, values in SCALARS),
    st.sampled_from(
        [
            math.nan,
            math.inf,
            10**400,
            2**64,
            Decimal("NaN"),
            Decimal("0.1"),
            "\ud800",
            dt.datetime(2020, 1, 1),
            dt.datetime(1900, 1, 1, tzinfo=dt.timezone(dt.timedelta(minutes=19, seconds=32))),
            dt.datetime(2020, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=-5))),
            dt.time(1, tzinfo=dt.timezone.utc),
            {1, 2},
            frozenset({"a"}),
            (1, "a"),
            deque([1]),
            range(3),
            OrderedDict(content=1, label="x"),
            {"name": "a", "children": []},
            {"name": "a", "children": [], "more": 1},
            {"a": 1},
            Tree("a", [Tree("b")]),
            object(),
            type("Name", (str,), {})("a"),
        ]
    ),
)


@SETTINGS
@given(data=st.data())
def test_bodies(data: st.DataObject) -> None:
    """Every body is answered alike, and the view gets the same."""
    annotation, values = data.draw(DECLARATIONS)
    sides = make_sides(annotation)
    assume(sides is not None)
    assert sides is not None
    for value in data.draw(st.lists(values, min_size=1, max_size=3)):
        dumped = sides.dump(value)
        sides.take(json.dumps(dumped).encode())
        for near in data.draw(st.lists(mutate(dumped), max_size=4)):
            sides.take(json.dumps(near, ensure_ascii=False).encode())
    for value in data.draw(st.lists(JSON, max_size=3)):
        sides.take(json.dumps(value).encode())


@SETTINGS
@given(data=st.data())
def test_answers(data: st.DataObject) -> None:
    """Every value leaves alike, or is refused alike."""
    annotation, values = data.draw(DECLARATIONS)
    sides = make_sides(annotation)
    assume(sides is not None)
    assert sides is not None
    for value in data.draw(st.lists(values | STRANGE, min_size=1, max_size=6)):
        sides.give(value)


@dataclasses.dataclass
class Line:
    """A part of what is refused."""

    sku: Annotated[str, Len(1, 5)]
    price: Annotated[float, Ge(0)]
    due: dt.date | None = None
    tags: set[str] = dataclasses.field(default_factory=set)

    def __post_init__(self) -> None:
        if self.sku == "never":
            raise ValueError("never")


@dataclasses.dataclass
class Order:
    """Holds lists of parts."""

    id: UUID
    colour: Colour
    lines: Annotated[list[Line], Len(0, 3)]
    more: list[Line] | None = None


ID = "12345678-1234-5678-1234-567812345678"
LINE = '{"sku": "a", "price": 1.5}'


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (Order, f'{{"id": "{ID}", "colour": "red", "lines": [{lines}]}}')
        for lines in [
            LINE,
            f"{LINE}, {LINE}",
            '{"sku": "a", "price": 0}',
            '{"sku": "a", "price": -1e-400}',
            '{"sku": "", "price": "1"}, {"price": -1, "more": 1}',
            f'{LINE}, {{"sku": "never", "price": 1}}',
            f'{LINE}, {{"sku": "a", "price": 1, "due": "2020-02-30", "tags": ["a", "a"]}}',
            f"{LINE}, 1, null, [], {LINE}",
            f'{LINE}, {{"sku": 1}}, {LINE}, {LINE}',
            f'{LINE}, {{"sku": "a", "price": 1e400}}',
            f'{LINE}, {{"sku": "\\ud800", "price": 1}}',
            f"{LINE}, {'[' * 197}{']' * 197}",
            f"{LINE}, {'[' * 198}{']' * 198}",
            f"{LINE}, {'[' * 199}{']' * 199}",
            f'{LINE}, {{"sku": 1}}, x',
            f'{LINE}, {{"sku": 1}}, {{"sku": "{"9" * 5000}", "price": {"9" * 5000}}}',
        ]
    ]
    + [
        (Order, text)
        for text in [
            "{}",
            "[]",
            '{"lines": 1}',
            '{"lines": null, "more": null}',
            f'{{"lines": [{LINE}], "more": [{LINE}, 1], "id": "{ID.replace("-", "")}", "x": []}}',
            f'{{"lines": [{LINE}], "lines": [1]}}',
            f'{{"lines": [1], "x": {"[" * 199}{"]" * 199}}}',
            f'{{"lines": [1], "x": {"[" * 200}{"]" * 200}}}',
        ]
    ]
    + [
        (list[Line], text)
        for text in ["1", "[]", f"[{LINE}]", f"[{LINE}, 1]", f'[{LINE}, {{"sku": "a"}}', "[1"]
    ]
    + [(Any, f"{'[' * depth}{']' * depth}") for depth in (100, 200, 201, 1100)]
    + [(Any, f"[{'[],' * 300}[]]"), (Any, '{"a": 1.10}'), (Branch, "{}"), (Cat, "{}")]
    + [
        (Annotated[float, Gt(0), Le(1)], text)
        for text in ["1", "1.0", "0", "1e-400", "1.00000000000000000000001", "0.5", "-0.0"]
    ]
    + [(Annotated[float, Ge(2**53 + 1)], "1e300")]
    + [(Annotated[int, Ge(2**70)], str(2**71)), (Annotated[int, Gt(1.5), Le(3.5)], "2")]
    + [(Annotated[float, MultipleOf(0.1)], "0.3"), (Annotated[int, MultipleOf(3)], "4")]
    + [(dict[str, set[int]], '{"a": [1, 1]}'), (dict[str, set[int]], '{"a": [1, 2]}')]
    + [(set[Any], "[1, true]"), (set[Any], "[[]]"), (tuple[int, Line], f"[1, {LINE}]")],
)
def test_bodies_that_are_refused_in_part(annotation: Any, text: str) -> None:
    """What is said of them is the same, wherever the fault is."""
    Sides(annotation).take(text.encode())


@pytest.mark.parametrize(
    "data", [b"\xff", b'"\xff"', b"", b"nul", b"1 2", b"NaN", b"\xef\xbb\xbf1"]
)
def test_bodies_that_are_no_json(data: bytes) -> None:
    """They are refused in the same words."""
    assert Sides(list[Any]).take(data)[0] in (400, 422)


@SETTINGS
@given(
    annotation=st.sampled_from(
        [
            *(kind for kind, _ in SCALARS if kind not in (None, Odd)),
            list[int],
            Annotated[str, Len(2, 4)],
            Annotated[int, Ge(0), Le(10)],
            Annotated[int, MultipleOf(2)],
        ]
    ),
    texts=st.lists(NEAR | st.sampled_from(["yes", "off", "9" * 20, "3.0", "-0"]), max_size=3),
    default=st.booleans(),
)
def test_parameters(annotation: Any, texts: list[str], default: bool) -> None:
    """A query is read alike."""
    answers = []
    for accelerated in (True, False):
        app = Flask("shop")
        app.testing = True
        app.config["TYPED_ACCELERATION"] = accelerated
        seen: list[Any] = []

        def view(value: Any = None) -> str:
            seen.append((value, repr(value)))  # noqa: B023  # called in this round
            return ""

        if not default:
            view.__defaults__ = ()
        view.__annotations__["value"] = Annotated[annotation, Query()]
        Typed(app).get("/")(view)
        response = app.test_client().get("/", query_string={"value": texts})
        answers.append((response.status_code, response.json, seen))
    assert answers[0] == answers[1]
