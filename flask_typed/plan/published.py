"""What only the document has: an operation whose words or names it cannot hold is refused.

Registration time. A mistake that would make the document invalid, or take it down, is found where
it was made.
"""

from __future__ import annotations

from typing import Any

from ..declare.checks import is_text
from ..declare.names import reject_header, reject_name
from ..declare.objects import (
    OPERATION_FIELDS,
    RESPONSE_FIELDS,
    is_external_docs_or_url,
    is_text_list,
    reject_extra,
    reject_misfit,
    reject_status,
)
from ..declare.replies import Link
from ..exceptions import DeclarationError
from ..security.requirements import reject_schemes
from ..wire.jsonvalues import NotJson, reject_no_json, to_json
from .operation import Details, Operation, Outcome
from .paths import host_parts, rule_parts

#: What a description may be, in words.
TEXT = "Write a text."


def reject_unpublishable(operation: Operation) -> None:
    """Raise for an operation that cannot stand in a document.

    :raises DeclarationError: for the first word or name that OpenAPI does not allow.
    """
    reject_braces(operation)
    reject_details(operation.details)
    for reader in operation.readers:
        if reader.location == "header":
            for name in reader.fields:
                reject_header(name, f"header parameter {name!r}")
    for outcome in operation.outcomes:
        reject_outcome(outcome)
    for problem in operation.problems:
        reject_status(problem.code, problem.__name__)
    reject_schemes(operation.requirements)
    for name in (
        *operation.callbacks,
        *(url for sent in operation.callbacks.values() for url in sent),
    ):
        reject_misfit("The name of a callback", name, is_text, TEXT)


def reject_braces(operation: Operation) -> None:
    """Raise for a URL rule that has braces, which are plain text to Flask."""
    rule = operation.rule
    parts = (*rule_parts(rule), *(host_parts(rule) if rule._trace else ()))
    if any(not dynamic and not {"{", "}"}.isdisjoint(text) for dynamic, text in parts):
        raise DeclarationError(
            f"The URL rule {rule.rule!r} has braces: Flask takes them as they are.",
            instead="Write variables in angle brackets: `/items/<int:item_id>`.",
        )


def reject_details(details: Details) -> None:
    """Raise for words of a route that OpenAPI does not allow."""
    reject_misfit("tags=", details.tags, is_text_list, "Write a list of texts.")
    if details.operation_id is not None:
        reject_misfit("operation_id=", details.operation_id, is_text, TEXT)
    if details.external_docs is not None:
        instead = 'Write a URL, or `{"url": …, "description": …}`.'
        reject_misfit("external_docs=", details.external_docs, is_external_docs_or_url, instead)
    reject_extra("extra=", details.extra, OPERATION_FIELDS)


def reject_outcome(outcome: Outcome) -> None:
    """Raise for what an annotation says of an answer that OpenAPI does not allow."""
    for name in outcome.cookies:
        reject_misfit("The name of a cookie", name, is_text, TEXT)
    for name in outcome.headers:
        reject_header(name, f"Returns(headers={{{name!r}: …}})")
    for name, example in outcome.examples.items():
        reject_misfit("The name of an example", name, is_text, TEXT)
        reject_example(name, example)
    for name, link in outcome.said.links.items():
        reject_link(name, link)
    reject_extra("Returns(extra=…)", outcome.said.extra, RESPONSE_FIELDS)


def reject_example(name: str, example: Any) -> None:
    """Raise for an example of an answer that JSON cannot hold, in the form that it is sent in."""
    try:
        to_json(example)
    except NotJson as error:
        raise DeclarationError(
            f"The example {name!r} cannot be written as JSON: {error}.",
            instead="Write it as the view returns it.",
        ) from error


def reject_link(name: Any, link: Link) -> None:
    """Raise for a link that cannot be published."""
    place = f"link {name!r}"
    reject_name("A link", name)
    reject_misfit("Link(endpoint=…)", link.endpoint, is_text, TEXT, place)
    reject_no_json("Link(parameters=…)", link.parameters, place)
    reject_no_json("Link(request_body=…)", link.request_body, place)
    if link.description is not None:
        reject_misfit("Link(description=…)", link.description, is_text, TEXT, place)
