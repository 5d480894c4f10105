"""The door to the modules that make a document: they import apispec and PyYAML, and open late.

Publishing time. The first document imports them. A server whose requests share one thread imports
them at setup, so no request waits for an import of another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..bridge.pausing import Pauses
from .content import Api
from .declared import Document

#: Functions that make a document, and that write one as text.
DocumentMaker = Callable[[Api, Document, Pauses], Mapping[str, Any]]
DocumentWriter = Callable[[Mapping[str, Any], Pauses], bytes]
#: A function that finds the origins of the servers of a document.
OriginFinder = Callable[[Api, Document, Any], tuple[str, ...]]


def import_makers() -> None:
    """Import all that a request for a document, or for its page, needs."""
    load_maker()
    load_yaml_writer()
    load_origin_finder()


def load_maker() -> DocumentMaker:
    """Return the function that makes a document."""
    from .document import make_document  # noqa: PLC0415  # see above

    return make_document


def load_json_writer() -> DocumentWriter:
    """Return the function that writes a document as JSON."""
    from .jsontext import write_document  # noqa: PLC0415  # see above

    return write_document


def load_yaml_writer() -> DocumentWriter:
    """Return the function that writes a document as YAML."""
    from .yamltext import write_yaml  # noqa: PLC0415  # see above

    return write_yaml


def load_origin_finder() -> OriginFinder:
    """Return the function that finds the origins of the servers of a document."""
    from .origins import find_origins  # noqa: PLC0415  # see above

    return find_origins
