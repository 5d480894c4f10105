from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from annotated_types import Ge, Interval, Le
from flask import Flask, request, url_for
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Depends, Query, Typed
from sqlalchemy import Select, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

T = TypeVar("T")


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class TicketRow(Base):
    __tablename__ = "ticket_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


with app.app_context():
    db.create_all()
    db.session.add_all(TicketRow(title=f"Ticket {number}") for number in range(1, 6))
    db.session.commit()


def open_session() -> Iterator[Session]:
    """Provide the session of the request."""
    yield db.session()


DbSession = Annotated[Session, Depends(open_session)]


@dataclass
class Ticket:
    id: int
    title: str


@dataclass
class Paging:
    """The query parameters of a list."""

    limit: Annotated[int, Ge(1), Le(100)] = 20
    offset: Annotated[int, Ge(0), Le(100_000)] = 0


@dataclass
class Page(Generic[T]):
    """One page of a list."""

    items: list[T]
    total: int
    next: str | None


def read_page(session: Session, query: Select[Any], paging: Paging) -> Page[Any]:
    """Return one page of the rows of a query."""
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    items = session.scalars(query.limit(paging.limit).offset(paging.offset)).all()
    end = paging.offset + len(items)
    return Page(list(items), total, make_url(offset=end) if items and end < total else None)


def make_url(**changes: int) -> str:
    """Return the URL of the request, with some of its query parameters changed."""
    values = {**(request.view_args or {}), **request.args.to_dict(flat=False), **changes}
    return url_for(request.endpoint or "", **values)


@typed.get("/tickets", returns=Page[Ticket])
def list_tickets(session: DbSession, paging: Annotated[Paging, Query()]) -> Page[TicketRow]:
    """List the tickets, oldest first."""
    return read_page(session, select(TicketRow).order_by(TicketRow.id), paging)


Cursor = Annotated[int, Interval(ge=0, le=2**63 - 1)]  # more does not fit into a column


@dataclass
class Slice(Generic[T]):
    """The items after a cursor, and the cursor of the next ones."""

    items: list[T]
    next: int | None


@typed.get("/feed", returns=Slice[Ticket])
def read_feed(
    session: DbSession,
    after: Annotated[Cursor, Query(description="The ``next`` of the last response.")] = 0,
    limit: Annotated[int, Ge(1), Le(100)] = 20,
) -> Slice[TicketRow]:
    """List the tickets after a cursor."""
    query = select(TicketRow).where(TicketRow.id > after).order_by(TicketRow.id)
    rows = session.scalars(query.limit(limit + 1)).all()
    return Slice(list(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)
