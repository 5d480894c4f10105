from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from annotated_types import Interval
from flask import Flask
from flask_typed import Created, Depends, Idempotency, Problem, Typed, raises
from flask_typed.stores.sqlalchemy import SQLAlchemyStore, make_key_table
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class TicketRow(Base):
    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    seats: Mapped[int]


keys = make_key_table(Base.metadata)
engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
Base.metadata.create_all(engine)


def begin() -> Iterator[Session]:
    """Commit when the response is ready, and roll back after an error."""
    with Session(engine) as session, session.begin():
        yield session


Work = Annotated[Session, Depends(begin)]


def make_store(session: Work) -> SQLAlchemyStore:
    """Keep the keys in the transaction of the view."""
    return SQLAlchemyStore(session, keys)


app = Flask(__name__)
typed = Typed(app, idempotency=Idempotency(make_store))


@dataclass
class NewTicket:
    seats: Annotated[int, Interval(ge=1, le=10)]


@dataclass
class Ticket:
    id: int
    seats: int


class SoldOut(Problem):
    """There are not enough seats."""

    status = 409


@typed.post("/tickets", idempotent=Idempotency(required=True))
@raises(SoldOut)
def buy_ticket(new: NewTicket, session: Work) -> Created[Ticket]:
    """Buy a ticket for some of the twenty seats."""
    sold = session.scalar(sa.select(sa.func.sum(TicketRow.seats))) or 0
    if sold + new.seats > 20:
        raise SoldOut
    row = TicketRow(seats=new.seats)
    session.add(row)
    session.flush()
    return Created(Ticket(row.id, row.seats), headers={"Location": f"/tickets/{row.id}"})
