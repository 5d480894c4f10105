"""A client of another service, under gunicorn with gevent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
import urllib3
from flask_typed import NotAuthenticated
from flask_typed.client import TypedClient

from ..bridge.served import called
from ..bridge.served.called import Book
from ..bridge.served.serving import find_port, serving
from ..patience import PATIENCE

#: How long a stream waits between two items.
PAUSE = 0.5


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TypedClient]:
    """Return a client of a server, of which this process has the blueprint only."""
    folder = tmp_path_factory.mktemp("called")
    with serving(folder, "gunicorn", "-k", "gevent", module="called") as server:
        url = f"http://127.0.0.1:{server.port}"
        yield TypedClient.of(called.books, url=url, timeout=PATIENCE, retries=False)


def test_values(client: TypedClient) -> None:
    """Bodies, replies, headers and statuses arrive."""
    added = client.call(called.add_book, Book("Emma", Decimal("9.50")))
    assert added.body == Book("Emma", Decimal("9.50"), 7)
    answer = client.send(called.add_book, Book("Emma", Decimal("9.50")))
    assert (answer.status, answer.headers["Location"]) == (201, "/books/7")
    assert client.call(called.read_book, 3) == Book("Emma", Decimal("9.50"), 3)


def test_problems(client: TypedClient) -> None:
    """They are raised as their classes."""
    with pytest.raises(called.BookNotFound) as caught:
        client.call(called.read_book, book_id=404)
    assert caught.value.book_id == 404


def test_streams_are_not_read_ahead(client: TypedClient) -> None:
    """The first item is there before the server has made the second one."""
    begin = time.monotonic()
    books = client.call(called.list_books, pause=PAUSE)
    assert next(books).title == "Emma"
    assert time.monotonic() - begin < PAUSE
    assert [book.title for book in books] == ["Persuasion"]
    assert [event.data for event in client.events(called.watch_books)] == [1, 2]
    assert b"".join(client.call(called.read_chunks)) == b"ab"


def test_a_stream_that_is_left(client: TypedClient) -> None:
    """Its connection is closed, and the next call has another one."""
    books = client.call(called.list_books, pause=PAUSE)
    next(books)
    books.close()  # type: ignore[attr-defined]  # an iterator that is a generator
    assert client.call(called.read_book, 3).id == 3


def test_uploads(client: TypedClient) -> None:
    """Files, and lines that are sent as they are made."""
    from io import BytesIO  # noqa: PLC0415  # only here

    from werkzeug.datastructures import FileStorage  # noqa: PLC0415  # only here

    cover = FileStorage(BytesIO(b"x" * 100_000), "cover.png", content_type="image/png")
    assert client.call(called.set_cover, cover) == b"x" * 100_000
    books = (Book(str(number), Decimal(number)) for number in range(1000))
    assert client.call(called.count, books) == 1000


def test_credentials(client: TypedClient) -> None:
    """They are headers of a client."""
    with pytest.raises(NotAuthenticated):
        client.call(called.name_user)
    assert client.with_headers(Authorization="Bearer abc").call(called.name_user) == "abc"


def test_errors_of_connections() -> None:
    """They are those of urllib3."""
    client = TypedClient.of(called.books, url=f"http://127.0.0.1:{find_port()}", retries=False)
    with pytest.raises(urllib3.exceptions.HTTPError):
        client.call(called.read_book, 3)


def test_timeouts(client: TypedClient) -> None:
    """They are urllib3's own objects."""
    made = TypedClient(client.app, url=client.url, timeout=urllib3.Timeout(0.1), retries=False)
    with pytest.raises(urllib3.exceptions.TimeoutError):
        made.call(called.read_book, 3, sleep=1.0)
