"""The faults of one answer are bounded, and so is the work of finding them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal

import marshmallow
import pytest
from annotated_types import Predicate
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Body, Form, Query, Typed
from flask_typed.codec.codecs import Codecs
from flask_typed.codec.loading import judge_whole
from flask_typed.messages.recognizing import find_code
from flask_typed.schemas.families.containers import Array
from flask_typed.schemas.families.scalars import Integer
from flask_typed.schemas.fields import REFUSED
from marshmallow import fields, validate

NO_INTEGER = "Not a valid integer."
WRONG = {"type": "about:blank", "title": "The request is not valid.", "status": 422}
URLENCODED = "application/x-www-form-urlencoded"


@dataclass
class Row:
    """A row with two numbers."""

    first: int
    second: int


@dataclass
class Counted:
    """Counts how often its numbers are looked at, and accepts what is not negative."""

    calls: int = 0

    def __call__(self, number: int) -> bool:
        self.calls += 1
        return number >= 0


COUNTED = Counted()


@dataclass
class Link:
    """A chain with numbers, which are counted."""

    numbers: list[Annotated[int, Predicate(COUNTED)]]
    next: Link | None = None


@dataclass
class Fork:
    """Holds one more, or numbers, in no particular order."""

    left: Fork | Link


@pytest.fixture(params=[1, 3])
def limited(app: Flask, request: pytest.FixtureRequest) -> Typed:
    """Return the extension object of an app that reports a few faults."""
    app.config["TYPED_MAX_FAULTS"] = request.param
    return Typed(app)


def take_rows(rows: list[Row]) -> int:
    """Take rows."""
    ...


def take_numbers(numbers: Annotated[dict[str, list[int]], Body()], page: int = 1) -> int:
    """Take numbers by name."""
    ...


def body_faults(*pointers: str, detail: str = NO_INTEGER) -> list[dict[str, str]]:
    """Return the faults of places in a body."""
    return [
        {"in": "body", "pointer": pointer, "code": find_code(detail), "detail": detail}
        for pointer in pointers
    ]


def test_as_many_as_are_reported(typed: Typed, client: FlaskClient) -> None:
    """A hundred faults are reported by default, and a hundred are all of them."""
    typed.post("/rows")(take_rows)
    answer = client.post("/rows", json=[{"first": "x", "second": "x"}] * 50)
    places = [f"/{index}/{name}" for index in range(50) for name in ("first", "second")]
    assert answer.json == {
        **WRONG,
        "detail": "100 values of the request cannot be accepted.",
        "errors": body_faults(*places),
    }


def test_one_more(typed: Typed, client: FlaskClient) -> None:
    """If there are more the answer says so, and has the first of them."""
    typed.post("/rows")(take_rows)
    answer = client.post("/rows", json=[{"first": "x", "second": "x"}] * 20_000)
    places = [f"/{index}/{name}" for index in range(50) for name in ("first", "second")]
    assert answer.json == {
        **WRONG,
        "detail": "100 values of the request cannot be accepted, and there are more.",
        "errors": body_faults(*places),
    }


def test_number(limited: Typed, app: Flask, client: FlaskClient) -> None:
    """The configuration says how many faults are reported, of all places of a request together."""
    limited.post("/numbers")(take_numbers)
    answer = client.post("/numbers?page=x", json={"a": [0, "x", "x"], "b": ["x", "x"]})
    most = app.config["TYPED_MAX_FAULTS"]
    reported = [
        {"in": "query", "pointer": "/page", "code": find_code(NO_INTEGER), "detail": NO_INTEGER},
        *body_faults("/a/1", "/a/2"),
    ][:most]
    count = "One value" if most == 1 else "3 values"
    detail = f"{count} of the request cannot be accepted, and there are more."
    assert answer.json == {**WRONG, "detail": detail, "errors": reported}


def test_form(limited: Typed, app: Flask, client: FlaskClient) -> None:
    """Fields of a form that nobody takes count too."""

    @limited.post("/form")
    def form(number: Annotated[int, Form()]) -> int: ...

    answer = client.post("/form", data={f"other{index}": "" for index in range(9)})
    missing = {
        "in": "form",
        "pointer": "/number",
        "code": "required",
        "detail": "Missing data for required field.",
    }
    unknown = [
        {"in": "form", "pointer": f"/other{index}", "code": "unknown", "detail": "Unknown field."}
        for index in range(2)
    ]
    most = app.config["TYPED_MAX_FAULTS"]
    assert answer.json is not None
    assert answer.json["errors"] == [missing, *unknown][:most]


def test_one_after_another(limited: Typed, client: FlaskClient) -> None:
    """A union that tries several members forgets what it has found in those that do not fit."""

    @limited.post("/either")
    def either(value: Annotated[list[Row | list[int] | None], Body()]) -> int:
        return len(value)

    assert client.post("/either", json=[[1, 2]] * 9).json == 9
    answer = client.post("/either", json=[*[[1]] * 9, {"first": 1, "second": "x"}])
    assert answer.json is not None
    assert answer.json["errors"] == body_faults("/9/second")


def test_long_places(typed: Typed, client: FlaskClient) -> None:
    """Faults whose places repeat a long key end the answer sooner, after at least one."""
    typed.post("/numbers")(take_numbers)
    key = "k" * 30_000
    answer = client.post("/numbers", json={key: ["x"] * 9})
    assert answer.json == {
        **WRONG,
        "detail": "One value of the request cannot be accepted, and there are more.",
        "errors": body_faults(f"/{key}/0"),
    }


def test_hooks(limited: Typed, app: Flask, client: FlaskClient) -> None:
    """A schema with hooks, which marshmallow reads on its own, reports no more than others."""

    class RowSchema(marshmallow.Schema):
        first = fields.Integer(required=True)
        second = fields.Integer(required=True)

    class RowsSchema(marshmallow.Schema):
        rows = fields.List(fields.Nested(RowSchema))
        more = fields.Nested(RowSchema, many=True)
        named = fields.Dict(values=fields.Integer())

        @marshmallow.pre_load
        def keep(self, data: Any, **_: Any) -> Any:
            return data

    def take(rows: Any) -> int: ...

    take.__annotations__["rows"] = RowsSchema
    limited.post("/rows")(take)
    most = app.config["TYPED_MAX_FAULTS"]
    many = [{"first": "x", "second": "x"}] * 1000
    answer = client.post("/rows", json={"rows": many, "more": many, "named": {"a": "x"}})
    assert answer.json is not None
    places = ["/rows/0/first", "/rows/0/second", "/rows/1/first"]
    assert answer.json["errors"] == body_faults(*places[:most])
    for body, place in (({"more": many}, "/more/0/first"), ({"named": {"a": "x"}}, "/named/a")):
        answer = client.post("/rows", json=body)
        assert answer.json is not None
        assert answer.json["errors"][0] == body_faults(place)[0]


@pytest.mark.parametrize("accelerated", [True, False])
def test_search_stops(app: Flask, client: FlaskClient, accelerated: bool) -> None:
    """No value is looked at after the last fault that is looked for."""
    app.config["TYPED_ACCELERATION"] = accelerated

    @Typed(app).post("/link")
    def take(link: Link) -> int: ...

    COUNTED.calls = 0
    body = {"numbers": [], "next": {"numbers": [-1] * 1000}}
    assert client.post("/link", json=body).status_code == 422
    assert 101 <= COUNTED.calls <= 210


@pytest.mark.parametrize("accelerated", [True, False])
def test_search_stops_at_the_bottom(app: Flask, client: FlaskClient, accelerated: bool) -> None:
    """The same holds for values that are deep inside."""
    app.config["TYPED_ACCELERATION"] = accelerated

    @Typed(app).post("/link")
    def take(link: Link) -> int: ...

    body: dict[str, Any] = {"numbers": [-1] * 1000}
    for _ in range(60):
        body = {"numbers": [1] * 100, "next": body}
    COUNTED.calls = 0
    answer = client.post("/link", json=body)
    assert answer.json is not None
    assert answer.json["errors"] == body_faults(
        *("/next" * 60 + f"/numbers/{index}" for index in range(100)),
        detail="Does not satisfy a condition.",
    )
    assert COUNTED.calls <= 6 * 7000


@pytest.mark.parametrize("accelerated", [True, False])
def test_bottom(app: Flask, client: FlaskClient, accelerated: bool) -> None:
    """A fault at the bottom of a deep body takes no more work than one at the top."""
    app.config["TYPED_ACCELERATION"] = accelerated

    @Typed(app).post("/link")
    def take(link: Link) -> int: ...

    body: dict[str, Any] = {"numbers": [*[1] * 1000, -1]}
    for _ in range(60):
        body = {"numbers": [], "next": body}
    COUNTED.calls = 0
    answer = client.post("/link", json=body)
    assert answer.json is not None
    assert answer.json["errors"] == body_faults(
        "/next" * 60 + "/numbers/1000", detail="Does not satisfy a condition."
    )
    assert COUNTED.calls <= 6 * 1001


def test_unions(typed: Typed, client: FlaskClient) -> None:
    """Unions inside of unions look at each part as often as there are levels that are the same."""

    @typed.post("/fork")
    def take(fork: Fork) -> int:
        return 1

    body: dict[str, Any] = {"numbers": [1] * 100}
    for _ in range(50):
        body = {"left": body}
    COUNTED.calls = 0
    assert client.post("/fork", json=body).status_code == 200
    assert COUNTED.calls <= 3 * 100


def crowd_of_ints(count: int) -> list[Any]:
    """Return numbers that have one hash in CPython."""
    return [index * (2**61 - 1) for index in range(count)]


def crowd_of_uuids(count: int) -> list[Any]:
    """Return UUIDs that have one hash."""
    return [str(uuid.UUID(int=number)) for number in crowd_of_ints(count)]


@pytest.mark.parametrize(
    ("annotation", "make"),
    [
        pytest.param(set[int], crowd_of_ints, id="integers"),
        pytest.param(frozenset[uuid.UUID], crowd_of_uuids, id="UUIDs"),
        pytest.param(set[Any], crowd_of_ints, id="anything"),
        pytest.param(dict[int, int], lambda n: dict.fromkeys(crowd_of_ints(n), 1), id="keys"),
        pytest.param(
            Annotated[dict, fields.Dict(keys=fields.Integer())],
            lambda n: dict.fromkeys(crowd_of_ints(n), 1),
            id="keys of marshmallow's",
        ),
    ],
)
def test_one_hash(
    typed: Typed, client: FlaskClient, annotation: Any, make: Callable[[int], Any]
) -> None:
    """A set or a mapping takes a hundred values of one hash, and refuses more."""

    def take(values: Any) -> int:
        return len(values)

    take.__annotations__["values"] = Annotated[annotation, Body()]
    typed.post("/values")(take)
    assert client.post("/values", json=make(100)).json == 100
    answer = client.post("/values", json=make(101))
    assert answer.json == {
        **WRONG,
        "detail": "One value of the request cannot be accepted.",
        "errors": body_faults("", detail="Holds too many values that are hard to tell apart."),
    }


def test_many_that_differ(typed: Typed, client: FlaskClient) -> None:
    """Sets and mappings of ordinary values may be of any size, and repeat what is equal."""

    @typed.post("/values")
    def take(values: Annotated[set[int], Body()], names: Annotated[dict[int, int], Body()]) -> int:
        return len(values) + len(names)

    named = {str(number): number for number in range(1000)}
    assert client.post("/values", json={"values": [*range(1000)], "names": named}).json == 2000
    answer = client.post("/values", json={"values": [7] * 1000, "names": {}})
    assert answer.json is not None
    assert answer.json["errors"] == body_faults("/values", detail="Must not hold an item twice.")


def test_many_that_are_equal(typed: Typed, client: FlaskClient) -> None:
    """One number may come in any number of forms, beside others."""

    @typed.post("/values")
    def take(values: Annotated[set[Decimal], Body()]) -> int:
        return len(values)

    forms = [f"1.{'0' * index}" for index in range(1, 200)]
    assert client.post("/values", json=[*forms, "2", "3"]).json == 3


def test_keys_that_are_none(typed: Typed, client: FlaskClient) -> None:
    """Keys of a mapping of marshmallow's that are refused are reported, however many there are."""

    def take(values: Any) -> int: ...

    annotation: Any = Annotated[dict, fields.Dict(keys=fields.Integer()), Body()]
    take.__annotations__["values"] = annotation
    typed.post("/values")(take)
    names = {f"a{index}": 1 for index in range(101)}
    answer = client.post("/values", json=names)
    assert answer.json is not None
    assert answer.json["errors"] == body_faults(*(f"/{name}" for name in sorted(names)))[:100]


