"""Several documents of one app: what each shows, and who may read it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import flask
import pytest
import yaml
from flask import Blueprint, Flask
from flask_typed import Depends, Document, HTTPBearer, Security, SetupError, Typed, TypedBlueprint
from werkzeug.routing import Rule


def add_shop(app: Flask) -> None:
    """Add typed blueprints, one in the other, and a plain one."""
    shop = TypedBlueprint("shop", __name__)
    shop.get("/books", endpoint="books")(lambda: None)
    inner = TypedBlueprint("staff", __name__, url_prefix="/staff", tags=["internal"])
    inner.get("/wages", endpoint="wages")(lambda: None)
    shop.register_blueprint(inner)
    second = TypedBlueprint("second", __name__, url_prefix="/v2")
    second.get("/books", endpoint="books", tags=["internal", "new"])(lambda: None)
    plain = Blueprint("plain", __name__)
    plain.get("/health")(pong)
    for blueprint in (shop, second, plain):
        app.register_blueprint(blueprint)


def pong() -> Any: ...


def starts_with_v2(rule: Rule) -> bool:
    """Say whether a rule is one of the second version."""
    return rule.rule.startswith("/v2")


@pytest.mark.parametrize(
    ("options", "paths"),
    [
        ({}, ["/books", "/staff/wages", "/v2/books"]),
        ({"plain_routes": True}, ["/books", "/staff/wages", "/v2/books", "/health"]),
        ({"blueprints": ["shop"]}, ["/books", "/staff/wages"]),
        ({"blueprints": ["shop.staff"]}, ["/staff/wages"]),
        ({"blueprints": ["sho"]}, []),
        ({"tags": ["internal"]}, ["/staff/wages", "/v2/books"]),
        ({"tags": ["internal"], "plain_routes": True}, ["/staff/wages", "/v2/books"]),
        ({"select": starts_with_v2}, ["/v2/books"]),
        ({"blueprints": ["shop"], "tags": ["new"]}, []),
    ],
)
def test_what_a_document_shows(app: Flask, options: dict[str, Any], paths: list[str]) -> None:
    """Blueprints, tags and a predicate choose; all that are said must hold."""
    Typed(app, documents=[Document(**options)])
    add_shop(app)
    document = app.test_client().get("/openapi.json").json
    assert list(document["paths"]) == paths
    used = {tag for item in document["paths"].values() for tag in item["get"].get("tags", ())}
    assert {tag["name"] for tag in document.get("tags", ())} == used


def test_each_has_its_place_and_words(app: Flask) -> None:
    """A document has a URL, a page, a title and servers of its own; else the configuration's."""
    app.config.update(TYPED_TITLE="Shop", TYPED_VERSION="2", TYPED_SERVERS=["https://a.example"])
    internal = Document(
        url="/internal/api.json",
        docs_url="/internal/",
        title="Internal",
        servers=["https://b.example"],
        page="redoc",
    )
    Typed(app, documents=[Document(), internal, Document(name="third", url="/third")])
    client = app.test_client()
    first, second, third = (
        client.get(url).json for url in ("/openapi.json", "/internal/api.json", "/third")
    )
    assert (first["info"]["title"], first["servers"]) == ("Shop", [{"url": "https://a.example"}])
    assert second["info"] == {
        "title": "Internal",
        "version": "2",
        "description": "Internal",
    }
    assert second["servers"] == [{"url": "https://b.example"}]
    assert third == first
    page = client.get("/internal/").text
    assert "<title>Internal</title>" in page
    assert 'data-document="/internal/api.json"' in page
    assert re.search(r'src="/docs/assets/[0-9a-f]{32}/redoc/redoc[.]standalone[.]js"', page)
    with client.get("/docs/assets/redoc-init.js") as asset:
        assert asset.status_code == 200
    with app.test_request_context():
        assert flask.url_for("typed.openapi") == "/openapi.json"
        assert flask.url_for("typed.openapi_docs") == "/docs"
        assert flask.url_for("typed.api_yaml") == "/internal/api.yaml"
        assert flask.url_for("typed.third_yaml") == "/third.yaml"
    assert client.get("/third/docs").status_code == 404


def test_names_and_places_of_documents(app: Flask) -> None:
    """Each has a name, and all but the first a URL."""
    again = [Document(), Document(url="/other/openapi.json")]
    with pytest.raises(
        SetupError, match=r"Two documents have the name 'openapi', from name= or from the end o"
    ):
        Typed(app, documents=again)
    with pytest.raises(SetupError, match=r"A document has no URL: give it a url="):
        Typed(Flask("b"), documents=[Document(), Document()])
    with pytest.raises(SetupError, match=r"page= of Document\(0\) is 'other'; it may be "):
        Typed(Flask("c"), documents=[Document(page="other")])  # type: ignore[arg-type]


def test_operation_ids_are_those_of_the_app(app: Flask) -> None:
    """Whatever a document shows, an operation is called the same."""
    only = Document(select=starts_with_v2)
    typed = Typed(app, documents=[only, Document(url="/all.json")])
    for rule in ("/books", "/v2/books"):
        typed.add_url_rule(rule, "books", shared)
    client = app.test_client()
    shown = client.get("/openapi.json").json["paths"]["/v2/books"]["get"]
    assert shown == client.get("/all.json").json["paths"]["/v2/books"]["get"]


def shared() -> None: ...


