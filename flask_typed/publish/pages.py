"""The document and the page that shows it, as a plain blueprint.

Request time, from cached bytes; everything that the page needs is shipped in the package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from .document import write_document

ASSETS = Path(__file__).parent / "assets"
TEMPLATES = Path(__file__).parent / "templates"
#: In a folder of its own: an app's template of the same name would win.
PAGE = "flask_typed/docs.html"
#: What the page gets by with: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' data:"


def make_pages(
    make: Callable[[], Mapping[str, Any]],
    *,
    document_url: str | None,
    docs_url: str | None,
    title: str,
) -> Blueprint:
    """Return the blueprint that serves the document and its page.

    :param make: makes the document; called once, on the first request for it.
    :param document_url: where the document is; ``None`` for nowhere.
    :param docs_url: where the page is; ``None`` for nowhere.
    """
    pages = Blueprint("typed", __name__, template_folder=str(TEMPLATES))

    @lru_cache(maxsize=1)
    def built() -> tuple[bytes, str]:
        data = write_document(make())
        return data, hashlib.sha256(data).hexdigest()[:32]

    def openapi() -> Response:
        """Serve the OpenAPI document."""
        data, etag = built()
        response = Response(data, mimetype="application/json")
        response.set_etag(etag)
        response.cache_control.no_cache = True
        conditional: Response = response.make_conditional(request)  # type: ignore[assignment]  # itself
        return conditional

    def docs() -> Response:
        """Serve the page that shows the document."""
        document_url = url_for("typed.openapi")
        page = Response(render_template(PAGE, title=title, document_url=document_url))
        page.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        return page

    if document_url:
        pages.add_url_rule(document_url, view_func=openapi)
    if document_url and docs_url:
        pages.add_url_rule(docs_url, view_func=docs)
        pages.static_folder = str(ASSETS)
        pages.static_url_path = docs_url.rstrip("/") + "/assets"
    return pages
