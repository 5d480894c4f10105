from dataclasses import dataclass, field

from flask import Flask
from flask_typed import Typed

app = Flask(__name__)
typed = Typed(app)


@dataclass
class Ticket:
    id: int
    title: str
    history: list[str] = field(default_factory=list)


@typed.get("/tickets", fields=True)
def list_tickets() -> list[Ticket]:
    """List the tickets, with the fields that the client needs."""
    return [Ticket(1, "Printer jams", ["opened", "assigned"]), Ticket(2, "Login fails", ["opened"])]