def test_an_author_edits_the_document(app: Flask) -> None:
    """What is unknown here is put in by hand, in place or as a new document."""

    def change(document: dict[str, Any]) -> None:
        document["x-logo"] = {"url": "logo.svg"}

    def replace(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "x-old": document["openapi"]}

    old = Document(url="/old.json", edit=replace, openapi_version="3.0.3")
    Typed(app, documents=[Document(edit=change), old])
    client = app.test_client()
    assert client.get("/openapi.json").json["x-logo"] == {"url": "logo.svg"}
    assert client.get("/old.json").json["x-old"] == "3.0.3"


def guard_by_header(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let those in who have the header."""

    @wraps(view)
    def guarded(**given: Any) -> Any:
        if "X-Staff" not in flask.request.headers:
            flask.abort(403)
        return view(**given)

    return guarded


def test_a_decorator_guards_a_document(app: Flask) -> None:
    """Both texts and the page; the others stay as they are."""
    inner = Document(url="/inner.json", docs_url="/inner", guard=guard_by_header)
    Typed(app, documents=[Document(), inner])
    client = app.test_client()
    for url in ("/inner.json", "/inner.yaml", "/inner"):
        assert client.get(url).status_code == 403
        assert client.get(url, headers={"X-Staff": "1"}).status_code == 200
    assert client.get("/openapi.json").status_code == 200


@pytest.mark.configured(TYPED_CHECK_RESPONSES="ignore")
@pytest.mark.parametrize("kind", [Depends, Security])
def test_a_dependency_guards_a_document(app: Flask, kind: type[Depends]) -> None:
    """It is asked as before any typed route, and the app's own dependencies are not."""

    def refuse() -> None:
        flask.abort(418)

    bearer = HTTPBearer()

    def read_token(token: Any) -> None:
        if token != "secret":
            flask.abort(403)

    read_token.__annotations__["token"] = Annotated[str, Depends(bearer)]
    inner = Document(url="/inner.json", docs_url="/inner", guard=kind(read_token))
    typed = Typed(app, documents=[Document(), inner], dependencies=[Depends(refuse)])
    typed.get("/x")(shared)
    client = app.test_client()
    for url in ("/inner.json", "/inner.yaml", "/inner"):
        refused = client.get(url)
        assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert client.get(url, headers={"Authorization": "Bearer x"}).status_code == 403
        assert client.get(url, headers={"Authorization": "Bearer secret"}).status_code == 200
    assert client.get("/x").status_code == 418
    assert "securitySchemes" not in client.get("/openapi.json").json.get("components", {})


TEXTS = [
    "1e3",
    "0o17",
    "1.5",
    "yes",
    "null",
    "a\nb\n",
    "# no comment",
    "ü",
    "2026-01-01",
    "0x1f",
    "",
]


def test_yaml_says_the_same(app: Flask) -> None:
    """The YAML is the JSON, with texts that no reader takes for something else."""

    def edit(document: dict[str, Any]) -> None:
        shared = {"a": [1, 1.5, None, True]}
        document["x-texts"] = {"texts": TEXTS, "one": shared, "two": shared}

    Typed(app, documents=[Document(edit=edit)])
    add_shop(app)
    client = app.test_client()
    answer = client.get("/openapi.yaml")
    assert answer.mimetype == "application/yaml"
    assert yaml.safe_load(answer.data) == client.get("/openapi.json").json
    for text in ("'1e3'", "'0o17'", "'1.5'", "'yes'", "'null'", "'2026-01-01'", "|", "ü"):
        assert f"- {text}\n" in answer.text
    assert "&" not in answer.text
    same = client.get("/openapi.yaml", headers={"If-None-Match": answer.headers["ETag"]})
    assert same.status_code == 304


def test_server_below_a_prefix(app: Flask) -> None:
    """Where no server is named, it is where the app stands: clients would ask the root."""
    Typed(app, documents=[Document(), Document(url="/b.json", servers=["https://b.example"])])
    client = app.test_client()
    assert "servers" not in client.get("/openapi.json").json
    for prefix in ("/api", "/other"):
        below = client.get("/openapi.json", environ_overrides={"SCRIPT_NAME": prefix})
        assert below.json["servers"] == [{"url": prefix}]
        text = client.get("/openapi.yaml", environ_overrides={"SCRIPT_NAME": prefix}).data
        assert yaml.safe_load(text) == json.loads(below.data)
    said = client.get("/b.json", environ_overrides={"SCRIPT_NAME": "/api"})
    assert said.json["servers"] == [{"url": "https://b.example"}]


@pytest.mark.parametrize("page", ["swagger-ui", "redoc", "scalar"])
@pytest.mark.parametrize("place", ["globals", "context"])
def test_pages_have_the_nonce_of_the_app(app: Flask, page: Any, place: str) -> None:
    """A policy with a nonce, as Flask-Talisman makes it, is one that the pages can bear."""
    Typed(app, documents=[Document(page=page)])
    if place == "globals":
        app.jinja_env.globals["csp_nonce"] = lambda: "n0nce"
    else:
        app.context_processor(lambda: {"csp_nonce": "n0nce"})
    text = app.test_client().get("/docs").text
    assert text.count('nonce="n0nce"') == text.count("<script") + text.count('rel="stylesheet"')


def test_page_and_its_policy(app: Flask) -> None:
    """ReDoc creates style sheets while it runs; nothing comes from other hosts."""
    app.config["TYPED_DOCS_PAGE"] = "redoc"
    Typed(app)
    answer = app.test_client().get("/docs")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline';"
        " worker-src blob:"
    )
    assert "https://" not in answer.text
