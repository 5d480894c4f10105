"""Imports the programs of the documentation, each from its own folder."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

from flask import Flask

from .pages import EXAMPLES


def forget_programs() -> None:
    """Forget every module of ``docs/examples``: programs of two folders may have one name."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{EXAMPLES}{os.sep}"):
            del sys.modules[name]
    importlib.invalidate_caches()


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
    forget_programs()
    sys.path.insert(0, str(folder))
    return importlib.import_module(name)


def load_app(program: str) -> Flask:
    """Import a program, and return its app."""
    module = load_module(program)
    app: Flask = module.app if hasattr(module, "app") else module.create_app()
    return app
