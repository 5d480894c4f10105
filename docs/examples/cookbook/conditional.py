from dataclasses import dataclass

from flask import Flask
from flask_typed import Cache, Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Ticket:
    id: int
    title: str


@dataclass
class TicketRow(Ticket):
    version: int


@typed.get("/tickets/1", etag="version", cache=Cache(private=True, max_age=10))
def read_ticket() -> Ticket:
    """Read a ticket."""
    return TicketRow(1, "Printer jams", version=5)
