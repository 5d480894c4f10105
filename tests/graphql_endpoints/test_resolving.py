"""Resolvers: their arguments are provided as those of views."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import strawberry
from flask import Flask, Request
from flask.testing import FlaskClient
from flask_typed import (
    BackgroundTasks,
    Cookie,
    DeadlineExceeded,
    Depends,
    Header,
    HTTPBearer,
    Problem,
    Query,
    Security,
    SecurityScopes,
    Typed,
)
from flask_typed.graphql import GraphQLContext, field
from graphql import get_introspection_query

from .conftest import Serve

notes: list[Any] = []


@pytest.fixture(autouse=True)
def _forget() -> None:
    notes.clear()


class Gone(Problem):
    """It is gone."""

    status = 410
    item_id: int


def open_store() -> Iterator[list[str]]:
    """Note how it is closed."""
    notes.append("open")
    try:
        yield ["a", "b"]
    except Exception as error:
        notes.append(type(error).__name__)
        raise
    notes.append("close")


Store = Annotated[list[str], Depends(open_store)]


def count_store(store: Store) -> int:
    """Depend on the store too."""
    notes.append("count")
    return len(store)


class Items:
    """The queries of a shop."""

    def item(self, item_id: int, store: Store) -> str:
        """Find an item.

        :param item_id: its number.
        """
        if item_id > 1:
            raise Gone(item_id=item_id)
        return store[item_id]

    def count(self, count: Annotated[int, Depends(count_store)]) -> int:
        return count

    async def later(self, store: Store, item_id: int = 0) -> str:
        await asyncio.sleep(0)
        return store[item_id]


def test_providers(serve: Serve) -> None:
    """They run once in a request, whatever resolvers need them, and are closed at its end."""
    send = serve(Items)
    assert send("{ item(itemId: 0) b: item(itemId: 1) count later later2: later(itemId: 1) }") == {
        "data": {"item": "a", "b": "b", "count": 2, "later": "a", "later2": "b"}
    }
    assert notes == ["open", "count", "close"]


def test_schema(serve: Serve) -> None:
    """Dependencies are not in it; docstrings are."""
    send = serve(Items)
    found = send(get_introspection_query())["data"]["__schema"]["types"]
    (queries,) = [one for one in found if one["name"] == "Query"]
    assert queries["description"] == "The queries of a shop."
    described = {
        one["name"]: (one["description"], [(a["name"], a["description"]) for a in one["args"]])
        for one in queries["fields"]
    }
    assert described == {
        "item": ("Find an item.", [("itemId", "its number.")]),
        "count": (None, []),
        "later": (None, [("itemId", None)]),
    }


def test_problem(serve: Serve) -> None:
    """It is an error with a code and the members of its document."""
    send = serve(Items)
    assert send("{ item(itemId: 2) }") == {
        "data": None,
        "errors": [
            {
                "message": "It is gone.",
                "path": ["item"],
                "locations": [{"line": 1, "column": 3}],
                "extensions": {"code": "GONE", "type": "about:blank", "status": 410, "item_id": 2},
            }
        ],
    }
    assert notes == ["open", "close"]


class Changes:
    """Mutations."""

    def add(self, name: str, store: Store) -> str:
        if name == "bad":
            raise Gone(item_id=3)
        return name

    async def add_later(self, name: str, store: Store) -> str:
        return self.add(name, store)


@pytest.mark.parametrize("name", ["add", "addLater"])
def test_a_mutation_that_fails(serve: Serve, name: str) -> None:
    """Its providers are closed with the error, and it has no data."""
    send = serve(Items, Changes)
    found = send(f'mutation {{ add(name: "x") b: {name}(name: "bad") }}')
    assert found["data"] is None
    assert [error["path"] for error in found["errors"]] == [["b"]]
    assert notes == ["open", "Gone"]
    assert send('mutation { add(name: "x") }') == {"data": {"add": "x"}}


def test_a_provider_that_fails_to_close(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is answered as if it had worked."""

    def close_badly() -> Iterator[int]:
        yield 1
        raise ValueError("secret")

    def close_with_a_problem() -> Iterator[int]:
        yield 1
        raise Gone(item_id=1)

    class Queries:
        def one(self, value: Annotated[int, Depends(close_badly)]) -> int:
            return value

        def two(self, value: Annotated[int, Depends(close_with_a_problem)]) -> int:
            return value

    send = serve(Queries)
    assert send("{ one }") == {
        "data": None,
        "errors": [
            {
                "message": "Internal Server Error",
                "extensions": {"code": "INTERNAL_SERVER_ERROR"},
            }
        ],
    }
    assert "secret" in caplog.text
    assert send("{ two }")["errors"] == [
        {
            "message": "It is gone.",
            "extensions": {"code": "GONE", "type": "about:blank", "status": 410, "item_id": 1},
        }
    ]


