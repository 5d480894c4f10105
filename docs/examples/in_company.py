from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Flask, abort, make_response, request
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@app.before_request
def guard() -> None:
    view = app.view_functions.get(request.endpoint or "")
    if getattr(view, "staff_only", False) and "X-Staff" not in request.headers:
        abort(403)


def staff_only(view: Any) -> Any:
    view.staff_only = True
    return view


def no_store(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def call(*args: Any, **kwargs: Any) -> Any:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = "no-store"
        return response

    return call


@dataclass
class Reader:
    name: str
    loans: int = 0


@staff_only
@typed.get("/readers/<name>", endpoint="reader")
@no_store
def read_reader(name: str) -> Reader:
    return {"name": name, "loans": 3, "password": "duchess"}  # type: ignore[return-value]


app.add_url_rule("/people/<name>", endpoint="reader")
