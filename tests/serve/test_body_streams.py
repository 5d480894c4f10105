"""Bodies that a view takes piece by piece: chunks, and the values of JSON Lines."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Annotated, Any, BinaryIO

import flask
import pytest
from annotated_types import Ge, MaxLen
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Body, DeclarationError, Depends, MediaType, Typed
from flask_typed.wire.limits import MAX_LINE
from werkzeug.exceptions import HTTPException

LINES = "application/jsonl"
DONE: list[list[str]] = []
OCTETS = "application/octet-stream"


@dataclass
class Row:
    """A row."""

    name: str
    count: Annotated[int, Ge(1)] = 1


def take_rows(rows: Iterator[Row]) -> list[Row]:
    return list(rows)


async def take_rows_async(rows: AsyncIterator[Row]) -> list[Row]:
    return [row async for row in rows]


def take_chunks(chunks: Annotated[Iterator[bytes], Body()]) -> int:
    return sum(map(len, chunks))


def take_file(file: BinaryIO) -> int:
    return len(file.read())


async def take_chunks_async(chunks: AsyncIterator[bytes]) -> int:
    return sum([len(chunk) async for chunk in chunks])


def send(client: FlaskClient, data: bytes, content_type: str = LINES, **options: Any) -> Any:
    """Post a body."""
    return client.post("/", data=data, content_type=content_type, **options)


@pytest.fixture(params=[take_rows, take_rows_async], ids=["sync", "async"])
def rows(request: pytest.FixtureRequest, typed: Typed) -> None:
    """Register a view that takes rows."""
    typed.post("/")(request.param)


@pytest.mark.usefixtures("rows")
class TestLines:
    """The values of JSON Lines."""

    @pytest.mark.parametrize(
        ("data", "names"),
        [
            pytest.param(b'{"name":"a"}\n{"name":"b"}\n', ["a", "b"], id="lines"),
            pytest.param(b'{"name":"a"}\r\n\n \n{"name":"b"}', ["a", "b"], id="blank-lines"),
            pytest.param(b'{"name":"' + b"x" * 5000 + b'"}', ["x" * 5000], id="long"),
            pytest.param(b"", [], id="empty"),
            pytest.param(b"\t \r\n", [], id="white-space"),
        ],
    )
    def test_values(self, client: FlaskClient, data: bytes, names: list[str]) -> None:
        """Each line that is not blank is a value."""
        assert [row["name"] for row in send(client, data).get_json()] == names

    @pytest.mark.parametrize("media_type", [LINES, "application/x-ndjson", f"{LINES}; a=b"])
    def test_media_types(self, client: FlaskClient, media_type: str) -> None:
        """Both names of JSON Lines are accepted."""
        assert send(client, b'{"name":"a"}', media_type).status_code == 200

    def test_other_media_type(self, client: FlaskClient) -> None:
        """Any other media type is a 415."""
        response = send(client, b"[]", "application/json")
        assert response.status_code == 415
        assert response.get_json()["detail"] == (
            "The body must be application/jsonl or application/x-ndjson."
        )

    def test_faults(self, client: FlaskClient) -> None:
        """The faults of a line have its place, and the problem names the line."""
        response = send(client, b'{"name":"a"}\n\n{"name":1,"count":0}\n{"name":2}')
        assert response.status_code == 422
        assert response.get_json() == {
            "type": "about:blank",
            "title": "The request is not valid.",
            "status": 422,
            "detail": "2 values of the request cannot be accepted. See line 3.",
            "errors": [
                {
                    "in": "body",
                    "pointer": "/2/name",
                    "code": "invalid_string",
                    "detail": "Not a valid string.",
                },
                {
                    "in": "body",
                    "pointer": "/2/count",
                    "code": "out_of_range",
                    "detail": "Must be greater than or equal to 1.",
                },
            ],
        }

    @pytest.mark.parametrize(
        ("line", "status", "detail"),
        [
            pytest.param(
                b'{"name" 1}',
                400,
                "The body is not JSON: Expecting ':' delimiter at line 2, column 9.",
                id="syntax",
            ),
            pytest.param(
                b"NaN", 400, "The body is not JSON: NaN is not a JSON number. See line 2.", id="nan"
            ),
            pytest.param(
                b"\x0b",
                400,
                "The body is not JSON: Expecting value at line 2, column 1.",
                id="no-white-space",
            ),
            pytest.param(b"\xff", 400, "The body is not UTF-8. See line 2.", id="encoding"),
            pytest.param(
                b'"' + b"x" * MAX_LINE,
                413,
                "A line is longer than 1000000 bytes. See line 2.",
                id="too-long",
            ),
        ],
    )
    def test_unreadable(self, client: FlaskClient, line: bytes, status: int, detail: str) -> None:
        """An error names the line in the body."""
        response = send(client, b'{"name":"a"}\n' + line)
        assert response.status_code == status
        assert response.get_json()["detail"] == detail

    def test_missing(self, client: FlaskClient) -> None:
        """A request without a body is invalid."""
        response = client.post("/")
        assert response.get_json()["errors"][0]["code"] == "required"

    def test_cut_off(self, client: FlaskClient) -> None:
        """A body that ends before its Content-Length is a 400."""
        cut = {
            "input_stream": BytesIO(b'{"name":"a"}'),
            "environ_overrides": {"CONTENT_LENGTH": "99"},
        }
        response = client.post("/", content_type=LINES, **cut)
        assert response.status_code == 400

    @pytest.mark.configured(TYPED_MAX_FAULTS=1)
    def test_many_faults(self, client: FlaskClient) -> None:
        """The faults of a line are limited like those of other requests."""
        answer = send(client, b'{"name":1,"count":0}').get_json()
        assert answer["detail"] == (
            "One value of the request cannot be accepted, and there are more. See line 1."
        )
        assert len(answer["errors"]) == 1

    @pytest.mark.configured(TYPED_ACCELERATION=False)
    def test_without_acceleration(self, client: FlaskClient) -> None:
        """Schemas give the same places."""
        answer = send(client, b'{"name":"a"}\n{"name":1}').get_json()
        assert answer["errors"][0]["pointer"] == "/1/name"


@pytest.mark.parametrize("view", [take_chunks, take_chunks_async])
def test_chunks(typed: Typed, client: FlaskClient, view: Any) -> None:
    """Bytes come as they are, in chunks."""
    typed.post("/")(view)
    assert send(client, b"x" * 200_000, OCTETS).get_json() == 200_000
    assert send(client, b"", OCTETS).get_json() == 0
    assert send(client, b"x", "text/plain").status_code == 415


def read_before() -> None:
    """Read the whole body, as a hook does that logs requests."""
    assert flask.request.get_data()


@pytest.mark.parametrize("view", [take_chunks, take_chunks_async, take_file])
@pytest.mark.parametrize(
    "chunked", [{}, {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}]
)
def test_a_hook_that_reads(app: Flask, typed: Typed, view: Any, chunked: dict[str, Any]) -> None:
    """The view gets the body all the same."""
    app.before_request(read_before)
    typed.post("/")(view)
    assert send(app.test_client(), b"12345", OCTETS, environ_overrides=chunked).get_json() == 5


def skip_bad_rows(rows: Iterator[Row]) -> list[str]:
    names = []
    while True:
        try:
            names.append(next(rows).name)
        except StopIteration:
            return names
        except HTTPException as error:
            names.append(str(error.code))


async def skip_bad_rows_async(rows: AsyncIterator[Row]) -> list[str]:
    names = []
    while True:
        try:
            names.append((await anext(rows)).name)
        except StopAsyncIteration:
            return names
        except HTTPException as error:
            names.append(str(error.code))


@pytest.mark.parametrize("view", [skip_bad_rows, skip_bad_rows_async])
def test_an_error_that_is_caught(typed: Typed, client: FlaskClient, view: Any) -> None:
    """The next lines follow."""
    typed.post("/")(view)
    body = b'{"name":"a"}\n{"name":1}\n{\n{"name":"b"}'
    assert send(client, body).get_json() == ["a", "422", "400", "b"]


def try_twice(rows: Iterator[Row]) -> list[str]:
    return [str(next(rows)), *[find_error(rows) for _ in range(3)]]


def find_error(rows: Iterator[Row]) -> str:
    """Return the status code of what the next row raises."""
    with pytest.raises(HTTPException) as caught:
        next(rows)
    return str(caught.value.code)


def test_an_error_of_the_body(typed: Typed, client: FlaskClient) -> None:
    """Nobody takes a body for complete whose error was caught."""
    typed.post("/")(try_twice)
    cut = {"CONTENT_LENGTH": "99"}
    body = b'{"name":"a"}\n{"na'
    response = client.post(
        "/", input_stream=BytesIO(body), content_type=LINES, environ_overrides=cut
    )
    assert response.get_json()[1:] == ["400", "400", "400"]
    too_long = b'{"name":"a"}\n' + b" " * (MAX_LINE + 3000)
    assert send(client, too_long).get_json()[1:] == ["413", "413", "413"]


async def share_rows(rows: AsyncIterator[Row]) -> list[str]:
    names: list[str] = []

    async def take() -> None:
        async for row in rows:
            names.append(row.name)
            await asyncio.sleep(0)

    await asyncio.gather(take(), take(), take())
    return names


def test_shared_rows(typed: Typed, client: FlaskClient) -> None:
    """Several tasks may take the lines: none is lost or doubled."""
    typed.post("/")(share_rows)
    names = [str(number) for number in range(300)]
    body = b"".join(b'{"name":"%s"}\n' % name.encode() for name in names)
    assert sorted(send(client, body).get_json()) == sorted(names)


async def wait_briefly(rows: AsyncIterator[Row]) -> str:
    name = (await anext(rows)).name
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(rows), 0.05)
    with pytest.raises(HTTPException, match="cannot be read"):
        await anext(rows)
    return name


class Input:
    """The input of a request that a server reads from a socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def read(self, size: int) -> bytes:
        """Return bytes when they have arrived."""
        return self._connection.recv(size)


