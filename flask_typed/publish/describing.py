"""What a document says of the API as a whole: in words, of servers, and of tags.

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
    """Return what is said at the top, but for title and version.

    :param default: what the app asks of a client before any route does.
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
    said = {key: thaw(part) for key, part in parts.items() if part}
    return {**said, "security": write_requirements(default)}  # none is said, too


def write_license(said: Mapping[str, str] | str | None) -> Mapping[str, str] | None:
    """Return a License Object; a text is an SPDX expression."""
    return {"name": said, "identifier": said} if isinstance(said, str) else said


def write_server(said: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Server Object; a text is its URL."""
    return {"url": said} if isinstance(said, str) else dict(said)


def write_external_docs(said: str | Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return an External Documentation Object; a text is its URL."""
    return {"url": said} if isinstance(said, str) else said


def write_tags(
    document: Document, described: Mapping[str, str], used: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """Yield Tag Objects: those that are said, in their order, then the others that are used.

    A tag of no route that is shown is left out.

    :param described: the descriptions that blueprints give to their tags.
    """
    said = [{"name": t} if isinstance(t, str) else thaw(t) for t in document.tag_objects or ()]
    rest = [{"name": name} for name in used if all(name != tag["name"] for tag in said)]
    for tag in (*said, *rest):
        name = tag["name"]
        if name in used:
            words = {"description": described[name]} if name in described else {}
            yield {"name": name, **words, **tag}


def write_tag_groups(document: Document, used: Sequence[str]) -> Mapping[str, Any]:
    """Return the groups of tags, under the name that ReDoc and Scalar have given them."""
    groups = [
        {"name": group, "tags": [tag for tag in tags if tag in used]}
        for group, tags in (document.tag_groups or {}).items()
    ]
    groups = [group for group in groups if group["tags"]]
    return {"x-tagGroups": groups} if groups else {}
