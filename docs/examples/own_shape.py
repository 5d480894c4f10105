from typing import Any

from flask import Flask
from flask_typed import RequestInvalid, Typed
from typing_extensions import NotRequired, TypedDict
from werkzeug.exceptions import HTTPException


class Failure(TypedDict):
    code: int
    message: str
    faults: NotRequired[list[str]]


def make_failure(error: HTTPException) -> Failure:
    failure = Failure(code=error.code or 500, message=error.description or error.name)
    if isinstance(error, RequestInvalid):
        failure["faults"] = [f"{e['in']}{e['pointer']}: {e['detail']}" for e in error.errors]
    return failure


app = Flask(__name__)
typed = Typed(app, problem_shape=make_failure)


@typed.get("/numbers")
def double(number: int) -> dict[str, Any]:
    """Double a number."""
    return {"doubled": 2 * number}
