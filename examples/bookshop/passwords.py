"""Password hashing, which is slow on purpose and does not block gevent's hub."""

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey
from werkzeug.security import check_password_hash, generate_password_hash

R = TypeVar("R")


def hash_password(password: str) -> str:
    """Return the digest of a password."""
    return compute(generate_password_hash, password)


def check_password(digest: str, password: str) -> bool:
    """Return whether a password matches a digest."""
    return compute(check_password_hash, digest, password)


def compute(function: Callable[..., R], *arguments: object) -> R:
    """Run a function in the hub's pool of native threads, so that other requests continue."""
    if not monkey.is_module_patched("threading"):  # each request has a native thread
        return function(*arguments)
    result: R = get_hub().threadpool.apply(function, arguments)
    return result
