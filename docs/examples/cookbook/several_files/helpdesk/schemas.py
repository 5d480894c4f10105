from dataclasses import dataclass
from typing import Annotated

from annotated_types import Len
from flask_typed import Problem

Title = Annotated[str, Len(1, 80)]


@dataclass
class NewTicket:
    title: Title


@dataclass
class Ticket:
    id: int
    title: str
    url: str


class TicketNotFound(Problem):
    """No ticket has this id."""

    status = 404
