"""A list in pages by cursor, with filters and sort keys that the author named."""

from __future__ import annotations

from types import ModuleType

from .conftest import HTTP_ERRORS, Client, find_parameter

BY_TITLE = ["Dracula", "Emma", "Odes", "Sonnets", "The Sea, the Sea"]


def test_walk(client: Client) -> None:
    """The pages have each row once, in order."""
    assert client.walk() == BY_TITLE
    assert client.walk(sort="-title") == BY_TITLE[::-1]


def test_ties(client: Client) -> None:
    """Rows with the same sort key are each on one page."""
    titles = client.walk(sort="-price")
    assert (titles[:2], sorted(titles)) == (["The Sea, the Sea", "Emma"], BY_TITLE)


def test_insert(client: Client, models: ModuleType) -> None:
    """A row that is added meanwhile moves no other to another page."""
    first = client.read_page()
    add(models, "Agnes Grey", 500)
    assert [book["title"] for book in client.read_page(first.cursor).items] == BY_TITLE[2:4]


def test_insert_tie(client: Client, models: ModuleType) -> None:
    """A row that is added with the same sort key moves no other to another page."""
    first = client.read_page(sort="price")
    add(models, "Aeneid", 400, row_id=-1)
    second = client.read_page(first.cursor, sort="price")
    assert [book["id"] for book in [*first.items, *second.items]] == [2, 4, 5, 1]


def test_delete(client: Client, models: ModuleType) -> None:
    """A row that is deleted moves no other, even if the page ended with it."""
    first = client.read_page()
    with models.Session.begin() as session:
        session.delete(session.get(models.Book, first.items[-1]["id"]))
    assert [book["title"] for book in client.read_page(first.cursor).items] == BY_TITLE[2:4]


def add(models: ModuleType, title: str, price: int, row_id: int | None = None) -> None:
    """Add a book."""
    with models.Session.begin() as session:
        session.add(models.Book(id=row_id, title=title, price=price, stock=0))


def test_filters(client: Client) -> None:
    """The filters apply to all pages."""
    assert client.walk(size=1, genre="poetry") == ["Odes", "Sonnets"]
    assert client.walk(size=1, max_price=400, sort="-title") == ["Sonnets", "Odes", "Dracula"]


def test_checked_query(client: Client) -> None:
    """A sort key that the author did not name is rejected, and a wrong filter."""
    wrong = [{"sort": "stock"}, {"sort": "-id"}, {"max_price": "x"}]
    assert {client.list_books(**query).status_code for query in wrong} <= HTTP_ERRORS


def test_checked_size(client: Client) -> None:
    """A page that is too large, or empty, is rejected."""
    assert {client.list_books(size=size).status_code for size in (0, -1, 101)} <= HTTP_ERRORS


def test_forged(client: Client) -> None:
    """A cursor that the program did not make is rejected."""
    forged = ("x", "WzFd", "PjE=", "cD14", ">i:x", ">s:x")
    assert {client.list_books(cursor=cursor).status_code for cursor in forged} <= HTTP_ERRORS


def test_foreign(client: Client) -> None:
    """A cursor of another order is rejected."""
    cursor = client.read_page(sort="title").cursor
    assert client.list_books(cursor=cursor, sort="price").status_code in HTTP_ERRORS


def test_link(client: Client) -> None:
    """The header ``Link`` has the next page."""
    assert 'rel="next"' in client.list_books().headers["Link"]


def find_query(client: Client, name: str) -> str:
    """Return what the document has about a query parameter, as text."""
    return repr(find_parameter(client.find_operation("get", "/books"), name)["schema"])


def test_published_size(client: Client) -> None:
    """The document has the bounds of the size of a page."""
    schema = find_query(client, client.program.size)
    assert "'minimum': 1" in schema
    assert "'maximum': 100" in schema


def test_published_sort(client: Client) -> None:
    """The document lists the sort keys."""
    schema = find_query(client, "sort")
    assert all(repr(key) in schema for key in ("title", "-title", "price", "-price"))


def test_published_page(client: Client) -> None:
    """The document has the items of a page, and the cursor."""
    response = client.find_operation("get", "/books")["responses"]["200"]
    page = response["content"]["application/json"]["schema"]["properties"]
    assert "sale_price" in page[client.program.items]["items"]["properties"]
    assert client.program.following in page


def test_published_link(client: Client) -> None:
    """The document has the header ``Link``."""
    response = client.find_operation("get", "/books")["responses"]["200"]
    assert "Link" in response["headers"]


def test_published_fault(client: Client) -> None:
    """The document has the response to a wrong cursor."""
    code = client.list_books(cursor="x").status_code
    assert str(code) in client.find_operation("get", "/books")["responses"]
