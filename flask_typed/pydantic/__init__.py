"""pydantic's types: ``Typed(app, types=PYDANTIC)``.

Only users import this package; it needs ``flask-typed-api[pydantic]``. pydantic validates values in
its strict mode and generates the schemas of its types; this package passes both on::

    building ── opening         an annotation → the field of its values
      ├─ spreading ── members   models in the query, in headers, cookies and forms
      ├─ patching               partial updates of models
      ├─ values                 fields of models, and of types that only pydantic knows
      ├─ texts                  from the text of a parameter to JSON
      └─ models · describing · faults
"""

from __future__ import annotations

from collections.abc import Mapping

from ..schemas.registry import FieldBuilder, HintMatcher

try:
    import pydantic  # noqa: F401
except ImportError as error:
    raise ImportError(
        "flask_typed.pydantic needs pydantic: install flask-typed-api[pydantic]."
    ) from error

from .building import BUILDERS

__all__ = ["PYDANTIC"]

#: The value of ``types=``; ``types={**PYDANTIC, …}`` adds types of your own.
PYDANTIC: Mapping[HintMatcher, FieldBuilder] = BUILDERS
