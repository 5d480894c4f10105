"""How Sphinx builds this documentation."""

import builtins
import os
from configparser import ConfigParser
from pathlib import Path

setup_cfg = ConfigParser(interpolation=None)
setup_cfg.read(Path(__file__).parents[1] / "setup.cfg", encoding="utf-8")

project = "flask_typed"
author = "the flask_typed authors"
copyright = f"2026 {author}"
release = version = setup_cfg["metadata"]["version"]

extensions = ["sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["_build"]
default_role = "code"

autodoc_member_order = "bysource"
autodoc_mock_imports = [  # of extras
    "celery",
    "kombu",
    "opentelemetry",
    "prometheus_client",
    "pytest",
    "sentry_sdk",
    "sqlalchemy",
    "urllib3",
]

# The build needs no network, so the names of others lead nowhere. Ours must lead somewhere.
others = (
    "annotated_types|apispec|celery|collections|contextlib|datetime|flask|logging|marshmallow"
    "|opentelemetry|prometheus_client|sqlalchemy|strawberry|typing|typing_extensions|uuid|webargs"
    "|werkzeug"
)
# Annotations that autodoc could not evaluate say only the last part.
others_in_short = (
    "CollectorRegistry|Field|Flask|MeterProvider|Request|Response|Schema|SchemaMeta|TracerProvider"
    "|WSGIEnvironment"
)
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", rf"({others})\..*"),
    (r"py:.*", "|".join([*dir(builtins), others_in_short])),
    (r"py:.*", r"(flask_typed\..*\.)?([A-Z](_co)?|First|Second|Third|Fourth)"),  # type variables
    (r"py:.*", r"flask_typed\..*\.(JsonText|NotGiven|read_preconditions)"),  # inside Json and
    # IfMatch, and a default
    (r"py:.*", r"flask_typed\..*\.(TaskDecorator|TypedRoutes)"),  # a protocol, and a base class
    (r"py:.*", r"flask_typed\..*\.(Seal|Settings)"),  # given by the app, not by programs
]

html_theme = "furo"
html_title = f"{project} {release}"
templates_path = ["templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "versions.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
# The versions that readers can switch between: `DOCS_VERSIONS="0.2=/0.2/ 0.1=/0.1/"`. Those that
# are published differ from those that a checkout knows, so the build is told them.
pairs = (pair.partition("=") for pair in os.environ.get("DOCS_VERSIONS", "").split())
html_context = {"versions": {name: url for name, _, url in pairs}}

# The buttons copy what readers type, without prompts and answers.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"
