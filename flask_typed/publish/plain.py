"""Lists the plain routes of the app in the document.

Publishing time. A plain route has only its URL rule, its methods and its docstring.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from ..plan.operation import Operation
from ..plan.paths import path_converters
from ..plan.planning import view_methods
from ..schemas.docstrings import read_docstring
from .naming import OperationNames
from .paths import write_path, write_path_parameter, write_servers

#: The response of hooks or of the server to requests that they reject.
REFUSED_RESPONSE = {"description": "The request is rejected."}
#: The responses of a plain route.
PLAIN_RESPONSES = {
    "2XX": {"description": "The view's own response."},
    "4XX": REFUSED_RESPONSE,
    "default": {"description": "Any other response."},
}
#: The description of a blueprint without one.
PLAIN_DESCRIPTION = "Plain routes."
#: The methods that a Path Item Object supports.
PATH_ITEM_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")


def plain_rules(app: Flask, operations: Iterable[Operation]) -> Iterator[Rule]:
    """Yield the rules of views that are neither typed, nor static files, nor our own pages.

    :param operations: all typed operations.
    """
    typed = {id(operation.rule) for operation in operations}
    for rule in app.url_map.iter_rules():
        *blueprints, name = rule.endpoint.split(".")
        if (
            id(rule) not in typed
            and name != "static"
            and blueprints != ["typed"]
            and not rule.websocket
        ):
            yield rule


def plain_methods(app: Flask, rule: Rule) -> tuple[str, ...]:
    """Return the methods of a plain rule; none if it has no view."""
    view = app.view_functions.get(rule.endpoint)
    return view_methods(view, rule) if view else ()


def plain_tags(rule: Rule) -> tuple[str, ...]:
    """Return the tag of a plain rule: its blueprint's name, if it has one."""
    return tuple(rule.endpoint.split(".")[-2:-1])


def write_plain(app: Flask, rule: Rule, ids: OperationNames) -> tuple[str, dict[str, Any]]:
    """Return the path of a plain rule, and an Operation Object for each of its methods.

    :param ids: the operationIds that are in the document already.
    """
    view = app.view_functions.get(rule.endpoint)
    docstring = read_docstring(inspect.getdoc(view) if view else None)
    parameters = [
        write_path_parameter(name, converter) for name, converter in path_converters(rule).items()
    ]
    methods = plain_methods(app, rule)
    operations = {}
    for method in methods:
        suffix = f"_{method.lower()}" if len(methods) > 1 else ""
        parts = {
            "operationId": ids.claim(rule.endpoint.replace(".", "_") + suffix),
            "summary": docstring.summary,
            "description": docstring.rest or docstring.summary,
            "tags": list(plain_tags(rule)),
            "parameters": parameters,
            "responses": PLAIN_RESPONSES,
            "servers": write_servers(rule, app.config["SERVER_NAME"]),
        }
        operations[method.lower()] = {name: part for name, part in parts.items() if part}
    return write_path(rule), operations
