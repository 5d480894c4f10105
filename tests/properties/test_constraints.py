"""Constraints are published exactly: what the keywords say is what the server takes."""

from __future__ import annotations

import datetime as dt
import operator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal
from uuid import UUID

import annotated_types as at
import pytest
from flask import Flask
from flask_typed import DeclarationError, JsonNumber, ResponseMismatch, Typed
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marshmallow import fields, validate

from .test_exactness import Route

NUMBER = Annotated[Decimal, JsonNumber()]
ONE = "6f1c2a4e-2c1b-4d0e-9a53-0b5d7c1e8f42"


def is_even(number: int) -> bool:
    """Say whether a number is even."""
    return number % 2 == 0


EXACT: list[Any] = [
    pytest.param(Annotated[int, at.Interval(gt=1, le=3)], [2, 3, 3.0], [1, 4, 2.5, True], id="int"),
    pytest.param(Annotated[float, at.Ge(Decimal("0.3"))], [0.3, 1], [0.29], id="float-by-Decimal"),
    pytest.param(Annotated[float, at.Lt(Fraction(1, 2))], [0.4], [0.5, 1], id="float-by-Fraction"),
    pytest.param(Annotated[int, at.Ge(Decimal("1.5"))], [2], [1], id="int-by-Decimal"),
    pytest.param(Annotated[int, at.Ge(1), at.Gt(2), at.Ge(0)], [3], [0, 1, 2], id="several"),
    pytest.param(
        Annotated[int | None, at.MultipleOf(2), at.MultipleOf(3)],
        [6, 0, None],
        [2, 3],
        id="multiples",
    ),
    pytest.param(
        Annotated[Decimal, at.Ge(0), at.Lt(1000)],
        ["0", "-0.0", "0.001", "999.99", "000"[:1]],
        ["-1", "-0.1", "1000", "1000.0", "01", "1e2", 5, "1\n"],
        id="Decimal",
    ),
    pytest.param(
        Annotated[Decimal, at.Gt(Decimal("-2.5")), at.Le(Decimal("10.25"))],
        ["-2.4", "-2.49", "-0", "10.25", "10.250", "10.2", "9.99"],
        ["-2.5", "-2.50", "-3", "10.26", "10.251", "11", "100"],
        id="Decimal-between",
    ),
    pytest.param(
        Annotated[Decimal, at.Ge(0.1)], ["0.1", "0.10", "1"], ["0.09", "0"], id="Decimal-by-float"
    ),
    pytest.param(
        Annotated[Decimal, at.Ge(Decimal("19.95"))], ["19.95", "20"], ["19.9", "9"], id="nines"
    ),
    pytest.param(Annotated[str, validate.ContainsOnly([])], [""], ["a"], id="no-character-at-all"),
    pytest.param(Annotated[str, validate.ContainsNoneOf([])], ["", "a"], [], id="every-character"),
    pytest.param(
        Annotated[bytes, at.MaxLen(3), at.MinLen(1)], ["aQ=="], ["", "aGkhaQ=="], id="bytes-twice"
    ),
    pytest.param(Annotated[Decimal, at.Lt(0)], ["-1", "-0.001"], ["0", "-0", "1"], id="negative"),
    pytest.param(
        Annotated[Decimal, at.MultipleOf(Decimal("0.01"))],
        ["1.25", "1.2500", "-3", "0"],
        ["1.255", "0.001"],
        id="cents",
    ),
    pytest.param(Annotated[Decimal, at.MultipleOf(10)], ["0", "-20.0"], ["5", "10.1"], id="tens"),
    pytest.param(
        Annotated[Decimal, at.Gt(0), at.Le(1000), at.MultipleOf(Decimal("0.01"))],
        ["0.01", "999.990", "1000.000"],
        ["0", "-0", "0.001", "999.999", "1000.01"],
        id="cents-between",
    ),
    pytest.param(
        Annotated[Decimal | None, at.Ge(1), at.MultipleOf(Decimal("0.25")), at.MultipleOf(1)],
        ["1", "2.00", None],
        ["1.25", "0", "0.75", 1],
        id="multiples-or-null",
    ),
    pytest.param(
        Annotated[Decimal, at.Ge(2), at.Ge(3), at.Gt(3), at.Le(9), at.Lt(9)],
        ["3.1", "8.9"],
        ["3", "9", "2.5"],
        id="narrowest-bounds",
    ),
    pytest.param(Annotated[Decimal, at.Ge(2), at.Lt(2)], [], ["2", "1", "3"], id="no-Decimal"),
    pytest.param(Annotated[bytes, at.MinLen(2), at.MaxLen(1)], [], ["", "aGk="], id="no-bytes"),
    pytest.param(
        Annotated[str | None, validate.Regexp("^a"), validate.Regexp("^[a-c]*$")],
        ["ab", None],
        ["b", "ad", 1],
        id="patterns-or-null",
    ),
    pytest.param(
        Annotated[NUMBER, at.Ge(0), at.MultipleOf(Decimal("0.5"))],
        [0, 1.5, 2.0],
        [-1, 0.25, "1", None, True],
        id="Decimal-number",
    ),
    pytest.param(
        Annotated[bytes, at.Len(1, 3)], ["aQ==", "aGk=", "aGkh"], ["", "aGkhaQ=="], id="bytes"
    ),
    pytest.param(
        Annotated[bytes, at.MinLen(2)], ["aGk=", "aGkh"], ["", "aQ=="], id="bytes-or-more"
    ),
    pytest.param(
        Annotated[bytes, validate.Length(equal=4)], ["aGkhaQ=="], ["aGkh", "aGk="], id="bytes-equal"
    ),
    pytest.param(Annotated[str, at.Len(1, 2)], ["a", "😀😀"], ["", "abc"], id="Len"),
    pytest.param(Annotated[list[int], at.MaxLen(1)], [[], [1]], [[1, 2]], id="Len-list"),
    pytest.param(Annotated[dict[str, int], at.MinLen(1)], [{"a": 1}], [{}], id="Len-dict"),
    pytest.param(
        Annotated[int, validate.OneOf([1, 2, 3]), at.Ge(2)], [2, 3, 2.0], [1, 4], id="OneOf"
    ),
    pytest.param(
        Annotated[str, validate.OneOf(["a", "b"]), validate.Equal("b")], ["b"], ["a"], id="Equal"
    ),
    pytest.param(
        Annotated[Any, validate.OneOf([1, "a"])], [1, 1.0, "a"], [True, "b"], id="OneOf-Any"
    ),
    pytest.param(Annotated[int | bool, validate.Equal(1)], [1], [True, 0], id="Equal-typed"),
    pytest.param(Annotated[int, validate.NoneOf([1, 2])], [3], [1, 2, 2.0], id="NoneOf"),
    pytest.param(
        Annotated[int | None, validate.NoneOf([1]), validate.NoneOf([2])],
        [3, None],
        [1, 2],
        id="NoneOfs",
    ),
    pytest.param(
        Annotated[dt.date, validate.OneOf([dt.date(2020, 1, 1)])],
        ["2020-01-01"],
        ["2020-01-02"],
        id="OneOf-date",
    ),
    pytest.param(
        Annotated[list[int], validate.ContainsOnly([1, 2])],
        [[], [1, 2, 1]],
        [[3]],
        id="ContainsOnly",
    ),
    pytest.param(
        Annotated[list[str], validate.ContainsNoneOf(["x"])],
        [[], ["a"]],
        [["x"]],
        id="ContainsNoneOf",
    ),
    pytest.param(
        Annotated[str, validate.ContainsOnly("ab-]^\\")],
        ["", "a-b]", "\\^"],
        ["c", "a\n"],
        id="characters",
    ),
    pytest.param(
        Annotated[str, validate.ContainsNoneOf("ab")], ["", "c\n"], ["a"], id="no-characters"
    ),
    pytest.param(
        Annotated[int, validate.And(validate.Range(min=1), validate.And(validate.NoneOf([2])))],
        [1, 3],
        [0, 2],
        id="And",
    ),
    pytest.param(
        Annotated[int, validate.Range(1, 5, min_inclusive=False)],
        [2, 5],
        [1, 6],
        id="Range-exclusive",
    ),
    pytest.param(list[Annotated[int, at.Ge(0)]], [[0]], [[0, -1]], id="items"),
    pytest.param(
        dict[Annotated[str, at.Len(1, 2)], Annotated[int, at.Ge(0)]],
        [{"a": 0}],
        [{"": 1}, {"abc": 1}, {"a": -1}],
        id="keys-and-values",
    ),
    pytest.param(
        dict[Annotated[int, at.Interval(ge=0, lt=20), validate.NoneOf([7])], str],
        [{"0": "a", "15": "b"}],
        [{"-1": "a"}, {"1.5": ""}, {"20": ""}, {"7": ""}],
        id="int-keys",
    ),
    pytest.param(
        dict[Annotated[Literal["a", "b"], validate.Equal("a")], int],
        [{"a": 1}],
        [{"b": 1}],
        id="Literal-keys",
    ),
    pytest.param(
        Annotated[int, fields.Integer(validate=validate.Range(min=1, min_inclusive=False))],
        [2],
        [1, "2", True],
        id="ready-field",
    ),
    pytest.param(
        Annotated[Decimal, fields.Decimal(as_string=True)], ["1.50"], [1, "1e2"], id="ready-text"
    ),
]


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3"])
@pytest.mark.parametrize(("annotation", "accepted", "refused"), EXACT)
def test_constraints_are_published_exactly(
    annotation: Any, accepted: list[Any], refused: list[Any], version: str
) -> None:
    """The document and the server accept the same values, and refuse the same."""
    route = Route(annotation, version)
    for value in accepted:
        route.check(value)
        assert route.send(value).status_code == 200, value
    for value in refused:
        route.check(value)
        assert route.send(value).status_code == 422, value


