"""Imports the programs of the documentation, each from its own folder."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from flask import Flask

from .pages import EXAMPLES

#: The apps of programs, until their databases are closed.
APPS: list[Flask] = []


def forget_modules() -> None:
    """Forget every module of ``docs/examples``: programs of two folders may have one name."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{EXAMPLES}{os.sep}"):
            APPS.extend(value for value in vars(module).values() if isinstance(value, Flask))
            del sys.modules[name]
    importlib.invalidate_caches()


def forget_programs() -> None:
    """Forget all programs, and close their databases."""
    forget_modules()
    for app in APPS:
        close_databases(app)
    APPS.clear()


def close_databases(app: Flask) -> None:
    """Close the connections of Flask-SQLAlchemy, before the garbage collector finds them open."""
    with app.app_context():
        for extension in filter(None, [app.extensions.get("sqlalchemy")]):
            for engine in extension.engines.values():
                engine.dispose()


def split_program(program: str) -> tuple[Path, str]:
    """Return the folder to import a program from, and the name of its module."""
    path = EXAMPLES / program
    if not path.with_name(f"{path.name}.py").is_file():  # a module of ``examples``
        return EXAMPLES.parents[1] / "examples", program
    folder, names = path.parent, [path.name]
    while (folder / "__init__.py").is_file():
        names.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(names).removesuffix(".__init__")


def load_module(program: str) -> ModuleType:
    """Import a program anew, from its own folder."""
    folder, name = split_program(program)
    forget_modules()
    sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def load_app(program: str) -> Flask:
    """Import a program, and return its app."""
    module = load_module(program)
    app: Flask = module.app if hasattr(module, "app") else module.create_app()
    APPS.append(app)
    return app
