"""A bulk change with a result for each item, and a list as JSON or CSV."""

from __future__ import annotations

from typing import Any

from .conftest import HTTP_ERRORS, Client

CSV = (
    b"id,title,stock\r\n1,Emma,3\r\n2,Odes,0\r\n"
    b'3,"The Sea, the Sea",5\r\n4,Dracula,2\r\n5,Sonnets,1\r\n'
)


def read_status(result: dict[str, Any]) -> int:
    """Return the status of a result; a flask_typed result has one if it has failed."""
    return result.get("problem", result).get("status", 200)


def read_stock(client: Client) -> list[int]:
    """Return the stock of all books."""
    return [book["stock"] for book in client.get("/stock").get_json()]


def test_results(client: Client) -> None:
    """The response is a 207 with a result for each change; one that fails does not undo others."""
    changes = [(1, 2), (9, 1), (2, -1), (3, -5)]
    body = [{"id": book_id, "copies": copies} for book_id, copies in changes]
    answer = client.send("PATCH", "/stock", json=body)
    assert answer.status_code == 207
    assert [read_status(result) for result in answer.get_json()] == [200, 404, 409, 200]
    assert answer.get_json()[0]["value"] == {"id": 1, "title": "Emma", "stock": 5}
    assert read_stock(client) == [5, 0, 0, 2, 1]


def test_checked_changes(client: Client) -> None:
    """If one change is not valid, or there are too many, none is made."""
    one = {"id": 1, "copies": 1}
    wrong: list[list[dict[str, Any]]] = [
        [],
        [one, {"id": 2, "copies": "x"}],
        [one, {}],
        [one] * 101,
    ]
    codes = {client.send("PATCH", "/stock", json=changes).status_code for changes in wrong}
    assert codes <= HTTP_ERRORS
    assert read_stock(client) == [3, 0, 5, 2, 1]


def ask(client: Client, accept: str) -> tuple[int, str, bytes]:
    """Return status, media type and body of the list in the format that is asked for."""
    answer = client.get("/stock", headers={"Accept": accept})
    return answer.status_code, answer.mimetype, answer.data


def test_json(client: Client) -> None:
    """JSON is sent if the client prefers it, or takes anything."""
    answer = client.get("/stock")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json()[1] == {"id": 2, "title": "Odes", "stock": 0}
    for accept in ("application/json", "*/*", "application/*"):
        assert ask(client, accept) == (200, "application/json", answer.data)


def test_csv(client: Client) -> None:
    """CSV is sent if the client prefers it."""
    assert ask(client, "text/csv") == ask(client, "text/*") == (200, "text/csv", CSV)


def test_quality(client: Client) -> None:
    """The qualities in ``Accept`` decide between the formats."""
    formats = ("text/csv;q=0.5, application/json", "application/json;q=0.5, text/csv")
    sent = [ask(client, accept)[1] for accept in formats]
    assert sent == ["application/json", "text/csv"]


def test_not_acceptable(client: Client) -> None:
    """A client that takes neither format gets a 406."""
    assert {ask(client, accept)[0] for accept in ("text/html", "image/*")} == {406}


def test_refused(client: Client) -> None:
    """A format that the client refuses (``q=0``) is not sent."""
    assert ask(client, "application/json;q=0")[0] == 406
    assert ask(client, "application/json;q=0, */*")[1] == "text/csv"


def test_vary(client: Client) -> None:
    """Caches keep the formats apart: ``Vary`` has ``Accept``."""
    for accept in ("application/json", "text/csv"):
        headers = client.get("/stock", headers={"Accept": accept}).headers
        assert "accept" in headers["Vary"].lower()


def test_published_results(client: Client) -> None:
    """The document has the 207, with the schema of the results."""
    response = client.find_operation("patch", "/stock")["responses"]["207"]
    schema = response["content"]["application/json"]["schema"]
    assert schema["type"] == "array"
    assert "stock" in repr(schema["items"])


def test_published_number(client: Client) -> None:
    """The document has the limit of the changes."""
    body = client.find_operation("patch", "/stock")["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    assert (schema["type"], schema["minItems"], schema["maxItems"]) == ("array", 1, 100)


def test_published_formats(client: Client) -> None:
    """The document has both formats."""
    response = client.find_operation("get", "/stock")["responses"]["200"]
    assert {"application/json", "text/csv"} <= set(response["content"])


def test_published_not_acceptable(client: Client) -> None:
    """The document has the 406."""
    assert "406" in client.find_operation("get", "/stock")["responses"]


def test_published_vary(client: Client) -> None:
    """The document has the header ``Vary``."""
    response = client.find_operation("get", "/stock")["responses"]["200"]
    assert "Vary" in response["headers"]
