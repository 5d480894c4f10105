"""The document that an operation's responses are compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from annotated_types import Ge, Gt
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_typed import (
    Document,
    Returns,
    Typed,
    TypedBlueprint,
    UndocumentedResponse,
)
from flask_typed.contract.documented import Documented
from flask_typed.contract.records import DescribedResponses, DocumentReader
from flask_typed.publish.content import DocumentSource

pytestmark = pytest.mark.configured(TYPED_CHECK_RESPONSES="error")


def find(client: FlaskClient, path: str = "/", method: str = "GET") -> list[str]:
    """Return the differences of a response."""
    try:
        client.open(path, method=method)
    except UndocumentedResponse as report:
        return list(map(str, report.differences))
    return []


def five() -> int:
    """Answer with a number."""
    return 5


def tea() -> int:
    """Answer with another status than the annotation."""
    return Response("tea", 418)  # type: ignore[return-value]


def test_hidden_routes(typed: Typed, client: FlaskClient) -> None:
    """They are compared with what they would publish."""
    typed.get("/", hidden=True)(tea)
    typed.get("/five", hidden=True)(five)
    typed.get("/shown")(tea)
    assert find(client) == ["status: expected 200"]
    assert find(client, "/five") == []
    assert find(client, "/shown") == ["status: expected 200"]


@pytest.mark.parametrize(
    "documents",
    [
        pytest.param([], id="none"),
        pytest.param([Document(select=lambda rule: False)], id="in-none"),
        pytest.param([Document(tags=["a"]), Document(url="/b.json", tags=["b"])], id="in-one"),
        pytest.param([Document(url=None)], id="nowhere"),
    ],
)
def test_documents(app: Flask, client: FlaskClient, documents: list[Document]) -> None:
    """A route that no document shows is compared likewise, and one that any shows with that."""
    typed = Typed(app, documents=documents)
    typed.get("/", tags=["b"])(tea)
    typed.get("/five", tags=["a"])(five)
    assert find(client) == ["status: expected 200"]
    assert find(client, "/five") == []


def allow_tea(document: dict[str, Any]) -> None:
    """Describe one more answer of every operation."""
    for item in document["paths"].values():
        for operation in item.values():
            operation["operationId"] += "_edited"
            operation["responses"]["418"] = {"$ref": "#/components/responses/Tea"}
    tea = {"description": "Tea.", "content": {"text/html": {}}}
    document.setdefault("components", {})["responses"] = {"Tea": tea}


def remove_all(document: dict[str, Any]) -> dict[str, Any]:
    """Publish nothing."""
    return {**document, "paths": {}}


def fail(document: dict[str, Any]) -> None:
    """Edit in a way that does not work."""
    raise LookupError("oh")


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
@pytest.mark.parametrize(
    ("edit", "differences"),
    [(allow_tea, []), (remove_all, ["status: expected 200"]), (None, ["status: expected 200"])],
)
def test_the_author_edits_the_document(
    app: Flask, client: FlaskClient, version: Any, edit: Any, differences: list[str]
) -> None:
    """It counts as clients read it."""
    Typed(app, documents=[Document(edit=edit, openapi_version=version)]).get("/")(tea)
    assert find(client) == differences


def test_an_edited_document_is_made_once(app: Flask, client: FlaskClient) -> None:
    """For all routes that are there."""
    made: list[Any] = []
    typed = Typed(app, documents=[Document(edit=made.append)])
    typed.get("/")(tea)
    typed.get("/five")(five)
    assert [find(client), find(client, "/five")] == [["status: expected 200"], []]
    assert len(made) == 1


def test_a_document_that_cannot_be_made(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once for each route, and requests are answered; others are compared."""
    typed = Typed(app, documents=[Document(edit=fail, tags=["a"]), Document(url="/b.json")])
    typed.get("/", tags=["a"])(tea)
    typed.get("/b")(tea)
    assert [find(client), find(client), find(client, "/b")] == [[], [], ["status: expected 200"]]
    (record,) = caplog.records
    assert record.message.startswith("Responses of tea (")
    assert record.message.endswith(" are not checked: the document cannot be made")
    assert "LookupError: oh" in caplog.text


def test_routes_that_are_added_later(typed: Typed, app: Flask, client: FlaskClient) -> None:
    """A rule of an extension's, for instance."""
    typed.get("/", endpoint="tea")(tea)
    app.url_map.add(app.url_rule_class("/early", endpoint="tea", methods=["GET"]))
    assert find(client) == ["status: expected 200"]
    app.url_map.add(app.url_rule_class("/late", endpoint="tea", methods=["GET"]))
    assert find(client, "/early") == find(client, "/late") == ["status: expected 200"]