@pytest.mark.parametrize(
    ("annotation", "refused", "words"),
    [
        pytest.param(
            Annotated[int, at.Predicate(is_even)], 1, "Must satisfy is_even.", id="Predicate"
        ),
        pytest.param(
            Annotated[dt.timedelta, at.Le(dt.timedelta(1))], "P2D", "At most P1D.", id="bounds"
        ),
        pytest.param(
            Annotated[UUID, validate.NoneOf([UUID(ONE)])],
            ONE.upper(),
            f"None of: {ONE}.",
            id="NoneOf",
        ),
        pytest.param(
            Annotated[Decimal, validate.OneOf([Decimal("1.5")])], "1", "One of: 1.5.", id="OneOf"
        ),
        pytest.param(Annotated[str, validate.Email()], "a@b", "Also checked by Email.", id="Email"),
        pytest.param(Annotated[str, validate.URL()], "a", "Also checked by URL.", id="URL"),
        pytest.param(Annotated[Any, at.Len(1)], [], "Also checked by Length.", id="Len-Any"),
        pytest.param(
            Annotated[Decimal, at.MultipleOf(3)], "1", "Also checked by MultipleOf.", id="threes"
        ),
        pytest.param(
            Annotated[Decimal, at.Le(Decimal("1." + "1" * 60))],
            "2",
            "At most 1." + "1" * 60 + ".",
            id="long-bound",
        ),
    ],
)
def test_what_json_schema_cannot_say_is_said_in_words(
    annotation: Any, refused: Any, words: str
) -> None:
    """It is enforced all the same."""
    route = Route(annotation, "3.1.0")
    content = route.document["paths"]["/"]["post"]["requestBody"]["content"]["application/json"]
    description = (
        content["schema"].get("description")
        or (route.document["paths"]["/"]["post"]["requestBody"]["description"])
    )
    assert words in description
    assert route.takes.is_valid(refused)
    assert route.send(refused).status_code == 422


