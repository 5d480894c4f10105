"""flask_typed.testing: its fixtures in a test suite of pytest, and its functions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest
from flask import Flask
from flask_typed import Created, Problem, Typed, raises
from flask_typed.testing import assert_problem, client_for
from werkzeug.exceptions import NotFound

pytest_plugins = ["pytester"]

CONFTEST = """
from typing import Annotated
import pytest
from flask import Flask
from flask_typed import PROVIDED, Depends, Problem, Typed, raises

pytest_plugins = ["flask_typed.testing"]
typed = Typed()

class Gone(Problem):
    \"\"\"It is gone.\"\"\"
    status = 404

def find_name():
    return "real"

@typed.get("/name")
@raises(Gone)
def read_name(number: int = 1, name: Annotated[str, Depends(find_name)] = PROVIDED) -> str:
    if number == 404:
        raise Gone
    return name

@typed.get("/hidden", hidden=True)
def read_hidden() -> str:
    return "hidden"

@typed.get("/wrong", returns=int)
def read_wrong() -> int:
    return 1

@pytest.fixture
def app():
    app = Flask("shop")
    app.testing = True
    app.config["TYPED_CHECK_RESPONSES"] = "ignore"
    typed.init_app(app)
    app.add_url_rule("/plain", view_func=lambda: "plain")
    return app
"""
SUITE = """
import pytest
from conftest import find_name, read_hidden, read_name, read_wrong
from flask_typed import UndocumentedResponse

def test_overridden(typed_client, override):
    override(find_name, lambda: "fake")
    assert typed_client.call(read_name) == "fake"

def test_real(typed_client, recorder):
    recorder.watch(typed_client.app)
    assert typed_client.call(read_name) == "real"
    assert typed_client.call(read_hidden) == "hidden"
    assert typed_client.test_client.get("/plain").text == "plain"
    assert [str(status) for status in recorder.unreached()] == [
        "GET /name: 404", "GET /name: 422", "GET /wrong: 200",
    ]

def test_undocumented(typed_client):
    def change(response):
        response.status_code = 202
        return response

    typed_client.app.after_request(change)
    with pytest.raises(UndocumentedResponse, match="answered 202 to GET /wrong"):
        typed_client.call(read_wrong)
"""


def test_fixtures(pytester: pytest.Pytester) -> None:
    """An override ends with its test, and the summary lists what no test has reached."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_suite=SUITE)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--typed-unreached")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["*documented responses that no test has got*", "GET /name: 404", "GET /name: 422"]
    )


def test_no_summary_without_the_option(pytester: pytest.Pytester) -> None:
    """The plugin is silent."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_suite="def test_nothing(typed_client): pass")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*no test has got*")


@dataclass
class Book:
    """A book."""

    title: str
    price: Decimal


class SoldOut(Problem):
    """The book is sold out."""

    status = 409
    price: Decimal


class OtherConflict(Problem):
    """Something else is wrong."""

    status = 409


class Lent(Problem):
    """The book is lent."""

    status = 409
    type = "https://shop.example/problems/lent"


def add_book(book: Book) -> Created[Book]:
    """Add a book."""
    return Created(book)


@raises(SoldOut, NotFound)
def sell_book(number: int) -> None:
    """Fail."""
    if number == 1:
        raise SoldOut(price=Decimal("9.50"), detail="Come back.")
    if number == 2:
        raise NotFound("Nowhere.")


def test_a_client_for_one_view() -> None:
    """The view needs no app and no blueprint."""
    client = client_for(add_book, methods=["POST"])
    book = Book("Emma", Decimal(1))
    assert client.call(add_book, book).body == book
    other = client_for(add_book, "/books", typed=Typed(), methods=["POST"])
    assert other.send(add_book, book).status == 201


def test_problems() -> None:
    """Of a typed client, and of Flask's test client."""
    client = client_for(sell_book)
    assert_problem(client.send(sell_book, 1), SoldOut, price=Decimal("9.50"), detail="Come back.")
    response = client.test_client.get("/?number=1")
    assert_problem(response, SoldOut, price=Decimal("9.50"))
    assert_problem(response, SoldOut)
    assert_problem(client.send(sell_book, 2), NotFound, detail="Nowhere.")
    assert_problem(client.test_client.get("/?number=2"), NotFound, detail="Nowhere.")


@pytest.mark.parametrize(
    ("number", "problem", "message"),
    [
        pytest.param(3, SoldOut, r"expected SoldOut \(409\), got 204", id="no problem"),
        pytest.param(2, SoldOut, r"expected SoldOut \(409\), got 404", id="another status"),
        pytest.param(1, OtherConflict, "expected OtherConflict .* sold out", id="another title"),
        pytest.param(1, Lent, "expected Lent .* sold out", id="another type"),
    ],
)
def test_other_problems(number: int, problem: type[Problem], message: str) -> None:
    """The failure shows what came."""
    client = client_for(sell_book)
    for response in (client.send(sell_book, number), client.test_client.get(f"/?number={number}")):
        with pytest.raises(AssertionError, match=message):
            assert_problem(response, problem)


def test_other_members() -> None:
    """The failure names them."""
    client = client_for(sell_book)
    expected = r"price: expected Decimal\('1'\), got Decimal\('9.50'\)"
    with pytest.raises(AssertionError, match=expected):
        assert_problem(client.send(sell_book, 1), SoldOut, price=Decimal(1))


def test_a_plain_response(app: Flask) -> None:
    """It is no problem either."""
    with pytest.raises(AssertionError, match="got 404 text/html"):
        assert_problem(app.test_client().get("/"), NotFound)
