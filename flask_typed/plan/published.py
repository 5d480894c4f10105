"""Checks of the texts and names that only the document uses.

Registration time. A mistake that would make the document invalid, or impossible to make, is an
error of the route that has it.
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
from ..libraries.werkzeug import host_parts, path_parts
from ..security.requirements import reject_schemes
from ..wire.jsonvalues import NotJson, reject_no_json, to_json
from .operation import Details, Operation, Outcome

#: The third part of the error for an option that has to be a text.
TEXT_ADVICE = "Write a text."


def reject_unpublishable(operation: Operation) -> None:
    """Raise for an operation that cannot be published.

    :raises DeclarationError: for the first text or name that OpenAPI does not allow.
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
        reject_misfit("The name of a callback", name, is_text, TEXT_ADVICE)


def reject_braces(operation: Operation) -> None:
    """Raise for a URL rule with braces, which Flask takes as plain text."""
    rule = operation.rule
    parts = (*path_parts(rule), *host_parts(rule))
    if any(not dynamic and not {"{", "}"}.isdisjoint(text) for dynamic, text in parts):
        raise DeclarationError(
            f"The URL rule {rule.rule!r} has braces, which Flask takes as plain text.",
            instead="Write variables in angle brackets: `/items/<int:item_id>`.",
        )


def reject_details(details: Details) -> None:
    """Raise for options of a route that OpenAPI does not allow."""
    reject_misfit("tags=", details.tags, is_text_list, "Write a list of texts.")
    if details.operation_id is not None:
        reject_misfit("operation_id=", details.operation_id, is_text, TEXT_ADVICE)
    if details.external_docs is not None:
        instead = 'Write a URL, or `{"url": …, "description": …}`.'
        reject_misfit("external_docs=", details.external_docs, is_external_docs_or_url, instead)
    reject_extra("extra=", details.extra, OPERATION_FIELDS)


def reject_outcome(outcome: Outcome) -> None:
    """Raise for options of a response that OpenAPI does not allow."""
    for name in outcome.cookies:
        reject_misfit("The name of a cookie", name, is_text, TEXT_ADVICE)
    for name in outcome.headers:
        reject_header(name, f"Returns(headers={{{name!r}: …}})")
    for name, example in outcome.examples.items():
        reject_misfit("The name of an example", name, is_text, TEXT_ADVICE)
        reject_example(name, example)
    for name, link in outcome.returns.links.items():
        reject_link(name, link)
    reject_extra("Returns(extra=…)", outcome.returns.extra, RESPONSE_FIELDS)


def reject_example(name: str, example: Any) -> None:
    """Raise for an example of a response that cannot be written as JSON."""
    try:
        to_json(example)
    except NotJson as error:
        raise DeclarationError(
            f"The example {name!r} cannot be written as JSON: {error}.",
            instead="Write a value that the view could return.",
        ) from error


def reject_link(name: Any, link: Link) -> None:
    """Raise for a link that OpenAPI does not allow."""
    place = f"link {name!r}"
    reject_name("A link", name)
    reject_misfit("Link(endpoint=…)", link.endpoint, is_text, TEXT_ADVICE, place)
    reject_no_json("Link(parameters=…)", link.parameters, place)
    reject_no_json("Link(request_body=…)", link.request_body, place)
    if link.description is not None:
        reject_misfit("Link(description=…)", link.description, is_text, TEXT_ADVICE, place)
