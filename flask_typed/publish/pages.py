"""The documents and the pages that show them, as a plain blueprint.

Request time, from cached bytes; everything that a page needs is shipped with the package, or with
the extra that brings it.
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

from ..libraries.flask import update_template_context
from .declared import Document
from .document import write_document, write_yaml

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
#: In a folder of its own: an app's template of the same name would win.
TEMPLATE = "flask_typed/page.html"
#: A policy for what has nothing inline.
STRICT = "default-src 'self'; img-src 'self' data:"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that shows documents.

    :param styles: its style sheets, among our assets.
    :param scripts: likewise.
    :param policy: what it gets by with: nothing from elsewhere.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    policy: str = STRICT


#: Swagger UI has nothing inline; ReDoc makes style sheets while it runs, and searches in a worker.
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
#: How many prefixes of an app have a text of their own; a proxy's header may say any.
PREFIXES = 8

#: Writes a document as text.
Write = Callable[[Mapping[str, Any]], bytes]
#: What guards a view: returns the view that answers instead of it.
Protect = Callable[[Callable[[], Response]], Callable[..., Any]]

#: The variable of the rules of pages that are on all hosts.
HOST = "typed_host"


class Published:
    """One document as it is served: made once, on the first request for it.

    :param make: makes the document.
    :param lock: held meanwhile.
    """

    def __init__(self, make: Callable[[], Mapping[str, Any]], lock: RLock) -> None:
        self._make = make
        self._lock = lock
        self._made: Mapping[str, Any] | None = None
        self._texts: dict[tuple[Write, str], tuple[bytes, str]] = {}

    def respond(self, write: Write, media_type: str) -> Response:
        """Return the response of a text.

        :param write: writes the document.
        """
        key = write, request.script_root
        data, etag = self._texts.get(key) or self.make_text(key)
        response = Response(data, mimetype=media_type)
        response.set_etag(etag)
        response.cache_control.no_cache = True
        conditional: Response = response.make_conditional(request)  # type: ignore[assignment]  # itself
        return conditional

    def make_text(self, key: tuple[Write, str]) -> tuple[bytes, str]:
        """Return the text and its ETag, made by one thread; others wait for it."""
        with self._lock:
            if key not in self._texts:
                if len(self._texts) == PREFIXES:
                    del self._texts[next(iter(self._texts))]
                self._texts[key] = self._write(*key)
            return self._texts[key]

    def _write(self, write: Write, root: str) -> tuple[bytes, str]:
        """Return the text and its ETag.

        :param root: the prefix of the app; where no server is named, clients would ask the
            host's root.
        """
        if self._made is None:
            self._made = self._make()
        made = self._made
        if root and "servers" not in made:
            made = {**made, "servers": [{"url": root}]}
        data = write(made)
        return data, hashlib.sha256(data).hexdigest()[:32]


def make_pages(
    documents: Mapping[str, Document],
    make: Callable[[Document], Mapping[str, Any]],
    protect: Callable[[Document], Protect],
    lock: RLock,
    *,
    host_matching: bool = False,
) -> Blueprint:
    """Return the blueprint that serves the documents and their pages.

    :param documents: by the names of their endpoints, nothing left out.
    :param make: makes a document.
    :param protect: returns what guards the views of a document.
    :param lock: held while a document is made.
    :param host_matching: whether rules of the app match hosts, too; the pages are on all of them.
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
    if with_page:  # one place for the assets of all pages
        url = f"{str(with_page.docs_url).rstrip('/')}/assets/<path:filename>"
        pages.add_url_rule(url, "static", send_asset, **options)
    return pages


def send_asset(filename: str) -> Response:
    """Serve a file of the pages."""
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

    :param options: of their URL rules.
    """

    def openapi() -> Response:
        """Serve the OpenAPI document."""
        return published.respond(write_document, "application/json")

    def openapi_yaml() -> Response:
        """Serve the OpenAPI document as YAML."""
        return published.respond(write_yaml, "application/yaml")

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

    Its template is not among the app's, where tools list and compile them all; what the app gives
    to its own templates, this one has too.
    """
    environment = current_app.jinja_env.overlay(loader=FileSystemLoader(TEMPLATES))
    update_template_context(context)
    return environment.get_template(TEMPLATE).render(context)


def yaml_url(url: str) -> str:
    """Return where the YAML of a document is: beside the JSON."""
    return f"{url.removesuffix('.json')}.yaml"
