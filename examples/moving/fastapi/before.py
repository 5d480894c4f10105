"""The loans of a library, as FastAPI's tutorial teaches to write them."""

import csv
import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Body,
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
    Response,
    Security,
    UploadFile,
    status,
)
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer, OAuth2PasswordRequestForm

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
MEDIA_TYPES = {"image/png", "image/jpeg"}

library = Library()
reset = library.reset


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    library.letters.append("The library opens.")
    yield
    library.letters.append("The library closes.")


# Dependencies


def get_session() -> Iterator[Session]:
    with library.open_session() as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]

oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")
staff_key = APIKeyHeader(name="X-Staff-Key")


def get_member(
    token: Annotated[str, Depends(oauth2_scheme)], session: SessionDep
) -> dict[str, Any]:
    member = session.find_member(token)
    if member is None:
        raise HTTPException(
            status_code=status.HTTP_401_UNAUTHORIZED,
            detail="Nobody has this token.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    return member


MemberDep = Annotated[dict[str, Any], Depends(get_member)]


def check_staff_key(key: Annotated[str, Security(staff_key)]) -> None:
    if key != STAFF_KEY:
        raise HTTPException(status_code=status.HTTP_403_FORBIDDEN, detail="This is not the key.")


class Window:
    """The part of a list to return."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 20,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> None:
        self.limit = limit
        self.offset = offset


def get_book(book_id: Annotated[int, Path(ge=1)], session: SessionDep) -> dict[str, Any]:
    book = session.get_book(book_id)
    if book is None:
        raise HTTPException(status_code=404, detail="No book has this id.")
    return book


BookDep = Annotated[dict[str, Any], Depends(get_book)]

# Books


class Sort(str, Enum):
    TITLE = "title"
    PRICE = "price"


books = APIRouter(prefix="/books", tags=["books"])


@books.get("/", response_model=Page[Book], response_model_exclude_none=True)
def list_books(
    session: SessionDep,
    window: Annotated[Window, Depends()],
    response: Response,
    q: Annotated[str, Query(max_length=50)] = "",
    genre: Annotated[list[Genre], Query()] = [],
    most: Annotated[Decimal | None, Query(ge=0, alias="max-price")] = None,
    sort: Sort = Sort.TITLE,
) -> Any:
    """List the books."""
    found = session.find_books(q, [g.value for g in genre], most)
    found.sort(key=lambda book: book[sort.value])
    response.headers["X-Total-Count"] = str(len(found))
    return {"items": found[window.offset :][: window.limit], "total": len(found)}


@books.post(
    "/",
    response_model=Book,
    status_code=status.HTTP_201_CREATED,
    dependencies=[Depends(check_staff_key)],
    responses={409: {"description": "Another book has this ISBN."}},
)
def add_book(book: NewBook, session: SessionDep, request: Request, response: Response) -> Any:
    """Add a book."""
    added = session.add_book(book.model_dump())
    response.headers["Location"] = str(request.url_for("read_book", book_id=added["id"]).path)
    return added


@books.get("/export", tags=["staff"], dependencies=[Depends(check_staff_key)])
def export_books(session: SessionDep) -> StreamingResponse:
    """Download the books as CSV."""
    found = session.find_books("", [], None)

    def write() -> Iterator[str]:
        for book in found:
            line = io.StringIO()
            csv.writer(line).writerow([book["id"], book["isbn"], book["title"], book["price"]])
            yield line.getvalue()

    headers = {"Content-Disposition": "attachment; filename=books.csv"}
    return StreamingResponse(write(), media_type="text/csv", headers=headers)


@books.get("/{book_id}", response_model=Book, response_model_exclude_none=True)
def read_book(
    book: BookDep, response: Response, last_book: Annotated[int | None, Cookie()] = None
) -> Any:
    """Read a book; a cookie remembers it, a header names the one before."""
    if last_book is not None:
        response.headers["X-Last-Book"] = str(last_book)
    response.set_cookie("last_book", str(book["id"]))
    return book


@books.patch("/{book_id}", response_model=Book, dependencies=[Depends(check_staff_key)])
def change_book(book: BookDep, changes: BookChanges, session: SessionDep) -> Any:
    """Change some fields of a book."""
    return session.change_book(book["id"], changes.model_dump(exclude_unset=True))


@books.delete("/{book_id}", status_code=204, dependencies=[Depends(check_staff_key)])
def delete_book(book: BookDep, session: SessionDep) -> None:
    """Delete a book that nobody has."""
    if book["on_loan"]:
        raise HTTPException(status_code=409, detail="Somebody has the book.")
    del session.rows.books[book["id"]]


@books.put("/{book_id}/cover", response_model=Cover)
def put_cover(
    book: BookDep,
    session: SessionDep,
    picture: Annotated[UploadFile, File()],
    caption: Annotated[str | None, Form(max_length=80)] = None,
) -> Any:
    """Upload a picture of the cover."""
    if picture.content_type not in MEDIA_TYPES:
        raise HTTPException(status_code=422, detail="This is not a picture.")
    cover = {
        "book_id": book["id"],
        "media_type": picture.content_type,
        "content": picture.file.read(),
        "caption": caption,
    }
    session.rows.covers[book["id"]] = cover
    return {**cover, "size": len(cover["content"])}


@books.get("/{book_id}/cover", response_class=Response)
def read_cover(book: BookDep, session: SessionDep) -> Response:
    """Download the picture of the cover."""
    cover = session.rows.covers.get(book["id"])
    if cover is None:
        raise HTTPException(status_code=404, detail="The book has no cover.")
    return Response(cover["content"], media_type=cover["media_type"])


# Loans

loans = APIRouter(prefix="/loans", tags=["loans"])


def send_letter(name: str, text: str) -> None:
    library.letters.append(f"{name}: {text}")


@loans.post("/", response_model=Loan, response_model_exclude_none=True, status_code=201)
def lend_book(loan: NewLoan, member: MemberDep, session: SessionDep, tasks: BackgroundTasks) -> Any:
    """Borrow a book."""
    book = get_book(loan.book_id, session)
    lent = session.lend(member["name"], book["id"], loan.since, loan.due)
    tasks.add_task(send_letter, member["name"], f"{book['title']} is yours until {loan.due}.")
    return lent


@loans.get("/", response_model=list[Loan], response_model_exclude_unset=True)
def list_loans(
    member: MemberDep,
    session: SessionDep,
    state: Literal["open", "returned", "all"] = "all",
    since: date | None = None,
) -> Any:
    """List the loans of the member."""
    return [
        loan
        for loan in session.rows.loans.values()
        if loan["member"] == member["name"]
        and (state == "all" or (state == "returned") == bool(loan["returned"]))
        and (since is None or loan["since"] >= since)
    ]


@loans.post("/{loan_id}/return", response_model=Loan)
def return_book(
    loan_id: int, on: Annotated[date, Body(embed=True)], member: MemberDep, session: SessionDep
) -> Any:
    """Return a book; a late one costs a fine."""
    loan = session.rows.loans.get(loan_id)
    if loan is None or loan["member"] != member["name"]:
        raise HTTPException(status_code=404, detail="You have no such loan.")
    return session.take_back(loan, on)


# The app

app = FastAPI(title="Library", version="2.0.0", lifespan=lifespan)
app.include_router(books)
app.include_router(loans)


@app.post("/token")
def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()], session: SessionDep) -> Token:
    """Log in."""
    token = session.log_in(form.username, form.password)
    if token is None:
        raise HTTPException(status_code=400, detail="Name and password do not go together.")
    return Token(access_token=token)


@app.get("/me", response_model=Member, tags=["members"])
def read_me(member: MemberDep) -> Any:
    """Read who is logged in."""
    return member


@app.get("/letters", tags=["staff"], dependencies=[Depends(check_staff_key)])
def list_letters(
    language: Annotated[str | None, Header(alias="Accept-Language")] = None,
) -> dict[str, Any]:
    """List the letters that were sent."""
    return {"letters": library.letters, "language": language}


@app.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    return {"status": "fine"}


@app.exception_handler(BookIsLent)
def handle_lent(request: Request, error: BookIsLent) -> JSONResponse:
    content = {"detail": "Somebody else has the book.", "due": error.due.isoformat()}
    return JSONResponse(content, status_code=409, headers={"Retry-After": "86400"})


@app.exception_handler(IsbnIsTaken)
def handle_taken(request: Request, error: IsbnIsTaken) -> JSONResponse:
    return JSONResponse({"detail": "Another book has this ISBN."}, status_code=409)


@app.middleware("http")
async def measure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    started = time.perf_counter()
    response = await call_next(request)
    response.headers["X-Process-Time"] = f"{time.perf_counter() - started:.6f}"
    return response
