"""Checks the declared documents of an app, and completes them from the configuration.

Setup time. Imports only the declared documents, the settings and their checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..declare.checks import (
    EXTENSION_PREFIX,
    FUNCTION,
    NAME,
    TRUTH,
    WORD,
    ValueCheck,
    either,
    optional,
    several,
)
from ..declare.settings import SETTING_CHECKS, PageKind, Settings
from ..exceptions import SetupError
from .declared import Document
from .page_kinds import PAGES

#: Fields of a document, with the field of the settings that checks them and is their default.
CONFIGURED = {
    "title": "title",
    "version": "version",
    "summary": "summary",
    "description": "description",
    "terms_of_service": "terms_of_service",
    "contact": "contact",
    "license": "license",
    "servers": "servers",
    "external_docs": "external_docs",
    "tag_objects": "tags",
    "tag_groups": "tag_groups",
    "plain_routes": "plain_routes",
    "openapi_version": "openapi_version",
    "page": "docs_page",
    "page_options": "docs_options",
}
#: The same for the URLs of the first document.
FIRST = {"url": "openapi_url", "docs_url": "docs_url"}

DOCUMENT = ValueCheck("a Document", lambda value: isinstance(value, Document))
NOWHERE = ValueCheck("'' for none", lambda value: value == "")
#: The checks by field of a document. The guard is checked when it is declared.
DOCUMENT_CHECKS: Mapping[str, ValueCheck] = {
    **{name: optional(SETTING_CHECKS[key]) for name, key in CONFIGURED.items()},
    **{name: either(SETTING_CHECKS[key], NOWHERE) for name, key in FIRST.items()},
    "name": optional(NAME),
    "webhooks": TRUTH,
    "blueprints": optional(several(WORD, "names of blueprints")),
    "tags": optional(several(WORD, "names of tags")),
    "select": optional(FUNCTION),
    "edit": optional(FUNCTION),
}

#: The newest version of OpenAPI, and the keys that only it has, by field of a document.
NEWEST = "3.2.0"
NEWER = {"servers": ("name",), "tag_objects": ("summary", "parent", "kind")}


def complete_documents(
    documents: Iterable[Document], settings: Settings, app_name: str
) -> Mapping[str, Document]:
    """Return the complete, immutable documents by name.

    :param app_name: the default title.
    :raises SetupError: if a field is invalid, or two documents share a name or a URL.
    """
    found: dict[str, Document] = {}
    for number, document in enumerate(documents):
        declared = DOCUMENT(document, f"Typed(documents=…)[{number}]")
        label = f"Document({declared.name or declared.url or number!r})"
        checked = check_document(declared, label)
        whole = complete_document(
            checked, settings, CONFIGURED if number else {**CONFIGURED, **FIRST}
        )
        options = choose_page_options(checked, whole.page or settings.docs_page, settings, label)
        name = whole.name or ("openapi" if not number else name_document(whole.url))
        if name in found:
            raise SetupError(
                f"Two documents have the name {name!r}, from name= or from the end of the URL: give"
                " one of them another name=."
            )
        found[name] = replace(whole, title=whole.title or app_name, page_options=options)
    reject_twin_urls(found)
    return found


def check_document(document: Document, label: str) -> Document:
    """Return a document with its fields checked and converted.

    :param label: its name in messages.
    :raises SetupError: if a field is invalid.
    """
    fields = {
        name: check(getattr(document, name), f"{name}= of {label}")
        for name, check in DOCUMENT_CHECKS.items()
    }
    return replace(document, **fields)


def complete_document(document: Document, settings: Settings, keys: Mapping[str, str]) -> Document:
    """Return a document whose missing fields come from the settings.

    :param keys: the fields of the settings, by field of the document.
    """
    missing = [name for name in keys if getattr(document, name) is None]
    whole = replace(document, **{name: getattr(settings, keys[name]) for name in missing})
    if whole.openapi_version == NEWEST:
        return whole
    older: dict[str, Any] = {
        name: tuple(extend(getattr(whole, name), new)) for name, new in NEWER.items()
    }
    return replace(whole, **older)


def choose_page_options(
    document: Document, page: PageKind, settings: Settings, label: str
) -> Mapping[str, Any]:
    """Return the options of a document's page. Those of the configuration are for its own page.

    :param page: of the complete document.
    :param label: the document's name in messages.
    :raises SetupError: for an option that the page does not take, or a wrong value.
    """
    options, place = document.page_options, f"page_options= of {label}"
    if options is None:
        is_configured = page == settings.docs_page
        options, place = settings.docs_options if is_configured else {}, "TYPED_DOCS_OPTIONS"
    return PAGES[page].options.check(options, place)


def extend(objects: Iterable[Any], newer: tuple[str, ...]) -> Iterator[Any]:
    """Yield objects whose keys from a newer version are renamed to ``x-`` extensions."""
    for item in objects:
        if isinstance(item, str):
            yield item
        else:
            names = {key: f"{EXTENSION_PREFIX}{key}" if key in newer else key for key in item}
            yield MappingProxyType({names[key]: part for key, part in item.items()})


def name_document(url: str | None) -> str:
    """Return the name of a document from the last part of its URL.

    :raises SetupError: if there is no such part.
    """
    if not url:
        raise SetupError("A document has no URL: give it a url=.")
    name = url.rpartition("/")[2].partition(".")[0]
    if not name:
        raise SetupError(f"The url= {url!r} of a document contains no name: give it a name=.")
    return name


def reject_twin_urls(documents: Mapping[str, Document]) -> None:
    """Raise if two documents or pages share a URL: the first would hide the other.

    :raises SetupError: with the URL.
    """
    urls: list[str] = []
    for document in documents.values():
        if document.url:
            urls += [url for url in (document.url, document.docs_url) if url]
    twins = [url for number, url in enumerate(urls) if url in urls[:number]]
    if twins:
        raise SetupError(f"Two documents or pages have the URL {twins[0]!r}: change one of them.")
