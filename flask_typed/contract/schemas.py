"""Values compared with the schemas of a document, by the library ``jsonschema``.

Request time. The library is optional, and is imported when a value is first compared.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, cached_property
from importlib.util import find_spec
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..review.references import JSONObject
from .words import ValueFault, describe_validation_error

if TYPE_CHECKING:
    from .keywords import SchemaValidator

#: The maximum number of faults of one value; the search ends there.
MAX_FAULTS = 20


@cache
def is_jsonschema_installed() -> bool:
    """Return whether the library is installed, in a version that can be used."""
    return find_spec("jsonschema") is not None and find_spec("referencing") is not None


def load_validator() -> type[SchemaValidator]:
    """Return the class that compares values."""
    from .keywords import SchemaValidator  # noqa: PLC0415  # it imports the library

    return SchemaValidator


class Schema:
    """A schema of a document.

    :param keywords: its own.
    :param document: with the components that it refers to, and exact numbers.
    :param names: the names of all members in the document, which reports may repeat.
    """

    def __init__(self, keywords: JSONObject, document: JSONObject, names: Collection[str]) -> None:
        self.keywords = keywords
        self.document = document
        self._names = names

    def find_faults(self, value: Any) -> list[ValueFault]:
        """Return the places where a value differs from the schema, and the expected values.

        Without the library, no value is compared.
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
        whole = {**self.keywords, "components": self.document.get("components", {})}
        return load_validator()(whole, str(self.document["openapi"]))
