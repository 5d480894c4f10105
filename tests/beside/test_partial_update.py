"""A partial update of a row: absent told from null, and checked as a whole."""

from __future__ import annotations

from typing import Any

from .conftest import HTTP_ERRORS, Client

EMMA = {"id": 1, "title": "Emma", "genre": "novel", "price": 900, "sale_price": 700}


def test_given(client: Client) -> None:
    """A change has the keys that are sent; the others stay."""
    answer = client.send("PATCH", "/books/1", json={"price": 800})
    assert (answer.status_code, answer.get_json()) == (200, {**EMMA, "price": 800})


def test_null(client: Client) -> None:
    """``null`` is a value of a key that may be null."""
    answer = client.send("PATCH", "/books/1", json={"genre": None, "sale_price": None})
    assert answer.get_json() == {**EMMA, "genre": None, "sale_price": None}


def test_nothing(client: Client) -> None:
    """An empty change changes nothing."""
    answer = client.send("PATCH", "/books/1", json={})
    assert (answer.status_code, answer.get_json()) == (200, EMMA)


def change_all(client: Client, *changes: dict[str, Any]) -> set[int]:
    """Send changes; return the status codes."""
    return {client.send("PATCH", "/books/1", json=change).status_code for change in changes}


def test_checked(client: Client) -> None:
    """A wrong value is rejected, and a ``null`` that is not a value."""
    assert change_all(client, {"title": ""}, {"price": -1}, {"title": None}, {"price": None}) <= (
        HTTP_ERRORS
    )


def test_unknown(client: Client) -> None:
    """An unknown key is rejected."""
    assert change_all(client, {"tilte": "Emma"}) <= HTTP_ERRORS


def test_whole(client: Client) -> None:
    """The changed row is checked as a whole, and unchanged if it is wrong."""
    assert change_all(client, {"price": 700}, {"sale_price": 900}) <= HTTP_ERRORS
    assert client.send("PATCH", "/books/1", json={}).get_json() == EMMA


def test_not_found(client: Client) -> None:
    """A book that is not there is a 404."""
    assert client.send("PATCH", "/books/9", json={}).status_code == 404


def test_merge_patch(client: Client) -> None:
    """A change may be sent as ``application/merge-patch+json``."""
    headers = {"Content-Type": "application/merge-patch+json"}
    answer = client.send("PATCH", "/books/1", data=b'{"genre": null}', headers=headers)
    assert answer.get_json() == {**EMMA, "genre": None}


def find_schema(client: Client) -> Any:
    """Return the schema of the body."""
    operation = client.find_operation("patch", "/books/{book_id}")
    return operation["requestBody"]["content"]["application/json"]["schema"]


def test_published_keys(client: Client) -> None:
    """The document requires no key, and gives none a default."""
    schema = find_schema(client)
    assert set(schema["properties"]) == {"title", "genre", "price", "sale_price"}
    assert not schema.get("required")
    assert not any("default" in key for key in schema["properties"].values())


def test_published_null(client: Client) -> None:
    """The document allows ``null`` where it is a value, and nowhere else."""
    keys = find_schema(client)["properties"]
    assert [allows_null(keys[name]) for name in ("genre", "title", "price")] == [True, False, False]


def allows_null(schema: Any) -> bool:
    """Return whether a schema allows null, in each version of OpenAPI."""
    return '"null"' in repr(schema).replace("'", '"') or schema.get("nullable", False)


def test_published_bounds(client: Client) -> None:
    """The document has the bounds of the keys."""
    assert "200" in repr(find_schema(client)["properties"]["title"])


def test_published_closed(client: Client) -> None:
    """The document forbids unknown keys."""
    assert find_schema(client)["additionalProperties"] is False


def test_published_merge_patch(client: Client) -> None:
    """The document has ``application/merge-patch+json``."""
    operation = client.find_operation("patch", "/books/{book_id}")
    assert "application/merge-patch+json" in operation["requestBody"]["content"]


def test_published_faults(client: Client) -> None:
    """The document has the 404 and the response to a wrong change."""
    code = client.send("PATCH", "/books/1", json={"price": -1}).status_code
    responses = client.find_operation("patch", "/books/{book_id}")["responses"]
    assert {"404", str(code)} <= set(responses)
