"""apispec's private names.

Publishing time. Checked against apispec 6.9.0 to 6.10.1.
"""

from __future__ import annotations

from apispec.ext.marshmallow import field_converter

#: The keywords that apispec takes from the metadata of a field.
METADATA_KEYWORDS: frozenset[str] = frozenset(field_converter._VALID_PROPERTIES)
