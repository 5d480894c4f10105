"""Passwords: hashed slowly, on purpose, and not where gevent's hub runs."""

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey
from werkzeug.security import check_password_hash, generate_password_hash

R = TypeVar("R")


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return compute(generate_password_hash, password)


def check_password(digest: str, password: str) -> bool:
    """Say whether a password is the one of which a digest was kept."""
    return compute(check_password_hash, digest, password)


def compute(function: Callable[..., R], *arguments: object) -> R:
    """Compute something in a native thread of the hub's: other requests go on meanwhile."""
    if not monkey.is_module_patched("threading"):  # requests have native threads of their own
        return function(*arguments)
    result: R = get_hub().threadpool.apply(function, arguments)
    return result
