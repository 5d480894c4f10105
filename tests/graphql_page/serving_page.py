"""What the tests of GraphiQL share: a schema, and requests for the page."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from flask_typed import Typed
from werkzeug.test import TestResponse

#: What Chromium sends for a page.
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
POLICY = "default-src 'self'; img-src 'self' data: blob:"


class Queries:
    """The queries of the tests."""

    def double(self, number: int) -> int:
        """Double a number."""
        return 2 * number


def add_endpoint(typed: Typed, rule: str = "/graphql", **options: Any) -> None:
    """Add an endpoint with the schema of the tests."""
    typed.graphql(rule, Queries, **options)


def open_page(client: FlaskClient, url: str = "/graphql", prefix: str = "") -> TestResponse:
    """Return the response to a browser that opens a URL."""
    return client.get(url, headers={"Accept": BROWSER}, environ_overrides={"SCRIPT_NAME": prefix})


def find_links(page: str) -> list[str]:
    """Return the URLs of the files that a page loads."""
    return re.findall(r'(?:src|href)="([^"]+)"', page)
