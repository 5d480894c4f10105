from flask import Blueprint, url_for

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """Link to a ticket: a plain blueprint beside the typed ones."""
    return f"<a href={url_for('tickets.read_ticket', ticket_id=1)}>Ticket 1</a>"
