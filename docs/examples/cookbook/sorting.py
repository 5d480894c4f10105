from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from annotated_types import MaxLen
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Filters, Page, Paging, Query, Sort, Typed, Where
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)

State = Literal["open", "waiting", "closed"]


class TicketRow(Base):
    __tablename__ = "ticket_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    created: Mapped[date]


with app.app_context():
    db.create_all()
    db.session.add_all(
        [
            TicketRow(title="Printer jams", state="open", created=date(2026, 5, 4)),
            TicketRow(title="Login fails", state="closed", created=date(2026, 5, 2)),
            TicketRow(title="Printer is 50% slower", state="waiting", created=date(2026, 5, 2)),
        ]
    )
    db.session.commit()


@dataclass
class Ticket:
    id: int
    title: str
    state: State
    created: date


@dataclass
class TicketFilters:
    """The filters of the list, each with its condition."""

    text: Annotated[str | None, MaxLen(100), Where(TicketRow.title, "contains")] = None
    state: Annotated[list[State], Where(TicketRow.state, "in")] = field(default_factory=list)
    created_since: Annotated[
        date | None, Query(alias="createdSince"), Where(TicketRow.created, "ge")
    ] = None


SortKey: TypeAlias = Literal["created", "title"]
SORT_COLUMNS: Mapping[SortKey, Any] = {"created": TicketRow.created, "title": TicketRow.title}


@typed.get("/tickets")
def search_tickets(
    filters: Filters[TicketFilters], paging: Paging, sort: Sort[SortKey] = Sort("-created")
) -> Page[Ticket]:
    """Search the tickets."""
    query = sort.apply(filters.apply(select(TicketRow)), SORT_COLUMNS, last=TicketRow.id)
    return paging.page(query, db.session)
