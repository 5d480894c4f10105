from dataclasses import dataclass

from flask import Flask
from flask_cors import CORS
from flask_typed import Typed

app = Flask(__name__)
CORS(
    app,
    resources={"/api/*": {"origins": ["https://desk.example"]}},
    expose_headers=["Location", "Retry-After"],
    supports_credentials=True,
    max_age=600,
)
typed = Typed(app)


@dataclass
class Ticket:
    title: str


@typed.post("/api/tickets")
def add_ticket(ticket: Ticket) -> Ticket:
    """Add a ticket."""
    return ticket
