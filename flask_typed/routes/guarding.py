"""The guard of a document's views: a decorator, or a dependency.

Registration time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Request, request
from werkzeug.routing import Rule

from ..declare.dependencies import Depends
from ..plan.planning import RouteDetails
from ..publish.pages import Protect
from ..security.guards import Guard
from .tools import Tools


def make_protection(guard: Guard | None, tools: Tools) -> Protect:
    """Return the decorator that guards views.

    :raises DeclarationError: for a guard that cannot work, when it decorates a view.
    """
    if not isinstance(guard, Depends):
        return guard or (lambda view: view)
    guarding = replace(tools, plan=replace(tools.plan, dependencies=(guard,)))

    def decorate(view: Callable[[], Any]) -> Callable[..., Any]:
        served = guarding.serve(view, Rule("/"), "GET", RouteDetails())

        @wraps(view)
        def answer() -> Any:
            current: Request = request._get_current_object()  # type: ignore[attr-defined]  # a proxy
            return served(current, {})

        return answer

    return decorate
