from flask import url_for
from flask_typed import Created, TypedBlueprint, raises

from .dependencies import GUARD
from .schemas import NewTicket, Ticket, TicketNotFound

tickets = TypedBlueprint("tickets", __name__, url_prefix="/tickets", dependencies=[GUARD])
titles = ["Printer jams"]


@tickets.post("/")
def add_ticket(new: NewTicket) -> Created[Ticket]:
    """Add a ticket."""
    titles.append(new.title)
    return Created(make_ticket(len(titles)))


@tickets.get("/<int:ticket_id>")
@raises(TicketNotFound)
def read_ticket(ticket_id: int) -> Ticket:
    """Read a ticket."""
    if ticket_id not in range(1, len(titles) + 1):
        raise TicketNotFound
    return make_ticket(ticket_id)


def make_ticket(ticket_id: int) -> Ticket:
    """Return a ticket with its URL."""
    return Ticket(ticket_id, titles[ticket_id - 1], url_for(".read_ticket", ticket_id=ticket_id))
