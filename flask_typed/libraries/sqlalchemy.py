"""SQLAlchemy's internals: the arguments that an engine passes to its driver.

When a worker starts; imports nothing of SQLAlchemy. Checked against SQLAlchemy 2.0.36 to 2.1.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import FunctionType
from typing import Any


def find_arguments(engine: Any) -> Mapping[str, Any]:
    """Return the arguments that an engine passes to its driver; none for a custom creator."""
    connect = engine.pool._creator
    if type(connect) is not FunctionType or connect.__closure__ is None:  # the app's own
        return {}
    cells = dict(zip(connect.__code__.co_freevars, connect.__closure__, strict=True))
    arguments: Mapping[str, Any] = cells["cparams"].cell_contents if "cparams" in cells else {}
    return arguments
