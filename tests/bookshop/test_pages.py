"""What the shop had before: the page, the health check and the till's JSON go on as they were."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from .contract import CheckedClient

DARKNESS = {
    "isbn": "9780000000002",
    "title": "The Left Hand of Darkness",
    "price": "12.50",
    "stock": 40,
}


def read_titles(client: CheckedClient, path: str) -> list[str]:
    """Return the titles that the page shows."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return re.findall(r'<h2><a href="/books/\d+">(.+)</a></h2>', answer.text)


def test_page_shows_the_books(client: CheckedClient) -> None:
    """Every book is on the page, linked to its typed route."""
    assert len(read_titles(client, "/")) == 21
    text = client.get("/").text
    assert "<p>Ursula K. Le Guin, 1968</p>" in text
    assert "<p>€ 9.90</p>" in text


def test_page_links_the_document(client: CheckedClient) -> None:
    """The links to the document and to its page work."""
    for path in re.findall(r'<nav>.*href="(.+?)".*href="(.+?)".*</nav>', client.get("/").text)[0]:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("text=sea", ["A Wizard of Earthsea", "The Sea Around Us"]),
        ("text=wis%C5%82awa", ["Map", "View with a Grain of Sand"]),
        ("genre=poetry&text=HOM", ["The Iliad", "The Odyssey"]),
        ("text=%25", []),
        ("text=solaris%00", ["Solaris"]),
        ("genre=war&text=solaris", ["Solaris"]),
    ],
)
def test_page_searches(client: CheckedClient, query: str, titles: list[str]) -> None:
    """The form finds books, and no input breaks it."""
    assert read_titles(client, f"/?{query}") == titles


def test_page_says_that_nothing_was_found(client: CheckedClient) -> None:
    """What was typed comes back into the form, escaped."""
    text = client.get('/?text="><script>').text
    assert "<p>Nothing found.</p>" in text
    assert 'value="&#34;&gt;&lt;script&gt;"' in text


def test_page_remembers_the_genre(client: CheckedClient) -> None:
    """A genre that exists is kept in a cookie, another is not."""
    client.get("/?genre=war")
    assert client.get_cookie("genre") is None
    client.get("/?genre=crime")
    cookie = client.get_cookie("genre")
    assert cookie is not None
    assert (cookie.value, cookie.same_site) == ("crime", "Lax")


def test_page_shows_covers_and_empty_shelves(staff: CheckedClient) -> None:
    """A book has its cover with the caption, and says when it is out of stock."""
    form = {"cover": (BytesIO(b"GIF89a"), "a.gif"), "caption": 'Ships & "sails"'}
    staff.put("/books/3/cover", data=form)
    staff.patch("/books/3", json={"stock": 0})
    text = staff.get("/?text=earthsea").text
    assert '<img src="/books/3/cover" alt="Ships &amp; &#34;sails&#34;">' in text
    assert "<em>out of stock</em>" in text


def test_style_is_there(client: CheckedClient) -> None:
    """The page's style sheet is served."""
    (path,) = re.findall(r'<link rel="stylesheet" href="(.+)">', client.get("/").text)
    answer = client.get(path, buffered=True)
    assert (answer.status_code, answer.mimetype) == (200, "text/css")
    answer.close()


def test_shop_is_healthy(client: CheckedClient) -> None:
    """The health check asks the database."""
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_till_reads_the_catalogue(client: CheckedClient) -> None:
    """The plain JSON route lists every book by its ISBN."""
    answer = client.get("/legacy/catalogue")
    assert answer.status_code == 200
    assert len(answer.get_json()) == 21
    assert answer.get_json()[0] == DARKNESS


def test_till_sees_what_typed_routes_change(staff: CheckedClient) -> None:
    """Both kinds of routes share the database."""
    staff.patch("/books/1", json={"stock": 7})
    answer = staff.get("/legacy/stock/9780000000002")
    assert (answer.status_code, answer.json) == (200, {**DARKNESS, "stock": 7})


@pytest.mark.parametrize("isbn", ["9789999999999", "none", "%D9%A1", "%00"])
def test_till_asks_for_a_book_that_is_not_there(client: CheckedClient, isbn: str) -> None:
    """A plain route's 404 stays Flask's page."""
    answer = client.get(f"/legacy/stock/{isbn}")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
