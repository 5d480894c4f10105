"""All classes of field that the accelerated path knows. A subclass needs its own entry.

Registration time.
"""

from __future__ import annotations

from collections.abc import Mapping

from .families import choices, containers, models, scalars, temporal
from .field_codec import FieldCodec

FIELD_CODECS: Mapping[type, FieldCodec] = {
    kind: codec
    for family in (scalars, temporal, choices, containers, models)
    for kind, codec in family.FIELD_CODECS.items()
}