CHOICES = [f"choice {index}" for index in range(200)]
FIRST = ", ".join(CHOICES[:19])


@pytest.mark.parametrize(
    ("annotation", "wrong", "detail"),
    [
        pytest.param(
            Annotated[str, validate.OneOf(CHOICES)],
            "x",
            f"Must be one of: {FIRST} and 181 more.",
            id="OneOf",
        ),
        pytest.param(
            Annotated[str, fields.String(validate=validate.OneOf(CHOICES))],
            "x",
            f"Must be one of: {FIRST} and 181 more.",
            id="a field of marshmallow's",
        ),
        pytest.param(
            Annotated[list[str], validate.ContainsOnly(CHOICES)],
            ["x"],
            "One or more of the choices you made was not in: " + f"{FIRST} and 181 more.",
            id="ContainsOnly",
        ),
        pytest.param(
            Annotated[str, validate.NoneOf(CHOICES)], CHOICES[0], "Invalid input.", id="NoneOf"
        ),
        pytest.param(
            Annotated[str, validate.Equal("a" * 500)],
            "x",
            f"Must be equal to {'a' * 199}….",
            id="Equal",
        ),
        pytest.param(
            Literal[tuple(CHOICES)],
            "x",
            f"Must be one of: {FIRST} and 181 more.",
            id="Literal",
        ),
    ],
)
def test_messages_are_short(
    typed: Typed, client: FlaskClient, annotation: Any, wrong: Any, detail: str
) -> None:
    """A message names the first of many choices, and how many there are besides."""

    def take(value: Any) -> int: ...

    take.__annotations__["value"] = Annotated[annotation, Body()]
    typed.post("/value")(take)
    answer = client.post("/value", json=wrong)
    assert answer.json is not None
    assert answer.json["errors"] == body_faults("", detail=detail)


def test_query(limited: Typed, app: Flask, client: FlaskClient) -> None:
    """Values of a repeated parameter count one by one."""

    @limited.get("/query")
    def take(numbers: Annotated[list[int], Query()]) -> int: ...

    answer = client.get("/query?numbers=1" + "&numbers=x" * 9)
    assert answer.json is not None
    assert answer.json["errors"] == [
        {
            "in": "query",
            "pointer": f"/numbers/{index}",
            "code": find_code(NO_INTEGER),
            "detail": NO_INTEGER,
        }
        for index in range(1, 1 + app.config["TYPED_MAX_FAULTS"])
    ]


def test_a_body_that_is_read_as_a_whole() -> None:
    """The search stops there too."""
    loader = Codecs().make_loader(Array(Integer()))
    assert loader is not None
    loaded, found = judge_whole(loader, b'["x", "x", "x"]', 2)
    assert (loaded, found) == (REFUSED, [("/0", NO_INTEGER), ("/1", NO_INTEGER)])
    assert judge_whole(loader, b"[1]", 2) == ([1], [])
