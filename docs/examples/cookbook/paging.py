from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import (
    Cursor,
    CursorPage,
    Depends,
    Page,
    PagedList,
    PageSize,
    Paging,
    Slice,
    Typed,
)
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
app.config["SECRET_KEY"] = "change me"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class TicketRow(Base):
    __tablename__ = "ticket_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    priority: Mapped[int | None]


with app.app_context():
    db.create_all()
    db.session.add_all(
        TicketRow(title=f"Ticket {number}", priority=number % 3 or None) for number in range(1, 6)
    )
    db.session.commit()


def open_session() -> Iterator[Session]:
    """Provide the session of the request."""
    yield db.session()


DbSession = Annotated[Session, Depends(open_session)]


@dataclass
class Ticket:
    id: int
    title: str


TICKETS = select(TicketRow).order_by(TicketRow.id)


@typed.get("/tickets")
def list_tickets(session: DbSession, paging: Paging) -> Page[Ticket]:
    """List the tickets, oldest first."""
    return paging.page(TICKETS, session)


@typed.get("/archive")
def read_archive(
    session: DbSession, paging: Annotated[Paging, PageSize(default=50, max=500)]
) -> Slice[Ticket]:
    """List the tickets in large pages, which are not counted."""
    return paging.slice(TICKETS, session)


@typed.get("/feed")
def read_feed(session: DbSession, cursor: Cursor) -> CursorPage[Ticket]:
    """List the tickets, the most important ones first."""
    return cursor.page(select(TicketRow).order_by(TicketRow.priority.desc()), session)


@typed.get("/titles", page_headers="x-pagination")
def list_titles(session: DbSession, paging: Paging) -> PagedList[str]:
    """List the titles alone."""
    query = select(TicketRow.title).order_by(TicketRow.id)
    return PagedList(paging.page(query, session))
