"""The main operations of ``examples/bookshop`` as an experienced user of FastAPI writes them.

URLs, names of operations, of schemas and of their fields are those of the bookshop, so that one
program can use both. Errors have the fields of the bookshop's problems, and each operation declares
them with ``responses=``. Everything is kept in memory::

    uvicorn --app-dir benchmarks/consumers fastapi_shop:app
"""

from __future__ import annotations

import itertools
import secrets
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import (
    APIRouter,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    UploadFile,
)
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.routing import APIRoute
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from pydantic import BaseModel, Field

STAFF = ("staff@shop.example", "twelve geese and a goat")
SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Genre(Enum):
    """The genre of a book."""

    CHILDREN = "children"
    CRIME = "crime"
    FICTION = "fiction"
    NONFICTION = "nonfiction"
    POETRY = "poetry"
    SCIENCE_FICTION = "science-fiction"


class OrderStatus(Enum):
    """The status of an order."""

    PLACED = "placed"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"


class Priority(Enum):
    """The speed of a delivery."""

    ECONOMY = "economy"
    NORMAL = "normal"
    EXPRESS = "express"


class Channel(Enum):
    """The channel of an order."""

    WEB = "web"
    SHOP = "shop"
    PHONE = "phone"


Id = Annotated[int, Path(ge=1, le=2_147_483_647)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Isbn = Annotated[str, Field(min_length=13, max_length=13, pattern="^97[89][0-9]{10}$")]
Email = Annotated[str, Field(min_length=3, max_length=254)]
Price = Annotated[Decimal, Field(ge=Decimal(0), le=Decimal("99999.99"))]
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=10)]


class NewAccount(BaseModel):
    """A new customer."""

    email: Email
    password: Annotated[str, Field(min_length=8, max_length=128)]


class Account(BaseModel):
    """An account."""

    id: int
    email: str
    is_staff: bool


