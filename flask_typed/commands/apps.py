"""The app of a command, and its document.

Development time.
"""

from __future__ import annotations

from typing import Any

import click
from flask import Flask, current_app

from ..publish.declared import Document
from ..publish.document import make_document
from ..setup import make_api
from ..state import TypedState, get_state


def find_state() -> TypedState:
    """Return the state of the app.

    :raises click.ClickException: if the app has no ``Typed``.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # werkzeug's proxy
    state = get_state(app)
    if not state.ready:
        raise click.ClickException(f"The app {app.name!r} has no Typed: call Typed(app).")
    return state


def build(state: TypedState, name: str | None) -> dict[str, Any]:
    """Return a document of the app as it is published.

    :raises click.ClickException: if no document has this name.
    """
    return make_document(make_api(state), find_document(state, name))


def find_document(state: TypedState, name: str | None) -> Document:
    """Return the declaration of a document.

    :raises click.ClickException: if no document has this name.
    """
    name = next(iter(state.documents)) if name is None else name
    if name not in state.documents:
        known = ", ".join(state.documents)
        raise click.ClickException(f"No document is called {name!r}; there are: {known}.")
    return state.documents[name]
