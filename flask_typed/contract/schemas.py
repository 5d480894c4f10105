"""Values compared with the schemas of a document, by the library ``jsonschema``.

Request time. The library is an extra, and is imported when a value is first compared.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..review.references import Keywords
from .words import ValueFault, describe_validation_error

if TYPE_CHECKING:
    from .keywords import SchemaValidator

#: How many faults of one value are reported; the search ends there.
MAX_FAULTS = 20


@cache
def is_jsonschema_installed() -> bool:
    """Return whether the library is there, in a version that can be used."""
    return find_spec("jsonschema") is not None and find_spec("referencing") is not None


class Schema:
    """A schema of a document.

    :param keywords: its own.
    :param document: whose components it refers to; all its numbers are exact.
    :param names: all names of members that the document has, which reports may repeat.
    """

    def __init__(self, keywords: Keywords, document: Keywords, names: Collection[str]) -> None:
        self.keywords = keywords
        self.document = document
        self._names = names

    def find_faults(self, value: Any) -> list[ValueFault]:
        """Return where a value is not what the schema describes, and what is expected there.

        Nowhere, if the library is not installed.
        """
        if not is_jsonschema_installed():
            return []
        errors = self._validator.find_errors(value, MAX_FAULTS)
        faults = (
            fault for error in errors for fault in describe_validation_error(error, self._names)
        )
        return list(islice(dict.fromkeys(faults), MAX_FAULTS))

    @cached_property
    def _validator(self) -> SchemaValidator:
        from .keywords import SchemaValidator  # noqa: PLC0415  # it imports the library

        whole = {**self.keywords, "components": self.document.get("components", {})}
        return SchemaValidator(whole, str(self.document["openapi"]))
