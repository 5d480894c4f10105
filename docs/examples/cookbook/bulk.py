from dataclasses import dataclass, replace
from itertools import count
from typing import Annotated, Literal

from annotated_types import Len
from flask import Flask
from flask_typed import Created, MultiStatus, Problem, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class NewTicket:
    title: Annotated[str, Len(1, 80)]
    state: Literal["open", "closed"] = "open"


@dataclass
class Ticket:
    id: int
    title: str
    state: str


@dataclass
class Change:
    id: int
    state: Literal["open", "closed"]


class TicketNotFound(Problem):
    """No ticket has this id."""

    status = 404
    ticket_id: int


numbers = count(1)
tickets: dict[int, Ticket] = {}


@typed.post("/tickets/bulk")
def add_tickets(new: Annotated[list[NewTicket], Len(1, 500)]) -> Created[list[Ticket]]:
    """Add many tickets, or none if one of them is invalid."""
    added = [Ticket(next(numbers), ticket.title, ticket.state) for ticket in new]
    tickets.update((ticket.id, ticket) for ticket in added)
    return Created(added)


@typed.patch("/tickets/bulk")
def change_tickets(
    changes: Annotated[list[Change], Len(1, 500)],
) -> MultiStatus[Ticket, TicketNotFound]:
    """Change those tickets that exist; the response has a result for each."""
    return MultiStatus.of(changes, change_ticket)


def change_ticket(change: Change) -> Ticket:
    """Change one ticket."""
    if change.id not in tickets:
        raise TicketNotFound(ticket_id=change.id)
    tickets[change.id] = replace(tickets[change.id], state=change.state)
    return tickets[change.id]
