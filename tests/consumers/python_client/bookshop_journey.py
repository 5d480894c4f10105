"""A day in the bookshop, with the client that openapi-python-client makes: ``… URL``."""

import json
import sys
from io import BytesIO
from typing import Any, TypeVar

from bookshop_client import AuthenticatedClient, Client, models
from bookshop_client.api.accounts import accounts_log_in, accounts_read_me, accounts_register
from bookshop_client.api.authors import (
    authors_add_author,
    authors_author_delete,
    authors_author_get,
    authors_list_authors,
)
from bookshop_client.api.books import (
    books_add_book,
    books_delete_book,
    books_list_books,
    books_read_book,
    books_replace_book,
    books_suggest_books,
    books_update_book,
)
from bookshop_client.api.covers import (
    books_covers_delete_cover,
    books_covers_read_cover,
    books_covers_upload_cover,
)
from bookshop_client.api.orders import (
    orders_cancel_order,
    orders_list_orders,
    orders_place_order,
    orders_read_order,
    orders_read_receipt,
)
from bookshop_client.api.stockroom import stockroom_add_deliveries
from bookshop_client.models import AccountsLogInBodyGrantType as Grant
from bookshop_client.types import File
from httpx_sse import connect_sse

T = TypeVar("T")

STAFF = ("staff@shop.example", "twelve geese and a goat")
ANNA = ("anna@home.example", "a cat in a box, twice")
PNG = b"\x89PNG\r\n\x1a\n and so on"

Upload = models.BooksCoversUploadCoverBody


def expect(kind: type[T], answer: object) -> T:
    """Return an answer that is of the class that it has to be."""
    assert isinstance(answer, kind), answer
    return answer


def log_in(url: str, who: tuple[str, str]) -> AuthenticatedClient:
    """Return a client of somebody who has an account."""
    body = models.AccountsLogInBody(Grant.PASSWORD, username=who[0], password=who[1])
    token = expect(models.Token, accounts_log_in.sync(client=Client(url), body=body))
    return AuthenticatedClient(url, token.access_token)


def meet_the_door(url: str) -> tuple[AuthenticatedClient, AuthenticatedClient]:
    """Get in, and fail to; return the clients of somebody of the staff and of a customer."""
    guest = Client(url)
    body = models.AccountsLogInBody(Grant.PASSWORD, username="nobody", password="no")
    expect(models.WrongCredentials, accounts_log_in.sync(client=guest, body=body))
    account = models.NewAccount(*ANNA)
    made = expect(models.Account, accounts_register.sync(client=guest, body=account))
    taken = expect(models.EmailTaken, accounts_register.sync(client=guest, body=account))
    assert taken.title == "Another account has this email."
    stranger = AuthenticatedClient(url, "no token")
    expect(models.NotAuthenticated, accounts_read_me.sync(client=stranger))
    anna, staff = log_in(url, ANNA), log_in(url, STAFF)
    me = expect(models.Account, accounts_read_me.sync(client=anna))
    assert (me.id, me.email) == (made.id, ANNA[0])
    refused = authors_add_author.sync(client=anna, body=models.AuthorInput("Anna"))
    expect(models.InsufficientScope, refused)
    return staff, anna


