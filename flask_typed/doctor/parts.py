"""The parts that gunicorn's gevent worker needs: ``pip install gunicorn gevent`` forgets some."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

from .findings import Finding
from .surroundings import Surroundings


def check_parts(surroundings: Surroundings | None = None) -> Iterator[Finding]:
    """Yield what ``gunicorn[gevent]`` would have installed, and is not there, or too old.

    Another server does not need it.
    """
    if surroundings is not None and surroundings.worker_class is None:
        return
    try:
        wanted = [line for line in requires("gunicorn") or () if "gevent" in line.partition(";")[2]]
    except PackageNotFoundError:
        wanted = ["gunicorn"]
    for line in ["packaging", *wanted]:
        name = re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]
        message = describe_missing_part(name, line)
        if message:
            yield Finding(
                "missing-part", "warning", name, message, "Install them together: gunicorn[gevent]"
            )


def describe_missing_part(name: str, line: str) -> str | None:
    """Return what is wrong with what is installed.

    :param line: the requirement.
    """
    try:
        installed = version(name)
    except PackageNotFoundError:
        if find_spec(name) is not None:  # installed by something that leaves metadata out
            return None
        return "gunicorn's gevent worker needs it, and it is not installed"
    try:
        requirement = importlib.import_module("packaging.requirements").Requirement(line)
    except ImportError:  # it is a part itself, and told
        return None
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"gunicorn's gevent worker needs {requirement.specifier}, and {installed} is installed"
