"""The files of GraphiQL: where they are served, and what is in them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_typed import Typed
from flask_typed.publish.files import ASSETS

from .serving_page import BROWSER, add_endpoint, find_links, open_page

pytest.importorskip("strawberry", reason="GraphQL endpoints need the extra")

FOLDER = ASSETS / "graphiql"
LOCK = Path(__file__).parents[2] / ".ci" / "graphiql" / "package-lock.json"


def find_bases(client: FlaskClient, url: str = "/graphql", prefix: str = "") -> set[str]:
    """Return the URLs below which the page loads its files, all of which are there."""
    links = find_links(open_page(client, url, prefix).text)
    assert len(links) == 7
    for link in links:
        with client.get(link.removeprefix(prefix)) as response:
            assert response.status_code == 200
    return {re.split("/[0-9a-f]{32}/", link)[0] for link in links}


def test_below_a_prefix(typed: Typed, client: FlaskClient) -> None:
    """Behind a prefix, the URLs of the files have it too."""
    add_endpoint(typed)
    assert find_bases(client, prefix="/api") == {"/api/docs/assets"}


@pytest.mark.configured(TYPED_DOCS_URL=None)
@pytest.mark.parametrize("rule", ["/graphql", "/graphql/"])
def test_without_other_pages(typed: Typed, client: FlaskClient, rule: str) -> None:
    """The files are below the endpoint then."""
    add_endpoint(typed, rule)
    assert find_bases(client, rule, prefix="/api") == {"/api/graphql/assets"}


@pytest.mark.configured(TYPED_DOCS_URL=None)
def test_several_endpoints(typed: Typed, client: FlaskClient) -> None:
    """The files are below the first endpoint."""
    add_endpoint(typed, "/one")
    add_endpoint(typed, "/two", endpoint="two")
    assert find_bases(client, "/two") == {"/one/assets"}


@pytest.mark.configured(TYPED_DOCS_URL=None)
def test_a_rule_with_a_variable(typed: Typed, client: FlaskClient) -> None:
    """The files do not depend on its value."""
    add_endpoint(typed, "/<tenant>/graphql", dependencies=[])
    assert find_bases(client, "/a/graphql") == {"/graphiql/assets"}


def test_rules_with_hosts() -> None:
    """The files are on the host of the endpoint."""
    app = Flask("shop", host_matching=True, static_host="a.example")
    app.config["TYPED_DOCS_URL"] = None
    add_endpoint(Typed(app), host="b.example")
    host = "http://b.example"
    client = app.test_client()
    links = find_links(client.get("/graphql", base_url=host, headers={"Accept": BROWSER}).text)
    assert len(links) == 7
    for link in links:
        assert link.startswith("/graphql/assets/")
        with client.get(link, base_url=host) as response:
            assert response.status_code == 200


def test_the_policy_allows_the_files() -> None:
    """The style sheet has only pictures in it, and the script makes neither styles nor code."""
    style = (FOLDER / "graphiql.css").read_text(encoding="utf-8")
    assert "@font-face" not in style
    assert "@import" not in style
    assert {url[:10] for url in re.findall(r"url\([\"']?([^)]+)", style)} == {"data:image"}
    script = (FOLDER / "graphiql.js").read_text(encoding="utf-8")
    for refused in ("new Function(", "new Worker(", "importScripts("):
        assert refused not in script
    # React's own, for <style> in components, which GraphiQL does not use.
    assert script.count('createElement("style")') == 1


def test_the_licences_are_those_of_the_bundle() -> None:
    """Each package is named with the version of the lock file and its licence."""
    text = (FOLDER / "LICENSE").read_text(encoding="utf-8")
    named = dict(re.findall(r"^(\S+) (\d\S+) \([\w.-]+\)$", text, re.MULTILINE))
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    assert named.items() <= {
        (path.rpartition("node_modules/")[2], package["version"])
        for path, package in packages.items()
        if path
    }
    assert {"graphiql", "graphql", "codemirror", "react-dom"} <= named.keys()
