from collections.abc import Iterator
from typing import Annotated

from export import Download, write_lines
from flask import Flask, Response
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Depends, Typed
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


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
    db.session.add_all(TicketRow(title=title) for title in ("Printer jams", "Login fails"))
    db.session.commit()


def open_session() -> Iterator[Session]:
    """Open a session that is closed after the last line; ``db.session`` ends before the first."""
    with db.session.session_factory() as session:
        yield session


@typed.get("/tickets.csv")
def export_tickets(session: Annotated[Session, Depends(open_session)]) -> Download:
    """Export the tickets, line by line."""
    query = select(TicketRow.id, TicketRow.title).order_by(TicketRow.id)
    rows = session.execute(query.execution_options(yield_per=1000))  # here, not in the generator
    return Response(write_lines(rows), mimetype="text/csv")
