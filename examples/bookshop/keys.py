"""The key for tokens if ``SECRET_KEY`` is not set: a file that all workers read."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from tempfile import mkstemp


def read_key(path: Path) -> str:
    """Return the key in a file, which the first caller creates."""
    if not path.exists():
        make_key(path)
    return path.read_text(encoding="ascii")


def make_key(path: Path) -> None:
    """Write a new key with mode 0600, unless another worker was faster.

    The file gets its name when it is whole, and never takes the place of another: all workers read
    the same key, and none reads half of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = mkstemp(dir=path.parent)  # with mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)
