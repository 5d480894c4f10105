"""How Sphinx builds this documentation."""

import builtins
from configparser import ConfigParser
from pathlib import Path

setup_cfg = ConfigParser(interpolation=None)
setup_cfg.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")

project = "flask_typed"
author = "the flask_typed authors"
copyright = f"2026 {author}"
release = version = setup_cfg["metadata"]["version"]

extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["_build"]
default_role = "code"

autodoc_member_order = "bysource"

# The build needs no network, so the names of others lead nowhere. Ours must lead somewhere.
others = (
    "annotated_types|apispec|collections|flask|marshmallow|typing|typing_extensions"
    "|webargs|werkzeug"
)
# Annotations that autodoc could not evaluate say only the last part.
others_in_short = "Field|Flask|Request|Response|Schema|SchemaMeta|WSGIEnvironment"
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", rf"({others})\..*"),
    (r"py:.*", "|".join([*dir(builtins), others_in_short])),
    (r"py:.*", r"flask_typed\..*\.[A-Z](_co)?"),  # type variables
    (r"py:.*", r"flask_typed\..*\.(JsonText|NotGiven)"),  # inside Json, and a default
]

html_theme = "furo"
html_title = f"{project} {release}"
