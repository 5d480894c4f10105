from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval
from events import Broker, Change, State
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Body, Depends, Event, EventStream, Header, Typed, raises
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.exceptions import NotFound


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)
broker = Broker()


class TicketRow(Base):
    __tablename__ = "ticket_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[State]


with app.app_context():
    db.create_all()
    db.session.add(TicketRow(id=7, title="Printer jams", state="open"))
    db.session.commit()


@dataclass
class Ticket:
    title: str
    state: State


def collect_events() -> Iterator[list[Change]]:
    """Publish the collected events. It is opened before the session, and closed after it."""
    outbox: list[Change] = []
    yield outbox
    for change in outbox:
        broker.publish(change)


Outbox = Annotated[list[Change], Depends(collect_events)]


def begin(_outbox: Outbox) -> Iterator[Session]:
    """Commit once the response is made."""
    session = db.session()
    yield session
    session.commit()


Work = Annotated[Session, Depends(begin)]
Id = Annotated[int, Interval(ge=1, le=2**63 - 1)]


@typed.put("/tickets/<int:ticket>/state")
@raises(NotFound)
def change_state(ticket: Id, state: Annotated[State, Body()], work: Work, outbox: Outbox) -> None:
    """Change the state of a ticket."""
    row = work.get(TicketRow, ticket)
    if row is None:
        raise NotFound
    row.state = state
    outbox.append(Change(ticket, state))


@typed.get("/tickets/<int:ticket>/events")
def watch_ticket(ticket: Id, last_event_id: Annotated[int, Header()] = 0) -> EventStream[Ticket]:
    """Watch a ticket, which is sent each time that it is changed, until it is closed."""
    for number, change in broker.listen(last_event_id):
        if change.ticket == ticket:
            with Session(db.engine) as session:  # closed before the next wait
                row = session.get_one(TicketRow, ticket)
                event = Event(Ticket(row.title, row.state), id=str(number))
            yield event
            if change.state == "closed":
                return
