"""Operations over HTTP: methods, media types, batches, persisted documents and files."""

import hashlib
import json
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_typed import SetupError, Typed
from flask_typed.graphql import persisted
from strawberry.file_uploads import Upload

from .conftest import Serve

GRAPHQL_JSON = "application/graphql-response+json"


class Queries:
    def echo(self, text: str = "hi") -> str:
        return text


class Changes:
    def put(self, text: str) -> str: ...

    def keep(self, value: Any) -> int: ...

    def size(self, file: Upload, names: list[str] | None = None) -> int:
        return len(file.read())  # type: ignore[attr-defined]  # werkzeug's FileStorage

    def sizes(self, files: list[Upload]) -> list[int]:
        return [len(file.read()) for file in files]  # type: ignore[attr-defined]


def problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def bad(detail: str) -> dict[str, Any]:
    return problem(400, "Bad Request", detail)


@pytest.fixture
def post(serve: Serve, client: FlaskClient) -> Any:
    """Return what posts JSON to the endpoint."""
    serve(Queries, Changes)

    def send(sent: Any, accept: str | None = None) -> Any:
        headers = {"Accept": accept} if accept else {}
        return client.post("/graphql", json=sent, headers=headers)

    return send


@pytest.mark.parametrize(
    ("accept", "media_type", "status"),
    [
        pytest.param(None, "application/json", 200, id="none"),
        pytest.param("*/*", "application/json", 200, id="any"),
        pytest.param("application/json", "application/json", 200, id="json"),
        pytest.param(GRAPHQL_JSON, GRAPHQL_JSON, 400, id="graphql"),
        pytest.param(f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON, 400, id="both"),
        pytest.param(f"application/json, {GRAPHQL_JSON};q=0.9", "application/json", 200, id="json"),
    ],
)
def test_media_types(post: Any, accept: str | None, media_type: str, status: int) -> None:
    """A request that is not executed is a 400 only with the newer one."""
    response = post({"query": "{ echo }"}, accept)
    assert (response.status_code, response.content_type) == (200, media_type)
    assert response.get_json() == {"data": {"echo": "hi"}}
    response = post({"query": "{ other }"}, accept)
    assert (response.status_code, response.content_type) == (status, media_type)
    assert response.get_json() == {
        "errors": [
            {
                "message": "Cannot query field 'other' on type 'Query'.",
                "locations": [{"line": 1, "column": 3}],
                "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
            }
        ]
    }


def test_no_media_type(post: Any) -> None:
    """A client that accepts neither gets a 406."""
    response = post({"query": "{ echo }"}, "image/png")
    detail = f"The response is application/json or {GRAPHQL_JSON}."
    assert response.get_json() == problem(406, "Not Acceptable", detail)


def test_get(post: Any, client: FlaskClient) -> None:
    """Queries may be in the URL, and nothing else."""
    variables = json.dumps({"text": "ä"})
    query = {"query": "query A($text: String!) { echo(text: $text) }", "variables": variables}
    response = client.get("/graphql", query_string={**query, "operationName": "A"})
    assert response.get_json() == {"data": {"echo": "ä"}}
    assert client.head("/graphql", query_string=query).status_code == 200
    response = client.get("/graphql", query_string={"query": 'mutation { put(text: "a") }'})
    assert response.get_json()["errors"] == [
        {
            "message": "A GET request cannot be a mutation: send it with POST.",
            "extensions": {"code": "OPERATION_NOT_ALLOWED"},
        }
    ]
    response = client.get("/graphql", query_string={"query": "{ echo }", "variables": "{"})
    assert response.status_code == 400
    response = client.put("/graphql", json={})
    assert response.status_code == 405


@pytest.mark.parametrize(
    ("sent", "detail"),
    [
        pytest.param([], "Batches are not allowed.", id="batch"),
        pytest.param("x", "An operation is a JSON object.", id="text"),
        pytest.param({}, 'The operation has no "query".', id="no query"),
        pytest.param({"query": 1}, '"query" must be a text.', id="query"),
        pytest.param(
            {"query": "{ echo }", "variables": [1]},
            '"variables" must be an object.',
            id="variables",
        ),
        pytest.param(
            {"query": "{ echo }", "variables": []}, '"variables" must be an object.', id="empty"
        ),
        pytest.param(
            {"query": "{ echo }", "operationName": 1}, '"operationName" must be a text.', id="name"
        ),
        pytest.param(
            {"query": "{ echo }", "extensions": 1},
            '"extensions" must be an object.',
            id="extensions",
        ),
    ],
)
def test_other_requests(post: Any, sent: Any, detail: str) -> None:
    """What is not an operation is a 400 that says why."""
    response = post(sent)
    assert response.status_code == 400
    assert response.get_json() == bad(detail)


def test_other_bodies(post: Any, client: FlaskClient) -> None:
    """A body of another media type is a 415, and one that is not JSON a 400."""
    response = client.post("/graphql", data="{ echo }", content_type="application/graphql")
    detail = "The body must be application/json."
    assert response.get_json() == problem(415, "Unsupported Media Type", detail)
    response = client.post("/graphql", data="{", content_type="application/json")
    assert response.status_code == 400


