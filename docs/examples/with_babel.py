from dataclasses import dataclass
from typing import Annotated

from flask import Flask, has_request_context, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, gettext, lazy_gettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_typed import Problem, Typed, raises
from marshmallow import validate
from werkzeug.exceptions import NotFound, TooManyRequests

app = Flask(__name__)
limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
typed = Typed(app)


def choose_locale() -> str | None:
    if not has_request_context():  # a command, or a job
        return None  # the default language
    return request.accept_languages.best_match(["en", "de"])


Babel(app, locale_selector=choose_locale)


@dataclass
class Loan:
    reader: Annotated[str, validate.Length(min=1, error=lazy_gettext("Who are you?"))]
    days: Annotated[int, validate.Range(1, 28, error=lazy_gettext("From {min} to {max} days."))]


class BookIsLent(Problem):
    """The book is lent to somebody else."""

    status = 409
    title = lazy_gettext("The book is lent to somebody else.")


class PageNotFound(Problem):
    """There is nothing here."""

    status = 404
    title = lazy_gettext("There is nothing here.")


class TooOften(Problem):
    """There were too many requests."""

    status = 429
    title = lazy_gettext("There were too many requests.")


@app.errorhandler(NotFound)
def answer_not_found(error: NotFound) -> ResponseReturnValue:
    """Replace the 404 of Flask, but none that a view raises as a problem of its own."""
    return error if isinstance(error, Problem) else PageNotFound()


@app.errorhandler(TooManyRequests)
def answer_too_often(error: TooManyRequests) -> ResponseReturnValue:
    """Replace the 429 of the limiter."""
    return TooOften()


@typed.post("/books/<int:book_id>/loan")
@raises(BookIsLent)
def lend(book_id: int, loan: Loan) -> None:
    """Lend a book."""
    if book_id == 7:
        raise BookIsLent(detail=gettext("It comes back in %(days)s days.", days=3))


@typed.get("/books")
@raises(TooOften)
@limiter.limit("1 per minute")
def list_books() -> list[str]:
    """List the books."""
    return ["Emma"]
