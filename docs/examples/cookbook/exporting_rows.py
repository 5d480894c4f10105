from collections.abc import Iterator
from typing import Annotated

from export import write_lines
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import MediaType, Typed
from sqlalchemy import select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


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


@typed.get("/tickets.csv")
def export_tickets() -> Annotated[Iterator[str], MediaType("text/csv")]:
    """Export the tickets, line by line."""
    query = select(TicketRow.id, TicketRow.title).order_by(TicketRow.id)
    yield from write_lines(db.session.execute(query.execution_options(yield_per=1000)))
