from dataclasses import dataclass
from typing import Annotated

from flask import Flask, request
from flask_babel import Babel, gettext, lazy_gettext
from flask_typed import Problem, Typed, raises
from marshmallow import validate

app = Flask(__name__)
typed = Typed(app)


def choose_locale() -> str | None:
    return request.accept_languages.best_match(["en", "de"])


Babel(app, locale_selector=choose_locale)


@dataclass
class Loan:
    reader: Annotated[str, validate.Length(min=1, error=lazy_gettext("Who are you?"))]
    days: Annotated[int, validate.Range(1, 28, error=lazy_gettext("From {min} to {max} days."))]


class BookIsLent(Problem):
    """The book is lent to somebody else."""

    status = 409


@typed.post("/books/<int:book_id>/loan")
@raises(BookIsLent)
def lend(book_id: int, loan: Loan) -> None:
    """Lend a book."""
    if book_id == 7:
        raise BookIsLent(detail=gettext("It comes back in %(days)s days.", days=3))
