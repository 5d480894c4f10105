"""``flask typed check`` on the shop, and on a mock of its document, both in this process."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_typed.mocking.app import MockApp
from flask_typed.outside.operations import OutsideApi
from flask_typed.probing.checking import CheckOptions, check_api
from flask_typed.probing.findings import CheckReport
from flask_typed.probing.sending import InProcessSender
from flask_typed.probing.wiring import OwnHeaders

from .answers import BOSS
from .conftest import LogIn
from .contract import Contract

#: What no schema can say: a cursor is one that the shop has made, and each key of an order is named
#: once, with or without ``-``.
BEYOND_SCHEMAS = frozenset({"refused:orders_list_orders", "refused:books_list_books"})


def check(app: Any, contract: Contract, token: str, **options: Any) -> CheckReport:
    """Return the report of an app."""
    options.setdefault("all_methods", True)
    own = OwnHeaders([("Authorization", token)])
    given = CheckOptions(own, ignored=BEYOND_SCHEMAS, **options)
    return check_api(OutsideApi(contract.document), InProcessSender(app), given)


def test_shop_keeps_its_promises(app: Flask, contract: Contract, log_in: LogIn) -> None:
    """Neither valid requests nor those just over a bound have an undocumented answer."""
    token = log_in(BOSS).environ_base["HTTP_AUTHORIZATION"]
    report = check(app, contract, token, max_cases=12)
    assert report.findings == []
    assert (len(report.reached), report.sent > 200) == (35, True)


def test_things_are_found(app: Flask, contract: Contract, log_in: LogIn) -> None:
    """The books and authors of the shop are found, so most successes are reached.

    Not those of a picture, which the book that is found does not have yet, and of a book that takes
    the ISBN of another one.
    """
    token = log_in(BOSS).environ_base["HTTP_AUTHORIZATION"]
    report = check(app, contract, token, max_cases=3)
    unreached = {
        name: keys
        for name, codes in report.unreached.items()
        if (keys := [code for code in codes if code.startswith("20")])
    }
    assert unreached == {
        "GET /books/{book_id}/cover": ["200", "206"],
        "PUT /books/{book_id}": ["200"],
    }


def test_mock_keeps_the_promises(contract: Contract) -> None:
    """A mock of the document has no finding, and neither has its reading by the check."""
    report = check(MockApp(contract.document), contract, "Bearer x", max_cases=12)
    assert report.findings == []
    assert len(report.reached) == 35
