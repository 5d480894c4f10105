"""The shop itself: records, covers and orders in memory. Moving the API does not change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any
from uuid import UUID, uuid4


class Format(Enum):
    LP = "lp"
    SINGLE = "single"
    CD = "cd"


@dataclass
class Track:
    title: str
    seconds: int


@dataclass
class Record:
    id: int
    number: str
    title: str
    artist: str
    format: Format
    price: Decimal
    #: The price that the shop paid. Nobody outside may see it.
    cost: Decimal
    copies: int = 0
    released: date | None = None
    tracks: list[Track] = field(default_factory=list)

    @property
    def seconds(self) -> int:
        """The playing time."""
        return sum(track.seconds for track in self.tracks)


@dataclass
class Customer:
    name: str
    email: str


@dataclass
class Line:
    record_id: int
    quantity: int


@dataclass
class Order:
    customer: Customer
    lines: list[Line]
    gift: bool
    till: int
    total: Decimal
    id: UUID = field(default_factory=uuid4)
    placed_at: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


class RecordMissing(LookupError):
    """No record has this id."""


class NumberTaken(ValueError):
    """Another record has this catalogue number."""


class SoldOut(Exception):
    """The shop has fewer copies than were ordered."""

    def __init__(self, record: Record) -> None:
        super().__init__(f"{record.copies} copies of {record.number} are left.")
        self.record = record


class Shop:
    """The records and the orders."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.records = {record.id: record for record in records}
        self.covers: dict[int, bytes] = {}
        self.orders: dict[UUID, Order] = {}
        self._ids = count(len(self.records) + 1)

    def search(
        self,
        *,
        artist: str | None = None,
        formats: Iterable[Format] | None = None,
        in_stock: bool | None = None,
        released_after: date | None = None,
        sort: str = "number",
    ) -> list[Record]:
        """Return the records that fit, sorted by an attribute."""
        wanted = [
            record
            for record in self.records.values()
            if artist is None or artist.lower() in record.artist.lower()
            if not formats or record.format in formats
            if in_stock is None or (record.copies > 0) == in_stock
            if released_after is None or (record.released or date.min) > released_after
        ]
        return sorted(wanted, key=lambda record: getattr(record, sort))

    def find(self, record_id: int) -> Record:
        """Return a record.

        :raises RecordMissing: if there is none.
        """
        if record_id not in self.records:
            raise RecordMissing(record_id)
        return self.records[record_id]

    def add(self, **values: Any) -> Record:
        """Add a record.

        :raises NumberTaken: if its catalogue number is not new.
        """
        self._claim(values["number"])
        cost = values["price"] / 2
        record = Record(id=next(self._ids), cost=cost, **values)
        self.records[record.id] = record
        return record

    def change(self, record: Record, **values: Any) -> Record:
        """Set attributes of a record.

        :raises NumberTaken: if the catalogue number belongs to another record.
        """
        self._claim(values.get("number", record.number), record)
        for name, value in values.items():
            setattr(record, name, value)
        return record

    def remove(self, record: Record) -> None:
        """Remove a record and its cover."""
        del self.records[record.id]
        self.covers.pop(record.id, None)

    def place(self, customer: Customer, lines: list[Line], *, gift: bool, till: int) -> Order:
        """Sell copies.

        :raises RecordMissing: if there is no such record.
        :raises SoldOut: if there are too few copies; then nothing is sold.
        """
        wanted = [(self.find(line.record_id), line.quantity) for line in lines]
        for record, quantity in wanted:
            if record.copies < quantity:
                raise SoldOut(record)
        for record, quantity in wanted:
            record.copies -= quantity
        total = sum((record.price * quantity for record, quantity in wanted), Decimal("0.00"))
        order = Order(customer, lines, gift, till, total)
        self.orders[order.id] = order
        return order

    def cancel(self, order: Order) -> None:
        """Take an order back, with its copies."""
        for line in order.lines:
            self.records[line.record_id].copies += line.quantity
        del self.orders[order.id]

    def _claim(self, number: str, owner: Record | None = None) -> None:
        if any(r.number == number and r is not owner for r in self.records.values()):
            raise NumberTaken(number)


def open_shop() -> Shop:
    """Return a shop with a few records."""
    return Shop(
        [
            Record(
                1,
                "BLU-1577",
                "Blue Train",
                "John Coltrane",
                Format.LP,
                Decimal("24.00"),
                Decimal("13.50"),
                copies=3,
                released=date(1958, 1, 1),
                tracks=[Track("Blue Train", 643), Track("Moment's Notice", 550)],
            ),
            Record(
                2,
                "CS-8163",
                "Kind of Blue",
                "Miles Davis",
                Format.LP,
                Decimal("26.50"),
                Decimal("14.00"),
                copies=1,
                released=date(1959, 8, 17),
            ),
            Record(
                3,
                "SUN-209",
                "That's All Right",
                "Elvis Presley",
                Format.SINGLE,
                Decimal("80.00"),
                Decimal("41.00"),
                released=date(1954, 7, 19),
            ),
            Record(
                4,
                "WB-3010",
                "Rumours",
                "Fleetwood Mac",
                Format.CD,
                Decimal("9.90"),
                Decimal("4.20"),
                copies=12,
                released=date(1977, 2, 4),
            ),
        ]
    )