class GunicornInput(Input):
    """One of a server that may look for another request behind the body.

    :ivar failed: whether it must not.
    """

    failed = False


@pytest.mark.parametrize(
    ("server", "input_class"), [("werkzeug", Input), ("gunicorn", GunicornInput)]
)
def test_a_read_that_is_cancelled(
    typed: Typed, client: FlaskClient, server: str, input_class: type[Input]
) -> None:
    """Nobody reads from the connection after the response; the server closes it."""
    typed.post("/")(wait_briefly)
    here, there = socket.socketpair()
    source = input_class(here)
    with here, there:
        there.send(b'{"name":"a"}\n')
        environ = {f"{server}.socket": here, "CONTENT_LENGTH": "99", "wsgi.input": source}
        response = client.post("/", content_type=LINES, environ_overrides=environ)
        assert response.get_json() == "a"
        assert here.recv(1) == b""
    assert getattr(source, "failed", True)


def test_flat_memory(typed: Typed, client: FlaskClient) -> None:
    """A line is read when the view asks for it, not before."""
    body = BytesIO(b'{"name":"a"}\n' * 10_000)

    @typed.post("/")
    def view(rows: Iterator[Row]) -> int:
        next(rows)
        return body.tell()

    length = {"CONTENT_LENGTH": str(len(body.getvalue()))}
    response = client.post("/", input_stream=body, content_type=LINES, environ_overrides=length)
    assert response.get_json() <= 8192


