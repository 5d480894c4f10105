from dataclasses import dataclass, replace
from itertools import count
from typing import Annotated, Literal

from annotated_types import Len
from flask import Flask
from flask_typed import Created, Typed

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


@dataclass
class Changed:
    ticket: Ticket
    outcome: Literal["changed"] = "changed"


@dataclass
class Missing:
    id: int
    outcome: Literal["missing"] = "missing"


numbers = count(1)
tickets: dict[int, Ticket] = {}


@typed.post("/tickets/bulk")
def add_tickets(new: Annotated[list[NewTicket], Len(1, 500)]) -> Created[list[Ticket]]:
    """Add many tickets, or none if one of them is invalid."""
    added = [Ticket(next(numbers), ticket.title, ticket.state) for ticket in new]
    tickets.update((ticket.id, ticket) for ticket in added)
    return Created(added)


@typed.patch("/tickets/bulk")
def change_tickets(changes: Annotated[list[Change], Len(1, 500)]) -> list[Changed | Missing]:
    """Change those tickets that exist; the response has one outcome for each."""
    return [change_ticket(change) for change in changes]


def change_ticket(change: Change) -> Changed | Missing:
    """Change one ticket."""
    if change.id not in tickets:
        return Missing(change.id)
    tickets[change.id] = replace(tickets[change.id], state=change.state)
    return Changed(tickets[change.id])
