"""Which types are pydantic's models, and what their fields may not have.

Registration time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

import marshmallow
import pydantic
from marshmallow import validate
from pydantic.dataclasses import is_pydantic_dataclass
from werkzeug.datastructures import FileStorage

from ..exceptions import DeclarationError, declared_in
from ..schemas.families.models import describe_model
from ..schemas.hints import Hint, is_class, name_of, read_hint
from ..schemas.metadata import is_marker_or_scheme, is_schema_class, write_name

#: Objects that flask_typed reads, and pydantic does not.
UNREAD_BY_PYDANTIC = (validate.Validator, marshmallow.fields.Field, marshmallow.Schema)


def is_pydantic_model(hint: Hint) -> bool:
    """Return whether the hint is a pydantic model or dataclass."""
    return is_class(hint.type) and (
        issubclass(hint.type, pydantic.BaseModel) or is_pydantic_dataclass(hint.type)
    )


def reject_ignored(annotation: Any, seen: set[Any]) -> None:
    """Raise for objects on the fields inside a type that pydantic would ignore.

    They are markers and schemes, and marshmallow's validators and fields.

    :param seen: the classes checked so far; a model may contain itself.
    """
    if get_origin(annotation) is Annotated:
        for item in annotation.__metadata__:
            reject_ignored_item(item)
        annotation = annotation.__origin__
    for argument in get_args(annotation):
        reject_ignored(argument, seen)
    if not is_class(annotation) or annotation in seen:
        return
    seen.add(annotation)
    for name, inner in find_annotations(annotation):
        with declared_in(f"field {name!r}", name_of(annotation)):
            reject_ignored(inner, seen)


def reject_files(model: Any) -> None:
    """Raise for a field of a model that is an uploaded file."""
    for name, field in find_pydantic_fields(model).items():
        if any(is_upload_class(cls) for cls in find_classes(field.annotation)):
            raise DeclarationError(
                f"The field {name!r} of {name_of(model)} is a file, which pydantic cannot read.",
                instead=(
                    "Take it as an argument beside the model:"
                    f" `form: Annotated[{name_of(model)}, Form()], {name}: FileStorage`."
                ),
            )


def is_upload_class(cls: Any) -> bool:
    """Return whether a class is that of uploaded files."""
    return is_class(cls) and issubclass(cls, FileStorage)


def find_classes(annotation: Any) -> set[Any]:
    """Return the classes in an annotation."""
    arguments = get_args(annotation)
    return set().union(*map(find_classes, arguments)) if arguments else {annotation}


def reject_ignored_item(item: Any) -> None:
    """Raise for an object in ``Annotated`` that pydantic would ignore."""
    if is_marker_or_scheme(item):
        raise explain_field_marker(item)
    if isinstance(item, UNREAD_BY_PYDANTIC) or is_schema_class(item):
        raise DeclarationError(
            f"{write_name(item)} on a field that pydantic reads would be ignored.",
            instead="Write pydantic's Field, or one of its validators.",
        )


def find_annotations(cls: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and annotations of a class's fields; none if it has no named fields."""
    fields = find_pydantic_fields(cls)
    for name, field in fields.items():
        yield name, field.annotation
        for item in field.metadata:
            yield name, Annotated[Any, item]
    model = None if fields else describe_model(cls)
    for described in model.fields if model else ():
        yield described.name, described.annotation


def find_pydantic_fields(model: Any) -> Mapping[str, Any]:
    """Return the fields of a pydantic model, or nothing for any other object."""
    found: Any = getattr(model, "__pydantic_fields__", None)  # models have it since 2.10
    return found or getattr(model, "model_fields", {})


def is_model_union(hint: Hint) -> bool:
    """Return whether the hint is a union of pydantic's models and nothing else."""
    return hint.is_union and all(map(is_pydantic_model, map(read_hint, hint.args)))


def explain_field_marker(item: Any) -> DeclarationError:
    """Return the error for a marker or a scheme on a field, which pydantic ignores."""
    return DeclarationError(
        f"{write_name(item)} on a field of a pydantic model is not read.",
        instead="Write it on an argument of the view, or use pydantic's Field.",
    )
