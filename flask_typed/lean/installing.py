"""Puts the lean parts on an app, each where Flask's own part is.

Setup time. A part stays out if the user or another extension has replaced what it stands for, or if
the installed version of Flask or Werkzeug does that in a way that is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface
from werkzeug.routing.matcher import StateMachineMatcher
from werkzeug.sansio.request import Request as BaseRequest
from werkzeug.sansio.response import Response as BaseResponse

from ..libraries.werkzeug_routing import make_matcher_lean
from . import hooks
from .adapters import Adapters
from .originals import are_original
from .requests import LeanRequest
from .responses import LeanResponse
from .sessions import LeanSessionInterface

#: The methods that are replaced, and what makes the one of an app.
METHODS: Mapping[str, Callable[[Flask], Callable[..., Any]]] = {
    "create_url_adapter": Adapters,
    "preprocess_request": hooks.make_preprocess_request,
    "process_response": hooks.make_process_response,
    "do_teardown_request": hooks.make_do_teardown_request,
}


def make_lean(app: Flask) -> None:
    """Put the lean parts on an app."""
    replace_methods(app)
    replace_matcher(app)
    replace_request_class(app)
    replace_response_class(app)
    replace_session_interface(app)


def replace_methods(app: Flask) -> None:
    """Replace methods that are Flask's own."""
    for name, make in METHODS.items():
        if has_own_method(app, name) and are_original(Flask, name):
            setattr(app, name, make(app))


def has_own_method(app: Flask, name: str) -> bool:
    """Return whether neither an app nor its class has replaced a method of Flask."""
    return name not in vars(app) and getattr(type(app), name) is getattr(Flask, name)


def replace_matcher(app: Flask) -> None:
    """Replace the matcher of the app's URL map."""
    if are_original(StateMachineMatcher, "match"):
        make_matcher_lean(app.url_map)


def replace_request_class(app: Flask) -> None:
    """Replace Flask's request class."""
    known = are_original(Request, "__init__", "args", "blueprint", "blueprints", "close")
    if app.request_class is Request and known and are_original(BaseRequest, "__init__"):
        app.request_class = LeanRequest


def replace_response_class(app: Flask) -> None:
    """Replace Flask's response class."""
    methods = ("__init__", "set_data", "get_wsgi_headers", "get_app_iter", "close")
    known = are_original(Response, *methods) and are_original(BaseResponse, "__init__")
    if app.response_class is Response and known:
        app.response_class = LeanResponse


def replace_session_interface(app: Flask) -> None:
    """Replace Flask's session interface, unless it has attributes that were set for all apps."""
    interface = app.session_interface
    plain = type(interface) is SecureCookieSessionInterface and not vars(interface)
    if plain and are_original(SecureCookieSessionInterface, "open_session", "save_session"):
        app.session_interface = LeanSessionInterface()
