"""Serves the documents and the pages that show them, as a plain blueprint.

Request time, from cached bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request, url_for
from jinja2 import FileSystemLoader

from ..bridge.pausing import Pauses
from ..declare.checks import thaw
from ..declare.settings import PageKind
from ..libraries.flask import update_template_context
from .bodies import Published
from .content import DocumentSource
from .declared import Document
from .files import Assets, find_asset_url
from .making import load_json_writer, load_maker, load_origin_finder, load_yaml_writer
from .page_kinds import PAGES, STRICT, DocsPage

TEMPLATES = Path(__file__).parent / "templates"
#: In a folder of its own: a template of the app with the same name would win.
TEMPLATE = "flask_typed/page.html"

#: A decorator of views that guards them.
Protect = Callable[[Callable[[], Response]], Callable[..., Any]]

#: The variable in the rules of pages that are served on all hosts.
HOST = "typed_host"
#: The endpoint that an authorization server returns to, and its script.
REDIRECT = "oauth2_redirect"
REDIRECT_SCRIPT = "swagger-ui/oauth2-redirect.js"
ICON = "swagger-ui/favicon-32x32.png"
ASSETS_RULE = "assets/<path:filename>"


class DocumentViews:
    """The views of one document.

    :param name: of its endpoint.
    :param document: a complete declaration.
    """

    def __init__(self, name: str, document: Document, source: DocumentSource) -> None:
        self.name = name
        self.document = document
        self._source = source
        self._published = Published(partial(build_declared, source, document), source.lock)
        self._kind: PageKind = document.page or "swagger-ui"
        self._options = json.dumps(thaw(document.page_options or {}))
        self._policy: str | None = None

    def openapi(self) -> Response:
        """Serve the OpenAPI document."""
        return self._published.respond(load_json_writer(), "application/json")

    def openapi_yaml(self) -> Response:
        """Serve the OpenAPI document as YAML."""
        return self._published.respond(load_yaml_writer(), "application/yaml")

    def docs(self) -> Response:
        """Serve the page that shows the document."""
        page = PAGES[self._kind]
        text = render_page(
            id=self._kind,
            title=self.document.title,
            data={
                "document": url_for(f"typed.{self.name}"),
                "options": self._options,
                "redirect": url_for(f"typed.{REDIRECT}"),
            },
            styles=page.styles,
            scripts=page.scripts,
        )
        if self._policy is None:
            self._policy = self._write_policy(page)
        return Response(text, headers={"Content-Security-Policy": self._policy})

    def _write_policy(self, page: DocsPage) -> str:
        """Return the Content Security Policy of the page."""
        origins = self._find_origins() if page.sends else ()
        return f"{page.policy}; connect-src 'self' {' '.join(origins)}" if origins else page.policy

    def _find_origins(self) -> tuple[str, ...]:
        """Return the origins that the page sends requests to."""
        document = self.document
        made = self._published.find_made() if document.edit else None  # the page asks for it next
        with self._source.lock:
            return load_origin_finder()(self._source.get_api(), document, made)


def build_declared(source: DocumentSource, document: Document, pauses: Pauses) -> Mapping[str, Any]:
    """Build a document."""
    return load_maker()(source.get_api(), document, pauses)


def make_pages(
    documents: Mapping[str, Document],
    source: DocumentSource,
    protect: Callable[[Document], Protect],
    *,
    host_matching: bool = False,
) -> Blueprint:
    """Return the blueprint that serves the documents and their pages.

    :param documents: complete declarations, by the names of their endpoints.
    :param protect: returns the decorator that guards the views of a document.
    :param host_matching: whether the app's rules match hosts; the pages are served on all hosts.
    """
    pages = Blueprint("typed", __name__)
    options: dict[str, Any] = {"host": f"<{HOST}>"} if host_matching else {}
    if host_matching:
        pages.url_value_preprocessor(lambda _, values: (values or {}).pop(HOST, None))
        pages.url_defaults(lambda _, values: values.update({HOST: request.host}))
    for name, document in documents.items():
        add_document(pages, DocumentViews(name, document, source), protect(document), options)
    with_page = next((d for d in documents.values() if d.url and d.docs_url), None)
    if with_page:  # one URL for the assets of all pages, and one that OAuth 2 returns to
        url = str(with_page.docs_url).rstrip("/")
        assets = Assets(source.lock)
        pages.add_url_rule(f"{url}/{ASSETS_RULE}", "static", assets.respond, **options)
        pages.add_url_rule(f"{url}/oauth2-redirect.html", REDIRECT, oauth2_redirect, **options)
    return pages


def add_document(
    pages: Blueprint, views: DocumentViews, protect: Protect, options: Mapping[str, Any]
) -> None:
    """Add the views of one document.

    :param protect: the decorator that guards them.
    :param options: options for their URL rules.
    """
    document, name = views.document, views.name
    if not document.url:
        return
    pages.add_url_rule(document.url, name, protect(views.openapi), **options)
    yaml = protect(views.openapi_yaml)
    pages.add_url_rule(yaml_url(document.url), f"{name}_yaml", yaml, **options)
    if document.docs_url:
        pages.add_url_rule(document.docs_url, f"{name}_docs", protect(views.docs), **options)


def serve_assets(app: Flask, rule: str, lock: RLock) -> None:
    """Serve the assets below the URL rule of a page, unless the app serves them already.

    :param rule: where it has variables, the assets have a URL of their own.
    :param lock: of the app.
    """
    if "typed.static" in app.view_functions:
        return
    url = "/graphiql" if "<" in rule else rule.rstrip("/")
    options: dict[str, Any] = {"host": f"<{HOST}>"} if app.url_map.host_matching else {}
    app.add_url_rule(f"{url}/{ASSETS_RULE}", "typed.static", Assets(lock).respond, **options)


def oauth2_redirect() -> Response:
    """Serve the page that an authorization server returns to, which passes its answer on.

    It is for everybody: it has no content of the document, and the browser comes from another site,
    so that a guard may get neither a header nor a cookie. The answer is in its URL, which neither a
    cache nor the next page may get.
    """
    text = render_page(
        id="oauth2-redirect", title="Authorization", data={}, scripts=[REDIRECT_SCRIPT]
    )
    headers = {
        "Content-Security-Policy": STRICT,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
    }
    return Response(text, headers=headers)


def render_page(*, icon: str = ICON, **context: Any) -> str:
    """Return the text of a page.

    :param icon: the asset in the tab of the browser.

    The template is not among the app's templates, which tools may list and compile. It has the
    context of the app's templates.
    """
    context["icon"] = icon
    environment = current_app.jinja_env.overlay(loader=FileSystemLoader(TEMPLATES))
    update_template_context(context)
    return environment.get_template(TEMPLATE).render(context, asset_url=find_asset_url)


def yaml_url(url: str) -> str:
    """Return the URL of a document's YAML, which is next to the JSON."""
    return f"{url.removesuffix('.json')}.yaml"
