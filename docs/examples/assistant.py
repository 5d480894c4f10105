from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Len
from flask import Flask
from flask_typed import (
    Depends,
    Document,
    HTTPBearer,
    MediaType,
    NotAuthenticated,
    Problem,
    Security,
    Typed,
    raises,
)
from typing_extensions import Doc

app = Flask(__name__)
typed = Typed(
    app,
    documents=[
        Document(),
        Document(url="/agents.json", tags=["agents"], title="The library, for agents"),
    ],
)


@dataclass
class Loan:
    """A loan of one book."""

    book_id: Annotated[int, Doc("The number of the book; search_books finds it.")]
    reader: Annotated[str, Len(1, 80), Doc("The reader's full name.")]
    days: Annotated[int, Ge(1), Doc("The length of the loan.")] = 14


class BookIsLent(Problem):
    """Somebody else has the book. Suggest another one, or another day."""

    status = 409
    type = "https://library.example/problems/book-is-lent"
    free_in_days: int


def admit(token: Annotated[str, Depends(HTTPBearer())]) -> None:
    if token != "a token for agents":
        raise NotAuthenticated


@typed.get("/books", tags=["agents"], operation_id="search_books")
def search(text: Annotated[str, Len(1, 80), Doc("A word of the title.")]) -> dict[int, str]:
    """Search the books. The result maps the number of each book to its title."""
    return {1: "Emma"} if text.lower() in "emma" else {}


@typed.get("/rules", tags=["agents"], operation_id="read_rules")
def read_rules() -> Annotated[str, MediaType("text/plain")]:
    """Read the rules of the library."""
    return "Loans end after 14 days."


@typed.post("/loans", tags=["agents"], operation_id="lend_book", dependencies=[Security(admit)])
@raises(BookIsLent)
def lend(loan: Loan) -> Loan:
    """Lend a book to a reader.

    Ask the reader before: a loan cannot be undone.
    """
    if loan.days > 14:
        raise BookIsLent(free_in_days=3)
    return loan


@typed.delete("/books/<int:book_id>", dependencies=[Security(admit)])
def remove(book_id: int) -> None:
    """Remove a book."""
