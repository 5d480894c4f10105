from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_typed import Typed
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
app.config["TYPED_NAIVE_DATETIMES"] = "utc"
db = SQLAlchemy(app, model_class=Base)
typed = Typed(app)


class LoanRow(Base):
    __tablename__ = "loan_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    state: Mapped[str]
    reader_id: Mapped[int] = mapped_column(ForeignKey("reader_row.id"))


class ReaderRow(Base):
    __tablename__ = "reader_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    loans: Mapped[list[LoanRow]] = relationship()


with app.app_context():
    db.create_all()
    loan = LoanRow(since=datetime(2026, 1, 2, 12), state="open")
    db.session.add(ReaderRow(name="Ada", loans=[loan]))
    db.session.commit()


class State(Enum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass
class Loan:
    since: datetime
    state: State


@dataclass
class Reader:
    name: str
    loans: list[Loan]


@typed.get("/readers", returns=list[Reader])
def list_readers() -> Sequence[ReaderRow]:
    """List the readers with their loans."""
    return db.session.scalars(select(ReaderRow)).all()
