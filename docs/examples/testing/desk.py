from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from annotated_types import Interval, Len
from flask import Flask, current_app
from flask_typed import Created, Depends, Problem, Typed, raises
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

typed = Typed()


class Base(DeclarativeBase):
    pass


class TicketRow(Base):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


def begin() -> Iterator[Session]:
    """Run a transaction, and commit it when the response is made."""
    with Session(current_app.extensions["engine"]) as session, session.begin():
        yield session


Work = Annotated[Session, Depends(begin)]
Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]


@dataclass
class NewTicket:
    title: Annotated[str, Len(1, 80)]


@dataclass
class Ticket:
    id: int
    title: str


class TicketNotFound(Problem):
    """No ticket has this id."""

    status = 404
    ticket_id: int


@typed.get("/tickets", returns=list[Ticket])
def list_tickets(session: Work) -> Sequence[TicketRow]:
    """List the tickets."""
    return session.scalars(select(TicketRow).order_by(TicketRow.id)).all()


@typed.post("/tickets", returns=Created[Ticket])
def add_ticket(new: NewTicket, session: Work) -> Created[TicketRow]:
    """Add a ticket."""
    row = TicketRow(title=new.title)
    session.add(row)
    session.flush()
    return Created(row)


@typed.get("/tickets/<int:ticket_id>", returns=Ticket)
@raises(TicketNotFound)
def read_ticket(ticket_id: Id, session: Work) -> TicketRow:
    """Read a ticket."""
    row = session.get(TicketRow, ticket_id)
    if row is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return row


@typed.post("/waits")
async def wait(seconds: float) -> str:
    """Wait, in async code."""
    return f"waited for {seconds} s"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """Make an app, and the tables of its database."""
    app = Flask(__name__)
    app.config["DATABASE_URL"] = "sqlite://"
    app.config.update(config or {})
    app.extensions["engine"] = create_engine(app.config["DATABASE_URL"])
    Base.metadata.create_all(app.extensions["engine"])
    typed.init_app(app)
    return app
