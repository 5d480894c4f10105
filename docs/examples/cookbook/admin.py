from typing import Annotated

from flask import Flask
from flask_typed import (
    Depends,
    Document,
    HTTPBearer,
    InsufficientScope,
    NotAuthenticated,
    Security,
    SecurityScopes,
    Typed,
    TypedBlueprint,
)

SCOPES: dict[str, set[str]] = {"ada-token": {"admin"}, "bob-token": set()}


def check_token(token: Annotated[str, Depends(HTTPBearer())], scopes: SecurityScopes) -> None:
    """Reject unknown tokens, and those without the scopes of the route."""
    if token not in SCOPES:
        raise NotAuthenticated
    if not set(scopes) <= SCOPES[token]:
        raise InsufficientScope


ADMIN = Security(check_token, scopes=["admin"])

app = Flask(__name__)
app.config["TYPED_TITLE"] = "Helpdesk"
tickets = TypedBlueprint("tickets", __name__, url_prefix="/tickets")
admin = TypedBlueprint("admin", __name__, url_prefix="/admin", dependencies=[ADMIN])
typed = Typed(
    app,
    documents=[
        Document(blueprints=["tickets"]),
        Document(
            name="admin",
            blueprints=["admin"],
            url="/admin/openapi.json",
            docs_url="/admin/docs",
            title="Helpdesk, for administrators",
            guard=ADMIN,
        ),
    ],
)


@tickets.get("/")
def list_tickets() -> list[str]:
    """List the tickets."""
    return ["Printer jams"]


@admin.delete("/tickets/<int:ticket_id>")
def delete_ticket(ticket_id: int) -> None:
    """Delete a ticket of anybody."""


app.register_blueprint(tickets)
app.register_blueprint(admin)
