from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypedDict

from annotated_types import Len
from flask import Flask
from flask_typed import Problem, Typed, model, raises

app = Flask(__name__)
typed = Typed(app)

Title = Annotated[str, Len(1, 80)]
State = Literal["open", "closed"]


@dataclass
class Ticket:
    id: int
    title: str
    state: State
    assignee: str | None


def reject_no_changes(changes: "TicketChanges") -> None:
    """Reject an empty object."""
    if not changes:
        raise ValueError("Send at least one field.")


@model(validators=[reject_no_changes])
class TicketChanges(TypedDict, total=False):
    """The fields to change; the others stay as they are."""

    title: Title
    state: State
    assignee: str | None


class TicketNotFound(Problem):
    """No ticket has this id."""

    status = 404


tickets = {1: Ticket(1, "Printer jams", "open", "ada")}


@typed.patch("/tickets/<int:ticket_id>")
@raises(TicketNotFound)
def change_ticket(ticket_id: int, changes: TicketChanges) -> Ticket:
    """Change some fields of a ticket."""
    if ticket_id not in tickets:
        raise TicketNotFound
    tickets[ticket_id] = replace(tickets[ticket_id], **changes)
    return tickets[ticket_id]
