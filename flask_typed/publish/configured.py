"""The documents of an app, checked as the configuration is, and completed by it.

Setup time. Imports the declared documents, the settings and their checks alone.
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
from ..declare.settings import SETTING_CHECKS, Settings
from ..exceptions import SetupError
from .declared import Document

#: The field of the settings that checks a field of a document, and is its default.
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
}
#: Where the first document is.
FIRST = {"url": "openapi_url", "docs_url": "docs_url"}

DOCUMENT = ValueCheck("a Document", lambda value: isinstance(value, Document))
NOWHERE = ValueCheck("'' for none", lambda value: value == "")
#: The checks by the fields of a document; the guard is checked where it is declared.
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

#: The version of OpenAPI that has these keys, and the keys of the objects in a list.
NEWEST = "3.2.0"
NEWER = {"servers": ("name",), "tag_objects": ("summary", "parent", "kind")}


def complete_documents(
    documents: Iterable[Document], settings: Settings, app_name: str
) -> Mapping[str, Document]:
    """Return the documents by name, with nothing left out and nothing that can be changed.

    :param app_name: the title, if nobody gives another.
    :raises SetupError: for a field that cannot be published, and for two of one name or place.
    """
    found: dict[str, Document] = {}
    for number, document in enumerate(documents):
        checked = check_document(DOCUMENT(document, f"Typed(documents=…)[{number}]"), number)
        whole = complete(checked, settings, CONFIGURED if number else {**CONFIGURED, **FIRST})
        name = whole.name or ("openapi" if not number else name_document(whole.url))
        if name in found:
            raise SetupError(f"Two documents are called {name!r}: give one another name=.")
        found[name] = replace(whole, title=whole.title or app_name)
    reject_twin_urls(found)
    return found


def check_document(document: Document, number: int) -> Document:
    """Return a document as it is kept.

    :raises SetupError: for a field that has another form than its key in the configuration.
    """
    label = f"Document({document.name or document.url or number!r})"
    fields = {
        name: check(getattr(document, name), f"{name}= of {label}")
        for name, check in DOCUMENT_CHECKS.items()
    }
    return replace(document, **fields)


def complete(document: Document, settings: Settings, keys: Mapping[str, str]) -> Document:
    """Return a document with the settings where it leaves something out.

    :param keys: the fields of the settings, by those of the document.
    """
    missing = [name for name in keys if getattr(document, name) is None]
    whole = replace(document, **{name: getattr(settings, keys[name]) for name in missing})
    if whole.openapi_version == NEWEST:
        return whole
    older: dict[str, Any] = {
        name: tuple(extend(getattr(whole, name), new)) for name, new in NEWER.items()
    }
    return replace(whole, **older)


def extend(objects: Iterable[Any], newer: tuple[str, ...]) -> Iterator[Any]:
    """Yield objects with the keys that a version does not have as extensions of it."""
    for item in objects:
        if isinstance(item, str):
            yield item
        else:
            names = {key: f"{EXTENSION_PREFIX}{key}" if key in newer else key for key in item}
            yield MappingProxyType({names[key]: part for key, part in item.items()})


def name_document(url: str | None) -> str:
    """Return the name of a document: the last part of its URL.

    :raises SetupError: if it has none.
    """
    if not url:
        raise SetupError("A document is nowhere: give it a url=.")
    name = url.rpartition("/")[2].partition(".")[0]
    if not name:
        raise SetupError(f"No name can be made of the url= {url!r} of a document: give it a name=.")
    return name


def reject_twin_urls(documents: Mapping[str, Document]) -> None:
    """Raise for two documents, or pages of them, at one URL: the first would answer for both.

    :raises SetupError: that names the URL.
    """
    urls: list[str] = []
    for document in documents.values():
        if document.url:
            urls += [url for url in (document.url, document.docs_url) if url]
    twins = [url for number, url in enumerate(urls) if url in urls[:number]]
    if twins:
        raise SetupError(f"Two documents, or pages of them, are at {twins[0]!r}: give one another.")
