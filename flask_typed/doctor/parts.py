"""Checks the requirements of gunicorn's gevent worker.

Runs when a worker starts. ``pip install gunicorn gevent`` does not install all of them.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

from .findings import Finding
from .surroundings import Surroundings


def check_parts(surroundings: Surroundings | None = None) -> Iterator[Finding]:
    """Yield the requirements of ``gunicorn[gevent]`` that are missing or too old.

    Other servers do not need them.
    """
    if surroundings is not None and surroundings.worker_class is None:
        return
    try:
        requirements = [
            line for line in requires("gunicorn") or () if "gevent" in line.partition(";")[2]
        ]
    except PackageNotFoundError:
        requirements = ["gunicorn"]
    for line in ["packaging", *requirements]:
        name = re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]
        message = describe_missing_part(name, line)
        if message:
            yield Finding(
                "missing-part", "warning", name, message, "Install them together: gunicorn[gevent]"
            )


def describe_missing_part(name: str, line: str) -> str | None:
    """Return a description of a missing or outdated requirement; ``None`` if it is met.

    :param line: the requirement, as in a requirements file.
    """
    try:
        installed = version(name)
    except PackageNotFoundError:
        if find_spec(name) is not None:  # installed without metadata
            return None
        return "gunicorn's gevent worker needs it, and it is not installed"
    try:
        requirement = importlib.import_module("packaging.requirements").Requirement(line)
    except ImportError:  # packaging is a requirement itself, and reported
        return None
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"gunicorn's gevent worker needs {requirement.specifier}, and {installed} is installed"
