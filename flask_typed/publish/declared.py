"""The documents that an app publishes: what each says, what it shows, and who may read it.

Declaration time. Imports the words of the settings, and what guards are, alone.
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
    """One document of an app: where it is, what it says, and which routes it shows.

    ::

        Typed(app, documents=[
            Document(),
            Document(url="/internal.json", docs_url="/internal", tags=["internal"], guard=STAFF),
        ])

    What is left out is what the configuration says of all documents: ``title`` is ``TYPED_TITLE``,
    and so on.

    :param name: of its endpoint, ``typed.<name>``; ``openapi`` for the first document, and the last
        part of the URL for the others.
    :param url: where it is served; the YAML beside it has the same name with ``.yaml``.
    :param docs_url: where its page is; ``""`` for no page, which is also the default of all
        documents but the first.
    :param page: which page it is.
    :param title: of the API, and of the page.
    :param version: of the API.
    :param summary: a line about the API; not in OpenAPI 3.0.
    :param description: CommonMark.
    :param terms_of_service: a URL.
    :param contact: a Contact Object: ``name``, ``url``, ``email``.
    :param license: a License Object, or an SPDX expression such as ``"MIT"``.
    :param servers: URLs, or Server Objects.
    :param external_docs: a URL, or an External Documentation Object.
    :param tag_objects: Tag Objects, or names, in the order in which they are shown; tags that are
        not here follow in the order of routes.
    :param tag_groups: names of tags, by the name of their group.
    :param openapi_version: of the text.
    :param plain_routes: whether plain routes are listed too.
    :param webhooks: whether the app's webhooks are listed.
    :param blueprints: the names of those whose routes are shown, with those inside them.
    :param tags: a route with one of them is shown.
    :param select: given the URL rule, says whether a route is shown. Of ``blueprints``, ``tags``
        and ``select``, each that is said must hold.
    :param guard: who may read it: a decorator of views, or ``Depends``, or ``Security``.
    :param edit: is given the finished document, as the dict that is published, and may change it.
    """

    name: str | None = None
    url: str | None = None
    docs_url: str | None = None
    page: PageKind | None = None
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
                f"{name} guards nothing: it is neither a decorator of views nor Depends().",
                instead="Write `guard=Depends(…)` or `guard=Security(…)` with the provider.",
                where=("Document(guard=…)",),
            )
        for option in ("tags", "blueprints"):
            reject_text(option, getattr(self, option), "Document")

    def shows(self, rule: Rule, tags: Sequence[str]) -> bool:
        """Say whether a route of a rule, with some tags, is shown."""
        if self.blueprints is not None:
            around = rule.endpoint.rpartition(".")[0] + "."
            if not any(around.startswith(f"{name}.") for name in self.blueprints):
                return False
        if self.tags is not None and not set(self.tags).intersection(tags):
            return False
        return self.select is None or bool(self.select(rule))
