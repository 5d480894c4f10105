"""The JSON forms of types, by the types and the settings of an app.

Any time after registration.
"""

from __future__ import annotations

from typing import Any

from ..exceptions import declared_in
from ..serve.json_forms import JsonForm, make_form
from .serving import Serving


def find_json_form(serving: Serving, kind: Any) -> JsonForm:
    """Return the form of a type; it is made at the first use.

    :raises DeclarationError: for a type without one.
    """
    key = make_key(kind)
    try:
        form = serving.forms.get(key)
    except TypeError:  # the type is not hashable
        return make_new_form(serving, kind)
    return form or serving.forms.setdefault(key, make_new_form(serving, kind))


def make_key(kind: Any) -> Any:
    """Return the key of a type: ``int | str`` and ``str | int`` are equal, but read otherwise."""
    return kind if type(kind) is type else (kind, repr(kind))


def make_new_form(serving: Serving, kind: Any) -> JsonForm:
    """Return a new form of a type."""
    tools = serving.tools
    with tools.lock, declared_in("the type of `load(type, data)` or `dump(value, type)`"):
        factory = tools.plan.factory
        return make_form(factory, kind, tools.codecs, tools.settings.max_faults)
