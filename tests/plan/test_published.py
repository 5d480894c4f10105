"""What only the document has is checked at registration: words, names, and keys of OpenAPI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import pytest
from flask import Flask, Response
from flask_typed import (
    APIKeyHeader,
    Body,
    Created,
    DeclarationError,
    Depends,
    Document,
    Header,
    HTTPBearer,
    Link,
    MediaType,
    OAuth2,
    OpenIdConnect,
    PasswordFlow,
    Problem,
    Query,
    Reply,
    Returns,
    Typed,
    TypedBlueprint,
)
from flask_typed.security.oauth import Flow
from typing_extensions import Doc

Publish = Callable[[], dict[str, Any]]
NAN = float("nan")


class Odd(Reply[int]):
    status = 600


class Twisted(APIKeyHeader):
    def keywords(self) -> dict[str, Any]:
        return {"type": "unknown"}


class Broken(APIKeyHeader):
    def keywords(self) -> dict[str, Any]:
        raise RuntimeError("no words")


class Lazy:
    """A text that is made when it is asked for, as translations are."""

    def __html__(self) -> str: ...

    def __str__(self) -> str:
        return "Books."


def sent(a: int) -> None: ...


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tags": [1]}, r"^tags= is \[1\]\."),
        ({"tags": {"a", "b"}}, r"^tags= cannot be written as JSON: set is not a type of JSON"),
        ({"operation_id": 5}, r"^operation_id= is 5\."),
        ({"external_docs": {"text": "x"}}, r"^external_docs= is \{'text': 'x'\}\."),
        ({"extra": {"x-day": dt.date(2020, 1, 1)}}, r"^extra= cannot be written as JSON: date is"),
        ({"extra": {"x-number": NAN}}, r"^extra= cannot be written as JSON: nan is not a number"),
        ({"extra": [1]}, r"^extra= is \[1\]\."),
        (
            {"extra": {"operationId": "a"}},
            r"^extra= has an operationId.*\n.*\n  Write `operation_id",
        ),
        ({"extra": {"parameters": "x"}}, r"^extra= has 'parameters': 'x', which OpenAPI does not"),
        ({"extra": {"responses": {"600": {}}}}, r"^extra= has 'responses': \{'600': \{\}\}, which"),
        ({"extra": {"servers": ["/v1"]}}, r"^extra= has 'servers': \['/v1'\], which OpenAPI"),
        ({"extra": {"word": 1}}, r"^extra= has 'word': 1, which OpenAPI does not allow"),
        ({"callbacks": 5}, r"^callbacks= is 5\."),
        ({"callbacks": {"a": {"b": 5}}}, r"^callbacks= is \{'a': \{'b': 5\}\}\."),
        ({"callbacks": {5: {"b": sent}}}, r"^The name of a callback is 5\."),
        ({"dependencies": [Depends(Twisted("X-Key"))]}, r"^The security scheme 'Twisted' is"),
        ({"dependencies": [Depends(Broken("X-Key"))]}, r"^The scheme 'Broken' cannot be described"),
        ({"dependencies": [Depends(OAuth2(Flow()))]}, r"^The scheme 'OAuth2' cannot be described"),
        (
            {"dependencies": [Depends(OAuth2(PasswordFlow(token_url="/", scopes={"a": NAN})))]},  # type: ignore[dict-item]  # wrong
            r"^The security scheme 'OAuth2' cannot be written as JSON: nan is not a number",
        ),
        ({"dependencies": [Depends(OpenIdConnect(5))]}, r"^The security scheme 'OpenIdConnect' is"),  # type: ignore[arg-type]  # wrong
        ({"dependencies": [Depends(HTTPBearer(bearer_format=5))]}, r"^The security scheme 'HTTPB"),  # type: ignore[arg-type]  # wrong
    ],
)
def test_options(typed: Typed, options: Mapping[str, Any], message: str) -> None:
    """An option of a route that cannot be published is refused."""
    with pytest.raises(DeclarationError, match=message):
        typed.get("/items", **options)(lambda: None)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            Odd,
            r"^The response .*Odd has the status code 600\.\n.*\n  Use a status code from 100 to",
        ),
        (Annotated[int, Returns(examples={5: 1})], r"^The name of an example is 5\."),  # type: ignore[dict-item]  # wrong
        (
            Annotated[Response, Returns(examples={"a": object()}), MediaType("text/csv")],
            r"^The example 'a' cannot be written as JSON: object has no form in JSON",
        ),
        (Annotated[int, Returns(headers={"X Y": int})], r"^'X Y' is not a valid header name\."),
        (Annotated[int, Returns(cookies={5: int})], r"^The name of a cookie is 5\."),  # type: ignore[dict-item]  # wrong
        (Annotated[int, Returns(links={"a b": Link("x")})], r"^A link is called 'a b'"),
        (Annotated[int, Returns(links={"a": Link(5)})], r"^Link\(endpoint=…\) is 5\."),  # type: ignore[arg-type]  # wrong
        (
            Annotated[int, Returns(links={"a": Link("x", parameters={"b": NAN})})],
            r"^Link\(parameters=…\) cannot be written as JSON: nan is not a number",
        ),
        (
            Annotated[int, Returns(links={"a": Link("x", request_body=NAN)})],
            r"^Link\(request_body=…\) cannot be written as JSON: nan is not a number",
        ),
        (
            Annotated[int, Returns(links={"a": Link("x", description=5)})],  # type: ignore[arg-type]  # wrong
            r"^Link\(description=…\) is 5\.",
        ),
        (Annotated[int, Returns(extra={"headers": 5})], r"^Returns\(extra=…\) has 'headers': 5"),
    ],
)
def test_answers(typed: Typed, answer: Any, message: str) -> None:
    """What is declared of an answer is checked as far as the document has it."""

    def view() -> Any: ...

    view.__annotations__["return"] = answer
    with pytest.raises(DeclarationError, match=message):
        typed.get("/items")(view)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Returns(status=600), r"^Returns\(…\) has the status code 600\."),
        (lambda: Returns(status="200"), r"^Returns\(…\) has the status code '200'\."),  # type: ignore[arg-type]  # wrong
        (lambda: Returns(description=5), r"^description= is 5\."),  # type: ignore[arg-type]  # wrong
        (lambda: Query(alias=5), r"^alias= is 5\.\n  in Query"),  # type: ignore[arg-type]  # wrong
        (lambda: type("Gone", (Problem,), {"status": 700}), r"^Gone has the status code 700\."),
        (lambda: TypedBlueprint("b", __name__, description=5), r"^description= is 5\."),  # type: ignore[arg-type]  # wrong
        (lambda: Typed(Flask("a"), dependencies=[Depends(Twisted("X"))]), r"^The security scheme"),
    ],
)
def test_at_once(make: Callable[[], Any], message: str) -> None:
    """What can be checked where it is written is refused there."""
    with pytest.raises(DeclarationError, match=message):
        make()


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        (Annotated[int, Query(description=5)], r"^description= is 5\."),  # type: ignore[arg-type]  # wrong
        (Annotated[int, Query(deprecated="no")], r"^deprecated= is 'no'\."),  # type: ignore[arg-type]  # wrong
        (Annotated[Any, Body(example=NAN)], r"^example= cannot be written as JSON: nan is not a"),
        (Annotated[Any, Body(examples=5)], r"^examples= is 5\."),  # type: ignore[arg-type]  # wrong
        (
            Annotated[Any, Body(examples={"a": {"value": 1, "externalValue": "/a"}})],
            r"^examples= is \{'a': \{'value': 1, 'externalValue': '/a'\}\}\.",
        ),
        (Annotated[int, Query(), Doc(5)], r"^description= is 5\."),  # type: ignore[arg-type]  # wrong
        (Annotated[str, Header(alias="größe")], r"^'größe' is not a valid header name\."),
    ],
)
def test_arguments(typed: Typed, argument: Any, message: str) -> None:
    """What a marker says for the document is checked."""

    def view(given: Any) -> None: ...

    view.__annotations__["given"] = argument
    with pytest.raises(DeclarationError, match=message):
        typed.post("/items")(view)


@pytest.mark.parametrize("rule", ["/items/{item_id}", "/a}", "/{"])
def test_braces(app: Flask, typed: Typed, rule: str) -> None:
    """Braces in a URL rule are a variable of another framework."""
    with pytest.raises(
        DeclarationError, match=r"has braces, which Flask.*\n.*\n.*`/items/<int:item_id>`"
    ):
        typed.get(rule)(lambda: None)
    inside = TypedBlueprint("inside", __name__, url_prefix=rule)
    inside.get("/a")(lambda: None)
    with pytest.raises(DeclarationError, match="has braces"):
        app.register_blueprint(inside)


def test_what_is_allowed(app: Flask) -> None:
    """Servers with variables, lazy texts, and links with values that are not texts."""

    server = {
        "url": "/{a}",
        "variables": {"a": {"default": "b", "enum": ["b"]}, "c": {"default": ""}},
    }
    typed = Typed(app, documents=[Document(servers=[server, "/v1"])])

    @typed.post("/items", extra={"servers": [server], "x-cost": 1})
    def add_item() -> Annotated[
        Created[int], Returns(links={"a": Link("read", parameters={"n": 5})})
    ]: ...

    @typed.get("/items/<int:n>")
    def read(n: int) -> Annotated[int, Returns(description=Lazy())]: ...  # type: ignore[arg-type]  # a lazy text

    document = app.test_client().get("/openapi.json").get_json()
    responses = document["paths"]
    assert responses["/items"]["post"]["responses"]["201"]["links"]["a"]["parameters"] == {"n": "5"}
    assert responses["/items/{n}"]["get"]["responses"]["200"]["description"] == "Books."


def test_operation_ids(app: Flask) -> None:
    """Every operation has an id of its own: plain routes, callbacks and webhooks too."""
    app.config["TYPED_PLAIN_ROUTES"] = True
    typed = Typed(app)
    typed.get("/a", endpoint="sent")(lambda: None)
    typed.webhook("told")(sent)
    typed.post("/b", endpoint="b", callbacks={"x": {"{$request.body#/url}": sent}})(lambda: None)
    for rule in ("/c", "/d/{e}?#"):
        app.add_url_rule(rule, "plain", str)
    document = app.test_client().get("/openapi.json").get_json()
    called = document["paths"]["/b"]["post"]["callbacks"]["x"]["{$request.body#/url}"]
    ids = [
        document["paths"]["/a"]["get"]["operationId"],
        called["post"]["operationId"],
        document["paths"]["/c"]["get"]["operationId"],
        document["paths"]["/d/%7Be%7D%3F%23"]["get"]["operationId"],
        document["webhooks"]["told"]["post"]["operationId"],
    ]
    assert ids == ["sent", "sent_2", "plain", "plain_2", "sent_3"]


@pytest.mark.parametrize(
    ("media_type", "schema"),
    [
        ("text/csv", {"type": "string"}),
        ("application/pdf", {"type": "string", "format": "binary"}),
    ],
)
def test_raw_answers(typed: Typed, document: Publish, media_type: str, schema: Any) -> None:
    """A response of text is text, any other is bytes."""

    def export() -> Any: ...

    export.__annotations__["return"] = Annotated[
        Response, Returns(status=200), MediaType(media_type)
    ]
    typed.get("/export")(export)
    content = document()["paths"]["/export"]["get"]["responses"]["200"]["content"]
    assert content == {media_type: {"schema": schema}}
