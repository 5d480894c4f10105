from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval, Len
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Depends, MultiStatus, Typed
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.exceptions import NotFound


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
    state: Mapped[str]


with app.app_context():
    db.create_all()
    db.session.add(TicketRow(title="Printer jams", state="open"))
    db.session.commit()


def begin() -> Iterator[Session]:
    """Commit once the response is made."""
    session = db.session()
    yield session
    session.commit()


Work = Annotated[Session, Depends(begin)]
Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]  # more does not fit into a column


@dataclass
class Change:
    id: Id
    state: Literal["open", "closed"]


@dataclass
class Ticket:
    id: int
    title: str
    state: str


@typed.patch("/tickets/bulk", returns=MultiStatus[Ticket])
def change_tickets(
    changes: Annotated[list[Change], Len(1, 500)], session: Work
) -> MultiStatus[TicketRow]:
    """Change those tickets that exist."""
    query = select(TicketRow).where(TicketRow.id.in_([change.id for change in changes]))
    rows = {row.id: row for row in session.scalars(query)}

    def change_ticket(change: Change) -> TicketRow:
        if change.id not in rows:
            raise NotFound("No ticket has this id.")
        rows[change.id].state = change.state
        return rows[change.id]

    return MultiStatus.of(changes, change_ticket, unit=session.begin_nested)