def test_operations(post: Any) -> None:
    """A document may have several, one of which is named."""
    query = 'query A { echo } query B { echo(text: "b") }'
    assert post({"query": query, "operationName": "B"}).get_json() == {"data": {"echo": "b"}}
    messages = {
        "C": "The document has no operation 'C'.",
        None: "The document has several operations: name one in operationName.",
    }
    for name, message in messages.items():
        response = post({"query": query, "operationName": name})
        assert response.get_json() == {
            "errors": [{"message": message, "extensions": {"code": "OPERATION_RESOLUTION_FAILURE"}}]
        }


def test_batch(serve: Serve, client: FlaskClient) -> None:
    """A list of operations is answered by a list of results, up to a limit."""
    serve(Queries, max_batch=2)
    one = {"query": "{ echo }"}
    response = client.post("/graphql", json=[one, {"query": "{ x }"}])
    assert [list(result) for result in response.get_json()] == [["data"], ["errors"]]
    for sent in ([], [one] * 3):
        response = client.post("/graphql", json=sent)
        assert response.get_json() == bad("A batch has 1 to 2 items.")


def make_hash(query: str) -> dict[str, Any]:
    return {
        "persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}
    }


def test_automatic_persisted_queries(serve: Serve, client: FlaskClient) -> None:
    """A client sends a document once, and names it afterwards."""
    serve(Queries, persisted=True)
    query = "{ echo }"
    named = {"extensions": make_hash(query)}
    assert client.post("/graphql", json=named).get_json() == {
        "errors": [
            {
                "message": "PersistedQueryNotFound",
                "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
            }
        ]
    }
    for sent in ({"query": query, **named}, named, {"query": query}):
        assert client.post("/graphql", json=sent).get_json() == {"data": {"echo": "hi"}}
    response = client.get("/graphql", query_string={"extensions": json.dumps(named["extensions"])})
    assert response.get_json() == {"data": {"echo": "hi"}}
    wrong = {"query": "{ __typename }", **named}
    detail = 'The hash in "extensions" is not that of the "query".'
    assert client.post("/graphql", json=wrong).get_json() == bad(detail)
    detail = 'The operation has neither a "query" nor a hash.'
    assert client.post("/graphql", json={}).get_json() == bad(detail)
    detail = '"persistedQuery" must be an object with the text "sha256Hash".'
    for other in (1, {}, {"sha256Hash": 1}):
        sent = {"extensions": {"persistedQuery": other}}
        assert client.post("/graphql", json=sent).get_json() == bad(detail)