def test_both_ways(typed: Typed, client: FlaskClient) -> None:
    """A view may answer a stream of lines with another one; a fault in the first line is a 422."""

    @typed.post("/")
    def view(rows: Iterator[Row]) -> Iterator[str]:
        for row in rows:
            yield row.name

    assert send(client, b'{"name":"a"}\n{"name":"b"}').text == '"a"\n"b"\n'
    assert send(client, b'{"name":1}').status_code == 422


def transaction() -> Iterator[list[str]]:
    """Provide a list that is emptied on an error."""
    work: list[str] = []
    DONE.append(work)
    try:
        yield work
    except Exception:
        work.clear()
        raise
    work.append("commit")


def test_closed_providers(typed: Typed, client: FlaskClient) -> None:
    """A fault is raised in the view, so its providers are closed with the error."""

    @typed.post("/")
    def view(rows: Iterator[Row], work: Annotated[list[str], Depends(transaction)]) -> None:
        work.extend(row.name for row in rows)

    assert send(client, b'{"name":"a"}\n{"name":1}').status_code == 422
    assert send(client, b'{"name":"a"}').status_code == 204
    assert DONE[-2:] == [[], ["a", "commit"]]


def test_optional(typed: Typed, client: FlaskClient) -> None:
    """A default makes the body optional."""

    @typed.post("/")
    def view(rows: Annotated[Iterator[Row] | None, Body(description="Rows.")] = None) -> int:
        return -1 if rows is None else len(list(rows))

    assert client.post("/").get_json() == -1
    assert send(client, b'{"name":"a"}').get_json() == 1