def test_a_provider_that_fails(serve: Serve) -> None:
    """It is not asked again in the request."""

    def fail() -> int:
        notes.append("fail")
        raise Gone(item_id=0)

    class Queries:
        def one(self, value: Annotated[int, Depends(fail)]) -> int | None: ...

        def two(self, value: Annotated[int, Depends(fail)]) -> int | None: ...

    found = serve(Queries)("{ one two }")
    assert found["data"] == {"one": None, "two": None}
    assert [error["extensions"]["code"] for error in found["errors"]] == ["GONE", "GONE"]
    assert notes == ["fail"]


def test_a_provider_without_cache(serve: Serve) -> None:
    """Each call of a resolver makes its own value."""

    def make() -> int:
        notes.append(1)
        return len(notes)

    class Queries:
        def one(self, value: Annotated[int, Depends(make, use_cache=False)]) -> int:
            return value

    assert serve(Queries)("{ one b: one }") == {"data": {"one": 1, "b": 2}}


bearer = HTTPBearer()


def find_user(token: Annotated[str, Depends(bearer)], scopes: SecurityScopes) -> str:
    """Check a token."""
    notes.append(scopes.scopes)
    return "ann" if token == "good" else "nobody"


def find_owner(store: Store, scopes: SecurityScopes) -> str:
    """Find somebody in the store."""
    notes.append(scopes.scopes)
    return store[0]


def test_security_with_other_scopes(serve: Serve) -> None:
    """It runs for each set of scopes; what does not check them is shared by all fields."""

    class Queries:
        def plain(self, store: Store) -> str:
            return store[1]

        def one(self, owner: Annotated[str, Security(find_owner, scopes=["one"])]) -> str:
            return owner

        def two(self, owner: Annotated[str, Security(find_owner, scopes=["two"])]) -> str:
            return owner

    send = serve(Queries)
    assert send("{ plain one two again: one }") == {
        "data": {"plain": "b", "one": "a", "two": "a", "again": "a"}
    }
    assert notes == ["open", ("one",), ("two",), "close"]