class Token(BaseModel):
    """An access token, with the names of OAuth 2."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    scope: str


class Author(BaseModel):
    """An author of books; the server sets the id."""

    id: int = 0
    name: Text
    born: date | None = None


class CoverInfo(BaseModel):
    """The metadata of a cover."""

    media_type: str
    caption: str
    size: int
    uploaded: datetime


class NewBook(BaseModel):
    """A book for the catalogue."""

    title: Text
    author_id: Annotated[int, Field(ge=1)]
    isbn: Isbn
    price: Price
    genre: Genre
    published: date | None = None
    stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    tags: Tags = Field(default_factory=list)


class BookChanges(BaseModel):
    """The changes to a book; missing fields stay unchanged."""

    title: Text | None = None
    price: Price | None = None
    genre: Genre | None = None
    published: date | None = None
    stock: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class Book(BaseModel):
    """A book in the catalogue."""

    id: int
    title: str
    author: Author
    isbn: str
    price: Decimal
    genre: Genre
    published: date | None
    stock: int
    tags: list[str]
    added: datetime
    cover: CoverInfo | None


class BookPage(BaseModel):
    """One page of the books that match."""

    total: int
    items: list[Book]


class NewOrderLine(BaseModel):
    """A number of copies of one book."""

    book_id: Annotated[int, Field(ge=1)]
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1


class NewOrder(BaseModel):
    """A new order."""

    customer: Text
    email: Email
    lines: Annotated[list[NewOrderLine], Field(min_length=1, max_length=50)]
    priority: Priority = Priority.NORMAL
    notes: Annotated[str, Field(min_length=1, max_length=2000)] | None = None


class OrderLine(BaseModel):
    """A number of copies of one book, at the price of the day."""

    book_id: int
    quantity: int
    unit_price: Decimal


class Order(BaseModel):
    """An order with its status."""

    id: UUID
    customer: str
    email: str
    created: datetime
    status: OrderStatus
    priority: Priority
    channel: Channel
    notes: str | None
    lines: list[OrderLine]
    total: Decimal


class OrderPage(BaseModel):
    """One page of the orders that match."""

    total: int
    items: list[Order]


# Errors: each is a model for the document, and is raised with its fields.


class Refusal(BaseModel):
    """An error."""

    title: str
    status: int


class BookNotFound(Refusal):
    """No book has this id."""

    book_id: int


class CoverNotFound(Refusal):
    """This book has no cover."""

    book_id: int


class OrderNotFound(Refusal):
    """No order has this id."""

    order_id: UUID


class IsbnTaken(Refusal):
    """Another book has this ISBN."""

    isbn: str


class EmailTaken(Refusal):
    """Another account has this email."""

    email: str


class OutOfStock(Refusal):
    """There are not enough copies of a book."""

    book_id: int
    requested: int
    available: int


class CoverNotAnImage(Refusal):
    """The format of the picture is not supported."""

    supported: list[str]


class Refused(Exception):
    """An error that is answered with its model."""

    def __init__(self, model: type[Refusal], status: int, **fields: Any) -> None:
        super().__init__()
        self.body = model(title=str(model.__doc__), status=status, **fields)


def refusing(**models: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """Return the ``responses`` of an operation: ``_404=BookNotFound``."""
    return {int(status[1:]): {"model": model} for status, model in models.items()}


# The data.

accounts: dict[str, tuple[Account, str]] = {}
tokens: dict[str, Account] = {}
authors: dict[int, Author] = {1: Author(id=1, name="Ursula K. Le Guin", born=date(1929, 10, 21))}
books: dict[int, Book] = {}
covers: dict[int, bytes] = {}
orders: dict[UUID, Order] = {}
ids = itertools.count(1)

accounts[STAFF[0]] = (Account(id=1, email=STAFF[0], is_staff=True), STAFF[1])
for number in range(1, 22):
    books[number] = Book(
        id=next(ids),
        title=f"The Left Hand of Darkness, volume {number}",
        author=authors[1],
        isbn=f"97800000{number:05}",
        price=Decimal("12.50"),
        genre=list(Genre)[number % len(Genre)],
        published=date(1969, 3, 1),
        stock=40,
        tags=["hugo"],
        added=datetime(2024, 5, 1, 9, tzinfo=timezone.utc),
        cover=None,
    )

oauth = OAuth2PasswordBearer("/token", scopes={"customer": "Order books.", "staff": "Sell them."})


def get_account(token: Annotated[str, Depends(oauth)]) -> Account:
    """Return the account of the request."""
    if token not in tokens:
        raise HTTPException(401, "Not authenticated", {"WWW-Authenticate": "Bearer"})
    return tokens[token]


Customer = Annotated[Account, Depends(get_account)]


def find_book(book_id: Id) -> Book:
    """Return a book."""
    if book_id not in books:
        raise Refused(BookNotFound, 404, book_id=book_id)
    return books[book_id]


FoundBook = Annotated[Book, Depends(find_book)]

shop_accounts = APIRouter(tags=["accounts"])
shop_books = APIRouter(prefix="/books", tags=["books"])
shop_covers = APIRouter(prefix="/books/{book_id}/cover", tags=["covers"])
shop_orders = APIRouter(prefix="/orders", tags=["orders"])


@shop_accounts.post("/accounts", status_code=201, responses=refusing(_409=EmailTaken))
def register(new: NewAccount) -> Account:
    """Create an account for a customer."""
    if new.email in accounts:
        raise Refused(EmailTaken, 409, email=new.email)
    account = Account(id=len(accounts) + 1, email=new.email, is_staff=False)
    accounts[new.email] = (account, new.password)
    return account


@shop_accounts.post("/token", responses=refusing(_401=Refusal))
def log_in(login: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    """Log in: get a token for an email and a password."""
    account, password = accounts.get(login.username, (None, ""))
    if account is None or login.password != password:
        raise Refused(Refusal, 401)
    token = secrets.token_hex(8)
    tokens[token] = account
    return Token(access_token=token, token_type="bearer", expires_in=3600, scope="customer")  # noqa: S106  # a name


@shop_books.get("")
def list_books(
    text: Annotated[str | None, Query(min_length=1, max_length=100)] = None,
    genre: Annotated[list[Genre] | None, Query()] = None,
    max_price: Annotated[Price | None, Query()] = None,
    in_stock: bool = False,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> BookPage:
    """Search the catalogue."""
    found = [
        book
        for book in books.values()
        if (text or "").lower() in book.title.lower()
        and (not genre or book.genre in genre)
        and (max_price is None or book.price <= max_price)
        and (book.stock > 0 or not in_stock)
    ]
    return BookPage(total=len(found), items=found[offset : offset + limit])


@shop_books.get("/suggestions")
def suggest_books(genre: Annotated[Genre | None, Cookie()] = None) -> list[Book]:
    """Suggest five books in stock, of the visitor's genre if they have chosen one."""
    return [book for book in books.values() if genre in (None, book.genre)][:5]


@shop_books.post("", status_code=201, responses=refusing(_409=IsbnTaken))
def add_book(book: NewBook, account: Customer) -> Book:
    """Add a book."""
    if any(book.isbn == other.isbn for other in books.values()):
        raise Refused(IsbnTaken, 409, isbn=book.isbn)
    added = Book(
        **book.model_dump(exclude={"author_id"}),
        id=next(ids),
        author=authors[1],
        added=datetime.now(timezone.utc),
        cover=None,
    )
    books[added.id] = added
    return added


@shop_books.get("/{book_id}", responses=refusing(_404=BookNotFound))
def read_book(book: FoundBook) -> Book:
    """Read one book."""
    return book


