"""Changes of pydantic models by JSON Patch.

Registration time finds the models; request time reads the difference between two documents of an
object: the request for a merge patch with the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from marshmallow import missing

from ..declare.patches import Changes
from ..schemas.json_patches import Comparison, Present
from .partials import is_model_class, is_partial

#: The models of an object, by the keys that the document shows of each.
ShownModels = Mapping[frozenset[str], Any]


def name_key(name: str, info: Any) -> str:
    """Return the name of a field in a request."""
    alias = info.validation_alias or info.alias
    return alias if isinstance(alias, str) else name


def document_key(name: str, info: Any) -> str:
    """Return the name of a field in a document: that of a response, if responses have it."""
    shown = None if info.exclude else info.serialization_alias
    return shown or name_key(name, info)


def find_shown_models(model: Any) -> ShownModels:
    """Return a model and the models inside of it that have read-only keys or two names of one."""
    found: dict[Any, None] = {}
    waiting = [model]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found[one] = None
            for info in one.model_fields.values():
                waiting += find_models_inside(info.annotation)
    return {
        frozenset((*find_shown_keys(one).values(), *find_computed_keys(one))): one for one in found
    }


def find_models_inside(annotation: Any) -> Iterator[Any]:
    """Yield the models of an annotation."""
    if is_model_class(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from find_models_inside(argument)


def find_shown_keys(model: Any) -> dict[str, str]:
    """Return the keys of a model's fields in a response, by the names of the fields."""
    fields: Mapping[str, Any] = model.model_fields
    return {name: document_key(name, info) for name, info in fields.items() if not info.exclude}


def find_computed_keys(model: Any) -> frozenset[str]:
    """Return the keys of a model's computed fields."""
    computed: Mapping[str, Any] = model.model_computed_fields
    return frozenset(info.alias or name for name, info in computed.items())


@dataclass(frozen=True, slots=True)
class SentChanges:
    """The difference between two documents of an object.

    :param sent: the new values, as a request has them.
    :param removed: the removed values, and those removed inside of others.
    """

    sent: dict[str, Any]
    removed: Changes

    def complete(self, changes: Changes) -> Changes:
        """Return changes with the removed values."""
        return add_removed(changes, self.removed)


def add_removed(changes: Changes, removed: Changes) -> Changes:
    """Return changes with removed values."""
    for name, value in removed.items():
        is_inside = isinstance(value, Changes)
        changes[name] = add_removed(changes[name], value) if is_inside else value
    return changes


def find_sent(partial: Any, changed: Comparison, shown: ShownModels) -> SentChanges:
    """Return the difference between two documents of an object.

    :param partial: the model without required fields.
    """
    sent, removed = {}, Changes()
    known = {document_key(name, info): name for name, info in partial.model_fields.items()}
    computed, is_closed = find_computed_keys(partial), partial.model_config.get("extra") == "forbid"
    for key in changed.find_touched():
        name = known.get(key)
        if name is None:
            if key in changed.after and (is_closed or key not in computed):
                sent[key] = write_sent(changed.after[key], shown)
            elif key not in computed:
                removed[key] = missing
            elif is_closed and changed.sets(key):
                sent[key] = None  # a computed field was removed: pydantic rejects it
            continue
        info = partial.model_fields[name]
        if key not in changed.after:
            removed[name] = missing
            continue
        inner = changed.inside(key)
        model = find_partial_inside(info.annotation)
        if model is not None and inner.is_continued:
            found = find_sent(model, inner, shown)
            sent[name_key(name, info)], removed[name] = found.sent, found.removed
        else:
            sent[name_key(name, info)] = write_sent(inner.after, shown)
    return SentChanges(sent, removed)


def find_partial_inside(annotation: Any) -> Any:
    """Return the partial model of an annotation; ``None`` if there is none."""
    found = next((one for one in (annotation, *get_args(annotation)) if is_model_class(one)), None)
    return found if found is not None and is_partial(found) else None


def write_sent(value: Any, shown: ShownModels) -> Any:
    """Return a value of a document as a request has it."""
    if isinstance(value, list):
        return [write_sent(item, shown) for item in value]
    if not isinstance(value, dict):
        return value
    names: Mapping[str, str] = {}
    left_out: frozenset[str] = frozenset()
    if isinstance(value, Present) and frozenset(value.before) in shown:
        model = shown[frozenset(value.before)]
        names, left_out = find_request_names(model), find_unchanged_keys(model, value)
    return {
        names.get(key, key): write_sent(item, shown)
        for key, item in value.items()
        if key not in left_out
    }


def find_unchanged_keys(model: Any, value: Present) -> frozenset[str]:
    """Return the keys of the computed fields that are as they were."""
    compared = Comparison.of_object(value)
    return frozenset(key for key in find_computed_keys(model) if not compared.differs(key))


def find_request_names(model: Any) -> dict[str, str]:
    """Return the names of a model's fields in a request, by their keys in a response."""
    shown = find_shown_keys(model)
    return {shown[name]: name_key(name, model.model_fields[name]) for name in shown}
