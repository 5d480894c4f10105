"""The books, loans and members: in memory, the same on both sides, and of no framework."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import Any

FINE_PER_DAY = Decimal("0.20")


class BookIsLent(Exception):
    def __init__(self, due: dt.date) -> None:
        super().__init__(due)
        self.due = due


class IsbnIsTaken(Exception):
    pass


@dataclass
class Rows:
    """All rows; a session works on a copy of them."""

    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    books: dict[int, dict[str, Any]] = field(default_factory=dict)
    loans: dict[int, dict[str, Any]] = field(default_factory=dict)
    covers: dict[int, dict[str, Any]] = field(default_factory=dict)


def make_rows() -> Rows:
    """Return the rows of the first day."""
    emma = {
        "id": 1,
        "isbn": "9780000000019",
        "title": "Emma",
        "authors": [{"name": "Jane Austen", "born": 1775}],
        "genre": "novel",
        "price": Decimal("9.50"),
        "published": dt.date(1815, 12, 23),
        "added": dt.datetime(2026, 1, 2, 9, 30, tzinfo=dt.timezone.utc),
    }
    odes = {
        "id": 2,
        "isbn": "9780000000026",
        "title": "Odes",
        "authors": [{"name": "John Keats", "born": 1795}],
        "genre": "poetry",
        "price": Decimal("4.00"),
        "published": None,
        "added": dt.datetime(2026, 1, 3, 9, 30, tzinfo=dt.timezone.utc),
    }
    ada = {"name": "ada", "password": "countess", "role": "reader", "token": "ada-token"}
    bob = {"name": "bob", "password": "builder", "role": "staff", "token": "bob-token"}
    return Rows(members={"ada": ada, "bob": bob}, books={1: emma, 2: odes})


@dataclass
class Session:
    """A unit of work."""

    rows: Rows

    def find_member(self, token: str) -> dict[str, Any] | None:
        return next((m for m in self.rows.members.values() if m["token"] == token), None)

    def log_in(self, name: str, password: str) -> str | None:
        member = self.rows.members.get(name)
        return member["token"] if member and member["password"] == password else None

    def find_books(self, text: str, genres: list[str], most: Decimal | None) -> list[Any]:
        return [
            self.show_book(book)
            for book in self.rows.books.values()
            if text.lower() in book["title"].lower()
            and (not genres or book["genre"] in genres)
            and (most is None or book["price"] <= most)
        ]

    def get_book(self, book_id: int) -> dict[str, Any] | None:
        book = self.rows.books.get(book_id)
        return self.show_book(book) if book else None

    def show_book(self, book: dict[str, Any]) -> dict[str, Any]:
        return {**book, "on_loan": self.find_open_loan(book["id"]) is not None}

    def add_book(self, values: dict[str, Any]) -> dict[str, Any]:
        if any(book["isbn"] == values["isbn"] for book in self.rows.books.values()):
            raise IsbnIsTaken
        book_id = max(self.rows.books, default=0) + 1
        added = dt.datetime(2026, 2, 1, tzinfo=dt.timezone.utc)
        self.rows.books[book_id] = {**values, "id": book_id, "added": added}
        return self.show_book(self.rows.books[book_id])

    def change_book(self, book_id: int, values: dict[str, Any]) -> dict[str, Any]:
        self.rows.books[book_id].update(values)
        return self.show_book(self.rows.books[book_id])

    def find_open_loan(self, book_id: int) -> dict[str, Any] | None:
        loans = self.rows.loans.values()
        return next((x for x in loans if x["book"]["id"] == book_id and not x["returned"]), None)

    def lend(self, member: str, book_id: int, since: dt.date, due: dt.date) -> dict[str, Any]:
        if loan := self.find_open_loan(book_id):
            raise BookIsLent(loan["due"])
        loan = {
            "id": len(self.rows.loans) + 1,
            "member": member,
            "book": self.rows.books[book_id],
            "since": since,
            "due": due,
            "returned": None,
        }
        self.rows.loans[loan["id"]] = loan
        return loan

    def take_back(self, loan: dict[str, Any], day: dt.date) -> dict[str, Any]:
        late = max((day - loan["due"]).days, 0)
        loan.update(returned=day, fine=FINE_PER_DAY * late)
        return loan


class Library:
    """Where sessions come from; the letters are the ones that were sent to members."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.reset()

    def reset(self) -> None:
        self.rows = make_rows()
        self.letters: list[str] = []

    @contextmanager
    def open_session(self) -> Iterator[Session]:
        """Keep the changes of a block, unless it fails."""
        with self.lock:
            session = Session(deepcopy(self.rows))
            yield session
            self.rows = session.rows
