"""The models of the library: pydantic's, and the same on both sides of the move."""

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

T = TypeVar("T")

Isbn = Annotated[str, Field(pattern=r"^[0-9]{13}$", examples=["9780000000026"])]
Price = Annotated[Decimal, Field(ge=0, max_digits=6, decimal_places=2)]


class Genre(str, Enum):
    NOVEL = "novel"
    POETRY = "poetry"
    TRAVEL = "travel"


class Author(BaseModel):
    name: str = Field(min_length=1, max_length=80)
    born: int | None = None


class NewBook(BaseModel):
    isbn: Isbn
    title: str = Field(min_length=1, max_length=200, description="As on the title page.")
    authors: list[Author] = Field(min_length=1)
    genre: Genre = Genre.NOVEL
    price: Price
    published: dt.date | None = None


class BookChanges(BaseModel):
    """The fields to change; the others stay as they are."""

    title: str = Field(default="", min_length=1, max_length=200)
    genre: Genre = Genre.NOVEL
    price: Price = Decimal(0)
    published: dt.date | None = None


class Book(NewBook):
    model_config = ConfigDict(from_attributes=True)

    id: int
    added: dt.datetime
    on_loan: bool = False


class BookSummary(BaseModel):
    id: int
    title: str


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int


class NewLoan(BaseModel):
    book_id: int
    since: dt.date
    due: dt.date

    @model_validator(mode="after")
    def check_days(self) -> "NewLoan":
        if not 1 <= (self.due - self.since).days <= 28:
            raise ValueError("A loan lasts from 1 to 28 days.")
        return self


class Loan(BaseModel):
    id: int
    book: BookSummary
    since: dt.date
    due: dt.date
    returned: dt.date | None = None
    fine: Decimal | None = None


class Member(BaseModel):
    """What a member is shown; the row has a password too."""

    name: str
    role: Literal["reader", "staff"]


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # the kind of token


class Cover(BaseModel):
    book_id: int
    media_type: str
    size: int
    caption: str | None = None
