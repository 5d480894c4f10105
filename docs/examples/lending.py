from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge
from flask import Flask, abort
from flask_typed import FaultMessage, Problem, Typed, raises
from marshmallow.validate import Length
from werkzeug.exceptions import ServiceUnavailable

app = Flask(__name__)
typed = Typed(app)
lent = {7: "Ada"}


@dataclass
class Loan:
    reader: Annotated[str, Length(min=1, error=FaultMessage("Whose loan is it?", code="no_reader"))]
    days: Annotated[int, Ge(1)] = 14


class BookIsLent(Problem):
    """The book is lent to somebody else."""

    status = 409
    type = "https://books.example/problems/lent"

    book_id: int
    waiting: int = 0


@typed.post("/books/<int:book_id>/loan")
@raises(BookIsLent, ServiceUnavailable)
def lend(book_id: int, loan: Loan) -> None:
    """Lend a book."""
    if book_id == 0:
        abort(503)
    if book_id in lent:
        raise BookIsLent(book_id=book_id, detail="It is due on Friday.")
    lent[book_id] = loan.reader
