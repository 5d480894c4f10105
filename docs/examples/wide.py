from typing import Annotated

from flask import Flask, g
from flask_typed import Depends, Header, Typed, TypedBlueprint


def note_trace(x_trace: Annotated[str, Header()] = "none") -> None:
    g.trace = x_trace


def get_trace() -> str:
    return str(g.trace)


Trace = Annotated[str, Depends(get_trace)]

app = Flask(__name__)
typed = Typed(app, dependencies=[Depends(note_trace)])
books = TypedBlueprint("books", __name__, url_prefix="/books")


@books.get("/")
def list_books(trace: Trace) -> list[str]:
    """List the books."""
    return [f"Emma, for {trace}"]


app.register_blueprint(books)


def send_newsletter(trace: Trace, readers: int) -> str:
    return f"{readers} letters, for {trace}"
