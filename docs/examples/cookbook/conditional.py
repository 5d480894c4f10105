from dataclasses import dataclass
from typing import Annotated

from flask import Flask, Response, request
from flask_typed import Returns, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Ticket:
    id: int
    title: str


Unchanged = Annotated[Response, Returns(status=304)]


@app.after_request
def answer_conditionally(response: Response) -> Response:
    """Send an ETag, and 304 to a client that has this response already."""
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.add_etag()
        response.make_conditional(request)
    return response


@typed.get("/tickets/1")
def read_ticket() -> Ticket | Unchanged:
    """Read a ticket."""
    return Ticket(1, "Printer jams")
