"""Serves the documents and the pages that show them, as a plain blueprint.

Request time, from cached bytes. The package contains all assets of the pages.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    request,
    send_from_directory,
    url_for,
)
from jinja2 import FileSystemLoader

from ..bridge.pausing import Pauses
from ..libraries.flask import update_template_context
from .declared import Document
from .making import DocumentWriter, load_json_writer, load_yaml_writer

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
#: In a folder of its own: a template of the app with the same name would win.
TEMPLATE = "flask_typed/page.html"
#: The Content Security Policy of pages without inline code.
STRICT = "default-src 'self'; img-src 'self' data:"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that shows documents.

    :param styles: the style sheets, relative to ``assets``.
    :param scripts: the scripts, relative to ``assets``.
    :param policy: the strictest Content Security Policy that works; no other hosts.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str = STRICT


#: Swagger UI has no inline code. ReDoc creates style sheets, and searches in a web worker.
PAGES: Mapping[str, Page] = {
    "swagger-ui": Page(
        ("swagger-ui/swagger-ui.css", "docs.css"),
        ("swagger-ui/swagger-ui-bundle.js", "swagger-ui-init.js"),
    ),
    "redoc": Page(
        ("docs.css",),
        ("redoc/redoc.standalone.js", "redoc-init.js"),
        f"{STRICT}; style-src 'self' 'unsafe-inline'; worker-src blob:",
    ),
}
#: How many prefixes of an app are cached: a proxy's header may contain any prefix.
PREFIXES = 8

#: A function that builds a document.
Make = Callable[[Pauses], Mapping[str, Any]]
#: A decorator of views that guards them.
Protect = Callable[[Callable[[], Response]], Callable[..., Any]]

#: The variable in the rules of pages that are served on all hosts.
HOST = "typed_host"


class Published:
    """One served document, which the first request for it builds.

    :param make: builds the document.
    :param lock: of the app, held while a part of the document is built, and released in between.
    """

    def __init__(self, make: Make, lock: RLock) -> None:
        self._make = make
        self._lock = lock
        self._making: RLock | None = None
        self._made: Mapping[str, Any] | None = None
        self._texts: dict[tuple[DocumentWriter, str], tuple[bytes, str]] = {}

    def respond(self, write: DocumentWriter, media_type: str) -> Response:
        """Return a response with the document, or a 304 for a matching ETag.

        :param write: writes the document as text.
        """
        key = write, request.script_root
        data, etag = self._texts.get(key) or self.make_text(key)
        response = Response(data, mimetype=media_type)
        response.set_etag(etag)
        response.cache_control.no_cache = True
        conditional: Response = response.make_conditional(request)  # type: ignore[assignment]  # itself
        return conditional

    def make_text(self, key: tuple[DocumentWriter, str]) -> tuple[bytes, str]:
        """Return the text and its ETag. One request writes them; others wait."""
        with self._lock:  # the other lock is made after gevent's patch, which may come late
            making = self._making = self._making or RLock()
        with making, self._lock:
            if key not in self._texts:
                text = self._write(*key, Pauses(self._lock))
                if len(self._texts) == PREFIXES:
                    del self._texts[next(iter(self._texts))]
                self._texts[key] = text
            return self._texts[key]

    def _write(self, write: DocumentWriter, root: str, pauses: Pauses) -> tuple[bytes, str]:
        """Return the text and its ETag.

        :param root: the prefix of the app, which becomes the server if the document has none:
            clients would send requests to the root of the host.
        """
        if self._made is None:
            self._made = self._make(pauses)
        made = self._made
        if root and "servers" not in made:
            made = {**made, "servers": [{"url": root}]}
        data = write(made, pauses)
        return data, hashlib.sha256(data).hexdigest()[:32]


def make_pages(
    documents: Mapping[str, Document],
    make: Callable[[Document, Pauses], Mapping[str, Any]],
    protect: Callable[[Document], Protect],
    lock: RLock,
    *,
    host_matching: bool = False,
) -> Blueprint:
    """Return the blueprint that serves the documents and their pages.

    :param documents: complete declarations, by the names of their endpoints.
    :param make: builds a document.
    :param protect: returns the decorator that guards the views of a document.
    :param lock: held while a document is built.
    :param host_matching: whether the app's rules match hosts; the pages are served on all hosts.
    """
    pages = Blueprint("typed", __name__)
    options: dict[str, Any] = {"host": f"<{HOST}>"} if host_matching else {}
    if host_matching:
        pages.url_value_preprocessor(lambda _, values: (values or {}).pop(HOST, None))
        pages.url_defaults(lambda _, values: values.update({HOST: request.host}))
    for name, document in documents.items():
        published = Published(partial(make, document), lock)
        add_document(pages, name, document, published, protect, options)
    with_page = next((d for d in documents.values() if d.url and d.docs_url), None)
    if with_page:  # one URL for the assets of all pages
        url = f"{str(with_page.docs_url).rstrip('/')}/assets/<path:filename>"
        pages.add_url_rule(url, "static", send_asset, **options)
    return pages


def send_asset(filename: str) -> Response:
    """Serve an asset of the pages."""
    max_age = current_app.get_send_file_max_age(filename)
    return send_from_directory(ASSETS, filename, max_age=max_age)


def add_document(
    pages: Blueprint,
    name: str,
    document: Document,
    published: Published,
    protect: Callable[[Document], Protect],
    options: Mapping[str, Any],
) -> None:
    """Add the views of one document.

    :param options: options for their URL rules.
    """

    def openapi() -> Response:
        """Serve the OpenAPI document."""
        return published.respond(load_json_writer(), "application/json")

    def openapi_yaml() -> Response:
        """Serve the OpenAPI document as YAML."""
        return published.respond(load_yaml_writer(), "application/yaml")

    def docs() -> Response:
        """Serve the page that shows the document."""
        kind = document.page or "swagger-ui"
        page = PAGES[kind]
        text = render_page(
            id=kind,
            title=document.title,
            document_url=url_for(f"typed.{name}"),
            styles=page.styles,
            scripts=page.scripts,
        )
        return Response(text, headers={"Content-Security-Policy": page.policy})

    if not document.url:
        return
    guarded = protect(document)
    pages.add_url_rule(document.url, name, guarded(openapi), **options)
    pages.add_url_rule(yaml_url(document.url), f"{name}_yaml", guarded(openapi_yaml), **options)
    if document.docs_url:
        pages.add_url_rule(document.docs_url, f"{name}_docs", guarded(docs), **options)


def render_page(**context: Any) -> str:
    """Return the text of a page.

    The template is not among the app's templates, which tools may list and compile. It has the
    context of the app's templates.
    """
    environment = current_app.jinja_env.overlay(loader=FileSystemLoader(TEMPLATES))
    update_template_context(context)
    return environment.get_template(TEMPLATE).render(context)


def yaml_url(url: str) -> str:
    """Return the URL of a document's YAML, which is next to the JSON."""
    return f"{url.removesuffix('.json')}.yaml"
