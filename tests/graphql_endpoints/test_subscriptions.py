"""Subscriptions: events over HTTP, and what closes with them."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from flask.testing import FlaskClient
from flask_typed import DeadlineExceeded, Depends, Problem, Typed
from flask_typed.bridge.iterators import PlainSource
from flask_typed.graphql.execution import Engine
from flask_typed.graphql.subscriptions import LAST_ITEM, CompletedSource
from graphql import GraphQLError
from werkzeug.exceptions import ClientDisconnected

notes: list[Any] = []


@pytest.fixture(autouse=True)
def _forget() -> None:
    notes.clear()


class Gone(Problem):
    """It is gone."""

    status = 410


def open_store() -> Iterator[str]:
    """Note when it is closed."""
    notes.append("open")
    yield "store"
    notes.append("close")


Store = Annotated[str, Depends(open_store)]


class Queries:
    def one(self) -> int:
        return 1


class Events:
    def count(self, to: int, store: Store) -> Iterator[int]:
        """Count."""
        for number in range(to):
            notes.append(number)
            yield number

    async def ticks(self, to: int, store: Store) -> AsyncIterator[set[int]]:
        for number in range(to):
            await asyncio.sleep(0)
            yield {number, 0}
        raise Gone

    def never(self) -> Iterator[int]:
        raise Gone
        yield 1

    async def wrong(self) -> AsyncIterator[int]:
        yield "secret"  # type: ignore[misc]
        yield 1

    def endless(self) -> Iterator[Any]:
        yield math.inf
        yield 1

    def told(self) -> Iterator[int]:
        yield 1
        raise GraphQLError("Told.", extensions={"code": "MINE"})

    def refused(self, store: Store) -> Iterator[int]:
        return refuse()


def refuse() -> Iterator[int]:
    """Raise before there is an iterator."""
    raise GraphQLError("No.")


EVENTS = {"Accept": "text/event-stream"}
MIXED = {"Accept": 'multipart/mixed;subscriptionSpec="1.0", application/json;q=0.5'}


@pytest.fixture
def post(typed: Typed, client: FlaskClient) -> Any:
    """Return what posts a document, and returns the response."""
    typed.graphql("/graphql", Queries, None, Events)

    def send(query: str, headers: Any = EVENTS) -> Any:
        return client.post("/graphql", json={"query": query}, headers=headers)

    return send


def read_events(text: str) -> list[Any]:
    """Return the data of the events, and ``None`` for the last one."""
    *events, end = text.split("\n\n")
    assert end == ""
    found = [dict(line.split(": ", 1) for line in event.split("\n")) for event in events]
    assert found[-1] == {"event": "complete", "data": ""}
    assert {one["event"] for one in found[:-1]} <= {"next"}
    return [json.loads(one["data"]) for one in found[:-1]]


def read_parts(text: str) -> list[Any]:
    """Return the JSON of the parts."""
    *parts, end = text.split("--graphql")[1:]
    assert end == "--\r\n"
    head = "\r\nContent-Type: application/json\r\n\r\n"
    return [json.loads(part.removeprefix(head)) for part in parts]


def test_events(post: Any) -> None:
    """Each event is executed and sent; the providers are closed after the last one."""
    response = post("subscription { n: count(to: 2) }")
    assert response.content_type == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache, no-transform"
    assert notes == ["open", 0]
    assert read_events(response.text) == [{"data": {"n": 0}}, {"data": {"n": 1}}]
    assert notes == ["open", 0, 1, "close"]


GONE = {
    "message": "It is gone.",
    "extensions": {"code": "GONE", "type": "about:blank", "status": 410},
}


def test_an_error_of_the_events(post: Any) -> None:
    """It is the last result, and values are converted as those of queries."""
    response = post("subscription { ticks(to: 2) }")
    assert read_events(response.text) == [
        {"data": {"ticks": [0]}},
        {"data": {"ticks": [0, 1]}},
        {"data": None, "errors": [GONE]},
    ]
    assert notes == ["open", "close"]


def test_an_error_for_the_client(post: Any) -> None:
    """Its extensions are those that the generator gives it."""
    assert read_events(post("subscription { told }").text) == [
        {"data": {"told": 1}},
        {"data": None, "errors": [{"message": "Told.", "extensions": {"code": "MINE"}}]},
    ]


def test_parts(post: Any) -> None:
    """A client of Apollo gets them as parts."""
    response = post("subscription { ticks(to: 1) }", MIXED)
    assert response.content_type == "multipart/mixed; boundary=graphql; subscriptionSpec=1.0"
    assert read_parts(response.text) == [
        {"payload": {"data": {"ticks": [0]}}},
        {"payload": {"data": None, "errors": [GONE]}},
    ]


def test_an_event_of_another_type(post: Any, caplog: pytest.LogCaptureFixture) -> None:
    """It is an error of the program, and the others go on."""
    found = read_events(post("subscription { wrong }").text)
    assert found[0]["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert found[1] == {"data": {"wrong": 1}}
    assert "secret" in caplog.text


def test_an_event_that_is_no_json(post: Any, caplog: pytest.LogCaptureFixture) -> None:
    """It is an error of the program, and the others go on."""
    internal = {"message": "Internal Server Error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    assert read_events(post("subscription { endless }").text) == [
        {"data": None, "errors": [internal]},
        {"data": {"endless": 1}},
    ]
    assert "Exception in GraphQL /graphql" in caplog.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("subscription { never }", [{"data": None, "errors": [GONE]}], id="generator"),
    ],
)
def test_no_event(post: Any, query: str, expected: Any) -> None:
    """An error before the first event is a result, too."""
    assert read_events(post(query).text) == expected


@pytest.mark.parametrize("headers", [EVENTS, MIXED])
def test_a_subscription_that_cannot_begin(post: Any, headers: Any) -> None:
    """Its error is the only event, or a response without a stream if the client takes one."""
    response = post("subscription { refused }", headers)
    assert notes == ["open", "close"]
    refused = {
        "data": None,
        "errors": [
            {
                "message": "No.",
                "path": ["refused"],
                "locations": [{"line": 1, "column": 16}],
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ],
    }
    found = read_events(response.text) if headers is EVENTS else [response.get_json()]
    assert found == [refused]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("{ one }", {"data": {"one": 1}}, id="query"),
        pytest.param(
            "{",
            {
                "errors": [
                    {
                        "locations": [{"line": 1, "column": 2}],
                        "message": "Syntax Error: Expected Name, found <EOF>.",
                        "extensions": {"code": "GRAPHQL_PARSE_FAILED"},
                    }
                ]
            },
            id="no document",
        ),
    ],
)
def test_a_result_for_a_client_of_streams(post: Any, query: str, expected: Any) -> None:
    """A client that accepts nothing but a stream gets the result as its only event."""
    assert read_events(post(query).text) == [expected]


def test_without_a_stream(post: Any) -> None:
    """A client that takes no stream is told which there are."""
    response = post("subscription { count(to: 1) }", {})
    message = "A subscription needs a stream: accept text/event-stream or multipart/mixed."
    assert response.get_json()["errors"] == [
        {"message": message, "extensions": {"code": "OPERATION_NOT_ALLOWED"}}
    ]
    assert notes == []


def test_a_stream_of_something_else(post: Any, client: FlaskClient) -> None:
    """Queries, errors and GET have no stream."""
    both = {"Accept": "text/event-stream, application/json"}
    assert post("{ one }", both).get_json() == {"data": {"one": 1}}
    assert "errors" in post("{ two }", both).get_json()
    query = {"query": "subscription { count(to: 1) }"}
    found = client.get("/graphql", query_string=query, headers=both).get_json()
    assert found["errors"][0]["message"] == (
        "A GET request cannot be a subscription: send it with POST."
    )


def test_a_client_that_leaves(post: Any) -> None:
    """The providers are closed, and the generator goes no further."""
    response = post("subscription { count(to: 9) }")
    response.close()
    assert notes == ["open", 0]


def test_a_deadline_before_the_first_event(typed: Typed, client: FlaskClient) -> None:
    """Whatever makes the events is closed."""

    class Late:
        def late(self, store: Store) -> Iterator[int]:
            yield 1

    class Failing(Queries):
        def one(self) -> int: ...

    typed.graphql("/graphql", Failing, None, Late)
    query = {"query": "subscription { late }"}

    def fail(*arguments: Any) -> Any:
        raise DeadlineExceeded(1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "execute", fail)
        with pytest.raises(DeadlineExceeded):
            client.post("/graphql", json=query, headers=EVENTS)
    assert notes == ["open"]


def test_a_source_that_is_asked_again() -> None:
    """After its end it has nothing more."""
    source = CompletedSource(PlainSource(iter([1])))
    assert [source.take(), source.has_ready, source.take()] == [1, False, LAST_ITEM]
    with pytest.raises(StopIteration):
        source.take()


def test_a_client_that_is_gone() -> None:
    """It gets no result any more."""

    def leave() -> Iterator[int]:
        raise ClientDisconnected
        yield 1

    with pytest.raises(ClientDisconnected):
        CompletedSource(PlainSource(leave())).take()


def test_variables_of_another_type(typed: Typed, client: FlaskClient) -> None:
    """They are an error before anything begins."""
    typed.graphql("/graphql", Queries, None, Events)
    query = "subscription($to: Int!) { count(to: $to) }"
    sent = {"query": query, "variables": {"to": "x"}}
    response = client.post("/graphql", json=sent, headers=MIXED)
    (error,) = response.get_json()["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