@pytest.mark.parametrize("side", [at.Ge, at.Gt, at.Le, at.Lt])
@settings(max_examples=20, deadline=None)
@given(
    bound=st.decimals(-2000, 2000, places=3) | st.decimals(-20, 20, places=1),
    values=st.lists(
        st.decimals(-3000, 3000, places=4) | st.decimals(-30, 30, places=1), max_size=20
    ),
)
@example(bound=Decimal(0), values=[Decimal("0.1"), Decimal("-0.1")])
@example(bound=Decimal(100), values=[Decimal("99.9"), Decimal("100.1"), Decimal(-100)])
@example(bound=Decimal(-40), values=[Decimal("-40.1"), Decimal("-39.9"), Decimal(4)])
@example(bound=Decimal("0.305"), values=[Decimal("0.3"), Decimal("0.3049"), Decimal("0.3051")])
def test_bounds_of_decimals_are_patterns(side: Any, bound: Decimal, values: list[Decimal]) -> None:
    """Whatever the bound, its pattern takes the texts of the numbers on the right side of it."""
    route = Route(Annotated[Decimal, side(bound)], "3.1.0")
    for value in [*values, bound]:
        text = format(value, "f")
        for near in (text, text.rstrip("0").rstrip(".") if "." in text else text, f"{text}0"):
            route.check(near)


