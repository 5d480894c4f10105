"""GraphiQL is the page of an endpoint, for browsers alone."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Depends, HTTPBearer, Typed

from .serving_page import BROWSER, POLICY, add_endpoint, find_links, open_page

pytest.importorskip("strawberry", reason="GraphQL endpoints need the extra")

#: The answer to a request without an operation.
NO_QUERY = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": 'The operation has no "query".',
}
QUERY = "{ double(number: 2) }"


def test_a_browser_gets_the_page(typed: Typed, client: FlaskClient) -> None:
    """The page has no inline code, and its policy allows none."""
    add_endpoint(typed)
    page = open_page(client)
    assert (page.status_code, page.content_type) == (200, "text/html; charset=utf-8")
    assert page.headers["Content-Security-Policy"] == POLICY
    assert page.headers["Vary"] == "Accept"
    assert "<title>shop - GraphiQL</title>" in page.text
    assert '<div id="graphiql" data-introspection="true"></div>' in page.text
    for inline in ("<style", "<script>", " style="):
        assert inline not in page.text


def test_all_files_are_there(typed: Typed, client: FlaskClient) -> None:
    """The page loads files of this host alone, which are kept for ever."""
    add_endpoint(typed)
    links = find_links(open_page(client).text)
    assert [link.rpartition("/")[2] for link in links] == [
        "graphiql-icon.png",
        "graphiql.css",
        "docs.css",
        "graphiql-page.css",
        "graphiql.js",
        "graphiql-fetcher.js",
        "graphiql-init.js",
    ]
    for link in links:
        assert link.startswith("/docs/assets/")
        with client.get(link) as response:
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_bundle_is_compressed_and_has_a_tag(typed: Typed, client: FlaskClient) -> None:
    """A browser that has it gets 304."""
    add_endpoint(typed)
    (link,) = (
        one for one in find_links(open_page(client).text) if one.endswith("/graphiql/graphiql.js")
    )
    with client.get(link, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(response.data) < 500_000
        tag = response.headers["ETag"]
    headers = {"Accept-Encoding": "gzip", "If-None-Match": tag}
    with client.get(link, headers=headers) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_head(typed: Typed, client: FlaskClient) -> None:
    """HEAD has the headers of the page, and no body."""
    add_endpoint(typed)
    page = open_page(client)
    head = client.head("/graphql", headers={"Accept": BROWSER})
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers == page.headers


@pytest.mark.parametrize(
    "accept",
    [
        pytest.param("text/html", id="nothing-else"),
        pytest.param("text/html, */*", id="anything-else"),
        pytest.param("text/*", id="any-text"),
        pytest.param("application/json;q=0.9, text/html", id="json-less"),
    ],
)
def test_who_prefers_html_gets_the_page(typed: Typed, client: FlaskClient, accept: str) -> None:
    """The page is for clients that prefer it to a result."""
    add_endpoint(typed)
    assert client.get("/graphql", headers={"Accept": accept}).mimetype == "text/html"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no-header"),
        pytest.param({"Accept": "*/*"}, id="anything"),
        pytest.param({"Accept": "application/json"}, id="json"),
        pytest.param({"Accept": "text/html, application/json"}, id="both-alike"),
        pytest.param({"Accept": "text/html;q=0.5, application/json"}, id="html-less"),
        pytest.param({"Accept": "text/html;q=0, */*"}, id="no-html"),
    ],
)
def test_who_takes_json_gets_no_page(
    typed: Typed, client: FlaskClient, headers: dict[str, str]
) -> None:
    """Such a request has to have an operation."""
    add_endpoint(typed)
    response = client.get("/graphql", headers=headers)
    assert (response.status_code, response.json) == (400, NO_QUERY)


def test_an_operation_in_the_url(typed: Typed, client: FlaskClient) -> None:
    """A browser gets the result of a query."""
    add_endpoint(typed)
    response = client.get("/graphql", query_string={"query": QUERY}, headers={"Accept": BROWSER})
    assert (response.status_code, response.json) == (200, {"data": {"double": 4}})


def test_a_persisted_document_in_the_url(typed: Typed, client: FlaskClient) -> None:
    """A document may be named by its hash alone."""
    sha256 = "0" * 64
    add_endpoint(typed, persisted={sha256: QUERY})
    extensions = f'{{"persistedQuery": {{"version": 1, "sha256Hash": "{sha256}"}}}}'
    response = client.get(
        "/graphql", query_string={"extensions": extensions}, headers={"Accept": BROWSER}
    )
    assert (response.status_code, response.json) == (200, {"data": {"double": 4}})


def test_a_post_of_a_browser(typed: Typed, client: FlaskClient) -> None:
    """Only GET and HEAD have a page."""
    add_endpoint(typed)
    response = client.post("/graphql", json={"query": QUERY}, headers={"Accept": BROWSER})
    assert (response.status_code, response.json) == (200, {"data": {"double": 4}})


def test_switched_off(app: Flask, client: FlaskClient) -> None:
    """Without the page, a browser needs an operation like any other client."""
    app.config.update(TYPED_GRAPHIQL=False, TYPED_DOCS_URL=None)
    add_endpoint(Typed(app))
    response = open_page(client)
    assert (response.status_code, response.json) == (400, NO_QUERY)
    assert client.get("/graphql/assets/graphiql-init.js").status_code == 404


def test_without_introspection(app: Flask, client: FlaskClient) -> None:
    """The page knows that it cannot ask for the schema."""
    app.config["TYPED_GRAPHQL_INTROSPECTION"] = False
    add_endpoint(Typed(app))
    assert '<div id="graphiql" data-introspection="false"></div>' in open_page(client).text


def test_the_title_of_the_document(app: Flask, client: FlaskClient) -> None:
    """The page has the title of the configuration, as text."""
    app.config["TYPED_TITLE"] = "<b>"
    add_endpoint(Typed(app))
    assert "<title>&lt;b&gt; - GraphiQL</title>" in open_page(client).text


def test_a_nonce_of_the_app(app: Flask, client: FlaskClient) -> None:
    """Scripts and style sheets have the nonce of the app's own policy."""
    app.jinja_env.globals["csp_nonce"] = lambda: "once"
    add_endpoint(Typed(app))
    assert open_page(client).text.count('nonce="once"') == 6


def test_the_page_is_guarded_as_the_endpoint(typed: Typed, client: FlaskClient) -> None:
    """What the route depends on, the page depends on."""
    add_endpoint(typed, dependencies=[Depends(HTTPBearer())])
    response = open_page(client)
    assert (response.status_code, response.json) == (
        401,
        {
            "type": "about:blank",
            "title": "Authentication is required.",
            "status": 401,
        },
    )
    headers = {"Accept": BROWSER, "Authorization": "Bearer token"}
    assert client.get("/graphql", headers=headers).mimetype == "text/html"