def test_another_thread_was_first(typed: Typed, app: Flask) -> None:
    """What it has made while this one waited for the lock is not made again."""
    typed.get("/")(five)
    (operation,) = app.extensions["typed"].operations

    class Lock:
        def __enter__(self) -> None:
            documented.responses = {id(operation): None}

        def __exit__(self, *args: object) -> None: ...

    lock: Any = Lock()
    documented = Documented(DocumentSource(lambda: pytest.fail("made again"), [], lock))
    assert documented.find(operation) is None


def only_three() -> Annotated[int, Ge(3)]:
    """Answer with a number that is too small."""
    return Response("1", content_type="application/json")  # type: ignore[return-value]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_operations_of_one_path(app: Flask, version: str) -> None:
    """Hosts, and methods that OpenAPI does not know: each is compared with its own."""
    app = Flask("shop", host_matching=True, static_host="a")
    app.config.update(TESTING=True, TYPED_CHECK_RESPONSES="error", TYPED_OPENAPI_VERSION=version)
    typed = Typed(app)
    typed.get("/", host="a")(five)
    typed.get("/", host="b")(only_three)
    typed.route("/", methods=["QUERY", "PURGE"], host="b")(tea)
    client = app.test_client()

    def ask(method: str, host: str) -> list[str]:
        try:
            client.open("/", method=method, base_url=f"http://{host}")
        except UndocumentedResponse as report:
            return list(map(str, report.differences))
        return []

    assert ask("GET", "a") == []
    assert ask("GET", "b") == ["body: expected minimum 3"]
    assert ask("QUERY", "b") == ask("PURGE", "b") == ["status: expected 200"]


def test_views_under_several_names(app: Flask, client: FlaskClient) -> None:
    """A blueprint that is registered twice."""
    books = TypedBlueprint("books", __name__)
    books.get("/")(tea)
    Typed(app)
    app.register_blueprint(books, url_prefix="/a")
    app.register_blueprint(books, url_prefix="/b", name="other")
    assert find(client, "/a/") == find(client, "/b/") == ["status: expected 200"]


Choice = Annotated[int | None, Gt(2)] | Literal["a", "b"]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("body", "is_different"),
    [("null", False), ("3.0", False), ('"a"', False), ("2", True), ('"c"', True), ("3.5", True)],
)
def test_dialects(
    app: Flask, client: FlaskClient, version: str, body: str, is_different: bool
) -> None:
    """OpenAPI 3.0 writes null, constants and bounds in other words."""
    app.config["TYPED_OPENAPI_VERSION"] = version

    def view() -> Any:
        return Response(body, content_type="application/json")

    view.__annotations__["return"] = Choice
    Typed(app).get("/")(view)
    expected = ["body: expected one of 2 schemas (anyOf)"] if is_different else []
    assert find(client) == expected


def test_what_an_author_adds(typed: Typed, client: FlaskClient) -> None:
    """``extra`` of a route or of ``Returns`` describes responses too."""
    typed.get("/", extra={"responses": {"4XX": {"description": "Refused, for once."}}})(tea)
    added = {"content": {"text/plain": {"schema": {"type": "string", "pattern": r"^\d$"}}}}

    def view() -> Any:
        return Response("x", content_type="text/plain")

    view.__annotations__["return"] = Annotated[Response, Returns(status=200, extra=added)]
    typed.get("/extra")(view)
    assert find(client) == []
    assert find(client, "/extra") == [r'body: expected pattern "^\\d$"']


def test_ranges_and_default() -> None:
    """The exact status counts, then its range, then the rest."""
    content: Callable[[str], Any] = lambda name: {"content": {name: {}}}  # noqa: E731
    responses = {"404": content("a/a"), "4XX": content("b/b"), "default": content("c/c")}
    read = DocumentReader({"openapi": "3.1.0"}).read(responses)
    responses = DescribedResponses(read, failure=read["404"])
    found = [responses.find(status) for status in (404, 400, 500)]
    assert [one.contents[0].name for one in found if one] == ["a/a", "b/b", "c/c"]
    assert DescribedResponses({}, failure=read["404"]).find(200) is None


def test_an_operation_without_responses(app: Flask, client: FlaskClient) -> None:
    """An author may take all of them out."""

    def remove(document: dict[str, Any]) -> None:
        del document["paths"]["/"]["get"]["responses"]

    Typed(app, documents=[Document(edit=remove)]).get("/")(five)
    assert find(client) == ["status: expected none"]
