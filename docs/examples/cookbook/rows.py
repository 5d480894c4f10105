from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Annotated

from annotated_types import Interval, Len
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Created, Depends, Problem, Typed, raises
from sqlalchemy import DateTime, Dialect, ForeignKey, TypeDecorator, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    raiseload,
    registry,
    relationship,
    selectinload,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A column of moments: it stores UTC without an offset, and returns aware values."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        try:
            return value and value.astimezone(timezone.utc).replace(tzinfo=None)
        except OverflowError:  # in the first or the last day that Python knows
            return value and value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=timezone.utc)


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={datetime: UtcDateTime})  # for Mapped[datetime]


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class TicketRow(Base):
    __tablename__ = "ticket_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    created: Mapped[date] = mapped_column(default=date(2026, 5, 1))
    due: Mapped[datetime | None]
    internal_note: Mapped[str] = mapped_column(default="never shown")
    comments: Mapped[list["CommentRow"]] = relationship(
        cascade="all, delete-orphan", order_by="CommentRow.id"
    )

    @property
    def is_answered(self) -> bool:
        return bool(self.comments)


class CommentRow(Base):
    __tablename__ = "comment_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket_row.id"))
    text: Mapped[str]


with app.app_context():
    db.create_all()


def begin() -> Iterator[Session]:
    """Commit once the response is made; after an error, nothing is committed."""
    session = db.session()
    yield session
    session.commit()


Work = Annotated[Session, Depends(begin)]
#: A larger number is a 422; the database could not take it.
Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]


@dataclass
class NewTicket:
    title: Annotated[str, Len(1, 80)]
    due: datetime | None = None


@dataclass
class Comment:
    text: Annotated[str, Len(1, 1000)]


@dataclass
class Ticket:
    id: int
    title: str
    created: date
    due: datetime | None
    is_answered: bool
    comments: list[Comment]


class TicketNotFound(Problem):
    """No ticket has this id."""

    status = 404
    ticket_id: int


@typed.get("/tickets", returns=list[Ticket])
def list_tickets(session: Work) -> Sequence[TicketRow]:
    """List the tickets with their comments: two queries, however many tickets there are."""
    load = (selectinload(TicketRow.comments), raiseload("*"))
    return session.scalars(select(TicketRow).options(*load).order_by(TicketRow.id)).all()


@typed.post("/tickets", returns=Created[Ticket])
def add_ticket(new: NewTicket, session: Work) -> Created[TicketRow]:
    """Add a ticket."""
    row = TicketRow(**vars(new))
    session.add(row)
    session.flush()  # now it has its id
    return Created(row)


@raises(TicketNotFound)
def find_ticket(ticket_id: Id, session: Work) -> TicketRow:
    """Return the ticket of the URL."""
    row = session.get(TicketRow, ticket_id)
    if row is None:
        raise TicketNotFound(ticket_id=ticket_id)
    return row


Found = Annotated[TicketRow, Depends(find_ticket)]


@typed.post("/tickets/<int:ticket_id>/comments", returns=Created[Ticket])
def add_comment(comment: Comment, ticket: Found) -> Created[TicketRow]:
    """Add a comment to a ticket."""
    ticket.comments.append(CommentRow(text=comment.text))
    return Created(ticket)


@typed.delete("/tickets/<int:ticket_id>")
def delete_ticket(ticket: Found, session: Work) -> None:
    """Delete a ticket."""
    session.delete(ticket)
