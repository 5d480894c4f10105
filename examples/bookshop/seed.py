"""Sample data for the first start."""

from base64 import b64decode
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import (
    Account,
    Author,
    Book,
    Channel,
    Cover,
    Genre,
    Order,
    OrderLine,
    OrderStatus,
    Priority,
)
from .passwords import hash_password

OPENED = datetime(2024, 5, 1, 9, tzinfo=timezone.utc)

PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)

AUTHORS = [
    ("Ursula K. Le Guin", date(1929, 10, 21)),
    ("Italo Calvino", date(1923, 10, 15)),
    ("Agatha Christie", date(1890, 9, 15)),
    ("Astrid Lindgren", date(1907, 11, 14)),
    ("Wisława Szymborska", date(1923, 7, 2)),
    ("Stanisław Lem", date(1921, 9, 12)),
    ("Rachel Carson", date(1907, 5, 27)),
    ("Homer", None),
    ("Tove Jansson", date(1914, 8, 9)),
]

BOOKS = [
    ("The Left Hand of Darkness", 0, "12.50", Genre.SCIENCE_FICTION, date(1969, 3, 1), "hugo"),
    ("The Dispossessed", 0, "13.00", Genre.SCIENCE_FICTION, date(1974, 5, 1), "hugo utopia"),
    ("A Wizard of Earthsea", 0, "9.90", Genre.CHILDREN, date(1968, 11, 1), "magic sea"),
    ("Invisible Cities", 1, "11.00", Genre.FICTION, date(1972, 11, 1), "travel"),
    ("If on a Winter's Night a Traveler", 1, "12.00", Genre.FICTION, date(1979, 6, 1), "reading"),
    ("The Baron in the Trees", 1, "10.50", Genre.FICTION, date(1957, 6, 1), ""),
    ("Six Memos for the Next Millennium", 1, "14.00", Genre.NONFICTION, None, "reading"),
    ("Murder on the Orient Express", 2, "8.99", Genre.CRIME, date(1934, 1, 1), "poirot train"),
    ("And Then There Were None", 2, "8.99", Genre.CRIME, date(1939, 11, 6), "island"),
    ("The Murder of Roger Ackroyd", 2, "8.50", Genre.CRIME, date(1926, 6, 1), "poirot"),
    ("Pippi Longstocking", 3, "7.95", Genre.CHILDREN, date(1945, 11, 26), "horse"),
    ("Ronia, the Robber's Daughter", 3, "9.95", Genre.CHILDREN, date(1981, 1, 1), "forest"),
    ("View with a Grain of Sand", 4, "15.00", Genre.POETRY, date(1995, 1, 1), "nobel"),
    ("Map", 4, "16.50", Genre.POETRY, date(2015, 4, 7), "nobel"),
    ("Solaris", 5, "11.50", Genre.SCIENCE_FICTION, date(1961, 6, 1), "ocean"),
    ("The Cyberiad", 5, "12.75", Genre.SCIENCE_FICTION, date(1965, 1, 1), "robots tales"),
    ("His Master's Voice", 5, "13.25", Genre.SCIENCE_FICTION, date(1968, 1, 1), "signal"),
    ("Silent Spring", 6, "14.95", Genre.NONFICTION, date(1962, 9, 27), "nature"),
    ("The Sea Around Us", 6, "13.95", Genre.NONFICTION, date(1951, 7, 2), "nature sea"),
    ("The Odyssey", 7, "10.00", Genre.POETRY, None, "sea travel"),
    ("The Iliad", 7, "10.00", Genre.POETRY, None, "war"),
]


def seed(session: Session) -> None:
    """Fill the tables if they are empty."""
    if session.scalar(sa.select(sa.func.count()).select_from(Author)):
        return
    authors = [Author(name=name, born=born) for name, born in AUTHORS]
    session.add_all(authors)
    session.flush()
    books = make_books(authors)
    books[-1].cover = make_cover()
    session.add_all(books)
    session.flush()
    session.add_all(make_orders(books))


def add_staff(session: Session, email: str, password: str) -> None:
    """Add a staff account, unless the email address is taken."""
    email = email.lower()
    if session.scalar(sa.select(Account.id).where(Account.email == email)) is None:
        digest = hash_password(password)
        session.add(Account(email=email, password_hash=digest, is_staff=True))


def make_books(authors: list[Author]) -> list[Book]:
    """Return the books: forty copies of each, with one book added per day."""
    return [
        Book(
            title=title,
            author=authors[author],
            isbn=make_isbn(number),
            price=Decimal(price),
            genre=genre,
            published=published,
            stock=40,
            tags=tags.split(),
            added=OPENED + timedelta(days=number),
        )
        for number, (title, author, price, genre, published, tags) in enumerate(BOOKS)
    ]


def make_cover() -> Cover:
    """Return a picture of one grey pixel."""
    return Cover(
        media_type="image/png",
        caption="Grey",
        size=len(PIXEL),
        digest=sha256(PIXEL).hexdigest(),
        uploaded=OPENED,
        image=PIXEL,
    )


def make_isbn(number: int) -> str:
    """Return a well-formed ISBN of a publisher that does not exist."""
    digits = f"97800000{number:04d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def make_orders(books: list[Book]) -> list[Order]:
    """Return a shipped and a pending order."""
    return [
        Order(
            customer="Ada Lovelace",
            email="ada@example.org",
            created=OPENED + timedelta(days=30),
            status=OrderStatus.SHIPPED,
            priority=Priority.NORMAL,
            channel=Channel.SHOP,
            lines=make_lines([books[0], books[14]]),
        ),
        Order(
            id=UUID("5b3c7a52-9f0e-4c1d-8a64-2e9d1f70b6c3"),
            customer="Grace Hopper",
            email="grace@example.org",
            created=OPENED + timedelta(days=31),
            priority=Priority.EXPRESS,
            channel=Channel.PHONE,
            notes="Gift wrapping, please.",
            lines=make_lines([books[7]]),
        ),
    ]


def make_lines(books: list[Book]) -> list[OrderLine]:
    """Return the lines of an order for one copy of each book."""
    return [
        OrderLine(position=position, book_id=book.id, quantity=1, unit_price=book.price)
        for position, book in enumerate(books)
    ]
