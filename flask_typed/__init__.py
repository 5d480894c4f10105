"""flask_typed: typed, validated, documented routes for Flask apps.

Nothing is imported before it is used: gunicorn imports :mod:`flask_typed.worker` in its main
process, which needs none of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import *  # noqa: F403  # all that is exported there
    from .api import __all__ as __all__
else:

    def __getattr__(name: str) -> Any:
        """Return an exported name, and remember all of them."""
        if name.startswith("__") and name != "__all__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        api = import_module(".api", __name__)
        exported = {each: getattr(api, each) for each in (*api.__all__, "__all__")}
        globals().update(exported)
        if name in globals():
            return globals()[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__getattr__("__all__")})
