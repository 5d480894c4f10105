"""An agent in the bookshop: fastmcp makes a tool of each operation, ``… URL``.

The agent's side is fastmcp's client, in the same process; the tools send HTTP requests.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import httpx2
from failing import read_error
from fastmcp import Client, FastMCP
from steps import live

URL = sys.argv[1]
STAFF = {"username": "staff@shop.example", "password": "twelve geese and a goat"}

document = httpx2.get(f"{URL}/openapi.json").json()
http = httpx2.AsyncClient(base_url=URL, timeout=60)
agent = Client(FastMCP.from_openapi(document, client=http))
book: dict[str, Any] = {}
order: dict[str, Any] = {}


async def use(tool: str, **arguments: Any) -> Any:
    """Return the structured result of a tool."""
    result = await agent.call_tool(tool, arguments)
    content = result.structured_content
    return content["result"] if content is not None and set(content) == {"result"} else content


async def read_tools() -> None:
    """Each operation is a tool with its id as its name, and has words."""
    await agent.__aenter__()
    tools = {tool.name: tool for tool in await agent.list_tools()}
    ids = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if "operationId" in operation
    ]
    assert sorted(tools) == sorted(ids), sorted(set(ids) ^ set(tools))
    assert all(tool.description for tool in tools.values())


async def read_schema() -> None:
    """The tool's schema has the bounds of the price."""
    tools = {tool.name: tool for tool in await agent.list_tools()}
    schema = tools["books_add_book"].input_schema
    assert {"title", "price", "genre"} <= set(schema["properties"]), schema
    assert set(schema["required"]) >= {"title", "price", "genre"}, schema
    assert "pattern" in json.dumps(schema["properties"]["price"]) or "maximum" in json.dumps(
        schema["properties"]["price"]
    )


async def log_in() -> None:
    """A form."""
    token = await use("accounts_log_in", grant_type="password", **STAFF)
    http.headers["Authorization"] = f"Bearer {token['access_token']}"


async def search() -> None:
    """A query with a list and with a decimal number."""
    found = await use("books_list_books", genre=["crime", "science-fiction"], max_price="99.50")
    assert found["total"] > 1
    assert {each["genre"] for each in found["items"]} <= {"crime", "science-fiction"}


async def suggest() -> None:
    """A cookie."""
    found = await use("books_suggest_books", genre="science-fiction")
    assert {each["genre"] for each in found} == {"science-fiction"}


async def add_book() -> None:
    """A JSON body: a decimal number, an enumeration, a date, a list."""
    book.update(
        await use(
            "books_add_book",
            title="Notes",
            author_id=1,
            isbn="9790000000001",
            price="12.50",
            genre="nonfiction",
            published="1843-09-01",
            tags=["engine"],
        )
    )
    assert (book["price"], book["published"], book["cover"]) == ("12.50", "1843-09-01", None)


async def read_refusal() -> None:
    """The words of a refused value name the value."""
    words = await read_error(
        agent,
        "books_add_book",
        title="A",
        author_id=1,
        isbn="9790000000009",
        price="-1",
        genre="crime",
    )
    assert "422" in words
    assert "price" in words
    assert "isbn" not in words


async def read_conflict() -> None:
    """The words of an error have its fields."""
    words = await read_error(
        agent,
        "books_add_book",
        title="A",
        author_id=1,
        isbn="9790000000001",
        price="1",
        genre="crime",
    )
    assert "409" in words
    assert "9790000000001" in words


async def read_missing() -> None:
    """So has a book that does not exist."""
    words = await read_error(agent, "books_read_book", book_id=10_000)
    assert "404" in words
    assert "10000" in words


async def change_book() -> None:
    """A field is changed, the others stay."""
    changed = await use("books_update_book", book_id=book["id"], price="9.00", stock=3)
    assert (changed["title"], changed["price"], changed["stock"]) == ("Notes", "9.00", 3)


async def clear_date() -> None:
    """A field is set to null."""
    changed = await use("books_update_book", book_id=book["id"], published=None)
    assert changed["published"] is None


async def place_order() -> None:
    """A header, nested objects, decimal numbers, a time."""
    order.update(
        await use(
            "orders_place_order",
            customer="Anna",
            email="anna@home.example",
            lines=[{"book_id": book["id"], "quantity": 2}],
            **{"x-channel": "phone"},
        )
    )
    assert (order["total"], order["channel"], order["notes"]) == ("18.00", "phone", None)


async def run_out() -> None:
    """The words of an error have its numbers."""
    words = await read_error(
        agent,
        "orders_place_order",
        customer="Anna",
        email="anna@home.example",
        lines=[{"book_id": book["id"], "quantity": 500}],
    )
    assert "409" in words
    assert "available" in words


async def list_orders() -> None:
    """A time in a query."""
    found = await use("orders_list_orders", since=order["created"])
    assert [each["id"] for each in found["items"]] == [order["id"]]


async def read_receipt() -> None:
    """A text."""
    result = await agent.call_tool("orders_read_receipt", {"order_id": order["id"]})
    assert "Anna" in result.content[0].text


async def delete_book() -> None:
    """No content."""
    other = await use(
        "books_add_book", title="B", author_id=1, isbn="9790000000002", price="1", genre="crime"
    )
    await agent.call_tool("books_delete_book", {"book_id": other["id"]})
    assert "404" in await read_error(agent, "books_read_book", book_id=other["id"])


live(
    (
        read_tools,
        read_schema,
        log_in,
        search,
        suggest,
        add_book,
        read_refusal,
        read_conflict,
        read_missing,
        change_book,
        clear_date,
        place_order,
        run_out,
        list_orders,
        read_receipt,
        delete_book,
    )
)
