"""Clients of other projects: gql's transports and Strawberry's tools, against an endpoint."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, cast

import pytest
from annotated_types import Ge
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Depends, HTTPBearer, Problem, Security, Typed
from gql import Client, FileVar, GraphQLRequest, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError, TransportServerError
from gql.transport.requests import RequestsHTTPTransport
from graphql import print_schema
from strawberry.codegen import QueryCodegen
from strawberry.codegen.plugins.python import PythonPlugin
from strawberry.file_uploads import Upload
from strawberry.schema_codegen import codegen as generate_classes
from strawberry.test import BaseGraphQLTestClient
from werkzeug.datastructures import FileStorage
from werkzeug.serving import make_server

from ..patience import PATIENCE


@dataclass
class Book:
    """A book."""

    id: int
    title: str
    price: Decimal
    published: date | None = None


class BookNotFound(Problem):
    """No book has this id."""

    status = 404
    book_id: int


def find_user(token: Annotated[str, Depends(HTTPBearer())]) -> str:
    """Return the token as a name."""
    return token


class Query:
    """The queries."""

    def book(self, book_id: Annotated[int, Ge(1)]) -> Book:
        """Read a book."""
        if book_id > 1:
            raise BookNotFound(book_id=book_id)
        return Book(1, "Emma", Decimal("9.50"), date(1815, 12, 23))

    def me(self, user: Annotated[str, Security(find_user)]) -> str:
        """Read a name."""
        return user


class Mutation:
    """The mutations."""

    def add(self, name: str, picture: Upload) -> int:
        """Add a picture, and return its size."""
        return len(cast(FileStorage, picture).read())


class Subscription:
    """The subscriptions."""

    def count(self, to: int) -> Iterator[int]:
        """Count."""
        yield from range(to)


@pytest.fixture(scope="module")
def app() -> Flask:
    """Return an app with an endpoint."""
    app = Flask("shop")
    Typed(app).graphql("/graphql", Query, Mutation, Subscription, uploads=True)
    return app


@pytest.fixture(scope="module")
def url(app: Flask) -> Iterator[str]:
    """Serve the app, and return the URL of its endpoint."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/graphql"
    server.shutdown()
    thread.join()
    server.server_close()


def connect(url: str, **headers: str) -> Client:
    """Return gql's client with requests, which reads the schema first."""
    transport = RequestsHTTPTransport(url, headers=headers, timeout=PATIENCE)
    return Client(transport=transport, fetch_schema_from_transport=True)


READ = gql("query Read($id: Int!) { book(bookId: $id) { title price published } }")


def test_query_of_gql(url: str) -> None:
    """gql reads the schema, validates an operation by it, and sends its variables."""
    with connect(url) as session:
        assert session.execute(GraphQLRequest(READ, variable_values={"id": 1})) == {
            "book": {"title": "Emma", "price": "9.50", "published": "1815-12-23"}
        }


def test_headers_of_gql(url: str) -> None:
    """Credentials are headers of the transport."""
    with connect(url, Authorization="Bearer Ada") as session:
        assert session.execute(gql("{ me }")) == {"me": "Ada"}


def test_problem_in_gql(url: str) -> None:
    """gql raises an error with the members of the problem."""
    request = GraphQLRequest(READ, variable_values={"id": 2})
    with connect(url) as session, pytest.raises(TransportQueryError, match="No book has") as raised:
        session.execute(request)
    assert raised.value.errors == [
        {
            "message": "No book has this id.",
            "locations": [{"line": 2, "column": 3}],
            "path": ["book"],
            "extensions": {
                "code": "BOOK_NOT_FOUND",
                "type": "about:blank",
                "status": 404,
                "book_id": 2,
            },
        }
    ]


def test_batch_of_gql(url: str) -> None:
    """The endpoint takes no batches by default, and gql reports the status code."""
    requests = [GraphQLRequest(READ, variable_values={"id": 1})] * 2
    message = r"400 Client Error: BAD REQUEST for url"
    with connect(url) as session, pytest.raises(TransportServerError, match=message):
        session.execute_batch(requests)


