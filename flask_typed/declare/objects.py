"""Objects of OpenAPI that users write: which fields they have, and which values those may have.

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

#: Returns whether a value is one that a field may have.
ValuePredicate = Callable[[Any], bool]
#: The key of an answer in an operation: a status code, a range of them, or all others.
STATUS = re.compile(r"[1-5](?:[0-9]{2}|XX)|default")

is_external_docs = passes(EXTERNAL_DOCS)
is_external_docs_or_url = passes(either(URL, EXTERNAL_DOCS))
are_server_objects = passes(SERVER_OBJECTS)


def is_anything(value: Any) -> bool:
    """Return true: a value that is JSON is enough."""
    return True


def is_lazy_text(value: Any) -> bool:
    """Return whether a value is a text, or becomes one when it is published: a translation."""
    return is_text(value) or hasattr(type(value), "__html__")


def is_bool(value: Any) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def is_text_list(value: Any) -> bool:
    """Return whether a value is an array of texts."""
    return isinstance(value, (list, tuple)) and all(map(is_text, value))


def is_uri(value: Any) -> bool:
    """Return whether a value is a URI, or a part of one."""
    try:
        urlsplit(value)
    except (ValueError, AttributeError, TypeError):
        return False
    return is_text(value)


def has_fields(
    value: Any, known: Mapping[str, ValuePredicate], required: tuple[str, ...] = ()
) -> bool:
    """Return whether a value is an object of OpenAPI with some fields, or extensions."""
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
    """Return whether a value is an object that holds texts by name."""
    return is_mapping(value) and all(map(is_text, (*value, *value.values())))


def are_objects(value: Any) -> bool:
    """Return whether a value is an array of objects."""
    return isinstance(value, (list, tuple)) and all(map(is_mapping, value))


def hold_objects(value: Any) -> bool:
    """Return whether a value is an object that holds objects by name."""
    return is_mapping(value) and all(map(is_mapping, value.values()))


def are_responses(value: Any) -> bool:
    """Return whether a value holds answers by status."""
    keys = (key for key in value if not str(key).startswith("x-")) if is_mapping(value) else ()
    return hold_objects(value) and all(STATUS.fullmatch(str(key)) for key in keys)


def is_example_object(value: Any) -> bool:
    """Return whether an example among named ones is an Example Object, and not the value itself."""
    return isinstance(value, Mapping) and not {"value", "externalValue"}.isdisjoint(value)


def is_example(value: Any) -> bool:
    """Return whether a value is an Example Object: a value, or where it is found."""
    known = {"value": is_anything, "externalValue": is_uri}
    words = {"summary": is_text, "description": is_text}
    return has_fields(value, {**known, **words}) and not known.keys() <= value.keys()


def are_examples(value: Any) -> bool:
    """Return whether a value is an array of examples, or holds them by name."""
    if isinstance(value, Mapping):
        return all(is_example(v) for v in value.values() if is_example_object(v))
    return isinstance(value, (list, tuple))


#: What a route may add to its Operation Object.
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
#: What an answer may add to its Response Object.
RESPONSE_FIELDS: Mapping[str, ValuePredicate] = {
    "summary": is_text,
    "description": is_text,
    **dict.fromkeys(("headers", "content", "links"), hold_objects),
}
#: What markers, and other objects in annotations, may say of a value.
DOCUMENTATION_CHECKS: Mapping[str, ValuePredicate] = {
    "title": is_lazy_text,
    "description": is_lazy_text,
    "deprecated": is_bool,
    "examples": are_examples,
    "externalDocs": is_external_docs,
}


def reject_misfit(what: str, value: Any, fits: ValuePredicate, instead: str, *places: str) -> None:
    """Raise for a value that is not what a field of an object of OpenAPI may be.

    :param what: what the value is, for the message: ``"contact="``.
    :param fits: returns whether it is.
    :raises DeclarationError: for such a value, and for one that JSON cannot hold.
    """
    reject_no_json(what, value, *places)
    if not fits(value):
        raise DeclarationError(f"{what} is {show(value)}.", instead=instead, where=places)


def reject_text(option: str, value: Any, *places: str) -> None:
    """Raise for a text where several are meant: its letters would be taken."""
    if isinstance(value, str):
        raise DeclarationError(
            f"{option}= is a text, and several are meant.",
            instead=f"Write `{option}=[{value!r}]`.",
            where=places,
        )


def reject_status(status: Any, what: str) -> None:
    """Raise for a status that HTTP does not have.

    :param what: whose status it is, for the message.
    :raises DeclarationError: for such a status.
    """
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise DeclarationError(
            f"{what} has the status {show(status)}.", instead="Use a status from 100 to 599."
        )


def reject_extra(what: str, extra: Any, known: Mapping[str, ValuePredicate], *places: str) -> None:
    """Raise for what cannot be added to an object of OpenAPI.

    :param what: what holds the additions, for the message: ``"extra="``.
    :raises DeclarationError: for the first field that cannot be published.
    """
    instead = "Write a dict with fields of OpenAPI's object, or with x-… extensions."
    reject_misfit(what, extra, is_mapping, instead, *places)
    for field, value in extra.items():
        if field == "operationId":
            raise DeclarationError(
                f"{what} has an operationId, which is not checked there.",
                instead="Write `operation_id=…`.",
                where=places,
            )
        if not field.startswith("x-") and not known.get(field, lambda _: False)(value):
            raise DeclarationError(
                f"{what} has {field!r}: {show(value)}, which OpenAPI does not allow.",
                instead=f"Write one of {', '.join(known)} in OpenAPI's form, or x-….",
                where=places,
            )


def reject_documentation(words: Mapping[str, Any]) -> None:
    """Raise for words about a value that cannot be published.

    :param words: for the document, by keyword.
    :raises DeclarationError: for the first of them.
    """
    for word, value in words.items():
        fits = DOCUMENTATION_CHECKS.get(word, is_anything)
        if word == "default" or (fits is is_lazy_text and fits(value)):
            continue
        reject_misfit(f"{word}=", value, fits, "Write it as OpenAPI has it: see the docs.")
