"""Checks of the OpenAPI objects that users write: their fields, and the values of the fields.

Declaration, registration and publishing time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..exceptions import DeclarationError
from ..wire.jsonvalues import reject_no_json, show
from .checks import EXTERNAL_DOCS, SERVER_OBJECTS, URL, either, is_mapping, is_text, passes

#: Returns whether a field may have a value.
ValuePredicate = Callable[[Any], bool]
#: The key of a response in an operation: a status code, a range of them, or ``default``.
STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default")

is_external_docs = passes(EXTERNAL_DOCS)
is_external_docs_or_url = passes(either(URL, EXTERNAL_DOCS))
are_server_objects = passes(SERVER_OBJECTS)


def is_anything(value: Any) -> bool:
    """Return true: any JSON value is valid."""
    return True


def is_lazy_text(value: Any) -> bool:
    """Return whether a value is a text, or a lazy translation, which is text once published."""
    return is_text(value) or hasattr(type(value), "__html__")


def is_bool(value: Any) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def is_text_list(value: Any) -> bool:
    """Return whether a value is an array of texts."""
    return isinstance(value, (list, tuple)) and all(map(is_text, value))


def is_uri(value: Any) -> bool:
    """Return whether a value is a URI reference."""
    try:
        urlsplit(value)
    except (ValueError, AttributeError, TypeError):
        return False
    return is_text(value)


def has_fields(
    value: Any, known: Mapping[str, ValuePredicate], required: tuple[str, ...] = ()
) -> bool:
    """Return whether a value is an OpenAPI object with only known fields and extensions."""
    return (
        isinstance(value, Mapping)
        and all(name in value for name in required)
        and all(
            key in known and known[key](inner)
            for key, inner in value.items()
            if not str(key).startswith("x-")
        )
    )


def are_named_texts(value: Any) -> bool:
    """Return whether a value is an object whose values are texts."""
    return is_mapping(value) and all(map(is_text, (*value, *value.values())))


def are_objects(value: Any) -> bool:
    """Return whether a value is an array of objects."""
    return isinstance(value, (list, tuple)) and all(map(is_mapping, value))


def hold_objects(value: Any) -> bool:
    """Return whether a value is an object whose values are objects."""
    return is_mapping(value) and all(map(is_mapping, value.values()))


def are_responses(value: Any) -> bool:
    """Return whether a value is a Responses Object: responses by status code."""
    keys = (key for key in value if not str(key).startswith("x-")) if is_mapping(value) else ()
    return hold_objects(value) and all(STATUS.fullmatch(str(key)) for key in keys)


def is_example_object(value: Any) -> bool:
    """Return whether a named example is an Example Object, not the example value itself."""
    return isinstance(value, Mapping) and not {"value", "externalValue"}.isdisjoint(value)


def is_example(value: Any) -> bool:
    """Return whether an Example Object is valid: it has a value or a URL, not both."""
    known = {"value": is_anything, "externalValue": is_uri}
    texts = {"summary": is_text, "description": is_text}
    return has_fields(value, {**known, **texts}) and not known.keys() <= value.keys()


def are_examples(value: Any) -> bool:
    """Return whether a value is an array of examples, or an object of examples by name."""
    if isinstance(value, Mapping):
        return all(is_example(v) for v in value.values() if is_example_object(v))
    return isinstance(value, (list, tuple))


#: The fields that a route may add to its Operation Object.
OPERATION_FIELDS: Mapping[str, ValuePredicate] = {
    "summary": is_text,
    "description": is_text,
    "externalDocs": is_external_docs,
    "tags": is_text_list,
    "deprecated": is_bool,
    "parameters": are_objects,
    "requestBody": is_mapping,
    "responses": are_responses,
    "callbacks": hold_objects,
    "security": are_objects,
    "servers": are_server_objects,
}
#: The fields that ``Returns`` may add to a Response Object.
RESPONSE_FIELDS: Mapping[str, ValuePredicate] = {
    "summary": is_text,
    "description": is_text,
    **dict.fromkeys(("headers", "content", "links"), hold_objects),
}
#: The keywords with which markers and other objects in annotations document a value.
DOCUMENTATION_CHECKS: Mapping[str, ValuePredicate] = {
    "title": is_lazy_text,
    "description": is_lazy_text,
    "deprecated": is_bool,
    "examples": are_examples,
    "externalDocs": is_external_docs,
}


def reject_misfit(
    subject: str, value: Any, fits: ValuePredicate, instead: str, *places: str
) -> None:
    """Raise if a field of an OpenAPI object may not have a value.

    :param subject: the name of the value in the message: ``"contact="``.
    :param fits: returns whether the value is valid.
    :raises DeclarationError: if the value is not valid, or JSON cannot hold it.
    """
    reject_no_json(subject, value, *places)
    if not fits(value):
        raise DeclarationError(f"{subject} is {show(value)}.", instead=instead, where=places)


def reject_text(option: str, value: Any, *places: str) -> None:
    """Raise for a text in place of a list of texts: Python would iterate over its letters."""
    if isinstance(value, str):
        raise DeclarationError(
            f"{option}= is a text, but it takes a list of texts.",
            instead=f"Write `{option}=[{value!r}]`.",
            where=places,
        )


def reject_status(status: Any, subject: str) -> None:
    """Raise if HTTP does not have a status code.

    :param subject: the owner of the status code in the message.
    :raises DeclarationError: if it is not an integer from 100 to 599.
    """
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise DeclarationError(
            f"{subject} has the status code {show(status)}.",
            instead="Use a status code from 100 to 599.",
        )


def reject_extra(
    subject: str, extra: Any, known: Mapping[str, ValuePredicate], *places: str
) -> None:
    """Raise for fields that cannot be added to an OpenAPI object.

    :param subject: the option that has the fields, in the message: ``"extra="``.
    :raises DeclarationError: for the first field that cannot be published.
    """
    instead = "Write a dict with fields of OpenAPI's object, or with x-… extensions."
    reject_misfit(subject, extra, is_mapping, instead, *places)
    for field, value in extra.items():
        if field == "operationId":
            raise DeclarationError(
                f"{subject} has an operationId, which is not checked there.",
                instead="Write `operation_id=…`.",
                where=places,
            )
        if not field.startswith("x-") and not known.get(field, lambda _: False)(value):
            raise DeclarationError(
                f"{subject} has {field!r}: {show(value)}, which OpenAPI does not allow.",
                instead=f"Write one of {', '.join(known)} in OpenAPI's form, or x-….",
                where=places,
            )


def reject_documentation(documentation: Mapping[str, Any]) -> None:
    """Raise for documentation of a value that cannot be published.

    :param documentation: the description, the examples and so on, by keyword.
    :raises DeclarationError: for the first keyword that cannot be published.
    """
    for keyword, value in documentation.items():
        fits = DOCUMENTATION_CHECKS.get(keyword, is_anything)
        if keyword == "default" or (fits is is_lazy_text and fits(value)):
            continue
        reject_misfit(f"{keyword}=", value, fits, "Write it in OpenAPI's form: see the docs.")