def test_upload_of_gql(url: str) -> None:
    """gql sends a form, and the caller the header that it needs."""
    query = gql('mutation($picture: Upload!) { add(name: "Emma", picture: $picture) }')
    request = GraphQLRequest(query, variable_values={"picture": FileVar(BytesIO(b"12345"))})
    with connect(url, **{"GraphQL-Preflight": "1"}) as session:
        assert session.execute(request, upload_files=True) == {"add": 5}


def test_subscription_of_gql(url: str) -> None:
    """gql's transport of aiohttp reads the events of a subscription as multipart/mixed."""

    async def subscribe() -> list[Any]:
        async with Client(transport=AIOHTTPTransport(url)) as session:
            query = gql("subscription { count(to: 3) }")
            return [event async for event in session.subscribe(query)]

    assert asyncio.run(subscribe()) == [{"count": 0}, {"count": 1}, {"count": 2}]


class StrawberryClient(BaseGraphQLTestClient):
    """Strawberry's test client, with Flask's."""

    def request(
        self,
        body: dict[str, object],
        headers: dict[str, object] | None = None,
        files: dict[str, object] | None = None,
    ) -> Any:
        """Send an operation, as a form if it has files."""
        if files:
            given = {"GraphQL-Preflight": "1"}
            return self._client.post(self.url, data=body, headers=given)
        return self._client.post(self.url, json=body, headers=headers)

    def _decode(self, response: Any, type: Any) -> Any:  # noqa: A002  # its name in Strawberry
        return response.get_json()


@pytest.fixture
def strawberry_client(app: Flask) -> StrawberryClient:
    """Return Strawberry's test client."""
    return StrawberryClient(FlaskClient(app, app.response_class), "/graphql")


def test_query_of_strawberry(strawberry_client: StrawberryClient) -> None:
    """Strawberry's test client gets data and errors."""
    found: Any = strawberry_client.query("{ me }", headers={"Authorization": "Bearer Ada"})
    assert (found.data, found.errors) == ({"me": "Ada"}, None)
    failed: Any = strawberry_client.query("{ me }", assert_no_errors=False)
    assert failed.data is None
    assert failed.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_upload_of_strawberry(strawberry_client: StrawberryClient) -> None:
    """Its forms are those of the specification."""
    found: Any = strawberry_client.query(
        'mutation($picture: Upload!) { add(name: "Emma", picture: $picture) }',
        variables={"picture": None},
        files={"picture": (BytesIO(b"123"), "emma.png")},
    )
    assert found.data == {"add": 3}


# The generated code has a form that Strawberry itself advises against.
@pytest.mark.filterwarnings("ignore:Passing a class to strawberry.scalar:DeprecationWarning")
def test_types_by_strawberry(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strawberry's generators make classes of the schema, and of the result of an operation.

    They are those of the commands ``strawberry schema-codegen`` and ``strawberry codegen``.
    """
    with connect(url) as session:
        assert session.client.schema is not None
        classes = generate_classes(print_schema(session.client.schema))
    shop = ModuleType("shop_schema")
    monkeypatch.setitem(sys.modules, shop.__name__, shop)  # its annotations are looked up there
    exec(classes, shop.__dict__)
    query = tmp_path / "read.graphql"
    query.write_text("query Read { book(bookId: 1) { title price published } }")
    generator = QueryCodegen(shop.schema, [PythonPlugin(query)])
    (file,) = generator.run(query.read_text()).files
    made = ModuleType("read_book")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    exec(file.content, made.__dict__)
    assert made.ReadResult.__annotations__ == {"book": "ReadResultBook"}
    assert made.ReadResultBook.__annotations__ == {
        "title": "str",
        "price": "Decimal",
        "published": "Optional[date]",
    }
