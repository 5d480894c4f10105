from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import Body, Typed

app = Flask(__name__)
app.config["TYPED_RENAME"] = "camel"
typed = Typed(app)


@dataclass
class Ticket:
    short_title: str
    opened_by: str
    sla_class: Annotated[str, Body(alias="SLA")] = "bronze"


@typed.post("/tickets")
def add_ticket(ticket: Ticket, notify_owner: bool = False) -> Ticket:
    """Add a ticket."""
    return ticket
