"""The doctors and appointments of a clinic: in memory, without a framework, on both sides."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from itertools import count
from typing import Any


class State(Enum):
    BOOKED = "booked"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass
class Doctor:
    id: int
    name: str
    speciality: str
    fee: Decimal
    rooms: list[int]


@dataclass
class Contact:
    email: str
    phone: str | None = None


@dataclass
class Appointment:
    id: int
    patient: str
    doctor: Doctor
    starts: dt.datetime
    minutes: int
    reason: str
    contact: Contact
    state: State = State.BOOKED
    files: dict[str, bytes] = field(default_factory=dict)
    notes: str | None = None

    @property
    def fee(self) -> Decimal:
        return self.doctor.fee * self.minutes / 60


#: The users by their tokens: name, password, role.
USERS = {
    "ada-token": ("ada", "countess", "patient"),
    "bob-token": ("bob", "builder", "patient"),
    "eve-token": ("eve", "midnight", "desk"),
}


class Clinic:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.doctors = {
            1: Doctor(1, "Dr. Grey", "eyes", Decimal("80.00"), [1, 2]),
            2: Doctor(2, "Dr. Brown", "teeth", Decimal("120.00"), []),
        }
        self.appointments: dict[int, Appointment] = {}
        self.numbers = count(1)
        self.log: list[str] = []

    def find_free(self, doctor: Doctor, day: dt.date) -> list[dt.time]:
        taken = {a.starts.hour for a in self.of_doctor(doctor) if a.starts.date() == day}
        return [dt.time(hour) for hour in range(9, 13) if hour not in taken]

    def of_doctor(self, doctor: Doctor) -> list[Appointment]:
        booked = (a for a in self.appointments.values() if a.state is State.BOOKED)
        return [a for a in booked if a.doctor is doctor]

    def is_taken(self, doctor: Doctor, starts: dt.datetime) -> bool:
        return any(a.starts == starts for a in self.of_doctor(doctor))

    def book(
        self, patient: str, doctor: Doctor, contact: dict[str, Any], **values: Any
    ) -> Appointment:
        made = Appointment(
            next(self.numbers), patient, doctor, contact=Contact(**contact), **values
        )
        self.appointments[made.id] = made
        return made

    def find(self, patient: str | None, state: State | None) -> list[Appointment]:
        return [
            a
            for a in self.appointments.values()
            if patient in (None, a.patient) and state in (None, a.state)
        ]


@dataclass
class Pagination:
    """A page of a list, with the attributes that Flask-SQLAlchemy's has."""

    found: list[Any]
    page: int
    per_page: int

    @property
    def items(self) -> list[Any]:
        start = (self.page - 1) * self.per_page
        return self.found[start : start + self.per_page]

    @property
    def total(self) -> int:
        return len(self.found)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def has_prev(self) -> bool:
        return self.page > 1

    @property
    def next_num(self) -> int:
        return self.page + 1

    @property
    def prev_num(self) -> int:
        return self.page - 1
