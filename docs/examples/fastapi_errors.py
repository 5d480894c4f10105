from typing import Annotated

from annotated_types import Ge
from flask import Flask, abort
from flask_typed import Body, Problem, RequestInvalid, Typed, raises
from typing_extensions import TypedDict
from werkzeug.exceptions import Conflict, HTTPException


class FieldError(TypedDict):
    loc: list[str | int]
    msg: str
    type: str


class ErrorBody(TypedDict):
    """The format of FastAPI's errors."""

    detail: str | list[FieldError]


def make_error(error: HTTPException) -> ErrorBody:
    if not isinstance(error, RequestInvalid):
        own = error.detail if isinstance(error, Problem) else error.description
        return ErrorBody(detail=own or error.name)
    faults = [
        FieldError(loc=read_loc(f["in"], f["pointer"]), msg=f["detail"], type=f["code"])
        for f in error.errors
    ]
    return ErrorBody(detail=faults)


def read_loc(place: str, pointer: str) -> list[str | int]:
    """Return a pointer as FastAPI writes it; FastAPI calls a form and a file the body."""
    keys = [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]
    start = "body" if place in ("form", "file") else place
    return [start, *(int(key) if key.isdecimal() else key for key in keys)]


app = Flask(__name__)
typed = Typed(app, problem_shape=make_error)


@typed.post("/sums")
@raises(Conflict)
def add(numbers: Annotated[list[Annotated[int, Ge(0)]], Body()], most: int = 100) -> int:
    """Add numbers."""
    total = sum(numbers)
    return total if total <= most else abort(409, "That is too much.")
