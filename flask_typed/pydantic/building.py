"""From an annotation to the field of its values, if pydantic has a part in it.

Registration time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import pydantic
from marshmallow import fields, validate

from ..declare.markers import JsonNumber
from ..exceptions import UnsupportedType
from ..schemas.frameworks import reject_framework_class
from ..schemas.hints import Hint, is_class, read_hint
from ..schemas.metadata import is_from_pydantic
from ..schemas.registry import FieldBuilder, HintMatcher, Maker, Options
from .models import is_model_union, is_pydantic_model, reject_files, reject_ignored
from .opening import PURE, PYDANTIC_METHODS, OpenedMetadata, open_metadata, reads_item
from .patching import build_pydantic_patch, is_pydantic_patch
from .spreading import SpreadingModel
from .values import PydanticModel, make_value, read_kind, read_model

#: Types whose values lead to something on the server, with what to write instead.
DANGEROUS: Mapping[Any, str] = {
    pydantic.ImportString: "Annotate str or a Literal: a client would choose what is imported.",
    pydantic.types.PathType: (
        "Annotate str, and make the path in the view: a client's path may lead anywhere."
    ),
}


#: pydantic's annotation of any JSON value, a union that contains itself.
ANY_JSON = read_hint(pydantic.JsonValue).type


def is_pydantic_type(hint: Hint) -> bool:
    """Return whether the hint is another class that pydantic knows: ``EmailStr``, ``SecretStr``."""
    if not is_class(hint.origin):
        return False
    return is_from_pydantic(hint.origin) or hasattr(hint.origin, PYDANTIC_METHODS[0])


def has_pydantic_metadata(hint: Hint) -> bool:
    """Return whether ``Annotated`` has one of pydantic's objects."""
    return any(map(reads_item, hint.metadata))


def build_pydantic_model(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a pydantic model."""
    reject_framework_class(hint.type)
    reject_files(hint.type)
    kind = read_model(hint.type, naive_is_utc=make.naive_is_utc)
    if make.text:
        return SpreadingModel(kind, text=True, **options)
    reject_ignored(hint.type, set())
    return PydanticModel(kind, **options)


def build_annotated(hint: Hint, make: Maker, options: Options) -> fields.Field[Any]:
    """Return the field of a type with pydantic's objects in ``Annotated``.

    If they only restrict and document the values, it is the field of the type without them.
    """
    if hint.type == ANY_JSON:
        return make.build(Hint(Any, nullable=True), options)
    opened = open_metadata(hint.metadata)
    documented = {**opened.documentation, **options["metadata"]}
    if not opened.is_own or (is_pydantic_type(hint) and not is_pydantic_model(hint)):
        return build_adapted(hint, make, {**options, "metadata": documented}, opened)
    kept = (*opened.own, *hint.find(JsonNumber))
    plain = Hint(hint.type, kept, hint.nullable, hint.sentinels)
    return make.build(plain, {**options, "metadata": documented})


def build_adapted(
    hint: Hint, make: Maker, options: Options, opened: OpenedMetadata | None = None
) -> fields.Field[Any]:
    """Return the field of a type that pydantic reads and writes, with all its constraints."""
    known = opened or open_metadata(hint.metadata)
    reject_framework_class(hint.type)
    reject_dangerous(hint, known)
    reject_ignored(hint.type, set())
    validators = [item for item in hint.metadata if isinstance(item, validate.Validator)]
    pure = tuple(item for item in known.all if isinstance(item, PURE))
    whole, checked = annotate(hint.type, known.all), annotate(hint.type, pure)
    kind = read_kind(whole, checked, naive_is_utc=make.naive_is_utc)
    return make_value(kind, make.separated, {**options, "validate": validators})


def annotate(annotation: Any, metadata: tuple[Any, ...]) -> Any:
    """Return a type with objects in ``Annotated``."""
    return Annotated[(annotation, *metadata)] if metadata else annotation


def reject_dangerous(hint: Hint, opened: OpenedMetadata) -> None:
    """Raise for a type by which a client would reach into the server."""
    for kind, instead in DANGEROUS.items():
        if hint.origin is kind or any(isinstance(item, kind) for item in opened.all):
            raise UnsupportedType(f"{hint} leads to files or code of the server.", instead=instead)


build_pydantic_model.reads_metadata = False  # type: ignore[attr-defined]  # the registry reads it
build_annotated.reads_metadata = reads_item  # type: ignore[attr-defined]  # the same
build_adapted.reads_metadata = False  # type: ignore[attr-defined]  # the same

#: The builders for pydantic's types. The registry tries the last one first.
BUILDERS: Mapping[HintMatcher, FieldBuilder] = {
    is_pydantic_type: build_adapted,
    is_pydantic_model: build_pydantic_model,
    is_model_union: build_adapted,
    has_pydantic_metadata: build_annotated,
    is_pydantic_patch: build_pydantic_patch,
}
