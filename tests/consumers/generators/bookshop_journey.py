"""A day in the bookshop, with the Python client that openapi-generator makes: ``… URL``."""

from __future__ import annotations

import datetime
import json
import sys
from decimal import Decimal
from typing import Any, get_args

import bookshop_client as client
from pydantic import BaseModel
from steps import live

URL = sys.argv[1]
STAFF = ("staff@shop.example", "twelve geese and a goat")
PNG = b"\x89PNG\r\n\x1a\n and so on"

api = client.ApiClient(client.Configuration(host=URL))
# The default has no colon in the offset, which RFC 3339 and OpenAPI's date-time require.
api.configuration.datetime_format = "%Y-%m-%dT%H:%M:%S.%f+00:00"
accounts, books = client.AccountsApi(api), client.BooksApi(api)
covers, orders = client.CoversApi(api), client.OrdersApi(api)
state: dict[str, Any] = {}


def make_price(model: type[BaseModel], text: str) -> Any:
    """Return a price: a text, or an object if the generator made a class of the price."""
    kind = model.model_fields["price"].annotation
    wrappers = [part for part in (kind, *get_args(kind)) if is_model(part)]
    return wrappers[0](text) if wrappers else text


def is_model(kind: Any) -> bool:
    """Return whether a type is a class of the generator."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def as_json(model: Any) -> Any:
    """Return the JSON of a model."""
    return json.loads(model.to_json())


def make_book(isbn: str, price: str = "12.50") -> Any:
    """Return a new book."""
    return client.NewBook(
        title="Notes",
        author_id=1,
        isbn=isbn,
        price=make_price(client.NewBook, price),
        genre="nonfiction",
        published=datetime.date(1843, 9, 1),
        tags=["engine"],
    )


def expect(status: int, call: Any, *arguments: Any, **named: Any) -> Any:
    """Return the body of an error, and the object that the client makes of it."""
    try:
        call(*arguments, **named)
    except client.ApiException as error:
        if error.status != status:
            raise
        return json.loads(error.body), error.data
    raise AssertionError(f"no error {status}")


def log_in() -> None:
    """A form."""
    token = accounts.accounts_log_in(grant_type="password", username=STAFF[0], password=STAFF[1])
    api.configuration.access_token = token.access_token


def search() -> None:
    """A query with a list and with a decimal number."""
    found = books.books_list_books(genre=["crime", "science-fiction"], max_price="99.50", limit=3)
    assert len(found.items) == 3
    assert isinstance(found.items[0].added, datetime.datetime)


def suggest() -> None:
    """A cookie."""
    found = books.books_suggest_books(genre="science-fiction")
    assert {as_json(each)["genre"] for each in found} == {"science-fiction"}


def add_book() -> None:
    """A JSON body: a decimal number, an enumeration, a date, a list."""
    state["book"] = books.books_add_book(make_book("9790000000001"))
    made = as_json(state["book"])
    assert (made["price"], made["published"], made["cover"]) == ("12.50", "1843-09-01", None)


def compute_price() -> None:
    """The price of a response is a text or a decimal number, exact."""
    assert Decimal(str(as_json(state["book"])["price"])) == Decimal("12.50")
    assert isinstance(state["book"].price, (str, Decimal)), type(state["book"].price)


def refuse_early() -> None:
    """The model refuses a price that the server would refuse."""
    try:
        make_book("9790000000009", price="-1")
    except ValueError:
        return
    raise AssertionError("the model takes -1")


def read_conflict() -> None:
    """An error is an object of a class of its own."""
    body, data = expect(409, books.books_add_book, make_book("9790000000001"))
    assert body["isbn"] == "9790000000001"
    assert data is not None
    assert "9790000000001" in str(data)


def read_missing() -> None:
    """So is the error of a book that does not exist."""
    body, data = expect(404, books.books_read_book, 10_000)
    assert body["book_id"] == 10_000
    found = getattr(data, "actual_instance", data)  # of several problems, the one that fits
    assert type(found).__name__ == "BookNotFound", type(found)


def change_book() -> None:
    """A field is changed, the others stay."""
    changes = client.NewBookPatch(price=make_price(client.NewBookPatch, "9.00"), stock=3)
    changed = as_json(books.books_update_book(state["book"].id, changes))
    assert (changed["title"], changed["price"], changed["stock"]) == ("Notes", "9.00", 3)


def clear_date() -> None:
    """A field is set to null."""
    changed = books.books_update_book(state["book"].id, client.NewBookPatch(published=None))
    assert changed.published is None


def upload_cover() -> None:
    """A file with a field."""
    made = covers.books_covers_upload_cover(
        state["book"].id, caption="The engine", cover=("engine.png", PNG)
    )
    assert (made.media_type, made.size) == ("image/png", len(PNG))


def read_cover() -> None:
    """The file comes back."""
    assert bytes(covers.books_covers_read_cover(state["book"].id)) == PNG


def place_order() -> None:
    """A header, nested objects, decimal numbers, a time."""
    line = client.NewOrderLine(book_id=state["book"].id, quantity=2)
    order = client.NewOrder(customer="Anna", email="anna@home.example", lines=[line])
    state["order"] = orders.orders_place_order(order, x_channel="phone")
    placed = as_json(state["order"])
    assert (placed["total"], placed["channel"], placed["notes"]) == ("18.00", "phone", None)


def list_orders() -> None:
    """A time in a query."""
    found = orders.orders_list_orders(since=state["order"].created)
    assert [each.id for each in found.items] == [state["order"].id]


def read_receipt() -> None:
    """A text."""
    assert "Anna" in orders.orders_read_receipt(state["order"].id)


def delete_book() -> None:
    """No content."""
    other = books.books_add_book(make_book("9790000000002"))
    assert books.books_delete_book(other.id) is None


live(
    (
        log_in,
        search,
        suggest,
        add_book,
        compute_price,
        refuse_early,
        read_conflict,
        read_missing,
        change_book,
        clear_date,
        upload_cover,
        read_cover,
        place_order,
        list_orders,
        read_receipt,
        delete_book,
    )
)