def test_kept_documents(serve: Serve, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last ones of clients are kept, and no long ones."""
    monkeypatch.setattr(persisted, "MOST_REMEMBERED", 1)
    monkeypatch.setattr(persisted, "LONGEST_KEPT", 20)
    serve(Queries, persisted=True)
    short, other, long = "{ echo }", "{ a: echo }", "{ echo              }"
    for query in (short, other, long):
        client.post("/graphql", json={"query": query, "extensions": make_hash(query)})
    found = [
        list(client.post("/graphql", json={"extensions": make_hash(query)}).get_json())
        for query in (short, other, long)
    ]
    assert found == [["errors"], ["data"], ["errors"]]


def test_allowed_documents(serve: Serve, client: FlaskClient) -> None:
    """Nothing else is executed."""
    query = "{ echo }"
    named = make_hash(query)
    serve(Queries, persisted={named["persistedQuery"]["sha256Hash"]: query})
    for sent in ({"extensions": named}, {"query": query}, {"query": query, "extensions": named}):
        assert client.post("/graphql", json=sent).get_json() == {"data": {"echo": "hi"}}
    for sent in ({"query": "{ a: echo }"}, {"extensions": make_hash("{ b }")}, {}):
        assert client.post("/graphql", json=sent).get_json() == {
            "errors": [
                {
                    "message": "The document is not among those that are allowed.",
                    "extensions": {"code": "DOCUMENT_NOT_ALLOWED"},
                }
            ]
        }


def make_form(operations: Any, places: Any, **files: bytes) -> dict[str, Any]:
    parts = {name: (BytesIO(content), name) for name, content in files.items()}
    return {"operations": json.dumps(operations), "map": json.dumps(places), **parts}


PREFLIGHT = {"GraphQL-Preflight": "1"}
SIZE = "mutation($f: Upload!) { size(file: $f) }"


def test_files(serve: Serve, client: FlaskClient) -> None:
    """A form has them, and the variables that take them."""
    serve(Queries, Changes, uploads=True)
    form = make_form({"query": SIZE, "variables": {"f": None}}, {"a": ["variables.f"]}, a=b"123")
    response = client.post("/graphql", data=form, headers=PREFLIGHT)
    assert response.get_json() == {"data": {"size": 3}}
    query = "mutation($f: [Upload!]!) { sizes(files: $f) }"
    form = make_form(
        {"query": query, "variables": {"f": [None, None]}},
        {"a": ["variables.f.1"], "b": ["variables.f.0"]},
        a=b"1",
        b=b"22",
    )
    response = client.post("/graphql", data=form, headers=PREFLIGHT)
    assert response.get_json() == {"data": {"sizes": [2, 1]}}
    response = client.post("/graphql", json={"query": "{ echo }"})
    assert response.get_json() == {"data": {"echo": "hi"}}
    response = client.post("/graphql", data="x", content_type="text/plain")
    detail = "The body must be application/json or multipart/form-data."
    assert response.get_json() == problem(415, "Unsupported Media Type", detail)


WRONG_VALUE = "Variable '$f' has invalid value: "


@pytest.mark.parametrize(
    ("query", "message"),
    [
        pytest.param(SIZE, "A file is a part of a form.", id="text"),
        pytest.param(
            "mutation($f: Upload!) { sizes(files: [$f]) }", "A file is a part of a form.", id="list"
        ),
    ],
)
def test_a_text_in_place_of_a_file(
    serve: Serve, client: FlaskClient, query: str, message: str
) -> None:
    """It is the client's mistake, in JSON and in a literal."""
    send = serve(Queries, Changes, uploads=True)
    (error,) = send(query, f="x")["errors"]
    assert error["message"] == WRONG_VALUE + message
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    (error,) = send('mutation { size(file: "x") }')["errors"]
    assert error == {
        "locations": [{"line": 1, "column": 23}],
        "message": message,
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
    }


def test_a_file_in_place_of_json(serve: Serve, client: FlaskClient) -> None:
    """It is the client's mistake."""
    serve(Queries, Changes, uploads=True)
    query = "mutation($f: JSON!) { keep(value: {a: [$f]}) }"
    form = make_form(
        {"query": query, "variables": {"f": {"b": [None]}}}, {"a": ["variables.f.b.0"]}, a=b"1"
    )
    response = client.post("/graphql", data=form, headers=PREFLIGHT)
    assert response.get_json() == {
        "errors": [
            {
                "locations": [{"line": 1, "column": 10}],
                "message": f"{WRONG_VALUE}A file is no JSON value.",
                "extensions": {"code": "BAD_USER_INPUT"},
            }
        ]
    }


ONE = {"query": SIZE, "variables": {"f": None}}


@pytest.mark.parametrize(
    ("form", "detail"),
    [
        pytest.param({"a": "b"}, 'The form has no "operations".', id="nothing"),
        pytest.param(make_form(ONE, []), '"map" must be an object.', id="list"),
        pytest.param(
            make_form(ONE, {"a": ["variables.f"]}),
            "\"map\" must name files and the variables that take them: 'a'.",
            id="no file",
        ),
        pytest.param(
            make_form(ONE, {"a": [1]}, a=b""), '"map" must have texts, not too many.', id="number"
        ),
        pytest.param(
            make_form(ONE, {"a": ["variables.f"] * 101}, a=b""),
            '"map" must name variables that are null.',
            id="twice",
        ),
        pytest.param(
            make_form(ONE, {"a": ["variables.x"]}, a=b""),
            '"map" must name variables of the operations.',
            id="unknown",
        ),
        pytest.param(
            make_form({**ONE, "variables": {"f": [None]}}, {"a": ["variables.f.1"]}, a=b""),
            '"map" must name variables of the operations.',
            id="index",
        ),
    ],
)
def test_other_forms(serve: Serve, client: FlaskClient, form: Any, detail: str) -> None:
    """A form that is not of the specification is a 400 that says why."""
    serve(Queries, Changes, uploads=True)
    response = client.post(
        "/graphql", data={**form}, headers=PREFLIGHT, content_type="multipart/form-data"
    )
    assert response.get_json() == bad(detail)


def test_a_form_of_another_site(serve: Serve, client: FlaskClient) -> None:
    """A browser sends it only with a header that the site has to allow."""
    serve(Queries, Changes, uploads=True)
    form = make_form(ONE, {"a": ["variables.f"]}, a=b"123")
    response = client.post("/graphql", data=form)
    detail = "A form needs one of the headers GraphQL-Preflight, Apollo-Require-Preflight,"
    assert response.get_json() == bad(f"{detail} X-Requested-With.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"max_depth": 0}, r"max_depth= is 0: write a whole number from 1\."),
        ({"max_batch": True}, r"max_batch= is True: write a whole number from 1\."),
        ({"persisted": "x"}, r"persisted= is 'x': write True, or a mapping"),
    ],
)
def test_other_options(typed: Typed, options: Any, message: str) -> None:
    """They are refused at once."""
    with pytest.raises(SetupError, match=message):
        typed.graphql("/graphql", Queries, **options)


def test_without_strawberry(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the extra."""
    monkeypatch.setattr("flask_typed.setup.find_spec", lambda name: None)
    with pytest.raises(SetupError, match=r"needs Strawberry: install `flask-typed-api\[graphql\]`"):
        typed.graphql("/graphql", Queries)
