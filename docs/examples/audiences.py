import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from flask import Flask
from flask_typed import (
    Body,
    Created,
    Depends,
    Document,
    Header,
    HTTPBearer,
    Link,
    NotAuthenticated,
    Query,
    Returns,
    Security,
    Typed,
    TypedBlueprint,
)
from typing_extensions import Doc

app = Flask(__name__)
app.config.update(
    TYPED_TITLE="The library",
    TYPED_CONTACT={"name": "The desk", "email": "desk@library.example"},
    TYPED_LICENSE="MIT",
    TYPED_EXTERNAL_DOCS="https://library.example/help",
    TYPED_TAGS=["loans", {"name": "staff", "description": "What only staff does."}],
)


def admit_staff(token: Annotated[str, Depends(HTTPBearer())]) -> None:
    if token != "open sesame":
        raise NotAuthenticated


STAFF = Security(admit_staff)

typed = Typed(
    app,
    documents=[
        Document(blueprints=["loans"]),
        Document(url="/staff.json", docs_url="/staff", title="The back office", guard=STAFF),
    ],
)
loans = TypedBlueprint("loans", __name__, url_prefix="/loans", description="Who has what.")
staff = TypedBlueprint("staff", __name__, url_prefix="/staff", dependencies=[STAFF])


@dataclass
class Loan:
    """A book that somebody has."""

    id: int
    title: str
    until: dt.date


EMMA = Loan(1, "Emma", dt.date(2030, 1, 31))

Lent = Annotated[
    Created[Loan],
    Returns(
        description="The book is yours.",
        headers={"Location": Annotated[str, Doc("Where the loan is.")]},
        examples={"emma": EMMA},
        links={"again": Link("loans.read_loan", parameters={"loan_id": "$response.body#/id"})},
    ),
]


def book_is_due(loan: Loan, x_reminder: Annotated[int, Header()]) -> None:
    """A book is due."""


@loans.post("/", callbacks={"due": {"{$request.body#/remind}": book_is_due}})
def lend(
    title: Annotated[str, Body(examples={"emma": "Emma"})], remind: Annotated[str, Body()]
) -> Lent:
    """Lend a book."""
    return Created(EMMA, headers={"Location": "/loans/1"})


@loans.get("/<int:loan_id>", extra={"x-stability": "beta"})
def read_loan(loan_id: int, trace: Annotated[bool, Query(hidden=True)] = False) -> Loan:
    """Read one loan."""
    return EMMA


@staff.get("/late")
def list_late_loans() -> list[Loan]:
    """List what is late."""
    return []


typed.webhook("loan.late")(book_is_due)

for blueprint in (loans, staff):
    app.register_blueprint(blueprint)
