"""asyncio's private names. The loop itself belongs to the bridge.

Request time. Checked against Python 3.10 to 3.13.
"""

from __future__ import annotations

import asyncio
from contextvars import Context
from types import FrameType


def find_context(frame: FrameType) -> Context | None:
    """Return the context in which a frame runs a callback of a loop; ``None`` for other frames."""
    if frame.f_code is not asyncio.Handle._run.__code__:
        return None
    context: Context = frame.f_locals["self"]._context
    return context


def is_loop_running() -> bool:
    """Return whether the caller runs on a loop."""
    return asyncio._get_running_loop() is not None