def test_security(typed: Typed, client: FlaskClient) -> None:
    """It comes before the arguments, and only for the fields that ask for it."""

    class Queries:
        def free(self) -> str:
            return "free"

        def mine(
            self, count: int, user: Annotated[str, Security(find_user, scopes=["read"])]
        ) -> str:
            return user * count

        def other(self, user: Annotated[str, Security(find_user, scopes=["write"])]) -> str:
            return user

    typed.graphql("/graphql", Queries)
    assert client.post("/graphql", json={"query": "{ free }"}).get_json() == {
        "data": {"free": "free"}
    }
    refused = client.post("/graphql", json={"query": "{ mine(count: 1) }"}).get_json()
    assert refused["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert refused["errors"][0]["message"] == "Authentication is required."
    known = {"Authorization": "Bearer good"}
    query = "{ mine(count: 2) other b: mine(count: 1) }"
    response = client.post("/graphql", json={"query": query}, headers=known)
    assert response.get_json() == {"data": {"mine": "annann", "other": "ann", "b": "ann"}}
    assert notes == [("read",), ("write",)]


def test_values_of_the_request(typed: Typed, client: FlaskClient) -> None:
    """Markers take them from it, for resolvers and for their providers."""

    def find_agent(user_agent: Annotated[str, Header()]) -> str:
        return user_agent

    class Queries:
        def seen(
            self,
            info: strawberry.Info,
            agent: Annotated[str, Depends(find_agent)],
            language: Annotated[str, Cookie()],
            request: Request,
            page: Annotated[int, Query()] = 1,
        ) -> str:
            context: GraphQLContext = info.context
            assert context.request is request
            return f"{agent} {language} {page}"

    typed.graphql("/graphql", Queries)
    client.set_cookie("language", "de")
    sent = {"json": {"query": "{ seen }"}, "headers": {"User-Agent": "me"}}
    assert client.post("/graphql?page=3", **sent).get_json() == {"data": {"seen": "me de 3"}}
    wrong = client.post("/graphql?page=x", **sent).get_json()
    assert wrong["errors"][0]["extensions"] == {
        "code": "BAD_USER_INPUT",
        "type": "about:blank",
        "status": 422,
        "errors": [
            {
                "in": "query",
                "pointer": "/page",
                "code": "invalid_integer",
                "detail": "Not a valid integer.",
            }
        ],
    }


class Noting:
    """Mutations that add background tasks."""

    def add(self, name: str, tasks: BackgroundTasks) -> str:
        tasks.add(notes.append, name)
        return name

    def fail(self) -> str:
        raise Gone(item_id=1)


#: The names of three operations, and what follows in each of them.
TASKS_OF_BATCH = (("a", ""), ("b", "fail"), ("c", ""))


def test_background_tasks(typed: Typed, serve: Serve) -> None:
    """They run after a response, and not after a mutation that fails."""
    send = serve(Items, Noting)
    assert send('mutation { add(name: "x") }') == {"data": {"add": "x"}}
    assert notes == ["x"]
    assert send('mutation { add(name: "y") fail }')["data"] is None
    assert notes == ["x"]
    stats = typed.background_stats()
    assert (stats.added, stats.done, stats.dropped, stats.waiting) == (2, 1, 1, 0)


def test_background_tasks_of_a_batch(typed: Typed, client: FlaskClient) -> None:
    """An operation that fails takes its own tasks back."""
    typed.graphql("/graphql", Items, Noting, max_batch=3)
    added = [f'mutation {{ add(name: "{name}") {rest} }}' for name, rest in TASKS_OF_BATCH]
    client.post("/graphql", json=[{"query": query} for query in added])
    assert notes == ["a", "c"]


def test_tasks_of_a_query_that_cannot_close(serve: Serve) -> None:
    """Nor do those of an operation whose provider fails at its end."""

    def close_badly() -> Iterator[int]:
        yield 1
        raise Gone(item_id=1)

    class Queries:
        def one(self, value: Annotated[int, Depends(close_badly)], tasks: BackgroundTasks) -> int:
            tasks.add(notes.append, value)
            return value

    assert serve(Queries)("{ one }")["data"] is None
    assert notes == []


def test_override(app: Flask, typed: Typed, serve: Serve) -> None:
    """A provider is replaced in a block."""
    send = serve(Items)
    with typed.override(open_store, lambda: ["z"]):
        assert send("{ item(itemId: 0) count }") == {"data": {"item": "z", "count": 1}}
    assert send("{ item(itemId: 0) }") == {"data": {"item": "a"}}


@strawberry.type
class Box:
    """A class of Strawberry."""

    size: int
    label: strawberry.Private[str] = ""

    @strawberry.field
    def text(self, store: Store, end: str = "!") -> str:
        """Read it."""
        return f"{self.size}{store[0]}{end}"

    @field(description="Lists.")
    def lists(
        self, amount: Annotated[int, strawberry.argument(name="n", description="How many.")] = 2
    ) -> list[int]:
        return [self.size] * amount

    @field
    async def parent(self, info: strawberry.Info) -> str:
        return info.field_name


@strawberry.type
class BoxQuery:
    """Queries of Strawberry."""

    box: Box = strawberry.field(resolver=lambda: Box(size=7))

    @strawberry.field
    def boxes(self) -> list[Box]:
        return [Box(size=1)]


def test_classes_of_strawberry(serve: Serve) -> None:
    """They work as with Strawberry, with providers, and stay as they are."""
    before = [(f.name, f.type_annotation) for f in Box.__strawberry_definition__.fields]  # type: ignore[attr-defined]
    send = serve(BoxQuery)
    assert send('{ boxes { size text(end: "?") lists(n: 3) parent } }') == {
        "data": {"boxes": [{"size": 1, "text": "1a?", "lists": [1, 1, 1], "parent": "parent"}]}
    }
    assert before == [(f.name, f.type_annotation) for f in Box.__strawberry_definition__.fields]  # type: ignore[attr-defined]


def test_time_limits(serve: Serve, client: FlaskClient) -> None:
    """The error of a deadline ends the operation, whatever other resolvers could do."""
    order: list[str] = []

    def late() -> int:
        raise DeadlineExceeded(1)

    class Queries:
        def one(self) -> int | None:
            order.append("one")
            raise DeadlineExceeded(1)

        def two(self) -> int | None: ...

        def three(self, value: Annotated[int, Depends(late)]) -> int | None: ...

    typed_send = serve(Queries)
    del typed_send
    for query in ("{ one two }", "{ three two }"):
        with pytest.raises(DeadlineExceeded):
            client.post("/graphql", json={"query": query})
    assert order == ["one"]


def test_time_limits_of_streams(serve: Serve, client: FlaskClient) -> None:
    """So it does before the first event."""

    class Events:
        def one(self) -> Iterator[int]:
            return fail_late()

    serve(Items, None, Events)
    sent = {"json": {"query": "subscription { one }"}, "headers": {"Accept": "text/event-stream"}}
    with pytest.raises(DeadlineExceeded):
        client.post("/graphql", **sent)


def fail_late() -> Iterator[int]:
    """Raise before there is an iterator."""
    raise DeadlineExceeded(1)


def test_values_on_the_loop(serve: Serve) -> None:
    """A result of an async resolver is converted, too."""

    class Queries:
        async def late(self, store: Store) -> set[str]:
            return {*store}

        async def item(self) -> Box:
            return Box(size=1)

    send = serve(Queries)
    assert send("{ late item { text parent lists } }") == {
        "data": {"late": ["a", "b"], "item": {"text": "1a!", "parent": "parent", "lists": [1, 1]}}
    }
