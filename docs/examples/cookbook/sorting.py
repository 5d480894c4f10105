from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from annotated_types import MaxLen
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Query, Typed
from sqlalchemy import ColumnElement, select
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


SORTS: dict[str, ColumnElement[Any]] = {
    "created": TicketRow.created.asc(),
    "-created": TicketRow.created.desc(),
    "title": TicketRow.title.asc(),
    "-title": TicketRow.title.desc(),
}
Sort = Literal["created", "-created", "title", "-title"]


@dataclass
class TicketFilters:
    """The filters and the order of the list."""

    text: Annotated[str, MaxLen(100)] | None = None
    state: list[State] = field(default_factory=list)
    created_since: Annotated[date | None, Query(alias="createdSince")] = None
    sort: Annotated[tuple[Sort, ...], MaxLen(3), Query(explode=False)] = ("-created",)


def make_conditions(filters: TicketFilters) -> list[ColumnElement[bool]]:
    """Return the filters as SQL conditions."""
    found: list[ColumnElement[bool]] = []
    if filters.text is not None:
        found.append(TicketRow.title.icontains(filters.text, autoescape=True))
    if filters.state:
        found.append(TicketRow.state.in_(filters.state))
    if filters.created_since is not None:
        found.append(TicketRow.created >= filters.created_since)
    return found


@typed.get("/tickets", returns=list[Ticket])
def search_tickets(filters: Annotated[TicketFilters, Query()]) -> list[TicketRow]:
    """Search the tickets."""
    order = [SORTS[sort] for sort in filters.sort]
    query = select(TicketRow).where(*make_conditions(filters)).order_by(*order, TicketRow.id)
    return list(db.session.scalars(query))
