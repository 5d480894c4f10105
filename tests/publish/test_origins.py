"""A page may send requests to the servers of its document, and to no other host."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from flask import Flask
from flask_typed import (
    AuthorizationCodeFlow,
    Depends,
    Document,
    ImplicitFlow,
    OAuth2,
    OpenIdConnect,
    Typed,
)
from flask_typed.publish import pages
from flask_typed.publish.origins import MOST_VALUES

STRICT = "default-src 'self'; img-src 'self' data: blob:"


def server(url: str, **variables: Any) -> dict[str, Any]:
    """Return a Server Object. A variable is its values, or its default in a tuple."""
    described = {
        name: {"default": given[0]} | ({} if isinstance(given, tuple) else {"enum": given})
        for name, given in variables.items()
    }
    return {"url": url, "variables": described}


def read_policy(app: Flask, url: str = "/docs", **options: Any) -> str:
    """Return the policy of a page, without the part that all pages have."""
    response = app.test_client().get(url, **options)
    assert response.status_code == 200
    return response.headers["Content-Security-Policy"].removeprefix(STRICT)


@pytest.mark.parametrize(
    ("given", "sources"),
    [
        pytest.param("https://api.example/v1?a=b#c", "https://api.example", id="no path"),
        pytest.param("https://api.example:8443", "https://api.example:8443", id="port"),
        pytest.param("HTTP://API.Example", "http://api.example", id="lower case"),
        pytest.param("http://127.0.0.1:8000/", "http://127.0.0.1:8000", id="address"),
        pytest.param("//api.example/v1", "api.example", id="scheme of the page"),
        pytest.param("https://bücher.example", "https://xn--bcher-kva.example", id="IDNA"),
        pytest.param("/v1", "", id="path"),
        pytest.param("v1", "", id="relative"),
        pytest.param("ws://api.example", "", id="other scheme"),
        pytest.param("data:text/plain,//a", "", id="no host"),
        pytest.param("https://[::1]:8000", "", id="IPv6, for which CSP has no form"),
        pytest.param("https://user@api.example", "", id="credentials"),
        pytest.param("https://api.example;script-src", "", id="semicolon"),
        pytest.param("https://api.example,x", "", id="comma"),
        pytest.param("https://'unsafe-inline'", "", id="quotes"),
        pytest.param("https://*.example", "", id="asterisk"),
        pytest.param("https://a*.example", "", id="asterisk inside"),
        pytest.param("https://a\\b.example", "", id="backslash"),
        pytest.param("https://a%2F.example", "", id="percent"),
        pytest.param("https://ü..example", "", id="empty label"),
        pytest.param("https://api.example/;script-src", "https://api.example", id="in the path"),
        pytest.param(
            server("https://{region}.shop.example/{base}", region=["eu", "us"], base=("v1",)),
            "https://eu.shop.example https://us.shop.example",
            id="each value",
        ),
        pytest.param(
            server("{scheme}://a.example:{port}", scheme=["http", "https"], port=["80", "443"]),
            "http://a.example:80 http://a.example:443 https://a.example:80 https://a.example:443",
            id="each combination",
        ),
        pytest.param(
            server("https://{tenant}.shop.example", tenant=("a",)),
            "https://*.shop.example",
            id="any subdomain",
        ),
        pytest.param(
            server("//{a}.{b}.example:{port}", a=("a",), b=("b",), port=("80",)),
            "*.example:*",
            id="any port",
        ),
        pytest.param(
            server("https://shop-{region}.example", region=("eu",)),
            "https://shop-eu.example",
            id="part of a label",
        ),
        pytest.param(server("https://{host}", host=("a.b",)), "https://a.b", id="any host"),
        pytest.param(
            server("{server}/v1", server=("https://a.example",)), "https://a.example", id="any"
        ),
        pytest.param(server("/{base}", base=("v1",)), "", id="any path"),
        pytest.param(
            server("https://{host}", host=["a;b", "c' d", "e\nf", "g.example"]),
            "https://g.example",
            id="values",
        ),
        pytest.param(
            server("https://{n}.a.example", n=[str(n) for n in range(MOST_VALUES + 1)]),
            "https://*.a.example",
            id="many values",
        ),
    ],
)
def test_servers_of_the_configuration(app: Flask, given: Any, sources: str) -> None:
    """Their origins are in the policy, if CSP can express them; nothing else of a URL is."""
    app.config["TYPED_SERVERS"] = [given, given]
    Typed(app)
    assert read_policy(app) == (f"; connect-src 'self' {sources}" if sources else "")


def test_servers_of_documents(app: Flask) -> None:
    """Each page has those of its own document, and ReDoc sends no requests."""
    documents = [
        Document(servers=["https://a.example"]),
        Document(url="/b.json", docs_url="/b", servers=["https://b.example"]),
        Document(url="/c.json", docs_url="/c", page="scalar"),
        Document(url="/d.json", docs_url="/d", page="redoc"),
    ]
    app.config["TYPED_SERVERS"] = ["https://shop.example"]
    Typed(app, documents=documents)
    assert read_policy(app) == "; connect-src 'self' https://a.example"
    assert read_policy(app, "/b") == "; connect-src 'self' https://b.example"
    assert read_policy(app, "/c").endswith("; connect-src 'self' https://shop.example")
    assert "connect-src" not in read_policy(app, "/d")


def test_servers_of_operations(app: Flask) -> None:
    """Those of ``extra`` count, in the documents that show the operation."""
    typed = Typed(app, documents=[Document(), Document(url="/b.json", docs_url="/b", tags=["b"])])
    extra = {"servers": [{"url": "https://files.example:8443/a"}]}
    typed.get("/a", endpoint="a", extra=extra)(lambda: None)
    assert read_policy(app) == "; connect-src 'self' https://files.example:8443"
    assert read_policy(app, "/b") == ""


def test_hosts_of_routes(app: Flask) -> None:
    """A host, or a subdomain, is a server; those of plain routes count where they are shown."""
    app = Flask("shop", host_matching=True, static_host="a.example")
    typed = Typed(app, documents=[Document(), Document(url="/b.json", plain_routes=True)])
    typed.get("/", host="b.example", endpoint="b")(lambda: None)
    typed.get("/", host="<tenant>.c.example", endpoint="c")(lambda tenant: tenant)
    app.add_url_rule("/", "plain", lambda: "", host="plain.example")
    assert (
        read_policy(app, base_url="https://a.example")
        == "; connect-src 'self' b.example *.c.example"
    )


def test_hosts_of_plain_routes() -> None:
    """They are servers of a document that shows them."""
    app = Flask("shop", host_matching=True, static_host="a.example")
    app.config["TYPED_PLAIN_ROUTES"] = True
    Typed(app)
    app.add_url_rule("/", "plain", lambda: "", host="plain.example")
    assert read_policy(app, base_url="https://a.example") == "; connect-src 'self' plain.example"


def test_urls_of_tokens(app: Flask) -> None:
    """The page fetches tokens and the metadata of a provider; it opens the login in a window."""
    code = AuthorizationCodeFlow(
        authorization_url="https://login.example/authorize",
        token_url="https://tokens.example/token",
        refresh_url="https://refresh.example/",
    )
    implicit = ImplicitFlow(authorization_url="https://login.example/authorize")
    connect = OpenIdConnect("https://id.example/.well-known/openid-configuration")
    one = OAuth2(code, implicit, name="one")

    def read(first: Any, second: Any) -> None: ...

    read.__annotations__["first"] = Annotated[str, Depends(one)]
    read.__annotations__["second"] = Annotated[str, Depends(connect)]
    Typed(app).get("/me")(read)
    assert read_policy(app) == (
        "; connect-src 'self' https://tokens.example https://refresh.example https://id.example"
    )


@pytest.mark.parametrize(
    ("edited", "sources"),
    [
        ({"servers": [{"url": "https://a.example"}]}, " https://a.example"),
        ({"paths": {"/a": {"servers": [{"url": "https://b.example"}]}}}, " https://b.example"),
        (
            {"paths": {"/a": {"get": {"servers": [{"url": "https://c.example"}]}}}},
            " https://c.example",
        ),
        (
            {
                "components": {
                    "securitySchemes": {"a": {"flows": {"b": {"tokenUrl": "https://d.example"}}}}
                }
            },
            " https://d.example",
        ),
        ({"servers": "https://a.example", "paths": [], "components": None}, ""),
        ({"servers": [3, {"url": "https://{a}.example"}, {"url": 3}]}, ""),
        ([], ""),
    ],
)
def test_servers_of_an_edited_document(app: Flask, edited: Any, sources: str) -> None:
    """They are in the policy, whatever form the parts of the document have."""
    app.config["TYPED_SERVERS"] = ["https://not.example"]
    Typed(app, documents=[Document(edit=lambda document: edited)])
    assert read_policy(app) == (f"; connect-src 'self'{sources}" if sources else "")


def test_no_document_is_made_for_a_policy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The declarations have the servers."""
    monkeypatch.setattr(pages, "load_maker", None)
    app.config["TYPED_SERVERS"] = ["https://a.example"]
    Typed(app)
    assert read_policy(app) == "; connect-src 'self' https://a.example"
