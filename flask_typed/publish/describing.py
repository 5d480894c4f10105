"""Describes the API as a whole: its info, servers, security and tags.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..declare.checks import thaw
from ..security.requirements import write_requirements
from ..security.schemes import Requirement
from .declared import Document


def describe_api(document: Document, default: Sequence[Requirement]) -> dict[str, Any]:
    """Return the top-level parts of a document, except title and version.

    :param default: the app's own security requirements.
    """
    parts: dict[str, Any] = {
        "info": {
            key: value
            for key, value in (
                ("summary", document.summary),
                ("description", document.description or document.summary or document.title),
                ("termsOfService", document.terms_of_service),
                ("contact", document.contact),
                ("license", write_license(document.license)),
            )
            if value
        },
        "servers": [write_server(server) for server in document.servers or ()],
        "externalDocs": write_external_docs(document.external_docs),
    }
    filled = {key: thaw(part) for key, part in parts.items() if part}
    return {**filled, "security": write_requirements(default)}  # published even if empty


def write_license(declared: Mapping[str, str] | str | None) -> Mapping[str, str] | None:
    """Return a License Object; a text is an SPDX expression."""
    if isinstance(declared, str):
        return {"name": declared, "identifier": declared}
    return declared


def write_server(server: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Server Object; a text is its URL."""
    return {"url": server} if isinstance(server, str) else dict(server)


def write_external_docs(docs: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return an External Documentation Object; a text is its URL."""
    return {"url": docs} if isinstance(docs, str) else docs


def write_tags(
    document: Document, described: Mapping[str, str], used: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield Tag Objects: the declared ones in their order, then the other tags in use.

    A tag without a route in the document is left out.

    :param described: the descriptions of tags by blueprints.
    :param used: the tags of the routes in the document.
    """
    declared = [{"name": t} if isinstance(t, str) else thaw(t) for t in document.tag_objects or ()]
    rest = [{"name": name} for name in used if all(name != tag["name"] for tag in declared)]
    for tag in (*declared, *rest):
        name = tag["name"]
        if name in used:
            words = {"description": described[name]} if name in described else {}
            yield {"name": name, **words, **tag}


def write_tag_groups(document: Document, used: Sequence[str]) -> Mapping[str, Any]:
    """Return the groups of tags as ``x-tagGroups``, the extension of ReDoc and Scalar."""
    groups = [
        {"name": group, "tags": [tag for tag in tags if tag in used]}
        for group, tags in (document.tag_groups or {}).items()
    ]
    groups = [group for group in groups if group["tags"]]
    return {"x-tagGroups": groups} if groups else {}