def keep_the_catalogue(url: str, staff: AuthenticatedClient) -> int:
    """Create, read, page, update and delete; return the id of a book that is left."""
    guest = Client(url)
    author = expect(
        models.Author,
        authors_add_author.sync(client=staff, body=models.AuthorInput("Ada Lovelace")),
    )
    new = models.NewBook("Notes", author.id, "9790000000001", "12.50", models.Genre.NONFICTION)
    book = expect(models.Book, books_add_book.sync(client=staff, body=new))
    assert (book.title, book.author.name, book.price) == ("Notes", "Ada Lovelace", "12.50")
    taken = expect(models.IsbnTaken, books_add_book.sync(client=staff, body=new))
    assert taken.isbn == new.isbn
    nobodys = models.NewBook("Lost", 10_000, "9790000000002", "1.00", models.Genre.POETRY)
    expect(models.UnknownAuthor, books_add_book.sync(client=staff, body=nobodys))
    wrong = models.NewBook("", author.id, "12", "-1", models.Genre.POETRY)
    invalid = expect(models.RequestInvalid, books_add_book.sync(client=staff, body=wrong))
    assert sorted({fault.pointer for fault in invalid.errors}) == ["/isbn", "/price", "/title"]

    read = expect(models.Book, books_read_book.sync(book.id, client=guest))
    assert read == book
    missing = expect(models.BookNotFound, books_read_book.sync(10_000, client=guest))
    assert (missing.book_id, missing.status.value) == (10_000, 404)
    changes = models.NewBookPatch(price="9.00", stock=3)
    changed = expect(models.Book, books_update_book.sync(book.id, client=staff, body=changes))
    assert (changed.title, changed.price, changed.stock) == ("Notes", "9.00", 3)
    new.title = "Sketch of the Analytical Engine"
    replaced = expect(models.Book, replace(guest, staff, book.id, new))
    assert (replaced.title, replaced.stock) == (new.title, 0)

    titles = read_all_pages(guest)
    assert len(titles) == len(set(titles)) > 20
    expect(list, books_suggest_books.sync(client=guest, genre=models.Genre.POETRY))
    cheap = books_list_books.sync(client=guest, text="sketch", max_price="12.50")
    assert [found.id for found in expect(models.PageBook, cheap).items] == [book.id]

    has_books = authors_author_delete.sync(author.id, client=staff)
    assert expect(models.AuthorHasBooks, has_books).author_id == author.id
    second = models.NewBook("Gone", author.id, "9790000000003", "1.00", models.Genre.POETRY)
    gone = expect(models.Book, books_add_book.sync(client=staff, body=second))
    assert books_delete_book.sync_detailed(gone.id, client=staff).status_code == 204
    expect(models.BookNotFound, books_read_book.sync(gone.id, client=guest))
    expect(models.AuthorNotFound, authors_author_get.sync(10_000, client=guest))
    return book.id


