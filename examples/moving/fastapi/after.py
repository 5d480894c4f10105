"""The loans of a library, moved to Flask with flask_typed."""

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, MaxLen
from flask import Flask, Response, g, url_for
from flask_typed import (
    APIKeyHeader,
    BackgroundTasks,
    Body,
    Cookie,
    Created,
    Depends,
    Form,
    Header,
    MediaType,
    NotAuthenticated,
    OAuth2,
    PasswordFlow,
    Path,
    Problem,
    Query,
    Reply,
    Returns,
    Security,
    Typed,
    TypedBlueprint,
    raises,
)
from flask_typed.pydantic import PYDANTIC
from werkzeug.datastructures import FileStorage
from werkzeug.http import dump_cookie

from .library import BookIsLent, IsbnIsTaken, Library, Session
from .models import (
    Book,
    BookChanges,
    Cover,
    Genre,
    Loan,
    Member,
    NewBook,
    NewLoan,
    Page,
    Token,
)

STAFF_KEY = "open sesame"

library = Library()
reset = library.reset

# Problems


class BookNotFound(Problem):
    """There is no such book."""

    status = 404
    detail = "No book has this id."


class NoCover(Problem):
    """There is no picture."""

    status = 404
    detail = "The book has no cover."


class LoanNotFound(Problem):
    """There is no such loan."""

    status = 404
    detail = "You have no such loan."


class SomebodyHasIt(Problem):
    """The book cannot be deleted."""

    status = 409
    detail = "Somebody has the book."


class WrongKey(Problem):
    """Only staff may do this."""

    status = 403
    detail = "This is not the key."


class WrongPassword(Problem):
    """The login is not accepted."""

    status = 400
    detail = "Name and password do not go together."


class IsbnTaken(Problem):
    """The book is there already."""

    status = 409
    detail = "Another book has this ISBN."


class AlreadyLent(Problem):
    """The book cannot be lent."""

    status = 409
    detail = "Somebody else has the book."

    due: date
    retry_after: Annotated[int, Header()] = 86400


# Dependencies


def get_session() -> Iterator[Session]:
    with library.open_session() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

oauth2_scheme = OAuth2(PasswordFlow(token_url="/token"))  # noqa: S106  # a URL
staff_key = APIKeyHeader("X-Staff-Key")


def get_member(
    token: Annotated[str, Depends(oauth2_scheme)], session: SessionDep
) -> dict[str, Any]:
    member = session.find_member(token)
    if member is None:
        raise NotAuthenticated(detail="Nobody has this token.")
    return member


MemberDep = Annotated[dict[str, Any], Security(get_member)]


@raises(WrongKey)
def check_staff_key(key: Annotated[str, Depends(staff_key)]) -> None:
    if key != STAFF_KEY:
        raise WrongKey


STAFF = Security(check_staff_key)


@dataclass
class Window:
    """The part of a list to return.

    :ivar limit: How many at most.
    """

    limit: Annotated[int, Ge(1), Le(100)] = 20
    offset: Annotated[int, Ge(0)] = 0


@raises(BookNotFound)
def get_book(book_id: Annotated[int, Path(), Ge(1)], session: SessionDep) -> dict[str, Any]:
    book = session.get_book(book_id)
    if book is None:
        raise BookNotFound
    return book


BookDep = Annotated[dict[str, Any], Depends(get_book)]

# Books


class Sort(str, Enum):
    TITLE = "title"
    PRICE = "price"


books = TypedBlueprint("books", __name__, url_prefix="/books")


@books.get(
    "/",
    returns=Annotated[Reply[Page[Book]], Returns(headers={"X-Total-Count": int})],
    exclude_none=True,
)
def list_books(
    session: SessionDep,
    window: Annotated[Window, Query()],
    q: Annotated[str, MaxLen(50)] = "",
    genre: Annotated[list[Genre], Query()] = [],
    most: Annotated[Decimal | None, Query(alias="max-price"), Ge(0)] = None,
    sort: Sort = Sort.TITLE,
) -> Reply[dict[str, Any]]:
    """List the books."""
    found = session.find_books(q, [g.value for g in genre], most)
    found.sort(key=lambda book: book[sort.value])
    page = {"items": found[window.offset :][: window.limit], "total": len(found)}
    return Reply(page, headers={"X-Total-Count": str(len(found))})


@books.post("/", returns=Created[Book], dependencies=[STAFF])
@raises(IsbnTaken)
def add_book(book: NewBook, session: SessionDep) -> Created[dict[str, Any]]:
    """Add a book."""
    added = session.add_book(book.model_dump())
    return Created(added, headers={"Location": url_for(".read_book", book_id=added["id"])})


@books.get("/export", tags=["staff"], dependencies=[STAFF])
def export_books(
    session: SessionDep,
) -> Annotated[Response, Returns(status=200), MediaType("text/csv")]:
    """Download the books as CSV."""
    found = session.find_books("", [], None)

    def write() -> Iterator[str]:
        for book in found:
            line = io.StringIO()
            csv.writer(line).writerow([book["id"], book["isbn"], book["title"], book["price"]])
            yield line.getvalue()

    headers = {"Content-Disposition": "attachment; filename=books.csv"}
    return Response(write(), mimetype="text/csv", headers=headers)


