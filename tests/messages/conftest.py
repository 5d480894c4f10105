"""What the tests of messages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: The type of the fixture ``document``.
Publish = Callable[[], dict[str, Any]]
