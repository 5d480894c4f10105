"""Classes of FastAPI and Starlette in annotations, some of flask_typed, and their replacements.

Registration time. A service that is moved over still has some of them. None is imported: they are
known by their names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..exceptions import UnsupportedType

#: The packages whose classes are known.
FRAMEWORKS = ("fastapi", "starlette")
#: What to write instead of a class, by the names of the class and of its bases.
CLASS_REPLACEMENTS: Mapping[str, str] = {
    "UploadFile": "Annotate werkzeug's FileStorage.",
    "HTTPConnection": "Annotate flask.Request.",
    "WebSocket": "Flask has no WebSockets: use flask-sock on a plain route.",
    "Response": (
        "Return a reply that has headers, such as `Reply(book, headers={…})`; a view that makes the"
        " whole response returns a `flask.Response`."
    ),
    "BackgroundTasks": "Write `from flask_typed import BackgroundTasks`; its method is `add`.",
    "SecurityScopes": "Write `from flask_typed import SecurityScopes`.",
    "SecurityBase": "Write a scheme of flask_typed, such as HTTPBearer or OAuth2.",
    "HTTPAuthorizationCredentials": "Write `Annotated[str, Depends(HTTPBearer())]`.",
    "HTTPBasicCredentials": "Write `Annotated[BasicCredentials, Depends(HTTPBasic())]`.",
    "OAuth2PasswordRequestForm": (
        "Write a dataclass with `username`, `password` and the other fields of the form, and"
        " `Annotated[PasswordForm, Form()]`."
    ),
}
#: Likewise, instead of a class of flask_typed that no request can fill.
OWN_REPLACEMENTS: Mapping[str, str] = {
    "Preconditions": "Write `match: IfMatch`.",
    "ETag": "Write a function that returns the version: `etag=get_version`.",
    **dict.fromkeys(
        ("SQLAlchemyStore", "AsyncSQLAlchemyStore", "RedisStore"),
        "Write a function that makes the store: `Idempotency(make_store)`.",
    ),
}


def is_of_framework(kind: type) -> bool:
    """Return whether a class is defined by one of the packages."""
    return kind.__module__.partition(".")[0] in FRAMEWORKS


def advise_replacement(kind: Any) -> str | None:
    """Return what to write instead of a class, if it is one of theirs, or a subclass of one."""
    bases = filter(is_of_framework, kind.__mro__ if isinstance(kind, type) else ())
    names = (base.__name__ for base in bases)
    return next((CLASS_REPLACEMENTS[name] for name in names if name in CLASS_REPLACEMENTS), None)


def reject_framework_class(kind: Any) -> None:
    """Raise for such a class, also if pydantic could read it."""
    if getattr(kind, "__module__", "").startswith("flask_typed.") and (
        replacement := OWN_REPLACEMENTS.get(kind.__name__)
    ):
        raise UnsupportedType(f"{kind.__name__} is not a value of a request.", instead=replacement)
    if replacement := advise_replacement(kind):
        raise UnsupportedType(
            f"{kind.__name__} is a class of another framework.", instead=replacement
        )
