"""Translates the messages of the catalogue with flask-babel, if the app uses it.

Request and publishing time. This package has translations; an app may have more, or others, in a
file ``flask_typed.po`` of its own translation folders.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from flask import Flask, current_app, has_request_context

from .recognizing import recognize

#: The domain of the catalogue: the name of its files.
DOMAIN = "flask_typed"
FOLDER = str(Path(__file__).parent / "translations")
#: The key of the app's domain in ``app.extensions``.
DOMAIN_KEY = "typed.translations"


def translate_message(text: str) -> str:
    """Return a message in the language of the request.

    A message that is not in the catalogue is the program's own and is returned unchanged.
    """
    domain = find_domain(current_app) if has_request_context() else None
    recognized = recognize(text) if domain else None
    if domain is None or recognized is None:
        return text
    template: str = domain.gettext(recognized.template)
    return fill(template, recognized.values)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a template with values in place of its placeholders."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def find_domain(app: Flask) -> Any:
    """Return flask-babel's domain of the catalogue; ``None`` for an app without flask-babel.

    Files of the app win over those of this package.
    """
    babel: Any = sys.modules.get("flask_babel")
    if babel is None or "babel" not in app.extensions:
        return None
    if DOMAIN_KEY not in app.extensions:
        folders = [FOLDER, *babel.get_babel().translation_directories]
        app.extensions[DOMAIN_KEY] = babel.Domain(folders, DOMAIN)
    return app.extensions[DOMAIN_KEY]


def in_default_language(app: Flask) -> AbstractContextManager[Any]:
    """Return a context in which lazy texts have the app's default language.

    The document is made once, for requests in all languages.
    """
    babel: Any = sys.modules.get("flask_babel")
    if babel is None or "babel" not in app.extensions:
        return nullcontext()
    default = app.extensions["babel"].instance.default_locale
    context: AbstractContextManager[Any] = babel.force_locale(str(default))
    return context
