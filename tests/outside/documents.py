"""Documents of the tests: small, and of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_typed.outside.operations import ApiOperation, OutsideApi

#: The response of an operation that promises nothing else.
OK: Mapping[str, Any] = {"200": {"description": "OK"}}


def make_document(
    paths: Mapping[str, Any], version: str = "3.1.0", **components: Any
) -> dict[str, Any]:
    """Return a document."""
    info = {"title": "Test", "version": "1"}
    return {"openapi": version, "info": info, "paths": dict(paths), "components": components}


def make_operation(method: str = "get", path: str = "/", **keys: Any) -> ApiOperation:
    """Return the one operation of a document, as it is read."""
    operation = {"responses": OK, **keys}
    return OutsideApi(make_document({path: {method: operation}})).operations[0]