@settings(max_examples=25, deadline=None)
@given(
    step=st.sampled_from(["0.25", "0.5", "0.05", "5", "20", "2.5", "0.025", "12.5", "0.4", "250"]),
    count=st.integers(-300, 300),
    values=st.lists(st.decimals(-3000, 3000, places=3) | st.decimals(-30, 30, places=1)),
)
@example(step="7500", count=1, values=[Decimal(7500)])
@example(step="2E+1", count=1, values=[Decimal(30), Decimal(200)])
def test_multiples_of_decimals_are_patterns(step: str, count: int, values: list[Decimal]) -> None:
    """Where the last digits tell, the pattern does."""
    route = Route(Annotated[Decimal, at.MultipleOf(Decimal(step))], "3.1.0")
    for value in [*values, count * Decimal(step)]:
        text = format(value, "f")
        for near in (text, text.rstrip("0").rstrip(".") if "." in text else text, f"{text}0"):
            route.check(near)


@settings(max_examples=50, deadline=None)
@given(
    constraint=st.sampled_from(
        [at.MultipleOf(3), at.MultipleOf(0.1), at.Gt(0), at.Lt(0.3), at.Ge(2**53), at.Le(2**53)]
    ),
    text=st.sampled_from(
        [
            "9007199254740993",
            "9007199254740995",
            "9007199254740993.0",
            "1e-400",
            "-1e-400",
            "0.29999999999999999999",
            "0.30000000000000000001",
            "1e-999999999",
            "0e-999999999",
            "0.1",
            "0.10",
            "0.3",
            "0.30",
            f"0.1{'0' * 400}",
            f"0.1{'0' * 400}1",
            f"0.{'3' * 99}",
        ]
    )
    | st.decimals(-10, 10, allow_nan=False, places=30).map(str)
    | st.integers(2**53, 2**64).map(str),
)
def test_floats_are_validated_as_they_are_written(constraint: Any, text: str) -> None:
    """A number that breaks a constraint is refused, though the nearest float keeps it."""
    route = Route(Annotated[float, constraint], "3.1.0")
    response = route.client.post("/", data=text, content_type="application/json")
    is_valid = keeps(constraint, Decimal(text))
    is_held = keeps(constraint, Decimal(repr(float(text))))
    assert response.status_code == (200 if is_valid and is_held else 422)
    if is_valid and not is_held:
        detail = "The nearest number that a float can hold is invalid."
        assert response.json["errors"][0]["detail"] == detail


def keeps(constraint: Any, number: Decimal) -> bool:
    """Say whether a number keeps a constraint, whose own number is meant as it is written."""
    (name,) = constraint.__dataclass_fields__
    bound = Decimal(repr(getattr(constraint, name)))
    if name == "multiple_of":
        is_small = 0 < number.copy_abs() < bound
        return number == 0 or (not is_small and Fraction(number) % Fraction(bound) == 0)
    return bool(getattr(operator, name)(number, bound))


@pytest.mark.parametrize(
    ("annotation", "text", "status"),
    [
        pytest.param(Annotated[float, at.MultipleOf(3)], "1e-99999999999999999999", 422, id="tiny"),
        pytest.param(
            Annotated[float, at.Lt(0)], "-1e-99999999999999999999", 422, id="held-as-zero"
        ),
        pytest.param(Annotated[float, at.Ge(0)], "-1e-99999999999999999999", 422, id="below-zero"),
        pytest.param(Annotated[float, at.Le(0)], "0.0e99999999999999999999", 200, id="zero"),
        pytest.param(int, "0E-99999999999999999999", 200, id="int"),
        pytest.param(int, "1E-99999999999999999999", 422, id="no-int"),
        pytest.param(NUMBER, "1E-99999999999999999999", 422, id="Decimal"),
        pytest.param(NUMBER, "1E99999999999999999999", 400, id="infinite"),
        pytest.param(float, "0." + "0" * 5000 + "1", 200, id="many-digits"),
    ],
)
def test_numbers_beyond_all_reason(annotation: Any, text: str, status: int) -> None:
    """They cost no more than others, and are no mistake of the program."""
    route = Route(annotation, "3.1.0")
    response = route.client.post("/", data=text, content_type="application/json")
    assert response.status_code == status


