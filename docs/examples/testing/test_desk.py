import asyncio

import pytest
from desk import NewTicket, TicketNotFound, TicketRow, add_ticket, read_ticket, wait
from flask.testing import FlaskClient
from flask_typed.client import TypedClient
from flask_typed.testing import assert_problem
from sqlalchemy.orm import Session


def test_a_view_as_a_function(session: Session) -> None:
    added = add_ticket(NewTicket("Printer jams"), session)
    assert added.body.title == "Printer jams"
    assert read_ticket(added.body.id, session) is added.body


def test_an_error_of_a_view(session: Session) -> None:
    with pytest.raises(TicketNotFound) as caught:
        read_ticket(7, session)
    assert caught.value.ticket_id == 7


def test_an_async_view() -> None:
    assert asyncio.run(wait(0.5)) == "waited for 0.5 s"


def test_over_http(client: FlaskClient) -> None:
    answer = client.post("/tickets", json={"title": "Printer jams"})
    assert answer.status_code == 201
    assert client.get("/tickets").get_json() == [answer.get_json()]


def test_with_rows(client: FlaskClient, session: Session) -> None:
    session.add(TicketRow(id=3, title="Login fails"))
    assert client.get("/tickets/3").get_json() == {"id": 3, "title": "Login fails"}


def test_a_problem(client: FlaskClient) -> None:
    assert_problem(client.get("/tickets/7"), TicketNotFound, ticket_id=7)


def test_by_types(typed_client: TypedClient) -> None:
    assert typed_client.call(wait, seconds=0.5) == "waited for 0.5 s"


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        pytest.param({}, "/title", "required", id="no title"),
        pytest.param({"title": ""}, "/title", "wrong_length", id="an empty title"),
        pytest.param({"title": "x", "id": 1}, "/id", "unknown", id="an id"),
    ],
)
def test_invalid(client: FlaskClient, body: object, pointer: str, code: str) -> None:
    answer = client.post("/tickets", json=body)
    (fault,) = answer.get_json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, code)
