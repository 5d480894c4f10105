"""An agent in the library of the page "Agents", without a server: WSGI in the process."""

from __future__ import annotations

from typing import Any

import httpx2
from assistant import app
from failing import read_error
from fastmcp import Client
from library_agents import make_server
from steps import live


class Wsgi(httpx2.AsyncBaseTransport):
    """Sends requests to the app."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = app.test_client().open(
            request.url.raw_path.decode(),
            method=request.method,
            headers=list(request.headers.items()),
            data=request.read(),
        )
        return httpx2.Response(
            response.status_code, headers=list(response.headers), content=response.data
        )


http = httpx2.AsyncClient(
    base_url="http://library.example",
    transport=Wsgi(),
    headers={"Authorization": "Bearer a token for agents"},
)
document = app.test_client().get("/agents.json").get_json()
agent = Client(make_server(http, document))


async def read_tools() -> None:
    """Only the operations with the tag are tools, under their ids, with all their words."""
    await agent.__aenter__()
    tools = {tool.name: tool for tool in await agent.list_tools()}
    assert sorted(tools) == ["lend_book", "read_rules", "search_books"]
    assert "Ask the reader before" in str(tools["lend_book"].description)
    assert "Lend a book to a reader." in str(tools["lend_book"].description)
    book: Any = tools["lend_book"].input_schema["properties"]["book_id"]
    assert "search_books" in book["description"]


async def search() -> None:
    """A tool answers."""
    found = await agent.call_tool("search_books", {"text": "emma"})
    assert found.structured_content == {"1": "Emma"}


async def read_rules() -> None:
    """A tool answers with a text."""
    rules = await agent.call_tool("read_rules", {})
    assert rules.content[0].text == "Loans end after 14 days."


async def lend() -> None:
    """A tool whose operation needs a token is used."""
    lent = await agent.call_tool("lend_book", {"book_id": 1, "reader": "Ada"})
    assert lent.structured_content == {"book_id": 1, "reader": "Ada", "days": 14}


async def read_problem() -> None:
    """The agent reads the fields of a problem."""
    words = await read_error(agent, "lend_book", book_id=1, reader="Ada", days=30)
    assert "free_in_days" in words
    assert "Suggest another one" in words


async def read_faults() -> None:
    """The agent reads which argument is at fault."""
    words = await read_error(agent, "lend_book", book_id=1, reader="", days=0)
    assert "/reader" in words
    assert "/days" in words


live((read_tools, search, read_rules, lend, read_problem, read_faults))