@pytest.mark.parametrize(
    ("annotation", "what"),
    [
        pytest.param(Annotated[int, at.Le(float("inf"))], "inf is not finite", id="infinity"),
        pytest.param(
            Annotated[Decimal, at.Ge(float("nan"))], "cannot be applied to Decimal", id="nan"
        ),
        pytest.param(Annotated[Decimal, at.Ge(Decimal("Infinity"))], "is not finite", id="Decimal"),
        pytest.param(Annotated[int, at.MultipleOf(-2)], "-2 is not greater than 0", id="negative"),
        pytest.param(
            Annotated[int, validate.OneOf([1, "a"])], "allows 'a', not an int", id="foreign-choice"
        ),
    ],
)
def test_bounds_and_choices_have_to_fit_the_type(annotation: Any, what: str) -> None:
    """What could never be asked, or never be met, is a mistake of the declaration."""
    with pytest.raises(DeclarationError, match=what):
        Route(annotation, "3.1.0")


def test_none_is_no_foreign_choice() -> None:
    """The type says whether it is a value."""
    route = Route(Annotated[int | None, validate.OneOf([1, None])], "3.1.0")
    for value in (1, None, 2):
        route.check(value)


def test_a_predicate_of_bytes() -> None:
    """It is no matter of the text's length."""
    route = Route(Annotated[bytes, at.Predicate(bool), at.Len(0, 3)], "3.1.0")
    assert [route.send(text).status_code for text in ("aQ==", "", "aGkhaQ==")] == [200, 422, 422]


def test_a_decimal_number_as_text() -> None:
    """In the query it is a number in JSON's grammar."""
    app = Flask("shop")

    def view(rate: Any) -> Any:
        return {"rate": rate, "said": "so", "at": [1]}

    view.__annotations__.update({"rate": NUMBER, "return": dict[str, Any]})
    Typed(app).get("/")(view)
    client = app.test_client()
    text = client.get("/?rate=1.50e2").text
    assert text == '{"rate":"150","said":"so","at":[1]}'
    for wrong in ("x", "1e2000", "1e99999999999999999999", "NaN"):
        assert client.get(f"/?rate={wrong}").get_json()["errors"] == [
            {
                "in": "query",
                "pointer": "/rate",
                "code": "invalid_number",
                "detail": "Not a valid number.",
            }
        ]


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e2000"), 1.5])
def test_numbers_that_do_not_leave(number: Any) -> None:
    """A Decimal leaves that is finite and of reasonable length."""
    app = Flask("shop")
    app.testing = True

    def view() -> Any:
        return number

    view.__annotations__["return"] = NUMBER
    Typed(app).get("/")(view)
    with pytest.raises(ResponseMismatch, match="expected a finite Decimal"):
        app.test_client().get("/")


def test_digits_of_numbers_survive() -> None:
    """A Decimal that is a JSON number keeps every digit, in and out; so do big integers."""
    route = Route(dict[str, Annotated[Decimal, JsonNumber()]] | int, "3.1.0")
    for text in ('{"a":0.12345678901234567890,"b":1}', "1" + "0" * 400, '{"a":1E-20}'):
        response = route.client.post("/", data=text, content_type="application/json")
        assert response.text == f"[{text}]"


@pytest.mark.parametrize(
    ("text", "number"), [("1e23", 10**23), ("9007199254740993.0", 9007199254740993)]
)
def test_integers_are_exact(text: str, number: int) -> None:
    """A float would know seventeen digits of it."""
    route = Route(int, "3.1.0")
    response = route.client.post("/", data=text, content_type="application/json")
    assert response.text == f"[{number}]"


def test_an_integer_has_no_fraction_however_small() -> None:
    """A float would not see it."""
    route = Route(int, "3.1.0")
    text = "1.00000000000000000001"
    assert route.client.post("/", data=text, content_type="application/json").status_code == 422
