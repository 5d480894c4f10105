"""The declaration of a document: its URLs, its texts, its routes and its guard.

Declaration time. Imports only the declarations of settings and guards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

from ..declare.objects import reject_text
from ..declare.settings import OpenAPIVersion, PageKind
from ..exceptions import DeclarationError
from ..security.guards import Guard, is_guard


@dataclass(frozen=True, kw_only=True)
class Document:
    """One OpenAPI document of an app.

    ::

        Typed(app, documents=[
            Document(),
            Document(url="/internal.json", docs_url="/internal", tags=["internal"], guard=STAFF),
        ])

    The configuration has the default of each option that you leave out: ``TYPED_TITLE`` for
    ``title``, and so on.

    :param name: the name of the endpoint, ``typed.<name>``. The default is ``openapi`` for the
        first document, and the last part of the URL for the others.
    :param url: the URL of the JSON. The YAML has the same URL with ``.yaml``.
    :param docs_url: the URL of the page; ``""`` for no page, which is the default for all documents
        except the first.
    :param page: the kind of page.
    :param page_options: the options of the page, by name. The default applies only if the kind of
        page is the configured one.
    :param title: the title of the API and of the page.
    :param version: the version of the API.
    :param summary: one line about the API; not in OpenAPI 3.0.
    :param description: CommonMark.
    :param terms_of_service: a URL.
    :param contact: a Contact Object: ``name``, ``url``, ``email``.
    :param license: a License Object, or an SPDX expression such as ``"MIT"``.
    :param servers: URLs, or Server Objects.
    :param external_docs: a URL, or an External Documentation Object.
    :param tag_objects: Tag Objects or names, in the order of the document. Other tags follow in the
        order of routes.
    :param tag_groups: the names of tags, by group.
    :param openapi_version: the version of OpenAPI.
    :param plain_routes: whether to list plain routes.
    :param webhooks: whether to list the app's webhooks.
    :param blueprints: only show routes of these blueprints, and of blueprints nested in them.
    :param tags: only show routes with one of these tags.
    :param select: a function of the URL rule; only show routes for which it is true. A route must
        match each of ``blueprints``, ``tags`` and ``select`` that is set.
    :param guard: protects the document and its page: a view decorator, ``Depends`` or ``Security``.
    :param edit: a function that gets the finished document, a dict, and may change it or return
        another.
    """

    name: str | None = None
    url: str | None = None
    docs_url: str | None = None
    page: PageKind | None = None
    page_options: Mapping[str, Any] | None = None
    title: str | None = None
    version: str | None = None
    summary: str | None = None
    description: str | None = None
    terms_of_service: str | None = None
    contact: Mapping[str, str] | None = None
    license: Mapping[str, str] | str | None = None
    servers: Sequence[str | Mapping[str, Any]] | None = None
    external_docs: Mapping[str, Any] | str | None = None
    tag_objects: Sequence[str | Mapping[str, Any]] | None = None
    tag_groups: Mapping[str, Sequence[str]] | None = None
    openapi_version: OpenAPIVersion | None = None
    plain_routes: bool | None = None
    webhooks: bool = True
    blueprints: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    select: Callable[[Rule], bool] | None = None
    guard: Guard | None = None
    edit: Callable[[dict[str, Any]], Any] | None = None

    def __post_init__(self) -> None:
        if not is_guard(self.guard):
            name = getattr(self.guard, "__name__", type(self.guard).__name__)
            raise DeclarationError(
                f"{name} is not a guard: it is neither a view decorator nor Depends().",
                instead="Write `guard=Depends(…)` or `guard=Security(…)` with the provider.",
                where=("Document(guard=…)",),
            )
        for option in ("tags", "blueprints"):
            reject_text(option, getattr(self, option), "Document")

    def shows(self, rule: Rule, tags: Sequence[str]) -> bool:
        """Return whether the document shows a route with this rule and these tags."""
        if self.blueprints is not None:
            around = rule.endpoint.rpartition(".")[0] + "."
            if not any(around.startswith(f"{name}.") for name in self.blueprints):
                return False
        if self.tags is not None and not set(self.tags).intersection(tags):
            return False
        return self.select is None or bool(self.select(rule))
