"""Publishes the styles of parameters, exactly as requests are parsed.

Publishing time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from ..declare.markers import Location
from ..schemas.deep_objects import DeepObject
from ..schemas.json_texts import JsonInText
from ..schemas.parameter_styles import DEEP, name_style


def describe_style(field: fields.Field[Any], location: Location) -> Mapping[str, Any]:
    """Return the style of a parameter; none for single values, where the styles do not differ."""
    style = DEEP if isinstance(field, DeepObject) else name_style(field, location)
    return dict(zip(("style", "explode"), style, strict=True)) if style else {}


def described_field(field: fields.Field[Any]) -> fields.Field[Any]:
    """Return the field that the document describes: of the JSON of a deep object or a JSON text."""
    return field.described if isinstance(field, (DeepObject, JsonInText)) else field
