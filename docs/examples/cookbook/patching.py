from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Len
from flask import Flask
from flask_typed import Patch, Problem, ReadOnly, Typed, model, raises

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Person:
    name: Annotated[str, Len(1, 40)]
    email: str | None = None


def reject_closed(ticket: "Ticket") -> None:
    """Reject a closed ticket that somebody works on."""
    if ticket.state == "closed" and ticket.assignee:
        raise ValueError("A closed ticket has no assignee.")


@model(validators=[reject_closed])
@dataclass
class Ticket:
    title: Annotated[str, Len(1, 80)]
    reporter: Person
    state: Literal["open", "closed"] = "open"
    assignee: str | None = None
    id: Annotated[int, ReadOnly()] = 0


class TicketNotFound(Problem):
    """No ticket has this id."""

    status = 404


tickets = {1: Ticket("Printer jams", Person("Bo", "bo@example.org"), assignee="ada", id=1)}


@typed.patch("/tickets/<int:ticket_id>")
@raises(TicketNotFound)
def change_ticket(ticket_id: int, patch: Patch[Ticket]) -> Ticket:
    """Change some fields of a ticket."""
    if ticket_id not in tickets:
        raise TicketNotFound
    return patch.apply(tickets[ticket_id])
