"""The door to the modules that make a document: they import apispec and PyYAML, and open late.

Publishing time. The first document imports them. A server whose requests share one thread imports
them at setup, so no request waits for an import of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .content import Api
from .declared import Document


def import_makers() -> None:
    """Import all that a request for a document needs."""
    from . import document, yamltext  # noqa: F401, PLC0415  # see above


def make_document(api: Api, document: Document) -> Mapping[str, Any]:
    """Return a document of an app."""
    from .document import make_document  # noqa: PLC0415  # see above

    return make_document(api, document)


def write_document(document: Mapping[str, Any]) -> bytes:
    """Return the document's JSON text."""
    from .document import write_document  # noqa: PLC0415  # see above

    return write_document(document)


def write_yaml(document: Mapping[str, Any]) -> bytes:
    """Return the document's YAML text."""
    from .yamltext import write_yaml  # noqa: PLC0415  # see above

    return write_yaml(document)