@shop_books.patch("/{book_id}", responses=refusing(_404=BookNotFound))
def update_book(book: FoundBook, changes: BookChanges, account: Customer) -> Book:
    """Change the fields of a book that are sent; the others stay."""
    books[book.id] = book.model_copy(update=changes.model_dump(exclude_unset=True))
    return books[book.id]


@shop_books.delete("/{book_id}", status_code=204, responses=refusing(_404=BookNotFound))
def delete_book(book: FoundBook, account: Customer) -> None:
    """Remove a book from the catalogue."""
    del books[book.id]


@shop_covers.put("", responses=refusing(_404=BookNotFound, _415=CoverNotAnImage))
def upload_cover(
    book: FoundBook,
    cover: Annotated[UploadFile, File()],
    caption: Annotated[str, Form(min_length=1, max_length=80)],
    account: Customer,
) -> CoverInfo:
    """Upload the cover of a book, or replace it."""
    image = cover.file.read()
    if not image.startswith(SIGNATURE):
        raise Refused(CoverNotAnImage, 415, supported=["image/png"])
    covers[book.id] = image
    return CoverInfo(
        media_type="image/png",
        caption=caption,
        size=len(image),
        uploaded=datetime.now(timezone.utc),
    )


@shop_covers.get(
    "",
    response_class=Response,
    responses={
        200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        **refusing(_404=CoverNotFound),
    },
)
def read_cover(book: FoundBook) -> Response:
    """Read the cover of a book."""
    if book.id not in covers:
        raise Refused(CoverNotFound, 404, book_id=book.id)
    return Response(covers[book.id], media_type="image/png")


@shop_orders.get("")
def list_orders(
    account: Customer,
    status: OrderStatus | None = None,
    since: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> OrderPage:
    """List the orders."""
    found = [
        order
        for order in orders.values()
        if status in (None, order.status) and (since is None or order.created >= since)
    ]
    return OrderPage(total=len(found), items=found[offset : offset + limit])


@shop_orders.post("", status_code=201, responses=refusing(_409=OutOfStock))
def place_order(
    account: Customer,
    order: NewOrder,
    x_channel: Annotated[Channel, Header(description="Where the order was taken.")] = Channel.WEB,
) -> Order:
    """Place an order."""
    for line in order.lines:
        if books[line.book_id].stock < line.quantity:
            raise Refused(
                OutOfStock,
                409,
                book_id=line.book_id,
                requested=line.quantity,
                available=books[line.book_id].stock,
            )
    lines = [
        OrderLine(**line.model_dump(), unit_price=books[line.book_id].price) for line in order.lines
    ]
    placed = Order(
        **order.model_dump(exclude={"lines"}),
        id=uuid4(),
        created=datetime.now(timezone.utc),
        status=OrderStatus.PLACED,
        channel=x_channel,
        lines=lines,
        total=sum((line.quantity * line.unit_price for line in lines), Decimal(0)),
    )
    orders[placed.id] = placed
    return placed


def find_order(order_id: UUID, account: Customer) -> Order:
    """Return an order."""
    if order_id not in orders:
        raise Refused(OrderNotFound, 404, order_id=order_id)
    return orders[order_id]


FoundOrder = Annotated[Order, Depends(find_order)]


@shop_orders.get("/{order_id}", responses=refusing(_404=OrderNotFound))
def read_order(order: FoundOrder) -> Order:
    """Read one order."""
    return order


@shop_orders.get(
    "/{order_id}/receipt", response_class=HTMLResponse, responses=refusing(_404=OrderNotFound)
)
def read_receipt(order: FoundOrder) -> str:
    """Read an order as a page to print."""
    return f"<p>{order.customer}</p>"


# The union of tests/consumers/zoo.py.


class Cat(BaseModel):
    """A cat, large or small."""

    kind: Literal["cat"]
    name: Text
    lives: Annotated[int, Field(ge=0, le=9)] = 9


class Parrot(BaseModel):
    """A bird that talks."""

    kind: Literal["parrot"]
    name: Text
    words: dict[str, int] = Field(default_factory=dict)


Animal = Annotated[Cat | Parrot, Field(discriminator="kind")]
animals = APIRouter(prefix="/animals", tags=["animals"])


@animals.post("", status_code=201)
def add_animal(animal: Animal) -> Animal:
    """Let an animal in."""
    return animal


def name_operation(route: APIRoute) -> str:
    """Return the id of an operation: FastAPI's documentation recommends its tag and its name."""
    tag = "books_covers" if "covers" in route.tags else route.tags[0]
    return f"{tag}_{route.name}"


app = FastAPI(title="Bookshop", version="1.0.0", generate_unique_id_function=name_operation)
for router in (shop_accounts, shop_books, shop_covers, shop_orders, animals):
    app.include_router(router)


@app.exception_handler(Refused)
def answer(request: Request, refused: Refused) -> JSONResponse:
    """Answer an error with its model."""
    body = refused.body
    return JSONResponse(body.model_dump(mode="json"), status_code=body.status)
