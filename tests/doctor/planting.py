"""What the doctor's tests plant."""

from __future__ import annotations

import threading
import types
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_typed.doctor.surroundings import Surroundings

NOWHERE = Surroundings(Flask("nowhere"))
GEVENT = Surroundings(Flask("gevent"), "gevent")


class Recorded(threading.Thread):
    """A class of another module's class, which is what gevent may replace."""


def make_module(name: str, **members: Any) -> types.ModuleType:
    """Return a module that stands for one of a library."""
    made = types.ModuleType(name)
    vars(made).update(members)
    return made


def name_class(kind: type, module: str) -> type:
    """Let a class be of another module."""
    kind.__module__ = module
    return kind


def make_app(*views: Callable[..., Any]) -> Surroundings:
    """Return an app that has views, under gevent."""
    app = Flask("planted")
    for view in views:
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    return Surroundings(app, "gevent")
