"""GraphiQL, the page on which people try a GraphQL endpoint.

Setup and request time. The page has the URL of its endpoint, and the package contains all that it
loads.
"""

from __future__ import annotations

from flask import Request, Response
from werkzeug.datastructures import MIMEAccept

from ..publish.page_kinds import STRICT
from ..publish.pages import render_page, serve_assets
from ..routes.tools import Tools
from .responses import SINGLE

HTML = "text/html"
#: The query parameters that contain or name a document.
DOCUMENT_PARAMETERS = frozenset({"query", "extensions"})
STYLES = ("graphiql/graphiql.css", "docs.css", "graphiql-page.css")
SCRIPTS = ("graphiql/graphiql.js", "graphiql-fetcher.js", "graphiql-init.js")


class GraphiQLPage:
    """The page of an endpoint.

    :param has_introspection: whether the page asks for the schema.
    """

    def __init__(self, title: str, *, has_introspection: bool) -> None:
        self._title = title
        self._data = {"introspection": "true" if has_introspection else "false"}

    def find(self, request: Request) -> Response | None:
        """Return the response with the page; ``None`` for a request of an operation."""
        if request.method not in ("GET", "HEAD") or DOCUMENT_PARAMETERS & request.args.keys():
            return None
        return self._respond() if prefers_html(request.accept_mimetypes) else None

    def _respond(self) -> Response:
        """Return the response with the page."""
        text = render_page(
            id="graphiql",
            title=self._title,
            icon="graphiql-icon.png",
            data=self._data,
            styles=STYLES,
            scripts=SCRIPTS,
        )
        return Response(text, headers={"Content-Security-Policy": STRICT, "Vary": "Accept"})


def prefers_html(accepted: MIMEAccept) -> bool:
    """Return whether a client prefers a page to the result of an operation."""
    return accepted.best_match((*SINGLE, HTML)) == HTML


def make_page(tools: Tools, rule: str) -> GraphiQLPage | None:
    """Return the page of an endpoint, and serve its assets; ``None`` if the app has none.

    :param rule: of the endpoint.
    """
    settings = tools.settings
    if not settings.graphiql:
        return None
    serve_assets(tools.app, rule, tools.lock)
    title = f"{settings.title or tools.app.name} - GraphiQL"
    return GraphiQLPage(title, has_introspection=settings.graphql_introspection)