@books.get("/<book_id>", returns=Reply[Book], exclude_none=True)
def read_book(
    book: BookDep, last_book: Annotated[int | None, Cookie()] = None
) -> Reply[dict[str, Any]]:
    """Read a book; a cookie remembers it, a header names the one before."""
    headers = {"Set-Cookie": dump_cookie("last_book", str(book["id"]))}
    if last_book is not None:
        headers["X-Last-Book"] = str(last_book)
    return Reply(book, headers=headers)


@books.patch("/<book_id>", returns=Book, dependencies=[STAFF])
def change_book(book: BookDep, changes: BookChanges, session: SessionDep) -> dict[str, Any]:
    """Change some fields of a book."""
    return session.change_book(book["id"], changes.model_dump(exclude_unset=True))


@books.delete("/<book_id>", dependencies=[STAFF])
@raises(SomebodyHasIt)
def delete_book(book: BookDep, session: SessionDep) -> None:
    """Delete a book that nobody has."""
    if book["on_loan"]:
        raise SomebodyHasIt
    del session.rows.books[book["id"]]


@books.put("/<book_id>/cover", returns=Cover)
def put_cover(
    book: BookDep,
    session: SessionDep,
    picture: Annotated[FileStorage, MediaType("image/png", "image/jpeg")],
    caption: Annotated[str | None, Form(), MaxLen(80)] = None,
) -> dict[str, Any]:
    """Upload a picture of the cover."""
    cover = {
        "book_id": book["id"],
        "media_type": picture.mimetype,
        "content": picture.read(),
        "caption": caption,
    }
    session.rows.covers[book["id"]] = cover
    return {**cover, "size": len(cover["content"])}


@books.get("/<book_id>/cover")
@raises(NoCover)
def read_cover(
    book: BookDep, session: SessionDep
) -> Annotated[Response, Returns(status=200), MediaType("image/png", "image/jpeg")]:
    """Download the picture of the cover."""
    cover = session.rows.covers.get(book["id"])
    if cover is None:
        raise NoCover
    return Response(cover["content"], mimetype=cover["media_type"])


# Loans

loans = TypedBlueprint("loans", __name__, url_prefix="/loans")


def send_letter(name: str, text: str) -> None:
    library.letters.append(f"{name}: {text}")


@loans.post("/", returns=Created[Loan], exclude_none=True)
@raises(BookNotFound, AlreadyLent)
def lend_book(
    loan: NewLoan, member: MemberDep, session: SessionDep, tasks: BackgroundTasks
) -> Created[dict[str, Any]]:
    """Borrow a book."""
    book = get_book(loan.book_id, session)
    lent = session.lend(member["name"], book["id"], loan.since, loan.due)
    tasks.add(send_letter, member["name"], f"{book['title']} is yours until {loan.due}.")
    return Created(lent)


@loans.get("/", returns=list[Loan], exclude_unset=True)
def list_loans(
    member: MemberDep,
    session: SessionDep,
    state: Literal["open", "returned", "all"] = "all",
    since: date | None = None,
) -> list[dict[str, Any]]:
    """List the loans of the member."""
    return [
        loan
        for loan in session.rows.loans.values()
        if loan["member"] == member["name"]
        and (state == "all" or (state == "returned") == bool(loan["returned"]))
        and (since is None or loan["since"] >= since)
    ]


@loans.post("/<int:loan_id>/return", returns=Loan)
@raises(LoanNotFound)
def return_book(
    loan_id: int, on: Annotated[date, Body(embed=True)], member: MemberDep, session: SessionDep
) -> dict[str, Any]:
    """Return a book; a late one costs a fine."""
    loan = session.rows.loans.get(loan_id)
    if loan is None or loan["member"] != member["name"]:
        raise LoanNotFound
    return session.take_back(loan, on)


# The app

app = Flask(__name__)
app.config.update(TYPED_TITLE="Library", TYPED_VERSION="2.0.0")
typed = Typed(app, types=PYDANTIC)
app.register_blueprint(books)
app.register_blueprint(loans)


@dataclass
class PasswordForm:
    """What clients of OAuth 2 send."""

    username: str
    password: str
    grant_type: str = "password"
    scope: str = ""
    client_id: str | None = None
    client_secret: str | None = None


@typed.post("/token")
@raises(WrongPassword)
def log_in(form: Annotated[PasswordForm, Form()], session: SessionDep) -> Token:
    """Log in."""
    token = session.log_in(form.username, form.password)
    if token is None:
        raise WrongPassword
    return Token(access_token=token)


@typed.get("/me", returns=Member, tags=["members"])
def read_me(member: MemberDep) -> dict[str, Any]:
    """Read who is logged in."""
    return member


@typed.get("/letters", tags=["staff"], dependencies=[STAFF])
def list_letters(
    language: Annotated[str | None, Header(alias="Accept-Language")] = None,
) -> dict[str, Any]:
    """List the letters that were sent."""
    return {"letters": library.letters, "language": language}


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "fine"}


@app.errorhandler(BookIsLent)
def handle_lent(error: BookIsLent) -> Problem:
    return AlreadyLent(due=error.due)


@app.errorhandler(IsbnIsTaken)
def handle_taken(error: IsbnIsTaken) -> Problem:
    return IsbnTaken()


@app.before_request
def start() -> None:
    g.started = time.perf_counter()


@app.after_request
def measure(response: Response) -> Response:
    response.headers["X-Process-Time"] = f"{time.perf_counter() - g.started:.6f}"
    return response


library.letters.append("The library opens.")