def test_document(typed: Typed, document: Any) -> None:
    """The document has the schema of a line."""
    typed.post("/")(take_rows)
    row = {"schema": {"$ref": "#/components/schemas/RowInput"}}
    assert document()["paths"]["/"]["post"]["requestBody"] == {
        "description": "A stream of JSON Lines: each line is one value.",
        "required": True,
        "content": {LINES: row, "application/x-ndjson": row},
    }


@pytest.mark.configured(TYPED_OPENAPI_VERSION="3.2.0")
def test_document_with_items(typed: Typed, client: FlaskClient) -> None:
    """OpenAPI 3.2 has a keyword for the schema of a line."""

    @typed.post("/")
    def view(
        rows: Annotated[Iterator[Row], Body(description="Rows."), MediaType(LINES)],
    ) -> None: ...

    body = client.get("/openapi.json").get_json()["paths"]["/"]["post"]["requestBody"]
    assert body == {
        "description": "Rows.",
        "required": True,
        "content": {LINES: {"itemSchema": {"$ref": "#/components/schemas/Row"}}},
    }


def test_document_of_chunks(typed: Typed, document: Any) -> None:
    """Chunks are published as bytes, with the media type of the annotation."""

    @typed.post("/")
    def view(chunks: Annotated[Iterator[bytes], MediaType("text/csv")]) -> None: ...

    assert document()["paths"]["/"]["post"]["requestBody"]["content"] == {
        "text/csv": {"schema": {"type": "string"}}
    }


async def take_sync(rows: Iterator[Row]) -> None: ...


def take_async(rows: AsyncIterator[Row]) -> None: ...


def take_limited(rows: Annotated[Iterator[Row], MaxLen(3)]) -> None: ...


def take_csv(rows: Annotated[Iterator[Row], MediaType("text/csv")]) -> None: ...


def take_chunks_of(chunks: Iterator[Annotated[bytes, MediaType("image/png")]]) -> None: ...


def take_short(chunks: Iterator[Annotated[bytes, MaxLen(3)]]) -> None: ...


def take_typed(rows: Iterator[Annotated[Row, MediaType(LINES)]]) -> None: ...


def take_two(rows: Iterator[Row], more: Row) -> None: ...


@pytest.mark.parametrize(
    ("view", "message"),
    [
        pytest.param(take_sync, "an async function takes as AsyncIterator", id="sync-in-async"),
        pytest.param(take_async, "a sync function takes as Iterator", id="async-in-sync"),
        pytest.param(take_limited, "MaxLen", id="constraint"),
        pytest.param(take_csv, "read from JSON Lines, but text/csv is another format", id="csv"),
        pytest.param(take_chunks_of, "on a chunk of a stream", id="type-of-chunks"),
        pytest.param(take_short, "on a chunk of a stream", id="length-of-chunks"),
        pytest.param(take_typed, "inside another value", id="type-of-lines"),
        pytest.param(take_two, "'rows' is the whole body", id="two"),
    ],
)
def test_refused(typed: Typed, view: Any, message: str) -> None:
    """An iterator that cannot work is refused at registration."""
    with pytest.raises(DeclarationError, match=message):
        typed.post("/")(view)


def test_decorated(typed: Typed, client: FlaskClient) -> None:
    """A decorator may run a view in another way: it takes the iterator that it declares."""

    def collect(view: Any) -> Any:
        @functools.wraps(view)
        def run(**arguments: Any) -> Any:
            return flask.current_app.ensure_sync(view)(**arguments)

        return run

    typed.post("/")(collect(take_rows_async))
    assert send(client, b'{"name":"a"}').get_json() == [{"name": "a", "count": 1}]


def test_get(typed: Typed) -> None:
    """A GET request has no body."""
    with pytest.raises(DeclarationError, match="in the body of a GET request"):
        typed.get("/")(take_rows)
