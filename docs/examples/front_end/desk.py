import time
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Len
from flask import Flask, Response
from flask_typed import Body, Created, FaultMessage, Header, Problem, Security, Typed, raises
from marshmallow.validate import Regexp

app = Flask(__name__)
typed = Typed(app)

NO_EMAIL = FaultMessage("This is not an email address.", code="not_an_email")
Email = Annotated[str, Regexp(r"^[^@ ]+@[^@ ]+$", error=NO_EMAIL)]


class DeskProblem(Problem):
    """An error of the desk."""

    type_base = "https://desk.example/problems/"


class TitleIsTaken(DeskProblem):
    """Another ticket has this title."""

    status = 409
    ticket_id: int


class TooFast(DeskProblem):
    """Wait before you add another ticket."""

    status = 429
    retry_after: Annotated[int, Header()]


@dataclass
class Contact:
    email: Email


@dataclass
class NewTicket:
    title: Annotated[str, Len(1, 40)]
    contact: Contact
    urgency: Literal["low", "high"] = "low"
    labels: list[Annotated[str, Len(1, 10)]] = field(default_factory=list)


tickets: dict[str, int] = {}
last = -1.0


@raises(TooFast)
def limit_rate() -> None:
    """Admit one request a second."""
    global last  # noqa: PLW0603  # a limiter of a real app is Flask-Limiter
    if time.monotonic() - last < 1:
        raise TooFast(retry_after=1)
    last = time.monotonic()


@typed.post("/tickets", dependencies=[Security(limit_rate)])
@raises(TitleIsTaken)
def add_ticket(ticket: Annotated[NewTicket, Body()]) -> Created[int]:
    """Add a ticket."""
    if ticket.title in tickets:
        raise TitleIsTaken(ticket_id=tickets[ticket.title])
    tickets[ticket.title] = len(tickets) + 1
    return Created(tickets[ticket.title])


@app.get("/")
def show_form() -> Response:
    """Show the form."""
    return app.send_static_file("form.html")