def replace(guest: Client, staff: AuthenticatedClient, book_id: int, new: models.NewBook) -> object:
    """Replace a book by the version that was read, and fail to by another one."""
    read = books_read_book.sync_detailed(book_id, client=guest)
    tag = read.headers["ETag"]
    again = books_read_book.sync_detailed(book_id, client=guest, if_none_match=tag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    old = books_replace_book.sync(book_id, client=staff, body=new, if_match='"0"')
    assert expect(models.PreconditionNotMet, old).status.value == 412
    return books_replace_book.sync(book_id, client=staff, body=new, if_match=tag)


def read_all_pages(client: Client) -> list[str]:
    """Return the title and the id of each book, page by page."""
    titles: list[str] = []
    while True:
        page = books_list_books.sync(client=client, limit=7, offset=len(titles))
        found = expect(models.PageBook, page)
        titles += [f"{book.title} {book.id}" for book in found.items]
        if len(titles) >= found.total:
            return titles


def change_covers(url: str, staff: AuthenticatedClient, book_id: int) -> None:
    """Upload a file with fields, get it back, and meet what is refused."""
    guest = Client(url)
    nothing = books_covers_read_cover.sync(book_id, client=guest)
    assert expect(models.CoverNotFound, nothing).book_id == book_id
    picture = Upload("The engine", File(BytesIO(PNG), "engine.png", "image/png"))
    made = books_covers_upload_cover.sync(book_id, client=staff, body=picture)
    info = expect(models.CoverInfo, made)
    assert (info.caption, info.media_type, info.size) == ("The engine", "image/png", len(PNG))
    cover = expect(File, books_covers_read_cover.sync(book_id, client=guest))
    assert cover.payload.read() == PNG
    text = Upload("No picture", File(BytesIO(b"hello"), "a.txt", "text/plain"))
    refused = books_covers_upload_cover.sync(book_id, client=staff, body=text)
    assert "image/png" in expect(models.CoverNotAnImage, refused).supported
    large = Upload("Large", File(BytesIO(PNG * 100_000), "large.png", "image/png"))
    refused = books_covers_upload_cover.sync(book_id, client=staff, body=large)
    assert expect(models.CoverTooLarge, refused).limit == 1024 * 1024
    assert books_covers_delete_cover.sync_detailed(book_id, client=staff).status_code == 204


def order_books(staff: AuthenticatedClient, anna: AuthenticatedClient, book_id: int) -> None:
    """Order, cancel, and meet what cannot be had."""
    line = models.NewOrderLine(book_id, quantity=2)
    order = models.NewOrder("Anna", ANNA[0], [line])
    out = expect(models.OutOfStock, orders_place_order.sync(client=anna, body=order))
    assert (out.book_id, out.available) == (book_id, 0)
    stocked = books_update_book.sync(book_id, client=staff, body=models.NewBookPatch(stock=5))
    expect(models.Book, stocked)
    unknown = models.NewOrder("Anna", ANNA[0], [models.NewOrderLine(10_000)])
    refused = orders_place_order.sync(client=anna, body=unknown)
    assert expect(models.UnknownBook, refused).book_id == 10_000
    sending: dict[str, Any] = {"client": anna, "body": order, "idempotency_key": '"8e03978e"'}
    placed = expect(models.Order, orders_place_order.sync(**sending))
    again = orders_place_order.sync_detailed(**sending)
    assert (again.parsed, again.headers["Idempotent-Replayed"]) == (placed, "true")
    other = {**sending, "body": unknown}
    expect(models.IdempotencyKeyReused, orders_place_order.sync(**other))
    assert (placed.status, placed.total) == (models.OrderStatus.PLACED, "25.00")
    read = expect(models.Order, orders_read_order.sync(placed.id, client=anna))
    assert read == placed
    assert "Anna" in expect(str, orders_read_receipt.sync(placed.id, client=anna))
    listed = expect(
        models.CursorPageOrder, orders_list_orders.sync(client=anna, since=placed.created)
    )
    assert [found.id for found in listed.items] == [placed.id]
    cancelled = expect(models.Order, orders_cancel_order.sync(placed.id, client=anna))
    assert cancelled.status == models.OrderStatus.CANCELLED
    follow_order(anna, placed)
    expect(models.OrderNotOpen, orders_cancel_order.sync(placed.id, client=anna))
    expect(models.BookWasOrdered, books_delete_book.sync(book_id, client=staff))
    expect(models.OrderNotFound, orders_read_order.sync(placed.id.__class__(int=7), client=anna))
    expect(list, authors_list_authors.sync(client=anna))


def follow_order(anna: AuthenticatedClient, order: models.Order) -> None:
    """Read the events of an order that was cancelled."""
    path = f"/orders/{order.id}/events"
    with connect_sse(anna.get_httpx_client(), "GET", path) as source:
        events = [(e.event, models.OrderState.from_dict(e.json())) for e in source.iter_sse()]
    assert events == [("cancelled", models.OrderState(models.OrderStatus.CANCELLED))]


def stock_up(url: str, staff: AuthenticatedClient, book_id: int) -> None:
    """Send lines, and read lines one by one: what is in a line is a model of the client."""
    delivery = models.Delivery("9790000000001", 3)
    one = stockroom_add_deliveries.sync(client=staff, body=delivery)
    assert expect(models.Delivered, one) == models.Delivered(1, 3)
    lines = f"{json.dumps(delivery.to_dict())}\n" * 2
    header = {"Content-Type": "application/jsonl"}
    sent = staff.get_httpx_client().post("/deliveries", content=lines, headers=header)
    assert models.Delivered.from_dict(sent.json()) == models.Delivered(2, 6)
    with Client(url).get_httpx_client().stream("GET", "/catalogue") as response:
        books = [models.Book.from_dict(json.loads(line)) for line in response.iter_lines()]
    assert books[-1] == books_read_book.sync(book_id, client=Client(url))


def main(url: str) -> None:
    """Live a day in the shop at a URL."""
    staff, anna = meet_the_door(url)
    book_id = keep_the_catalogue(url, staff)
    change_covers(url, staff, book_id)
    order_books(staff, anna, book_id)
    stock_up(url, staff, book_id)
    print("all is well")


if __name__ == "__main__":
    main(sys.argv[1])
