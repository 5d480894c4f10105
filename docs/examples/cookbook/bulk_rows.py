from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Generic, Literal, TypeVar

from annotated_types import Interval, Len
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Depends, Typed
from sqlalchemy import select
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


@dataclass
class Changed(Generic[T]):
    """A ticket: a row in the view, a ``Ticket`` in the response."""

    ticket: T
    outcome: Literal["changed"] = "changed"


@dataclass
class Missing:
    id: int
    outcome: Literal["missing"] = "missing"


@typed.patch("/tickets/bulk", returns=list[Changed[Ticket] | Missing])
def change_tickets(
    changes: Annotated[list[Change], Len(1, 500)], session: Work
) -> list[Changed[TicketRow] | Missing]:
    """Change those tickets that exist."""
    query = select(TicketRow).where(TicketRow.id.in_([change.id for change in changes]))
    rows = {row.id: row for row in session.scalars(query)}
    outcomes: list[Changed[TicketRow] | Missing] = []
    for change in changes:
        if row := rows.get(change.id):
            row.state = change.state
            outcomes.append(Changed(row))
        else:
            outcomes.append(Missing(change.id))
    return outcomes
