"""Hosts, subdomains and routes that OpenAPI cannot tell apart by their paths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_typed import Document, Typed
from openapi_spec_validator import OpenAPIV31SpecValidator

Publish = Callable[[], dict[str, Any]]


@pytest.fixture
def hosts() -> Flask:
    """Return an app whose rules match hosts."""
    app = Flask("shop", host_matching=True, static_host="a.example")
    typed = Typed(app, documents=[Document(), Document(url="/b.json", select=is_b)])

    @typed.get("/x", host="a.example")
    def one() -> int: ...

    @typed.get("/x", host="b.example")
    def two() -> str: ...

    @typed.get("/<int:number>", host="<tenant>.example")
    def three(tenant: str, number: int) -> str:
        return f"{tenant} {number}"

    return app


def is_b(rule: Any) -> bool:
    """Say whether a rule is of one host."""
    return bool(rule.host == "b.example")


def test_hosts_are_servers(hosts: Flask) -> None:
    """An operation names its host; a variable of the host is none of the path."""
    client = hosts.test_client()
    published = client.get("/openapi.json", base_url="https://a.example").get_json()
    OpenAPIV31SpecValidator(published).validate()
    (variable,) = published["paths"]["/{number}"]["get"]["parameters"]
    assert (variable["in"], variable["name"]) == ("path", "number")
    assert {path: item["get"]["servers"] for path, item in published["paths"].items()} == {
        "/x": [{"url": "//a.example"}],
        "/{number}": [
            {"url": "//{tenant}.example", "variables": {"tenant": {"default": "tenant"}}}
        ],
    }
    assert client.get("/7", base_url="https://t.example").json == "t 7"


def test_nothing_is_lost(hosts: Flask) -> None:
    """What OpenAPI has no place for stands beside the first; a document may have it alone."""
    client = hosts.test_client()
    item = client.get("/openapi.json", base_url="https://a.example").get_json()["paths"]["/x"]
    (other,) = item["x-alternatives"]["get"]
    assert (item["get"]["operationId"], other["operationId"]) == ("one", "two")
    alone = client.get("/b.json", base_url="https://b.example").get_json()
    assert {path: item["get"]["operationId"] for path, item in alone["paths"].items()} == {
        "/x": "two"
    }


def test_pages_are_on_all_hosts(hosts: Flask) -> None:
    """The document, the page and its assets, whatever the host."""
    client = hosts.test_client()
    for host in ("https://a.example", "https://b.example:5000"):
        page = client.get("/docs", base_url=host)
        assert 'data-document="/openapi.json"' in page.text
        assert 'data-redirect="/docs/oauth2-redirect.html"' in page.text
        assert client.get("/docs/oauth2-redirect.html", base_url=host).status_code == 200
        with client.get("/docs/assets/docs.css", base_url=host) as style:
            assert (style.status_code, style.mimetype) == (200, "text/css")


@pytest.mark.parametrize(
    ("server_name", "servers"), [("shop.example", [{"url": "//api.shop.example"}]), (None, None)]
)
def test_subdomains_are_servers(server_name: str | None, servers: Any) -> None:
    """Below the name of the app's server, where it has one."""
    app = Flask("shop", subdomain_matching=True)
    app.config["SERVER_NAME"] = server_name
    Typed(app).get("/", subdomain="api", endpoint="view")(lambda: None)
    document = app.test_client().get("/openapi.json").get_json()
    assert document["paths"]["/"]["get"].get("servers") == servers


@pytest.mark.parametrize("version", ["3.1.0", "3.0.3", "3.2.0"])
def test_methods_of_any_name(app: Flask, version: str) -> None:
    """Only OpenAPI 3.2 has a place for them; before, they stand in an extension."""
    app.config.update(TYPED_OPENAPI_VERSION=version, TYPED_PLAIN_ROUTES=True)

    @Typed(app).route("/a", methods=["GET", "QUERY", "LINK"])
    def view(size: int = 0) -> int:
        return size

    app.add_url_rule("/a", "plain", lambda: "", methods=["UNLINK"])
    app.add_url_rule("/b", "only", lambda: "", methods=["LINK"])
    client = app.test_client()
    assert client.open("/a?size=7", method="LINK").json == 7
    paths = client.get("/openapi.json").get_json()["paths"]
    place = "additionalOperations" if version == "3.2.0" else "x-additionalOperations"
    assert {key: list(part) for key, part in paths["/b"].items()} == {place: ["LINK"]}
    item = paths["/a"]
    found = item.pop(place)
    if version == "3.2.0":
        found["QUERY"] = item.pop("query")
    names = {method: operation["operationId"] for method, operation in found.items()}
    assert names == {"LINK": "view_link", "QUERY": "view_query", "UNLINK": "plain"}
    assert list(item) == ["get"]


def test_converters_of_one_path(app: Flask, document: Publish) -> None:
    """Two rules that differ in a converter alone are one path; a plain route may be, too."""
    app.config["TYPED_PLAIN_ROUTES"] = True
    typed = Typed(app)

    @typed.get("/<int:key>")
    def by_number(key: int) -> int: ...

    @typed.get("/<key>")
    def by_name(key: str) -> str: ...

    app.add_url_rule("/<float:key>", "by_size", lambda key: "")
    item = document()["paths"]["/{key}"]
    assert item["get"]["operationId"] == "by_number"
    names = [other["operationId"] for other in item["x-alternatives"]["get"]]
    assert names == ["by_name", "by_size"]
