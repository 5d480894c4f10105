from flask import Flask, abort
from flask.typing import ResponseReturnValue
from flask_typed import Problem, RequestInvalid, Typed
from werkzeug.exceptions import HTTPException

app = Flask(__name__)
typed = Typed(app)


class BookIsGone(Problem):
    """The book was here, and is not any more."""

    status = 410


@app.errorhandler(404)
def not_found(error: HTTPException) -> ResponseReturnValue:
    return "Nothing here.\n", 404


@app.errorhandler(RequestInvalid)
def invalid(error: RequestInvalid) -> ResponseReturnValue:
    app.logger.info("%s faults", len(error.errors))
    return error


@app.get("/plain")
def plain() -> ResponseReturnValue:
    raise BookIsGone


@typed.get("/typed")
def read(number: int) -> str:
    """Read a number."""
    if number == 4:
        abort(404)
    return f"number {number}"
